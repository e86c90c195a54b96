//! No part of a contract changes unseen: every leaf of what the files say, changed by itself, is reported.

use serde_json::{Value, json};
use tally_codegen::diff::compare;
use tally_spec::model::{AreaFile, Contract, ContractFile};

use crate::instances;

/// Parts that say nothing to senders or endpoints: names of files, what reports call a record, worked
/// examples, and what only a fixtures file is read by.
fn is_silent(pointer: &str) -> bool {
    let fixtures = |member: &str| pointer.starts_with("/kinds/") && pointer.contains(member);
    ["/name", "/schemaPath", "/areas", "/record", "/examples", "/switches"].contains(&pointer)
        || ["/title", "/fixtures", "/member", "/unknown"].into_iter().any(fixtures)
}

#[test]
fn every_leaf_that_changes_is_reported() {
    for name in ["gsapi-v1", "tests/parcels-v2"] {
        let old = instances::contract(name);
        let mut leaves = Vec::new();
        for (place, others) in changes(&serde_json::to_value(&old.file).unwrap()) {
            leaves.push((place, others.into_iter().find_map(|other| with_file(&old, other))));
        }
        for (index, area) in old.areas.iter().enumerate() {
            for (place, others) in changes(&serde_json::to_value(&area.file).unwrap()) {
                let new = others.into_iter().find_map(|other| with_area(&old, index, other));
                leaves.push((format!("{}{place}", area.name), new));
            }
        }
        let changed: Vec<_> = leaves.iter().filter_map(|(place, new)| Some((place, new.as_ref()?))).collect();
        let unseen: Vec<_> =
            changed.iter().filter(|(_, new)| compare(&old, new).is_empty()).map(|(place, _)| place).collect();
        assert!(changed.len() > 150, "{name}: only {} changes were tried", changed.len());
        assert!(unseen.is_empty(), "{name}: {} of {} unseen: {unseen:#?}", unseen.len(), changed.len());
    }
}

fn with_file(old: &Contract, changed: Value) -> Option<Contract> {
    let file: ContractFile = serde_json::from_value(changed).ok()?;
    // A response that is named must be there; the lint says so before any comparison.
    let named = old.areas.iter().all(|area| file.responses.contains_key(&area.response));
    named.then(|| Contract { file, ..old.clone() }).filter(|new| new != old)
}

fn with_area(old: &Contract, index: usize, changed: Value) -> Option<Contract> {
    let file: AreaFile = serde_json::from_value(changed).ok()?;
    old.file
        .responses
        .contains_key(&file.response)
        .then(|| {
            let mut new = old.clone();
            new.areas[index].file = file;
            new
        })
        .filter(|new| new != old)
}

/// For each leaf and each list, by its pointer: the value with other contents there, of which one will do.
fn changes(value: &Value) -> Vec<(String, Vec<Value>)> {
    let mut pointers = Vec::new();
    walk(value, String::new(), &mut pointers);
    let changed = |pointer: &String| {
        let others = others(value.pointer(pointer).unwrap()).into_iter();
        others
            .map(|other| {
                let mut changed = value.clone();
                *changed.pointer_mut(pointer).unwrap() = other;
                changed
            })
            .collect()
    };
    pointers.iter().map(|pointer| (pointer.clone(), changed(pointer))).collect()
}

fn walk(value: &Value, pointer: String, found: &mut Vec<String>) {
    if is_silent(&pointer) {
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                walk(member, format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(values) => {
            found.push(pointer.clone());
            for (at, member) in values.iter().enumerate() {
                walk(member, format!("{pointer}/{at}"), found);
            }
        }
        _ => found.push(pointer),
    }
}

/// Another number or text; a word of each closed choice that the format has; a list without its first entry.
fn others(leaf: &Value) -> Vec<Value> {
    const WORDS: [&str; 10] = [
        "date",
        "email",
        "open",
        "creates",
        "laterStands",
        "lastCounts",
        "allOrNothing",
        "new",
        "number",
        "asSent",
    ];
    match leaf {
        Value::Bool(is) => vec![json!(!is)],
        Value::Number(number) => match number.as_u64() {
            Some(whole) => vec![json!(whole + 1)],
            None => vec![json!(number.as_f64().unwrap_or_default() + 1.0)],
        },
        Value::String(text) => {
            [format!("{text}x")].into_iter().chain(WORDS.map(str::to_owned)).map(Value::String).collect()
        }
        Value::Array(values) if !values.is_empty() => vec![json!(values[1..])],
        _ => Vec::new(),
    }
}
