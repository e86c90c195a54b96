//! The oracle's verdicts on records that were judged by hand.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::support::rules;

fn text(value: &Value) -> &str {
    value.as_str().expect("it is text")
}

#[test]
fn the_oracle_judges_as_is_written() {
    let (subject, mut judged) = (rules(), 0);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../codegen/tests/suite/rules/instances");
    for area in &subject.contract.areas {
        let file = fs::read_to_string(folder.join(format!("{}.json", area.name))).expect("it can be read");
        let cases: Vec<Value> = serde_json::from_str(&file).expect("it is a list");
        for case in &cases {
            let mut body: Map<String, Value> = case["options"].as_object().cloned().unwrap_or_default();
            let record = &case["record"];
            let list = if case["alone"] == true { record.clone() } else { json!([record]) };
            body.insert(area.list.name.clone(), list);
            let shape = subject.oracle.shape(area, &Value::Object(body));
            let reasons = shape.refused.iter().chain(shape.records.iter().flatten());
            let mut found: Vec<(&str, &str)> =
                reasons.map(|reason| (reason.pointer.as_str(), reason.keyword.as_str())).collect();
            let written = case["violations"].as_array().expect("it is a list").iter();
            let mut written: Vec<(&str, &str)> =
                written.map(|one| (text(&one["pointer"]), text(&one["keyword"]))).collect();
            found.sort_unstable();
            written.sort_unstable();
            assert_eq!(found, written, "{}: {}", area.name, text(&case["describe"]));
            judged += 1;
        }
    }
    assert!(judged > 150, "only {judged} records were judged");
}
