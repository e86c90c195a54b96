//! What is published, of both contracts.

use std::path::Path;

use serde_json::Value;
use tally_codegen::publish::{Package, digest, lock, publish, sums};
use tally_codegen::{Files, Options, schema};
use tally_spec::model::{Contract, ExampleKind};

use crate::instances;

const CONTRACTS: [&str; 2] = ["gsapi-v1", "tests/parcels-v2"];

fn published(contract: &Contract) -> Files {
    let package = Package {
        version: "1.2.3".to_owned(),
        licence: "MIT".to_owned(),
        licence_files: vec![("LICENSE".to_owned(), "MIT".to_owned())],
    };
    publish(contract, &Options::default(), &package)
}

/// The files whose path ends so.
fn ending<'f>(files: &'f Files, extension: &'f str) -> impl Iterator<Item = (&'f String, &'f String)> {
    files.iter().filter(move |(path, _)| Path::new(path).extension().is_some_and(|end| end == extension))
}

#[test]
fn the_same_contract_makes_the_same_bytes() {
    for name in CONTRACTS {
        let contract = instances::contract(name);
        assert_eq!(published(&contract), published(&instances::contract(name)));
    }
}

#[test]
fn every_area_has_its_files() {
    for name in CONTRACTS {
        let contract = instances::contract(name);
        let files = published(&contract);
        for area in &contract.areas {
            for path in [
                schema::request_path(&contract, area),
                schema::response_path(&contract, area),
                schema::types_request_path(&contract, area),
                schema::types_response_path(&contract, area),
                format!("{}.html", area.name),
            ] {
                assert!(files.contains_key(&path), "{path}");
            }
        }
        for path in ["index.html", "index.json", "openapi.json", "npm/package.json", "pypi/pyproject.toml"] {
            assert!(files.contains_key(path), "{path}");
        }
    }
}

#[test]
fn checksums_are_of_every_other_file() {
    let mut files = published(&instances::contract("tests/parcels-v2"));
    let written = files.remove("SHA256SUMS").unwrap();
    assert_eq!(written, sums(&files));
    assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn every_json_file_is_json() {
    for name in CONTRACTS {
        let files = published(&instances::contract(name));
        for (path, text) in ending(&files, "json") {
            assert!(serde_json::from_str::<Value>(text).is_ok(), "{path}");
        }
    }
}

#[test]
fn types_are_flat_and_take_the_worked_examples() {
    const NOT_FLAT: [&str; 9] =
        ["if", "then", "else", "not", "const", "allOf", "oneOf", "unevaluatedProperties", "unevaluatedItems"];
    for name in CONTRACTS {
        let contract = instances::contract(name);
        for area in &contract.areas {
            let request = schema::types_request(&contract, area, &Options::default());
            let response = schema::types_response(&contract, area, &Options::default());
            for schema in [&request, &response] {
                for keyword in keywords(schema) {
                    assert!(!NOT_FLAT.contains(&keyword.as_str()), "{}: {keyword}", area.name);
                }
            }
            for example in &area.examples {
                let schema = if example.entry.kind == ExampleKind::Request { &request } else { &response };
                let error = jsonschema::validator_for(schema).unwrap().validate(&example.value).err();
                assert!(error.is_none(), "{} {}: {error:?}", area.name, example.entry.name);
            }
        }
    }
}

/// The keywords of a schema, the names of members and definitions apart.
fn keywords(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        found.push(keyword.clone());
        match (keyword.as_str(), value) {
            ("properties" | "$defs", Value::Object(members)) => {
                members.values().for_each(|member| found.extend(keywords(member)));
            }
            (_, Value::Array(values)) => values.iter().for_each(|value| found.extend(keywords(value))),
            (_, value) => found.extend(keywords(value)),
        }
    }
    found
}

#[test]
fn pages_need_no_other_file_and_every_link_resolves() {
    for name in CONTRACTS {
        let files = published(&instances::contract(name));
        for (path, page) in ending(&files, "html") {
            for outside in
                ["<link rel=\"stylesheet", "<script src", "<img", "@import", "http-equiv=\"refresh"]
            {
                assert!(!page.contains(outside), "{path} holds {outside}");
            }
            for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"')) {
                let link = link.0;
                if link == "data:," {
                    continue;
                }
                let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = if file.is_empty() { Some(page) } else { files.get(file) };
                let target = target.unwrap_or_else(|| panic!("{path} links to {link}, which is not there"));
                assert!(anchor.is_empty() || target.contains(&format!(" id=\"{anchor}\"")), "{path}: {link}");
            }
        }
    }
}

#[test]
fn anchors_are_given_once() {
    for name in CONTRACTS {
        let files = published(&instances::contract(name));
        for (path, page) in ending(&files, "html") {
            let mut seen = std::collections::BTreeSet::new();
            for id in page.split(" id=\"").skip(1).filter_map(|rest| rest.split_once('"')) {
                assert!(seen.insert(id.0), "{path}: {} twice", id.0);
            }
        }
    }
}

#[test]
fn every_statement_is_shown_with_its_provenance() {
    for name in CONTRACTS {
        let contract = instances::contract(name);
        let files = published(&contract);
        let index = &files["index.html"];
        for statement in &contract.statements {
            let word = statement.provenance.as_str();
            assert!(index.contains(&format!("{} <span>{word}</span>", statement.id)), "{}", statement.id);
            let said = index.split(&format!("id=\"{}\" data-find", statement.id.replace('.', "-"))).nth(1);
            let said = said.and_then(|rest| rest.split("</div>").next()).unwrap();
            let place = statement.location.as_deref().unwrap_or("</p>");
            assert!(said.contains(place), "{}: {said}", statement.id);
        }
    }
}

#[test]
fn text_of_the_spec_is_escaped() {
    let mut contract = instances::contract("tests/parcels-v2");
    let trap = "<script>alert('\"&')</script>";
    contract.file.title = trap.to_owned();
    contract.areas[0].file.title = trap.to_owned();
    contract.areas[0].file.description = trap.to_owned();
    contract.areas[0].file.fields[0].description = Some(trap.to_owned());
    contract.statements[0].summary = trap.to_owned();
    contract.statements[0].location = Some(trap.to_owned());
    contract.file.kinds.values_mut().for_each(|kind| kind.found = Some(trap.to_owned()));
    for (path, page) in ending(&published(&contract), "html") {
        assert!(!page.contains("<script>alert"), "{path}");
    }
}

#[test]
fn a_schema_may_not_change_under_its_id() {
    let contract = instances::contract("tests/parcels-v2");
    let options = Options::default();
    let recorded = lock::digests(&contract, &options);
    assert_eq!(lock::changed(&recorded, &lock::digests(&contract, &options)), Vec::new());
    let mut other = contract.clone();
    other.areas[0].file.fields.pop();
    let made = lock::digests(&other, &options);
    let changed = lock::changed(&recorded, &made);
    let ids: Vec<&str> = changed.iter().map(|one| one.id.as_str()).collect();
    assert!(ids.iter().any(|id| id.ends_with("/shipments.request.schema.json")), "{ids:?}");
    assert!(ids.iter().any(|id| id.ends_with("/bundle.schema.json")), "{ids:?}");
    assert!(!ids.iter().any(|id| id.contains("/stock.")), "{ids:?}");
    other.file.schema_path = "parcels/v3".to_owned();
    let renamed = lock::digests(&other, &options);
    assert_eq!(lock::changed(&recorded, &renamed), Vec::new());
    let text = lock::record(&recorded, &renamed);
    assert_eq!(text.lines().filter(|line| line.starts_with('"')).count(), recorded.len() + renamed.len());
}
