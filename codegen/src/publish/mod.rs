//! What is published of a contract, for people who don't write Rust: schemas, an `OpenAPI` document,
//! packages and a reference site, as texts by their paths.
//!
//! Everything is derived from the contract, and the same contract makes the same bytes.

#![deny(clippy::wildcard_enum_match_arm)]

mod catalogue;
pub mod lock;
mod npm;
mod openapi;
mod python;
mod python_types;
mod site;
mod sums;
mod typescript;

use serde_json::Value;
use tally_spec::model::{Contract, ExampleKind};

use crate::{Files, Options, schema};

pub use sums::{digest, sums};

/// What the packages say of themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    /// The version of both packages.
    pub version: String,
    /// The licence, as an SPDX expression.
    pub licence: String,
    /// Licence texts, by file name.
    pub licence_files: Vec<(String, String)>,
}

/// Every file of the published folder, by its path in it.
#[must_use]
pub fn publish(contract: &Contract, options: &Options, package: &Package) -> Files {
    let mut files = Files::new();
    for (path, schema) in schema::all(contract, options) {
        files.insert(path, schema::to_text(&schema));
    }
    files.insert("openapi.json".to_owned(), schema::to_text(&openapi::openapi(contract, package)));
    npm::package(contract, options, package, &mut files);
    python::package(contract, options, package, &mut files);
    site::pages(contract, options, &mut files);
    let catalogue = catalogue::catalogue(contract, options, package, &files);
    files.insert("index.json".to_owned(), schema::to_text(&catalogue));
    let sums = sums(&files);
    files.insert("SHA256SUMS".to_owned(), sums);
    files
}

/// The first worked request of the area.
fn worked_request(area: &tally_spec::model::Area) -> Option<&Value> {
    let mut requests = area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Request);
    let first = requests.clone().next();
    requests.find(|example| example.entry.name == "request").or(first).map(|example| &example.value)
}
