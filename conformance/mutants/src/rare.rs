//! Mutants of rare values: refused, changed, or a server error, in records that pass and in records that fail.

use std::sync::Arc;

use serde_json::{Value, json};
use tally_fixtures::Fixtures;
use tally_oracle::oracle::{Fate, Oracle};
use tally_oracle::strategy::Maker;
use tally_spec::model::{Area, Cites, Contract, Echo, Encoding, Field, JsonType, Response, Rule};

use crate::act::{Act, Made};
use crate::mutant::{Group, Label, Mutant};

const LEFT_OPEN: &str = "the contract leaves open what becomes of a record with such a value";
const REPEATED_SOMEHOW: &str = "the contract leaves open how such a value is repeated";

/// A kind of rare value: its name, an example, and what tells it from others.
struct Rare {
    name: &'static str,
    example: fn() -> Value,
    is_one: fn(&Value) -> bool,
}

const RARE: [Rare; 9] = [
    Rare {
        name: "number-beyond-2-to-the-53",
        example: || json!(9_007_199_254_740_993_u64),
        is_one: |value| value.as_f64().is_some_and(|number| number.abs() > 9_007_199_254_740_992.0),
    },
    Rare {
        name: "number-beyond-2-to-the-63",
        example: || json!(9_223_372_036_854_775_809_u64),
        is_one: |value| value.is_number() && value.as_i64().is_none() && value.as_f64().is_some_and(is_huge),
    },
    Rare { name: "text-over-255", example: || json!("n".repeat(300)), is_one: |value| longer(value, 255) },
    Rare { name: "text-over-4000", example: || json!("n".repeat(5000)), is_one: |value| longer(value, 4000) },
    Rare {
        name: "text-outside-the-bmp",
        example: || json!("a 🚚 b"),
        is_one: |value| holds(value, |one| one > '\u{ffff}'),
    },
    Rare {
        name: "combining-character",
        example: || json!("e\u{301}a"),
        is_one: |value| holds(value, |one| ('\u{300}'..='\u{36f}').contains(&one)),
    },
    Rare {
        name: "control-character",
        example: || json!("a\u{7}b"),
        is_one: |value| holds(value, char::is_control),
    },
    Rare {
        name: "markup",
        example: || json!("<b>a</b> & c"),
        is_one: |value| holds(value, |one| "<>&".contains(one)),
    },
    Rare {
        name: "quotes",
        example: || json!("a 'b' \"c\""),
        is_one: |value| holds(value, |one| "'\"".contains(one)),
    },
];

fn is_huge(number: f64) -> bool {
    number.abs() > 9e18
}

fn longer(value: &Value, most: usize) -> bool {
    value.as_str().is_some_and(|text| text.chars().count() > most)
}

fn holds(value: &Value, is_one: fn(char) -> bool) -> bool {
    value.as_str().is_some_and(|text| text.contains(is_one))
}

/// Every mutant of the group.
pub(crate) fn derive(contract: &Arc<Contract>, fixtures: &Arc<Fixtures>) -> Vec<Mutant> {
    let oracle = Oracle::shared(Arc::clone(contract), Arc::clone(fixtures));
    let mut found = Vec::new();
    for area in &contract.areas {
        for rare in &RARE {
            if let Some(field) = area.fields.iter().find(|field| is_free(area, field, &(rare.example)())) {
                let fate = fate(contract, fixtures, &oracle, (area, field, &(rare.example)()));
                found.extend(of((contract, &oracle), area, rare, fate));
            }
        }
        let shape = contract.response(area).statement();
        let label = Label::Breaks(Cites::ids([shape]));
        found.push(
            made(area, "scalar-among-the-records", "server-error", label)
                .by(|| server_error(|record| !record.is_object())),
        );
    }
    found
}

/// Whether no rule, form or list says what the value of a field may be.
fn is_free(area: &Area, field: &Field, example: &Value) -> bool {
    let wanted = if example.is_number() { JsonType::Number } else { JsonType::String };
    let speaks = |rule: &Rule| rule.constraint.field() == Some(&field.name);
    let is_plain = field.kind.is_none() && field.closed.is_none() && field.format.is_none();
    let is_text_of_number = field.numeric && wanted == JsonType::String;
    field.takes(wanted) && is_plain && !is_text_of_number && !area.rules.iter().any(speaks)
}

/// What becomes of a valid record with that value in that field.
fn fate(
    contract: &Contract,
    fixtures: &Fixtures,
    oracle: &Oracle,
    (area, field, value): (&Area, &Field, &Value),
) -> Fate {
    let mut batch = Maker::new(contract, area, fixtures, "mutants").batch(1, 1);
    for record in &mut batch.records {
        record.insert(field.name.clone(), value.clone());
    }
    let expectation = oracle.expect(area, &batch.body());
    expectation.expected().first().map_or(Fate::Open, |expected| expected.fate)
}

fn of(
    (contract, oracle): (&Arc<Contract>, &Oracle),
    area: &Area,
    rare: &'static Rare,
    fate: Fate,
) -> Vec<Mutant> {
    let reading = &contract.file.reading;
    let example = (rare.example)();
    let says = if example.is_number() { &reading.unbounded_numbers } else { &reading.text_unchanged };
    let shape = contract.response(area).statement();
    let breaks = |cites: &[&Cites]| Label::Breaks(Cites::ids(says.iter().chain(cites.iter().copied())));
    let refused =
        if fate == Fate::Passes { breaks(&[&area.statement, shape]) } else { Label::Equivalent(LEFT_OPEN) };
    let (own, is_one) = (Arc::clone(contract), rare.is_one);
    let mut found = vec![
        made(area, rare.name, "refused", refused)
            .by(move || Act::refuses(&own, move |record| contains(record, is_one))),
        made(area, rare.name, "server-error", Label::Breaks(Cites::ids([shape])))
            .by(move || server_error(move |record| contains(record, is_one))),
    ];
    if let Response::Counting(counted) = contract.response(area) {
        let as_sent = area.echoes.iter().filter(|echo| echo.encoding == Encoding::AsSent);
        let free =
            |echo: &Echo| area.field_at(&echo.field).is_some_and(|field| is_free(area, field, &example));
        let repeated: Vec<&Echo> = as_sent.filter(|echo| free(echo)).collect();
        if !repeated.is_empty() {
            let echoes = oracle.echoes(area);
            let shows = |echo: &&Echo| {
                let (record, entry) =
                    (json!({ &echo.field: example }), json!({ &echo.name: other(&example) }));
                !echoes.can_belong(&entry, &record)
            };
            let label = if repeated.iter().any(shows) {
                breaks(&[&counted.entry.statement])
            } else {
                Label::Equivalent(REPEATED_SOMEHOW)
            };
            let (list, text) = (counted.errors.clone(), counted.entry.message.clone());
            found.push(made(area, rare.name, "changed", label).by(move || changed(&list, &text, is_one)));
        }
    }
    found
}

fn made(area: &Area, place: &str, operator: &'static str, label: Label) -> Made {
    let area = Some(area.name.clone());
    Made { group: Group::Rare, area, place: place.to_owned(), operator, label }
}

/// Whether a value or one within it is such a one.
fn contains(value: &Value, is_one: fn(&Value) -> bool) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(|element| contains(element, is_one)),
        Value::Object(members) => members.values().any(|member| contains(member, is_one)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => is_one(value),
    }
}

/// A server error if the request holds such a record.
fn server_error(is_one: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Act {
    Act::reply(move |exchanged, reply| {
        let Some(area) = exchanged.area else { return };
        let Ok(body) = serde_json::from_slice::<Value>(&exchanged.request.body) else { return };
        if area.records(exchanged.contract, &body).iter().any(&is_one) {
            reply.status = 500;
        }
    })
}

/// Such values in the entries become others.
fn changed(list: &str, text: &str, is_one: fn(&Value) -> bool) -> Act {
    let (list, text) = (list.to_owned(), text.to_owned());
    Act::reply(move |_, reply| {
        let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
        let entries = body.get_mut(&list).and_then(Value::as_array_mut);
        for entry in entries.into_iter().flatten().filter_map(Value::as_object_mut) {
            for (name, value) in entry.iter_mut().filter(|(_, value)| is_one(value)) {
                if *name != text {
                    *value = other(value);
                }
            }
        }
        reply.body = body.to_string().into_bytes();
    })
}

/// What a careless endpoint makes of a value: text is cut and loses what is not plain; a number is rounded.
fn other(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let plain = |one: char| if one.is_ascii_alphanumeric() || one == ' ' { one } else { '?' };
            json!(text.chars().take(200).map(plain).collect::<String>())
        }
        Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 4096.0),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Value::Null,
    }
}
