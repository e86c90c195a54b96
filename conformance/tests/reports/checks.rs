//! The list of checks.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;
use tally_conformance::check::registry::REGISTRY;

fn checks(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_tally")).arg("checks").args(arguments).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}

#[test]
fn the_list_holds_every_check_once() {
    let list: Value = serde_json::from_str(&checks(&["--format", "json"])).expect("it is JSON");
    let list = list.as_array().expect("a list");
    let names: BTreeSet<&str> = list.iter().filter_map(|check| check["id"].as_str()).collect();
    assert_eq!((list.len(), names.len()), (REGISTRY.len(), REGISTRY.len()));
    let text = checks(&[]);
    for check in REGISTRY {
        assert!(text.contains(check.sentence), "{}", check.id);
        assert!(check.sentence.ends_with('.'), "{}", check.id);
    }
}

#[test]
fn a_check_with_statements_is_shown_by_a_fault() {
    let list: Value = serde_json::from_str(&checks(&["--format", "json"])).expect("it is JSON");
    let list = list.as_array().expect("a list");
    let holds = |check: &&Value, member: &str| check[member].as_array().is_some_and(|list| !list.is_empty());
    let unshown: Vec<&str> = list
        .iter()
        .filter(|check| holds(check, "statements") && !holds(check, "faults"))
        .filter_map(|check| check["id"].as_str())
        .collect();
    assert_eq!(unshown, Vec::<&str>::new());
}
