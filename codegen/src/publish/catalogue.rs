//! `index.json`: what there is, for programs.

use serde_json::{Value, json};
use tally_spec::model::{Area, Contract, OverLimit};

use super::{Package, digest};
use crate::{Files, Options, schema};

/// The catalogue of the published folder.
pub(super) fn catalogue(contract: &Contract, options: &Options, package: &Package, files: &Files) -> Value {
    let file = |path: String| {
        let sum = files.get(&path).map(|text| digest(text));
        json!({ "path": path, "id": format!("{}/{path}", options.base_url.trim_end_matches('/')), "sha256": sum })
    };
    let areas: Vec<Value> = contract
        .areas
        .iter()
        .map(|area| {
            json!({
                "name": area.name,
                "title": area.title,
                "description": area.description,
                "path": format!("{}{}", contract.file.service.base_path(), area.path),
                "method": contract.file.service.verb.value,
                "limit": limit(area),
                "page": format!("{}.html", area.name),
                "schemas": {
                    "request": file(schema::request_path(contract, area)),
                    "response": file(schema::response_path(contract, area)),
                    "requestTypes": file(schema::types_request_path(contract, area)),
                    "responseTypes": file(schema::types_response_path(contract, area)),
                },
            })
        })
        .collect();
    let not_said: Vec<Value> = schema::inexpressible(contract)
        .into_iter()
        .map(|one| json!({ "area": one.area, "rule": one.rule, "reason": one.reason }))
        .collect();
    json!({
        "contract": contract.file.name,
        "title": contract.file.title,
        "version": package.version,
        "bundle": file(schema::bundle_path(contract)),
        "openapi": "openapi.json",
        "checksums": "SHA256SUMS",
        "packages": { "npm": "npm/package.json", "pypi": "pypi/pyproject.toml" },
        "areas": areas,
        "notInTheSchemas": not_said,
    })
}

fn limit(area: &Area) -> Value {
    let beyond = match &area.limit.over {
        OverLimit::Acknowledges { .. } => "acknowledged",
        OverLimit::Refuses { .. } => "refused",
    };
    let counted = area.limit.counts.as_deref().unwrap_or(&area.list.name);
    json!({ "maximum": area.limit.maximum, "counts": counted, "beyond": beyond })
}
