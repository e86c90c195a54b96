//! Every fact cites statements that exist, and every statement is cited.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Linter;
use crate::near::did_you_mean;

pub(super) fn check(linter: &mut Linter<'_>) {
    let statements = &linter.contract.statements;
    let mut known = BTreeSet::new();
    for (index, statement) in statements.iter().enumerate() {
        let pointer = format!("/statements/{index}/id");
        if !known.insert(statement.id.as_str()) {
            linter.report(
                "statements.toml",
                &pointer,
                format!("there are two statements {}", statement.id),
                None,
            );
        }
        if !is_id(&statement.id) {
            let cure = Some("write letters, digits, and a part behind a dot: `R4.1`".to_owned());
            let message = format!("`{}` is not a statement's number", statement.id);
            linter.report("statements.toml", &pointer, message, cure);
        }
    }
    let mut cited = BTreeSet::new();
    let documents = linter.documents;
    for (file, document) in documents.iter().filter(|(file, _)| *file != "statements.toml") {
        let mut found = Vec::new();
        collect(&document.value(), "", &mut found);
        for (pointer, id) in found {
            if !known.contains(id.as_str()) {
                let cure = did_you_mean(&id, known.iter().copied());
                linter.report(file, &pointer, format!("there is no statement {id}"), cure);
            }
            cited.insert(id);
        }
    }
    for (index, statement) in statements.iter().enumerate() {
        if !cited.contains(&statement.id) {
            let cure = Some("cite it at the fact it supports, or remove it".to_owned());
            let pointer = format!("/statements/{index}/id");
            linter.report("statements.toml", &pointer, format!("nothing cites {}", statement.id), cure);
        }
    }
}

fn is_id(id: &str) -> bool {
    let mut parts = id.split('.');
    let first = parts.next().unwrap_or_default();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let letters = first.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let named = !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_uppercase());
    named && digits(&first[letters.len()..]) && parts.all(digits)
}

/// The citations in a file: what stands under a key that holds some.
fn collect(value: &Value, pointer: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                let below = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                if is_citation(name, pointer) {
                    texts(inner, &below, found);
                } else {
                    collect(inner, &below, found);
                }
            }
        }
        Value::Array(elements) => {
            for (index, inner) in elements.iter().enumerate() {
                collect(inner, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Whether a key holds citations. All members of the table `reading` do.
fn is_citation(name: &str, within: &str) -> bool {
    let by_name = name == "statement"
        || name.ends_with("Statement")
        || matches!(name, "secrecy" | "mediaTypeParameters" | "dateTime" | "oneObject" | "emptyFails");
    by_name || within == "/reading"
}

fn texts(value: &Value, pointer: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(id) => found.push((pointer.to_owned(), id.clone())),
        Value::Array(ids) => {
            for (index, id) in ids.iter().enumerate() {
                texts(id, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}
