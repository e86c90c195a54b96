//! The schema of an area's requests.

use serde_json::{Map, Value, json};
use tally_spec::model::{Area, Contract, Response};

use super::{field, head, id, request_path, rules, source};
use crate::Options;

/// The schema of an area's requests: what the rules of shape let through.
#[must_use]
pub fn request(contract: &Contract, area: &Area, options: &Options) -> Value {
    let id = id(options, &request_path(contract, area));
    let mut schema = head(&id, &format!("{}: request", area.title), &area.description);
    schema.insert("$comment".to_owned(), source(contract, &area.statement));
    let holder = holder(contract, area);
    match &contract.file.service.envelope {
        Some(envelope) => {
            schema.insert("type".to_owned(), json!("object"));
            schema.insert("required".to_owned(), json!([envelope]));
            schema.insert("properties".to_owned(), json!({ envelope: holder }));
        }
        None => schema.extend(holder),
    }
    let mut definitions = Map::new();
    definitions.insert("record".to_owned(), record(contract, area));
    definitions.extend(rules::definitions(area));
    schema.insert("$defs".to_owned(), Value::Object(definitions));
    Value::Object(schema)
}

/// The object that holds the list and the request options.
fn holder(contract: &Contract, area: &Area) -> Map<String, Value> {
    let mut properties = Map::new();
    for option in &area.envelope {
        properties.insert(option.name.clone(), field::field(contract, area, option, ""));
    }
    properties.insert(area.list.name.clone(), list(contract, area));
    let mut holder = Map::new();
    holder.insert("type".to_owned(), json!("object"));
    holder.insert("required".to_owned(), json!([area.list.name]));
    holder.insert("properties".to_owned(), Value::Object(properties));
    let branches = rules::branches(area);
    if !branches.is_empty() {
        holder.insert("allOf".to_owned(), json!(branches));
    }
    holder
}

fn list(contract: &Contract, area: &Area) -> Value {
    let record = json!({ "$ref": "#/$defs/record" });
    let fails_empty =
        matches!(contract.response(area), Response::Whole(_)) && area.list.empty_fails.is_some();
    let mut items = Map::new();
    items.insert("items".to_owned(), record.clone());
    if fails_empty {
        items.insert("minItems".to_owned(), json!(1));
    }
    if area.list.one_object.is_none() {
        items.insert("type".to_owned(), json!("array"));
        return Value::Object(items);
    }
    json!({ "type": ["array", "object"], "if": { "type": "object" }, "then": record, "else": items })
}

/// One record.
fn record(contract: &Contract, area: &Area) -> Value {
    let mut properties: Map<String, Value> = area
        .fields
        .iter()
        .map(|one| (one.name.clone(), field::field(contract, area, one, &one.name)))
        .collect();
    let (required, others) = rules::on_record(area);
    for name in &required {
        merge_present(area, name, &mut properties);
    }
    let mut schema = Map::new();
    schema.insert("title".to_owned(), json!(area.record));
    schema.insert("type".to_owned(), json!("object"));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !others.is_empty() {
        schema.insert("allOf".to_owned(), json!(others));
    }
    Value::Object(schema)
}

fn merge_present(area: &Area, name: &str, properties: &mut Map<String, Value>) {
    let present = area.field_at(name).map(field::present);
    if let (Some(Value::Object(schema)), Some(present)) = (properties.get_mut(name), present) {
        schema.extend(present);
    }
}
