//! Python types, from the flat schemas.

use serde_json::Value;

/// The declarations of a flat schema's types: a `TypedDict` for each object, an alias for each choice.
///
/// Dictionaries are declared by call, since a member's name may be no identifier of Python's.
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
    if schema.get("properties").is_none() {
        return format!("{name} = {}\n\n", alias(schema));
    }
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut text = format!("{name} = TypedDict(\n    \"{name}\",\n    {{\n");
    for (member, schema) in schema["properties"].as_object().into_iter().flatten() {
        let expression = expression(schema);
        let quoted = Value::String(member.clone());
        let expression =
            if required.contains(&member.as_str()) { format!("Required[{expression}]") } else { expression };
        text.extend([format!("        {quoted}: {expression},\n")]);
    }
    text.push_str("    },\n    total=False,\n)\n\n");
    text
}

/// An alias's right side. What it names was declared before it.
fn alias(schema: &Value) -> String {
    expression(schema).replace('"', "")
}

fn expression(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return format!("\"{}\"", reference.rsplit('/').next().unwrap_or_default());
    }
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        return format!("Union[{}]", choices.iter().map(expression).collect::<Vec<_>>().join(", "));
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return format!("Literal[{}]", values.iter().map(Value::to_string).collect::<Vec<_>>().join(", "));
    }
    match schema.get("type") {
        Some(Value::Array(types)) => {
            let types: Vec<_> = types.iter().filter_map(Value::as_str).map(keyword).collect();
            format!("Union[{}]", types.join(", "))
        }
        Some(Value::String(name)) if name == "array" => format!("List[{}]", expression(&schema["items"])),
        Some(Value::String(name)) => keyword(name).to_owned(),
        _ => "Any".to_owned(),
    }
}

fn keyword(json_type: &str) -> &'static str {
    match json_type {
        "string" => "str",
        "number" => "float",
        "integer" => "int",
        "boolean" => "bool",
        "null" => "None",
        _ => "Any",
    }
}
