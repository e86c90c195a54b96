//! The schema of one field's value.
//!
//! Null, and empty text where text is taken, are let through here: for an optional field they are as if
//! it were absent. What requires the field takes them away again.

use serde_json::{Map, Value, json};
use tally_spec::model::{
    Additional, Area, Constraint, Contract, Field, JsonType, OneOrMany, Rule, TextFormat,
};

use super::{source, text};

/// More elements than any list has: the greatest whole number that every JSON reader keeps exact.
const MOST_ELEMENTS: u64 = 9_007_199_254_740_991;

/// The schema of a field's value, the rules about it included.
pub(super) fn field(contract: &Contract, area: &Area, field: &Field, path: &str) -> Value {
    let mut schema = Map::new();
    if let Some(description) = &field.description {
        schema.insert("description".to_owned(), json!(description));
    }
    schema.insert("$comment".to_owned(), source(contract, &field.statement));
    schema.insert("type".to_owned(), types(field, true));
    if let Some(values) = &field.closed {
        let values: Vec<Value> = values.iter().map(|value| json!(value)).chain([json!("")]).collect();
        // Under a condition, so that a value of a wrong type breaks `type` alone.
        schema.insert("if".to_owned(), json!({ "type": "string" }));
        schema.insert("then".to_owned(), json!({ "enum": values }));
    }
    if !field.examples.is_empty() {
        schema.insert("examples".to_owned(), json!(field.examples));
    }
    if let Some(pattern) = kind_pattern(contract, field) {
        schema.insert("pattern".to_owned(), json!(text::or_empty(pattern)));
    }
    if field.format == Some(TextFormat::Date) {
        date(field, &mut schema);
    }
    numbers(area, field, path, &mut schema);
    for rule in area.rules.iter().filter(|rule| rule.constraint.field() == Some(path)) {
        text_rule(rule, &mut schema);
    }
    objects(contract, area, field, path, &mut schema);
    Value::Object(schema)
}

/// The JSON types that a field takes, with or without null.
pub(super) fn types(field: &Field, null: bool) -> Value {
    let mut names: Vec<&str> = field.types().iter().map(|one| name(*one)).collect();
    names.extend(null.then_some("null"));
    match names.as_slice() {
        [only] => json!(only),
        names => json!(names),
    }
}

/// What a required field's value is held to beyond its own schema: neither null nor empty text.
pub(super) fn present(field: &Field) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), types(field, false));
    if field.takes(JsonType::String) {
        schema.insert("minLength".to_owned(), json!(1));
    }
    schema
}

fn name(json_type: JsonType) -> &'static str {
    match json_type {
        JsonType::String => "string",
        JsonType::Number => "number",
        JsonType::Boolean => "boolean",
        JsonType::Object => "object",
        JsonType::Array => "array",
    }
}

fn kind_pattern<'a>(contract: &'a Contract, field: &Field) -> Option<&'a str> {
    contract.file.kinds.get(field.kind.as_ref()?)?.pattern.as_deref()
}

/// A date's format, under a condition that leaves empty text alone, so that what fails is `format`.
fn date(field: &Field, schema: &mut Map<String, Value>) {
    let format = if field.date_time.is_some() {
        json!({
            "if": { "pattern": "[Tt]" },
            "then": { "format": "date-time" },
            "else": { "format": "date" }
        })
    } else {
        json!({ "format": "date" })
    };
    schema.insert("if".to_owned(), json!({ "type": "string", "minLength": 1 }));
    schema.insert("then".to_owned(), format);
}

/// Bounds and multiples, for numbers and for text that spells one.
fn numbers(area: &Area, field: &Field, path: &str, schema: &mut Map<String, Value>) {
    let (mut least, mut greatest) = (None, None);
    for constraint in area.rules.iter().map(|rule| &rule.constraint) {
        match constraint {
            Constraint::Range { field, minimum, maximum } if field == path => {
                (least, greatest) = (minimum.or(least), maximum.or(greatest));
            }
            Constraint::MultipleOf { field, divisor } if field == path => {
                schema.insert("multipleOf".to_owned(), number(*divisor));
            }
            _ => {}
        }
    }
    if let Some(minimum) = least {
        schema.insert("minimum".to_owned(), number(minimum));
    }
    if let Some(maximum) = greatest {
        schema.insert("maximum".to_owned(), number(maximum));
    }
    if let (true, Some(pattern)) = (field.numeric, text::spelt_number(least, greatest)) {
        schema.insert("pattern".to_owned(), json!(text::or_empty(&pattern)));
    }
}

/// A number as JSON writes it: whole ones without a fraction.
#[expect(clippy::cast_possible_truncation, reason = "the guard leaves whole numbers that fit")]
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}

fn text_rule(rule: &Rule, schema: &mut Map<String, Value>) {
    match &rule.constraint {
        Constraint::MaxLength { limit, .. } => {
            schema.insert("maxLength".to_owned(), json!(limit));
        }
        Constraint::Pattern { pattern, .. } => {
            schema.insert("pattern".to_owned(), json!(text::or_empty(pattern)));
        }
        Constraint::Contains { members, .. } => {
            let values: Map<String, Value> =
                members.iter().map(|member| (member.clone(), has_value())).collect();
            let complete = json!({ "type": "object", "required": members, "properties": values });
            schema.insert("contains".to_owned(), complete);
            // No limit in truth. Without it Ajv takes an empty list that follows one which was right.
            schema.insert("maxContains".to_owned(), json!(MOST_ELEMENTS));
        }
        _ => {}
    }
}

/// A schema of anything that is a value: neither null nor empty text.
pub(super) fn has_value() -> Value {
    json!({ "not": { "enum": [null, ""] } })
}

fn objects(contract: &Contract, area: &Area, field: &Field, path: &str, schema: &mut Map<String, Value>) {
    let members = |fields: &[Field]| -> Map<String, Value> {
        let member = |inner: &Field| {
            let path = format!("{path}/{}", inner.name);
            (inner.name.clone(), self::field(contract, area, inner, &path))
        };
        fields.iter().map(member).collect()
    };
    if !field.properties.is_empty() {
        schema.insert("properties".to_owned(), json!(members(&field.properties)));
    }
    if field.additional_properties == Some(Additional::Scalar) {
        let scalar = json!({ "type": ["string", "number", "boolean", "null"] });
        schema.insert("additionalProperties".to_owned(), scalar);
    }
    if matches!(&field.json_type, OneOrMany::One(JsonType::Array)) && !field.items.is_empty() {
        let items = json!({ "type": "object", "properties": members(&field.items) });
        schema.insert("items".to_owned(), items);
    }
}
