//! Rules, their conditions, and keys.

use serde_json::{Value, json};

use super::fields::{Drawn, Holds};
use super::{Pen, words};

/// The fields that make the key, all of them required.
pub(super) fn keyed(pen: &mut Pen, drawn: &[Drawn]) -> Vec<String> {
    let able: Vec<&Drawn> = drawn
        .iter()
        .filter(|one| {
            matches!(one.holds, Holds::Text | Holds::Kind(_) | Holds::Number | Holds::Date | Holds::Closed(_))
        })
        .collect();
    let count = 1 + pen.rng.below(2);
    pen.some(&able, count).into_iter().map(|one| one.name.clone()).collect()
}

pub(super) fn key(pen: &mut Pen, keyed: &[String]) -> Value {
    let parts: Vec<Value> = keyed.iter().map(|name| json!({ "field": name })).collect();
    json!({
        "parts": parts, "statement": pen.cite(),
        "unkeyed": if keyed.is_empty() || pen.chance(20) { "new" } else { "keyed" },
        "repeated": *pen.pick(&["laterStands", "lastCounts", "laterFails"]), "repeatedStatement": pen.cite(),
    })
}

/// A field that rules may name, by its path.
struct Place<'a> {
    path: String,
    field: &'a Drawn,
    /// Whether it is a member of the objects of an array.
    repeated: bool,
}

fn places(drawn: &[Drawn]) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    for field in drawn {
        places.push(Place { path: field.name.clone(), field, repeated: false });
        let (inner, repeated) = match &field.holds {
            Holds::Object(inner) => (inner, false),
            Holds::Array(inner) => (inner, true),
            _ => continue,
        };
        let path = |one: &Drawn| format!("{}/{}", field.name, one.name);
        places.extend(inner.iter().map(|one| Place { path: path(one), field: one, repeated }));
    }
    places
}

pub(super) fn rules(pen: &mut Pen, drawn: &[Drawn], keyed: &[String]) -> Vec<Value> {
    let places = places(drawn);
    let mut rules = Vec::new();
    if !keyed.is_empty() {
        rules.push(json!({ "required": keyed, "statement": pen.cite() }));
    }
    for _ in 0..pen.rng.below(3) {
        rules.extend(presence(pen, &places));
    }
    for place in &places {
        if pen.chance(40) {
            rules.extend(on_value(pen, place));
        }
    }
    for rule in rules.iter_mut().skip(1) {
        condition(pen, rule, &places);
    }
    rules
}

/// A rule about which fields have a value.
fn presence(pen: &mut Pen, places: &[Place<'_>]) -> Option<Value> {
    let single: Vec<&str> =
        places.iter().filter(|place| !place.repeated).map(|place| place.path.as_str()).collect();
    let (keyword, most) = if pen.chance(50) { ("required", 2) } else { ("anyOf", 3) };
    let mut fields = pen.some(&single, most);
    if keyword == "required" {
        // A required member requires its object, which the linter wants said once.
        let members = fields.clone();
        fields.retain(|name| {
            !members.iter().any(|other| other.split_once('/').is_some_and(|(of, _)| of == *name))
        });
    }
    (!fields.is_empty()).then(|| json!({ keyword: fields, "statement": pen.cite() }))
}

/// A rule about a field's value, of a keyword that suits what it holds.
fn on_value(pen: &mut Pen, place: &Place<'_>) -> Option<Value> {
    let mut rule = json!({ "field": place.path, "statement": pen.cite() });
    match &place.field.holds {
        // Most patterns match no address.
        Holds::Text if place.field.value["format"] == "email" => rule["maxLength"] = json!(40),
        Holds::Text => {
            if pen.chance(60) {
                rule["pattern"] = json!(pen.pick(words::PATTERNS));
            } else {
                rule["maxLength"] = json!(pen.pick(&[1, 2, 12, 40]));
            }
        }
        // A schema can't list more of the numbers that text may spell.
        Holds::NumericText if pen.chance(50) => rule["multipleOf"] = json!(pen.pick(&[1.0, 0.5])),
        Holds::NumericText => {
            rule["minimum"] = json!(pen.pick(&[0, 1]));
            rule["maximum"] = json!(pen.pick(&[10, 999]));
        }
        Holds::Number => match pen.rng.below(4) {
            0 => rule["minimum"] = json!(pen.pick(&[0.0, 0.5, -3.0, 10.0])),
            1 => rule["maximum"] = json!(pen.pick(&[0.0, 1.0, 99.5, 1e6])),
            2 => rule["multipleOf"] = json!(pen.pick(&[1.0, 0.5, 5.0, 0.125])),
            _ => {
                rule["minimum"] = json!(pen.pick(&[-1, 0, 1]));
                rule["maximum"] = json!(pen.pick(&[1, 10, 999]));
            }
        },
        Holds::Array(inner) => {
            let names: Vec<&str> = inner.iter().map(|one| one.name.as_str()).collect();
            rule["contains"] = json!(pen.some(&names, 2));
        }
        Holds::Kind(_) => rule["exists"] = json!(pen.pick(&["fails", "open", "creates"])),
        Holds::Closed(_) | Holds::Date | Holds::Boolean | Holds::Object(_) | Holds::Anything => return None,
    }
    Some(rule)
}

/// Puts the rule under a condition, now and then under both.
fn condition(pen: &mut Pen, rule: &mut Value, places: &[Place<'_>]) {
    for key in ["when", "unless"] {
        let able: Vec<&Place<'_>> =
            places.iter().filter(|place| !place.repeated && !place.path.contains('/')).collect();
        if !pen.chance(25) || able.is_empty() {
            continue;
        }
        let place = *pen.pick(&able);
        let mut condition = json!({ "field": place.path });
        let values = match &place.field.holds {
            Holds::Closed(values) => values.iter().map(|value| json!(value)).collect(),
            Holds::Boolean => vec![json!(true), json!(false)],
            Holds::Number => vec![json!(1), json!(2.5), json!(0)],
            Holds::Text => vec![json!("usual"), json!("x")],
            _ => Vec::new(),
        };
        if !values.is_empty() && pen.chance(70) {
            if pen.chance(50) {
                condition["const"] = pen.pick(&values).clone();
            } else {
                condition["enum"] = json!(pen.some(&values, 2));
            }
        }
        rule[key] = condition;
    }
}
