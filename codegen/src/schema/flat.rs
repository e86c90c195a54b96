//! Schemas for generators of types: flat, with a name for every object and every choice.
//!
//! They say what members there are and of what types, and leave out the rest: no `if`, `then`, `not`,
//! `const` or `unevaluated…`, no conditions, bounds or patterns. What the full schema accepts they accept
//! too, but for empty text in place of a closed list's value, which nobody who has types should send.

use serde_json::{Map, Value, json};
use tally_spec::model::{
    Additional, Area, Contract, Counted, Encoding, Field, JsonType, OverLimit, Response, TextFormat,
};

use super::{head, id, rules};
use crate::{Options, names};

/// The path, below `generated/` and below the published folder, of the types of an area's requests.
#[must_use]
pub fn types_request_path(contract: &Contract, area: &Area) -> String {
    format!("schemas/{}/{}.request.types.schema.json", contract.file.schema_path, area.name)
}

/// The path of the types of an area's responses.
#[must_use]
pub fn types_response_path(contract: &Contract, area: &Area) -> String {
    format!("schemas/{}/{}.response.types.schema.json", contract.file.schema_path, area.name)
}

/// The types of an area's requests.
#[must_use]
pub fn types_request(contract: &Contract, area: &Area, options: &Options) -> Value {
    let prefix = names::type_name(&area.name);
    let mut flat = Flat { prefix: &prefix, definitions: Map::new() };
    let record = flat.object(
        &area.fields,
        (&format!("{prefix}Record"), ""),
        &|path| rules::always_required(area, path),
        None,
        Some(&format!("One {}.", area.record)),
    );
    let mut members = Map::new();
    for option in &area.envelope {
        members.insert(option.name.clone(), flat.value(option, &prefix, &option.name, &|_| false));
    }
    let list = json!({ "type": "array", "items": record });
    let list = if area.list.one_object.is_some() {
        json!({ "anyOf": [{ "title": format!("{prefix}List"), "type": "array", "items": record }, record] })
    } else {
        list
    };
    members.insert(area.list.name.clone(), list);
    let holder = json!({ "type": "object", "required": [area.list.name], "properties": members });
    let id = id(options, &types_request_path(contract, area));
    let mut schema = head(&id, &format!("{prefix}Request"), &area.description);
    match &contract.file.service.envelope {
        Some(envelope) => {
            let name = format!("{prefix}Envelope");
            flat.define(&name, holder);
            schema.insert("type".to_owned(), json!("object"));
            schema.insert("required".to_owned(), json!([envelope]));
            schema.insert("properties".to_owned(), json!({ envelope: reference(&name) }));
        }
        None => schema.extend(holder.as_object().cloned().unwrap_or_default()),
    }
    schema.insert("$defs".to_owned(), Value::Object(flat.definitions));
    Value::Object(schema)
}

/// The types of an area's responses.
#[must_use]
pub fn types_response(contract: &Contract, area: &Area, options: &Options) -> Value {
    let prefix = names::type_name(&area.name);
    let mut flat = Flat { prefix: &prefix, definitions: Map::new() };
    let processed = match contract.response(area) {
        Response::Counting(counted) => flat.counting(area, counted),
        Response::Whole(whole) => object(&[
            (
                &whole.status.name,
                json!({ "type": "string", "enum": [whole.status.success, whole.status.failure] }),
            ),
            (&whole.message, json!({ "type": "string" })),
        ]),
        Response::ByPosition(positional) => {
            let name = format!("{prefix}Result");
            flat.define(
                &name,
                json!({
                    "type": "object",
                    "required": [positional.passed.name],
                    "properties": {
                        positional.passed.name.as_str(): { "type": "boolean" },
                        positional.message.as_str(): { "type": ["string", "null"] }
                    }
                }),
            );
            object(&[(&positional.results, json!({ "type": "array", "items": reference(&name) }))])
        }
        Response::Later(later) => acknowledged(later),
    };
    let id = id(options, &types_response_path(contract, area));
    let mut schema =
        head(&id, &format!("{prefix}Response"), "An answer to a request, refusals of the platform apart.");
    let later = match &area.limit.over {
        OverLimit::Acknowledges { response, .. } => contract.file.responses.get(response),
        OverLimit::Refuses { .. } => None,
    };
    if let Some(Response::Later(later)) = later {
        let (first, second) = (format!("{prefix}Processed"), format!("{prefix}Acknowledged"));
        flat.define(&first, processed);
        flat.define(&second, acknowledged(later));
        schema.insert("anyOf".to_owned(), json!([reference(&first), reference(&second)]));
    } else {
        schema.extend(processed.as_object().cloned().unwrap_or_default());
    }
    if !flat.definitions.is_empty() {
        schema.insert("$defs".to_owned(), Value::Object(flat.definitions));
    }
    Value::Object(schema)
}

struct Flat<'a> {
    prefix: &'a str,
    definitions: Map<String, Value>,
}

impl Flat<'_> {
    fn define(&mut self, name: &str, schema: Value) {
        let mut named = Map::new();
        named.insert("title".to_owned(), json!(name));
        if let Value::Object(members) = schema {
            named.extend(members);
        }
        self.definitions.insert(name.to_owned(), Value::Object(named));
    }

    /// Defines an object by its name, and gives the reference to it. It stands at a path of the record (empty, or
    /// with a slash behind), and `required` answers for paths of the record.
    fn object(
        &mut self,
        fields: &[Field],
        (name, above): (&str, &str),
        required: &dyn Fn(&str) -> bool,
        additional: Option<Additional>,
        description: Option<&str>,
    ) -> Value {
        let mut properties = Map::new();
        let mut needed = Vec::new();
        for field in fields {
            let path = format!("{above}{}", field.name);
            properties.insert(field.name.clone(), self.value(field, name, &path, required));
            if required(&path) {
                needed.push(&field.name);
            }
        }
        let mut schema = Map::new();
        if let Some(description) = description {
            schema.insert("description".to_owned(), json!(description));
        }
        schema.insert("type".to_owned(), json!("object"));
        if !needed.is_empty() {
            schema.insert("required".to_owned(), json!(needed));
        }
        schema.insert("properties".to_owned(), Value::Object(properties));
        if additional.is_some() {
            // Without the type of further members: in TypeScript an index's type would bind the named ones too.
            schema.insert("additionalProperties".to_owned(), json!(true));
        }
        self.define(name, Value::Object(schema));
        reference(name)
    }

    fn value(&mut self, field: &Field, holder: &str, path: &str, required: &dyn Fn(&str) -> bool) -> Value {
        let (is_required, below) = (required(path), format!("{path}/"));
        let capital = names::type_name(&field.name);
        let holder = if holder.ends_with("Record") { self.prefix } else { holder }.to_owned();
        let mut choices: Vec<Value> = Vec::new();
        for json_type in field.types() {
            choices.push(match json_type {
                JsonType::String => match &field.closed {
                    Some(values) => json!({ "type": "string", "enum": values }),
                    None => json!({ "type": "string" }),
                },
                JsonType::Number => json!({ "type": "number" }),
                JsonType::Boolean => json!({ "type": "boolean" }),
                JsonType::Object => {
                    let name = format!("{holder}{capital}");
                    let additional = field.additional_properties;
                    self.object(&field.properties, (&name, &below), required, additional, None)
                }
                JsonType::Array => {
                    let name = format!("{holder}{capital}Item");
                    let items = self.object(&field.items, (&name, &below), &|_| false, None, None);
                    json!({ "type": "array", "items": items })
                }
            });
        }
        let mut schema = Map::new();
        if let Some(description) = described(field) {
            schema.insert("description".to_owned(), json!(description));
        }
        let plain = field.closed.is_none() && choices.iter().all(|choice| choice.get("type").is_some());
        match choices.as_slice() {
            [only] if is_required => schema.extend(only.as_object().cloned().unwrap_or_default()),
            [only] if plain && only.get("items").is_none() => {
                schema.insert("type".to_owned(), json!([only["type"], "null"]));
            }
            _ => {
                let mut titled: Vec<Value> =
                    choices.iter().map(|choice| with_title(choice, &format!("{holder}{capital}"))).collect();
                if !is_required {
                    titled.push(json!({ "type": "null" }));
                }
                schema.insert("anyOf".to_owned(), json!(titled));
            }
        }
        Value::Object(schema)
    }

    fn counting(&mut self, area: &Area, counted: &Counted) -> Value {
        let name = format!("{}Failure", self.prefix);
        let mut properties = Map::new();
        let mut required = Vec::new();
        for constant in &counted.entry.constants {
            properties.insert(constant.name.clone(), json!({ "type": "string", "enum": [constant.value] }));
            required.push(&constant.name);
        }
        for echo in &area.echoes {
            let types = match echo.encoding {
                Encoding::AsSent => json!(["string", "number", "boolean", "null"]),
                Encoding::EpochMilliseconds => json!(["integer", "null"]),
            };
            properties.insert(echo.name.clone(), json!({ "type": types }));
        }
        properties.insert(counted.entry.message.clone(), json!({ "type": "string" }));
        required.push(&counted.entry.message);
        self.define(
            &name,
            json!({ "description": "A failed record.", "type": "object", "required": required, "properties": properties }),
        );
        let words = &counted.status;
        let mut members = Vec::new();
        if area.next_batch_size.is_some() {
            members.push((&counted.next_batch_size, json!({ "type": "integer" })));
        }
        members.push((&counted.errors, json!({ "type": "array", "items": reference(&name) })));
        let statuses = json!({ "type": "string", "enum": [words.success, words.partial, words.failure] });
        members.push((&words.name, statuses));
        members.push((&counted.fail_count, json!({ "type": "integer" })));
        members.push((&counted.pass_count, json!({ "type": "integer" })));
        object(&members)
    }
}

fn described(field: &Field) -> Option<String> {
    let form = (field.format == Some(TextFormat::Date)).then_some("Written YYYY-MM-DD.");
    let parts: Vec<&str> = field.description.as_deref().into_iter().chain(form).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn with_title(choice: &Value, name: &str) -> Value {
    let Some(members) = choice.as_object().filter(|members| !members.contains_key("$ref")) else {
        return choice.clone();
    };
    let kind =
        if members.contains_key("enum") { "Value" } else { members["type"].as_str().unwrap_or_default() };
    let mut titled = Map::new();
    titled.insert("title".to_owned(), json!(format!("{name}{}", names::type_name(kind))));
    titled.extend(members.clone());
    Value::Object(titled)
}

fn acknowledged(later: &tally_spec::model::Acknowledged) -> Value {
    object(&[
        (&later.status.name, json!({ "type": "string", "enum": [later.status.value] })),
        (&later.message, json!({ "type": "string" })),
    ])
}

/// An object that has all of these.
fn object(members: &[(&String, Value)]) -> Value {
    let required: Vec<&String> = members.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        members.iter().map(|(name, schema)| ((*name).clone(), schema.clone())).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}
