//! A golden for each constraint, without conditions, under `when` and under `unless`: what a validator does with
//! it and how the request's schema says it.
//!
//! `rules/one-rule-each` is the contract, with an area for each case; `rules/expected` holds what is derived from it.
//! `rules/instances` says by hand which records of an area break what; the validators are compiled and held to
//! that, with the schemas, in `codegen/macros/tests/rules.rs`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tally_codegen::{Options, generate, schema};

use crate::instances;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/rules")
}

/// The derived texts, by the names of their files.
fn derived() -> BTreeMap<String, String> {
    let contract = instances::contract("../codegen/tests/suite/rules/one-rule-each");
    let options = Options::default();
    let files = generate(std::slice::from_ref(&contract), &options).unwrap();
    let mut derived = BTreeMap::new();
    for area in &contract.areas {
        let module = format!("src/one_rule_each/{}.rs", area.name.replace('-', "_"));
        derived.insert(format!("{}.rs", area.name), judging(&files[&module]));
        let request = schema::request(&contract, area, &options);
        derived.insert(format!("{}.json", area.name), schema::to_text(&request));
    }
    derived
}

/// Of a module, the statics that hold patterns, and the function that judges a record.
fn judging(module: &str) -> String {
    let mut kept = String::new();
    let mut within = false;
    for line in module.lines() {
        within |= line.starts_with("static ") || line.starts_with("fn judge_record");
        if within {
            kept.extend([line, "\n"]);
        }
        let is_end = line.starts_with('}') || (line.ends_with(';') && !line.starts_with(' '));
        within &= !is_end;
    }
    kept
}

#[test]
fn each_rule_is_derived_as_read() {
    let derived = derived();
    let mut stale = String::new();
    for (name, text) in &derived {
        let expected = fs::read_to_string(folder().join("expected").join(name)).unwrap_or_default();
        if *text != expected {
            let _ = writeln!(stale, "{name}\n{}", difference(&expected, text));
        }
    }
    for entry in fs::read_dir(folder().join("expected")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !derived.contains_key(&name) {
            let _ = writeln!(stale, "{name} is of no area: remove it");
        }
    }
    if stale.is_empty() {
        return;
    }
    let found = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rules");
    fs::create_dir_all(&found).unwrap();
    for (name, text) in &derived {
        fs::write(found.join(name), text).unwrap();
    }
    panic!(
        "{stale}\nRead the difference. If it is meant, copy {} over codegen/tests/suite/rules/expected.",
        found.display()
    );
}

/// The lines that differ, with what stands before and behind them left out.
fn difference(expected: &str, found: &str) -> String {
    let (was, is): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let before = was.iter().zip(&is).take_while(|(was, is)| was == is).count();
    let (was, is) = (&was[before..], &is[before..]);
    let behind = was.iter().rev().zip(is.iter().rev()).take_while(|(was, is)| was == is).count();
    let gone = was[..was.len() - behind].iter().map(|line| format!("-{line}\n"));
    let come = is[..is.len() - behind].iter().map(|line| format!("+{line}\n"));
    std::iter::once(format!("@ line {}\n", before + 1)).chain(gone).chain(come).collect()
}
