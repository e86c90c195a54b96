//! Fields of records, of the objects in them, and of the envelope.

use serde_json::{Value, json};

use super::{Pen, words};

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Holds {
    Text,
    Closed(Vec<String>),
    Date,
    Kind(String),
    Number,
    NumericText,
    Boolean,
    Object(Vec<Drawn>),
    Array(Vec<Drawn>),
    Anything,
}

/// A field that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Drawn {
    pub(super) name: String,
    pub(super) holds: Holds,
    pub(super) value: Value,
}

/// What two names have in common that would be one identifier in Rust.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// So many fields, whose names differ whatever their case and punctuation.
pub(super) fn fields(pen: &mut Pen, kinds: &[String], count: usize, depth: usize) -> Vec<Drawn> {
    let mut fields: Vec<Drawn> = Vec::new();
    while fields.len() < count {
        let name = (*pen.pick(words::NAMES)).to_owned();
        if fields.iter().all(|field| folded(&field.name) != folded(&name)) {
            fields.push(field(pen, kinds, name, depth));
        }
    }
    fields
}

fn field(pen: &mut Pen, kinds: &[String], name: String, depth: usize) -> Drawn {
    // A type of its own needs a name of its own.
    let is_nameless = folded(&name).is_empty() || name == "parts";
    let holds = if is_nameless { Holds::Number } else { holds(pen, kinds, depth) };
    let mut value = json!({ "name": name, "type": "string", "statement": pen.cite() });
    match &holds {
        Holds::Text => {
            if pen.chance(10) {
                value["format"] = json!("email");
            }
        }
        Holds::Closed(values) => value["enum"] = json!(values),
        Holds::Date => {
            value["format"] = json!("date");
            if pen.chance(30) {
                value["dateTime"] = pen.cite();
            }
        }
        Holds::Kind(kind) => value["kind"] = json!(kind),
        Holds::Number => value["type"] = json!("number"),
        Holds::NumericText => {
            value["type"] =
                if pen.chance(50) { json!(["number", "string"]) } else { json!(["string", "number"]) };
            value["numeric"] = json!(true);
        }
        Holds::Boolean => value["type"] = json!("boolean"),
        Holds::Object(inner) => {
            value["type"] = json!("object");
            value["properties"] = inner.iter().map(|one| one.value.clone()).collect();
            if inner.is_empty() || pen.chance(40) {
                value["additionalProperties"] = json!("scalar");
            }
        }
        Holds::Array(inner) => {
            value["type"] = json!("array");
            value["items"] = inner.iter().map(|one| one.value.clone()).collect();
        }
        Holds::Anything => {
            let lists = [
                json!(["string", "boolean"]),
                json!(["number", "boolean", "string"]),
                json!(["number", "string"]),
                json!("object"),
            ];
            value["type"] = pen.pick(&lists).clone();
        }
    }
    if pen.chance(10) {
        value["description"] = json!("What it means, with `code` and \"quotes\".");
    }
    if pen.chance(10) {
        value["optionalStatement"] = pen.cite();
    }
    Drawn { name, holds, value }
}

fn holds(pen: &mut Pen, kinds: &[String], depth: usize) -> Holds {
    match pen.rng.below(if depth == 0 { 13 } else { 9 }) {
        0 | 1 => Holds::Text,
        2 => closed(pen),
        3 => Holds::Date,
        4 if !kinds.is_empty() => Holds::Kind(pen.pick(kinds).clone()),
        5 => Holds::NumericText,
        6 => Holds::Boolean,
        7 => Holds::Anything,
        9 | 10 => {
            let count = pen.rng.below(4);
            let inner = fields(pen, kinds, count, depth + 1);
            Holds::Object(only_closed(pen, inner))
        }
        11 | 12 => {
            let count = 1 + pen.rng.below(3);
            let inner = fields(pen, kinds, count, depth + 1);
            Holds::Array(only_closed(pen, inner))
        }
        _ => Holds::Number,
    }
}

/// Now and then, only the members whose type borrows nothing.
fn only_closed(pen: &mut Pen, inner: Vec<Drawn>) -> Vec<Drawn> {
    if !pen.chance(30) {
        return inner;
    }
    let kept: Vec<Drawn> = inner
        .iter()
        .filter(|one| matches!(one.holds, Holds::Closed(_) | Holds::Number | Holds::Boolean))
        .cloned()
        .collect();
    if kept.is_empty() { inner } else { kept }
}

fn closed(pen: &mut Pen) -> Holds {
    let count = 1 + pen.rng.below(4);
    Holds::Closed(pen.some(words::VALUES, count).into_iter().map(str::to_owned).collect())
}
