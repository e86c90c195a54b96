//! All schemas of a contract as one document.

use serde_json::{Map, Value, json};
use tally_spec::model::Contract;

use super::{head, id, request, response};
use crate::Options;

/// The path of the document that holds every schema of the contract.
#[must_use]
pub fn bundle_path(contract: &Contract) -> String {
    format!("schemas/{}/bundle.schema.json", contract.file.schema_path)
}

/// Every schema of the contract, each whole and with its own `$id`, so that a reference to one resolves
/// without asking a network. By itself it accepts anything.
#[must_use]
pub fn bundle(contract: &Contract, options: &Options) -> Value {
    let id = id(options, &bundle_path(contract));
    let description = "Every request and response schema, to load at once. Refer to one by its $id.";
    let mut schema = head(&id, &format!("{}: all schemas", contract.file.title), description);
    let mut definitions = Map::new();
    for area in &contract.areas {
        definitions.insert(format!("{}.request", area.name), request(contract, area, options));
        definitions.insert(format!("{}.response", area.name), response(contract, area, options));
    }
    schema.insert("$defs".to_owned(), json!(definitions));
    Value::Object(schema)
}
