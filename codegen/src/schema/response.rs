//! The schema of an area's responses.
//!
//! Members beyond the documented ones are let through, and so are entries without some or all echoes.

use serde_json::{Map, Value, json};
use tally_spec::model::{
    Acknowledged, Area, Contract, Counted, Encoding, OverLimit, Positional, Response, Whole,
};

use super::{head, id, response_path, source};
use crate::Options;

/// The schema of an area's responses with the documented status, refusals of the platform apart.
#[must_use]
pub fn response(contract: &Contract, area: &Area, options: &Options) -> Value {
    let id = id(options, &response_path(contract, area));
    let description = "An answer to a request, refusals of the platform apart.";
    let mut schema = head(&id, &format!("{}: response", area.title), description);
    let processed = processed(contract, area);
    let OverLimit::Acknowledges { response: later, .. } = &area.limit.over else {
        schema.extend(processed);
        return Value::Object(schema);
    };
    let mut definitions = Map::new();
    definitions.insert("processed".to_owned(), Value::Object(processed));
    if let Some(Response::Later(later)) = contract.file.responses.get(later) {
        definitions.insert("acknowledged".to_owned(), acknowledged(contract, later));
    }
    let references: Vec<Value> =
        definitions.keys().map(|name| json!({ "$ref": format!("#/$defs/{name}") })).collect();
    schema.insert("anyOf".to_owned(), json!(references));
    schema.insert("$defs".to_owned(), Value::Object(definitions));
    Value::Object(schema)
}

fn processed(contract: &Contract, area: &Area) -> Map<String, Value> {
    let schema = match contract.response(area) {
        Response::Counting(counted) => counting(contract, area, counted),
        Response::Whole(whole) => judged_whole(contract, whole),
        Response::ByPosition(positional) => by_position(contract, positional),
        Response::Later(later) => acknowledged(contract, later),
    };
    schema.as_object().cloned().unwrap_or_default()
}

fn counting(contract: &Contract, area: &Area, counted: &Counted) -> Value {
    let words = &counted.status;
    let (status, fails, passes, errors) =
        (&words.name, &counted.fail_count, &counted.pass_count, &counted.errors);
    let count = json!({ "type": "integer", "minimum": 0 });
    let mut properties = Map::new();
    if let Some(next) = &area.next_batch_size {
        let mut sizes = vec![area.limit.maximum];
        sizes.extend(&next.also);
        let schema = json!({ "$comment": source(contract, &next.statement), "enum": sizes });
        properties.insert(counted.next_batch_size.clone(), schema);
    }
    properties.insert(errors.clone(), json!({ "type": "array", "items": entry(contract, area, counted) }));
    let statuses = [&words.success, &words.partial, &words.failure];
    properties
        .insert(status.clone(), json!({ "$comment": source(contract, &words.statement), "enum": statuses }));
    properties.insert(fails.clone(), count.clone());
    properties.insert(passes.clone(), count);
    let required: Vec<&String> = properties.keys().collect();
    let says = |word: &String| json!({ "required": [status], "properties": { status: { "const": word } } });
    // With their types, which strict validators want with every keyword.
    let at_least = |least: u8| json!({ "type": "integer", "minimum": least });
    let at_most = |most: u8| json!({ "type": "integer", "maximum": most });
    json!({
        "$comment": source(contract, &counted.statement),
        "type": "object",
        "required": required,
        "properties": properties,
        "allOf": [
            {
                "$comment": source(contract, &words.rule_statement),
                "if": says(&words.success),
                "then": { "properties": { fails: at_most(0), errors: { "type": "array", "maxItems": 0 } } }
            },
            {
                "if": says(&words.partial),
                "then": { "properties": { fails: at_least(1), passes: at_least(1) } }
            },
            {
                "if": says(&words.failure),
                "then": { "properties": { fails: at_least(1), passes: at_most(0) } }
            }
        ]
    })
}

fn entry(contract: &Contract, area: &Area, counted: &Counted) -> Value {
    let shape = &counted.entry;
    let mut properties = Map::new();
    let mut required = Vec::new();
    for constant in &shape.constants {
        properties.insert(constant.name.clone(), json!({ "const": constant.value }));
        required.push(&constant.name);
    }
    for echo in &area.echoes {
        let types = match echo.encoding {
            Encoding::AsSent => json!(["string", "number", "boolean", "null"]),
            Encoding::EpochMilliseconds => json!(["integer", "null"]),
        };
        let comment = source(contract, &echo.statement);
        properties.insert(echo.name.clone(), json!({ "$comment": comment, "type": types }));
    }
    properties.insert(shape.message.clone(), json!({ "type": "string", "minLength": 1 }));
    required.push(&shape.message);
    json!({
        "$comment": source(contract, &shape.statement),
        "type": "object",
        "required": required,
        "properties": properties
    })
}

fn judged_whole(contract: &Contract, whole: &Whole) -> Value {
    let words = &whole.status;
    json!({
        "$comment": source(contract, &whole.statement),
        "type": "object",
        "required": [words.name, whole.message],
        "properties": {
            words.name.as_str(): { "enum": [words.success, words.failure] },
            whole.message.as_str(): { "type": "string", "minLength": 1 }
        }
    })
}

fn acknowledged(contract: &Contract, later: &Acknowledged) -> Value {
    json!({
        "$comment": source(contract, &later.statement),
        "type": "object",
        "required": [later.status.name, later.message],
        "properties": {
            later.status.name.as_str(): { "const": later.status.value },
            later.message.as_str(): { "type": "string", "minLength": 1 }
        }
    })
}

fn by_position(contract: &Contract, positional: &Positional) -> Value {
    let (passed, message) = (&positional.passed.name, &positional.message);
    let entry = json!({
        "type": "object",
        "required": [passed],
        "properties": { passed: { "type": "boolean" }, message: { "type": ["string", "null"] } },
        "if": { "required": [passed], "properties": { passed: { "const": false } } },
        "then": { "required": [message], "properties": { message: { "type": "string", "minLength": 1 } } }
    });
    json!({
        "$comment": source(contract, &positional.statement),
        "type": "object",
        "required": [positional.results],
        "properties": { positional.results.as_str(): { "type": "array", "items": entry } }
    })
}
