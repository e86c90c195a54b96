//! TypeScript types, from the flat schemas.

use serde_json::Value;

use crate::escape::block_comment;

/// The declarations of a flat schema's types: an interface for each object, an alias for each choice.
pub(super) fn declarations(schema: &Value) -> String {
    let mut text = String::new();
    let definitions = schema.get("$defs").and_then(Value::as_object);
    for (name, definition) in definitions.into_iter().flatten() {
        text.push_str(&declaration(name, definition));
    }
    let title = schema.get("title").and_then(Value::as_str).unwrap_or_default();
    text.push_str(&declaration(title, schema));
    text
}

fn declaration(name: &str, schema: &Value) -> String {
    let doc = comment(schema, "");
    if schema.get("properties").is_some() {
        return format!("{doc}export interface {name} {{\n{}}}\n\n", members(schema));
    }
    format!("{doc}export type {name} = {};\n\n", expression(schema))
}

fn members(schema: &Value) -> String {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut text = String::new();
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let mark = if required.contains(&name.as_str()) { "" } else { "?" };
        let quoted = Value::String(name.clone());
        text.extend([format!("{}  {quoted}{mark}: {};\n", comment(member, "  "), expression(member))]);
    }
    if schema.get("additionalProperties") == Some(&Value::Bool(true)) {
        text.push_str("  [name: string]: unknown;\n");
    }
    text
}

fn expression(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        return choices.iter().map(expression).collect::<Vec<_>>().join(" | ");
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    match schema.get("type") {
        Some(Value::Array(types)) => {
            types.iter().filter_map(Value::as_str).map(keyword).collect::<Vec<_>>().join(" | ")
        }
        Some(Value::String(name)) if name == "array" => format!("Array<{}>", expression(&schema["items"])),
        Some(Value::String(name)) => keyword(name).to_owned(),
        _ => "unknown".to_owned(),
    }
}

fn keyword(json_type: &str) -> &'static str {
    match json_type {
        "string" => "string",
        "number" | "integer" => "number",
        "boolean" => "boolean",
        "null" => "null",
        _ => "unknown",
    }
}

fn comment(schema: &Value, indent: &str) -> String {
    let text = schema.get("description").and_then(Value::as_str);
    text.map_or_else(String::new, |text| format!("{indent}/** {} */\n", block_comment(text)))
}
