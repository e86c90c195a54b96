//! What the mock keeps, held against cases written by hand from the document and the ledger.

mod sandbox;
mod spelling;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use sandbox::Sandbox;

const CASES: &str = include_str!("cases.json");

fn cases() -> Vec<Value> {
    serde_json::from_str(CASES).expect("the cases are JSON")
}

/// The list under a name; empty if there is none.
fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

/// The body that a step of a case sends.
fn body(sandbox: &Sandbox, step: &Value) -> String {
    if let Some(text) = step["text"].as_str() {
        return text.to_owned();
    }
    let times = step["repeat"].as_u64().unwrap_or(1);
    let mut records: Vec<Value> = (0..times).flat_map(|_| list(step, "records").to_vec()).collect();
    records.extend(list(step, "then").to_vec());
    sandbox.body(step["area"].as_str().unwrap_or_default(), &step["options"], records)
}

/// Every member that is wanted, of everything that was found: `record` and the like whole, an entry's other
/// members if they are named.
fn differences(wanted: &[Value], found: &[Value], at: &str, problems: &mut Vec<String>) {
    if wanted.len() != found.len() {
        problems.push(format!("{at}: {} wanted, {} found: {}", wanted.len(), found.len(), json!(found)));
    }
    for (index, (wanted, found)) in wanted.iter().zip(found).enumerate() {
        for (name, value) in wanted.as_object().into_iter().flatten() {
            if found[name] != *value {
                problems.push(format!("{at}/{index}/{name}: wanted {value}, found {}", found[name]));
            }
        }
    }
}

fn run(case: &Value) -> Vec<String> {
    let sandbox = Sandbox::start(&case["switches"]);
    let mut problems = Vec::new();
    sandbox.set_today(&case["today"]);
    for step in list(case, "send") {
        sandbox.set_today(&step["today"]);
        sandbox.send(step["area"].as_str().unwrap_or_default(), &body(&sandbox, step));
    }
    if case["drain"] == json!(true) {
        sandbox.drain();
    }
    for read in list(case, "read") {
        let area = read["area"].as_str().unwrap_or_default();
        let found = sandbox.records(area, read["where"].as_str());
        if let Some(total) = read["total"].as_u64()
            && found["total"] != json!(total)
        {
            problems.push(format!("{area}: {total} wanted, {} found", found["total"]));
        }
        if read.get("records").is_some() {
            differences(list(read, "records"), list(&found, "records"), area, &mut problems);
        }
    }
    if case.get("jobs").is_some() {
        differences(list(case, "jobs"), &sandbox.jobs(), "jobs", &mut problems);
    }
    for (kind, wanted) in case["created"].as_object().into_iter().flatten() {
        let found = sandbox.things(kind)["created"].clone();
        if found != *wanted {
            problems.push(format!("created {kind}: wanted {wanted}, found {found}"));
        }
    }
    problems
}

#[test]
fn every_case_is_kept_as_the_ledger_has_it() {
    let mut problems = Vec::new();
    for case in cases() {
        let name = &case["name"];
        problems.extend(run(&case).into_iter().map(|problem| format!("{name} {problem}")));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn of_many_things_made_the_summary_names_the_newest() {
    let sandbox = Sandbox::start(&Value::Null);
    let named = |number: usize| {
        json!({ "account": "001F000001NH5isIAD", "surveycode": format!("Made {number}"), "npsscore": 5,
            "useremail": "a@acme.example", "respondeddate": "2015-02-01" })
    };
    for start in [0, 75] {
        let records = (start..start + 75).map(named).collect();
        sandbox.send("nps", &sandbox.body("nps", &Value::Null, records));
    }
    let things = sandbox.things("survey-code");
    assert_eq!((&things["createdCount"], &things["created"][0]), (&json!(150), &json!("Made 149")));
    assert_eq!((list(&things, "created").len(), &things["created"][99]), (100, &json!("Made 50")));
    let found = sandbox.created("survey-code", 148);
    assert_eq!((&found["total"], &found["created"]), (&json!(150), &json!(["Made 148", "Made 149"])));
}

/// What only the state shows: each of these statements has a case.
const OF_THE_STATE: &[&str] = &[
    "CU2", "CT3", "CT4", "CT5", "CT6", "CT7", "FE2", "MI2", "NP4", "NP5", "SM3", "SM4.1", "SM5.1", "SM5.2",
    "SO2.1", "SO2.2", "SU1", "SU6", "SU7.1", "US2", "US6.1", "US6.2", "G5", "G10", "G11", "R8", "A3", "A7",
    "A10", "A11", "A14", "A15", "A16", "A17", "A18", "A20", "A22", "A24", "A25", "X3",
];

#[test]
fn every_statement_about_the_state_has_a_case() {
    let cases = cases();
    let shown: BTreeSet<&str> =
        cases.iter().flat_map(|case| list(case, "statements")).filter_map(Value::as_str).collect();
    let missing: Vec<_> = OF_THE_STATE.iter().filter(|id| !shown.contains(**id)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    let known = Sandbox::statements();
    let unknown: Vec<_> = shown.iter().filter(|id| !known.contains(**id)).collect();
    assert!(unknown.is_empty(), "no statement is {unknown:?}");
}
