//! Changes of a request that a careless sender might make.

use serde_json::{Map, Value, json};
use tally_spec::model::{Area, Contract, ExampleKind, Field};

use tally_fixtures::Rng;

/// Drops, empties, retypes, renames, doubles, moves by one, and splices in parts of other requests.
#[derive(Debug, Clone)]
pub struct Mutations {
    names: Vec<String>,
    /// Values of other requests.
    parts: Vec<Value>,
}

impl Mutations {
    /// For requests of that area. What is spliced in comes from the contract's worked requests.
    #[must_use]
    pub fn new(contract: &Contract, area: &Area) -> Self {
        let mut names = vec!["unknown".to_owned(), area.list.name.clone()];
        names_of(&area.envelope, &mut names);
        names_of(&area.fields, &mut names);
        let mut parts = Vec::new();
        for example in contract.areas.iter().flat_map(|area| &area.examples) {
            if example.entry.kind == ExampleKind::Request {
                collect(&example.value, &mut parts);
            }
        }
        Self { names, parts }
    }

    /// Changes a value in one place.
    pub fn mutate(&self, value: &mut Value, rng: &mut Rng) {
        match value {
            Value::Object(members) if !members.is_empty() && !rng.one_in(8) => match rng.below(9) {
                0 => self.change_members(members, rng),
                _ => {
                    let place = rng.below(members.len());
                    members.values_mut().skip(place).take(1).for_each(|inner| self.mutate(inner, rng));
                }
            },
            Value::Array(elements) if !elements.is_empty() && !rng.one_in(8) => {
                let place = rng.below(elements.len());
                match rng.below(12) {
                    0 => drop(elements.remove(place)),
                    1 => elements.insert(place, self.another(rng)),
                    2 => elements.insert(place, elements[place].clone()),
                    _ => self.mutate(&mut elements[place], rng),
                }
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => {
                self.replace(value, rng);
            }
        }
    }

    /// Drops, renames or adds a member.
    fn change_members(&self, members: &mut Map<String, Value>, rng: &mut Rng) {
        let name = members.keys().nth(rng.below(members.len())).cloned().unwrap_or_default();
        match rng.below(3) {
            0 => drop(members.remove(&name)),
            1 => {
                let value = members.remove(&name).unwrap_or_default();
                members.insert(self.renamed(&name, rng), value);
            }
            _ => drop(members.insert(self.renamed(&name, rng), self.another(rng))),
        }
    }

    fn renamed(&self, name: &str, rng: &mut Rng) -> String {
        match rng.below(6) {
            0 => name.to_uppercase(),
            1 => name.to_lowercase(),
            2 => format!("{name} "),
            3 => format!("{name}/~\u{e9}\""),
            _ => rng.pick(&self.names).cloned().unwrap_or_default(),
        }
    }

    fn replace(&self, value: &mut Value, rng: &mut Rng) {
        let moved = if rng.one_in(2) { moved(value, rng) } else { None };
        *value = moved.unwrap_or_else(|| self.another(rng));
    }

    /// Null, a value of any type, or a part of another request.
    fn another(&self, rng: &mut Rng) -> Value {
        match rng.below(8) {
            0 | 1 => Value::Null,
            2 | 3 => rng.pick(&self.parts).cloned().unwrap_or_default(),
            _ => odd(rng),
        }
    }
}

/// The value moved by one: a number up or down, text longer or shorter or with another letter.
fn moved(value: &Value, rng: &mut Rng) -> Option<Value> {
    match value {
        Value::Bool(value) => Some(json!(!value)),
        Value::Number(number) => {
            let by = [1.0, -1.0, 0.5, -0.5, f64::EPSILON][rng.below(5)];
            Some(json!(number.as_f64()? + by))
        }
        Value::String(text) => {
            let mut letters: Vec<char> = text.chars().collect();
            let place = rng.below(letters.len().max(1));
            match rng.below(4) {
                0 if !letters.is_empty() => drop(letters.remove(place)),
                1 if !letters.is_empty() => letters[place] = *rng.pick(&LETTERS)?,
                2 => letters.push(*rng.pick(&LETTERS)?),
                _ => letters.insert(place, *rng.pick(&LETTERS)?),
            }
            Some(letters.into_iter().collect::<String>().into())
        }
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

const LETTERS: [char; 14] =
    ['0', '1', '9', 'a', 'Z', ' ', '-', '.', ':', '\u{e9}', '\u{1f600}', '"', '\\', '\u{7f}'];

/// A value to put in another's place.
pub(super) fn odd(rng: &mut Rng) -> Value {
    const TEXTS: [&str; 25] = [
        "",
        " ",
        "x",
        "2015-02-29",
        "2016-02-29",
        "2100-02-29",
        "2016-2-29",
        "2016-02-29T10:00:00Z",
        "2016-02-29T10:00:00",
        "2016-12-31T23:59:60Z",
        "10",
        "+11",
        "05",
        "5.0",
        "5.5",
        "10.0000000000000000000001",
        "-1",
        "1e1",
        "\u{661}",
        "abcdefghijklmno",
        "abcdefghijklmnopq",
        "abcdefghijklmnopqr",
        "abcdefghijklmno ",
        "null",
        "true",
    ];
    match rng.below(16) {
        0..8 => json!(TEXTS[rng.below(TEXTS.len())]),
        8 => [json!(0), json!(10), json!(10.0), json!(11), json!(1e300)][rng.below(5)].clone(),
        9 => [json!(-1), json!(0.5), json!(10.5), json!(-0.0), json!(u64::MAX)][rng.below(5)].clone(),
        10 => json!(rng.one_in(2)),
        11 => json!([]),
        12 => [json!([{}]), json!([null, 3]), json!([[]]), json!(["x", {}])][rng.below(4)].clone(),
        13 => json!({}),
        14 => json!({ "x": {}, "y": "" }),
        _ => Value::Null,
    }
}

fn names_of(fields: &[Field], names: &mut Vec<String>) {
    for field in fields {
        names.push(field.name.clone());
        names_of(&field.properties, names);
        names_of(&field.items, names);
    }
}

fn collect(value: &Value, parts: &mut Vec<Value>) {
    match value {
        Value::Object(members) => members.values().for_each(|inner| collect(inner, parts)),
        Value::Array(elements) => elements.iter().for_each(|inner| collect(inner, parts)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    if !parts.contains(value) {
        parts.push(value.clone());
    }
}
