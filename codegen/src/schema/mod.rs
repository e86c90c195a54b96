//! The JSON Schemas of requests and responses, draft 2020-12, straight from the spec.
//!
//! Nothing here looks at the validator that `emit` writes: the two are held against each other by tests.

#![deny(clippy::wildcard_enum_match_arm)]

mod bundle;
mod field;
mod flat;
mod request;
mod response;
mod rules;
mod text;

use serde_json::{Value, json};
use tally_spec::model::{Area, Cites, Contract};

pub use bundle::{bundle, bundle_path};
pub use flat::{types_request, types_request_path, types_response, types_response_path};
pub use request::request;
pub use response::response;

use crate::Options;

/// The path, below `generated/`, of the schema of an area's requests.
#[must_use]
pub fn request_path(contract: &Contract, area: &Area) -> String {
    format!("schemas/{}/{}.request.schema.json", contract.file.schema_path, area.name)
}

/// The path, below `generated/`, of the schema of an area's responses.
#[must_use]
pub fn response_path(contract: &Contract, area: &Area) -> String {
    format!("schemas/{}/{}.response.schema.json", contract.file.schema_path, area.name)
}

/// A schema as the text of its file.
#[must_use]
pub fn to_text(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// Every schema of a contract, by its path below the published folder.
#[must_use]
pub fn all(contract: &Contract, options: &Options) -> Vec<(String, Value)> {
    let mut list = Vec::new();
    for area in &contract.areas {
        list.push((request_path(contract, area), request(contract, area, options)));
        list.push((response_path(contract, area), response(contract, area, options)));
        list.push((types_request_path(contract, area), types_request(contract, area, options)));
        list.push((types_response_path(contract, area), types_response(contract, area, options)));
    }
    list.push((bundle_path(contract), bundle(contract, options)));
    list
}

/// A rule that a schema can't say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inexpressible {
    /// The area.
    pub area: String,
    /// The rule, by its keyword and field.
    pub rule: String,
    /// Why a schema can't say it.
    pub reason: String,
}

/// What the schemas of a contract can't say, area by area.
#[must_use]
pub fn inexpressible(contract: &Contract) -> Vec<Inexpressible> {
    let mut list = Vec::new();
    for area in &contract.areas {
        let mut add = |rule: String, reason: &str| {
            list.push(Inexpressible { area: area.name.clone(), rule, reason: reason.to_owned() });
        };
        for rule in &area.rules {
            for (rule, reason) in rules::gaps(area, rule) {
                add(rule, reason);
            }
        }
        add("limit".to_owned(), "a request over the limit is no invalid request");
        add("repeated key".to_owned(), "a schema does not compare the records of a list");
    }
    list
}

/// The start of every schema.
fn head(id: &str, title: &str, description: &str) -> serde_json::Map<String, Value> {
    let mut head = serde_json::Map::new();
    head.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    head.insert("$id".to_owned(), json!(id));
    head.insert("title".to_owned(), json!(title));
    head.insert("description".to_owned(), json!(description));
    head
}

fn id(options: &Options, path: &str) -> String {
    format!("{}/{path}", options.base_url.trim_end_matches('/'))
}

/// The statements that a part of a schema comes from, as its comment.
fn source(contract: &Contract, cites: &Cites) -> Value {
    json!(format!("Source: {}.", crate::emit::cite(contract, cites.iter())))
}
