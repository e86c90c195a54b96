//! The engine knows no contract: not one word of the first one is in its sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tally_spec::model::{Contract, Response};

use crate::support::Setup;

/// Parts of words that are the contract's own, wherever they stand.
const PARTS: &[&str] = &[
    "gainsight",
    "salesforce",
    "jbcxm",
    "apexrest",
    "milestone",
    "scorecard",
    "npsscore",
    "npsresponse",
    "npscomment",
    "usagedata",
    "usagelevel",
    "distributiondata",
    "customerfeatures",
];

/// The folders and files that hold the engine, and what tests and measures it for any contract.
const ENGINE: &[&str] = &[
    "../spec/src",
    "../codegen/src",
    "../codegen/runtime",
    "../codegen/macros/src",
    "../xtask/src",
    "src",
    "bench/build.rs",
    "bench/src",
    "contracts/src",
    "differential/src",
    "fixtures/src",
    "fuzz/fuzz_targets",
    "fuzz/src",
    "mock/src",
    "mutants/src",
    "oracle/src",
    "runner/src",
];

/// The kinds of files that are read.
const KINDS: &[&str] = &["rs", "js", "cjs", "html", "css"];

/// The keys of the spec's own format, in lower case: the engine may name them, whatever a contract is called by.
fn keys() -> BTreeSet<String> {
    fn collect(schema: &Value, keys: &mut BTreeSet<String>) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            keys.extend(properties.keys().map(|key| key.to_lowercase()));
        }
        match schema {
            Value::Object(members) => members.values().for_each(|inner| collect(inner, keys)),
            Value::Array(elements) => elements.iter().for_each(|inner| collect(inner, keys)),
            _ => {}
        }
    }
    let mut keys = BTreeSet::new();
    for (_, schema) in tally_spec::format_schemas() {
        collect(&serde_json::from_str(&schema).expect("it is JSON"), &mut keys);
    }
    keys
}

/// The words of a contract that are in no dictionary: wire names in two words or more. With them its own name, as a
/// module's too, and the names of its areas between quotes: between quotes alone, since some are plain words.
fn words(contract: &Contract) -> BTreeSet<String> {
    let (mut words, keys) = (BTreeSet::new(), keys());
    let mut add = |name: &str| {
        let joined =
            name.len() > 6 && name.chars().any(|letter| letter.is_ascii_uppercase() || letter == '_');
        if joined && !keys.contains(&name.to_lowercase()) {
            words.insert(name.to_lowercase());
        }
    };
    contract.file.kinds.keys().for_each(|name| add(name));
    for area in &contract.areas {
        add(&area.list.name);
        area.fields.iter().chain(&area.envelope).for_each(|field| add(&field.name));
        area.echoes.iter().for_each(|echo| add(&echo.name));
        for part in area.path.split('/') {
            add(part);
        }
    }
    for response in contract.file.responses.values() {
        if let Response::Counting(shape) = response {
            for name in [&shape.pass_count, &shape.fail_count, &shape.errors, &shape.entry.message] {
                add(name);
            }
        }
    }
    words.extend([contract.file.name.clone(), contract.file.name.replace('-', "_")]);
    words.extend(contract.areas.iter().map(|area| format!("\"{}\"", area.name)));
    words
}

#[test]
fn its_sources_hold_no_word_of_the_first_contract() {
    let contract = Setup::read().contract;
    let words = words(&contract);
    assert!(words.len() > 25, "{words:?}");
    let mut found = Vec::new();
    let mut read = 0;
    for file in ENGINE.iter().flat_map(|folder| sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)))
    {
        let text = fs::read_to_string(&file).expect("it is text");
        read += 1;
        for (number, line) in text.lines().enumerate() {
            let folded = line.to_lowercase();
            let parts = PARTS.iter().copied().filter(|part| folded.contains(part));
            for word in words.iter().map(String::as_str).filter(|word| holds(&folded, word)).chain(parts) {
                found.push(format!("{}:{}: {word}", file.display(), number + 1));
            }
        }
    }
    assert!(read > 400, "only {read} files");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Whether a line holds a word that is no part of a longer one.
fn holds(line: &str, word: &str) -> bool {
    let is_part =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    line.match_indices(word).any(|(place, _)| {
        let (before, behind) = (&line[..place], &line[place + word.len()..]);
        !is_part(before.chars().next_back()) && !is_part(behind.chars().next())
    })
}

/// The files of these kinds in a folder; the file itself if it is none.
fn sources(folder: &Path) -> Vec<PathBuf> {
    if folder.is_file() {
        return vec![folder.to_owned()];
    }
    let entries =
        fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("it can be read").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let is_read =
        |path: &PathBuf| path.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known));
    let mut all: Vec<PathBuf> = files.into_iter().filter(is_read).collect();
    all.extend(folders.iter().flat_map(|folder| sources(folder)));
    all
}
