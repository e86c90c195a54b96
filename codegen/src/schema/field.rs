//! The schema of one field's value.
//!
//! Null, and empty text if text is taken, are accepted here: for an optional field they are as if
//! it were absent. What requires the field takes them away again.

use serde_json::{Map, Value, json};
use tally_spec::model::{Additional, Area, Contract, Field, JsonType, OneOrMany, TextFormat};

use super::{rules, source, text};

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
        hold_if(&mut schema, json!({ "type": "string" }), json!({ "enum": values }));
    }
    if !field.examples.is_empty() {
        schema.insert("examples".to_owned(), json!(field.examples));
    }
    if let Some(pattern) = kind_pattern(contract, field) {
        rules::hold(field, &mut schema, "pattern", json!(text::or_empty(pattern)));
    }
    if field.format == Some(TextFormat::Date) {
        date(field, &mut schema);
    }
    rules::on_field(area, field, path, &mut schema);
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
    hold_if(schema, json!({ "type": "string", "minLength": 1 }), format);
}

/// Adds a condition to a schema; if it has one already, under `allOf`.
fn hold_if(schema: &mut Map<String, Value>, condition: Value, then: Value) {
    if schema.contains_key("if") {
        rules::push_all_of(schema, json!({ "if": condition, "then": then }));
    } else {
        schema.insert("if".to_owned(), condition);
        schema.insert("then".to_owned(), then);
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
