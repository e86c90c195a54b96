//! What is derived from each constraint under each condition compiles, and judges records as the files in
//! `codegen/tests/suite/rules/instances` say by hand: the validator and the JSON Schema alike.

#![deny(warnings)]

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

mod rules {
    #![allow(missing_docs, clippy::pedantic, unreachable_pub, reason = "the module is a user's, not ours")]

    tally_macros::contract!("tests/suite/rules/one-rule-each");
}

/// A record of an area, and what it breaks.
struct Case {
    describe: String,
    body: Value,
    violations: Vec<String>,
}

fn cases(area: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/rules/instances");
    let text = fs::read_to_string(folder.join(format!("{area}.json"))).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    cases.iter().map(case).collect()
}

fn case(case: &Value) -> Case {
    let mut body: Map<String, Value> = case["options"].as_object().cloned().unwrap_or_default();
    let record = &case["record"];
    // Some areas take one object in place of a list.
    let list = if case["alone"] == true { record.clone() } else { json!([record]) };
    body.insert("items".to_owned(), list);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let violation = |one: &Value| format!("{} {}", text(&one["pointer"]), text(&one["keyword"]));
    let violations = case["violations"].as_array().unwrap().iter().map(violation).collect();
    Case { describe: text(&case["describe"]), body: Value::Object(body), violations: sorted(violations) }
}

fn sorted(mut violations: Vec<String>) -> Vec<String> {
    violations.sort();
    violations
}

#[test]
fn the_validators_judge_as_is_written() {
    let mut judged = 0;
    for area in rules::CONTRACT.areas {
        for case in cases(area.name) {
            let judgement = (area.judge)(case.body.to_string().as_bytes());
            let found = judgement.violations.iter().map(|one| format!("{} {}", one.pointer, one.keyword));
            assert_eq!(sorted(found.collect()), case.violations, "{}: {}", area.name, case.describe);
            judged += 1;
        }
    }
    assert!(judged > 150, "only {judged} records were judged");
}

#[test]
fn the_schemas_judge_as_is_written() {
    for area in rules::CONTRACT.areas {
        let schema: Value = serde_json::from_str(area.request_schema).unwrap();
        let schema = jsonschema::validator_for(&schema).unwrap();
        for case in cases(area.name) {
            let found = schema
                .iter_errors(&case.body)
                .map(|error| format!("{} {}", error.instance_path(), error.kind().keyword()));
            // Two rules that a record breaks by one keyword at one place may be one schema's.
            let (mut found, mut expected) = (sorted(found.collect()), case.violations);
            found.dedup();
            expected.dedup();
            assert_eq!(found, expected, "{}: {}\n{}", area.name, case.describe, case.body);
        }
    }
}
