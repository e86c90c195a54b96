//! `tally validate`, by cases written down by hand from the ledger.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const CASES: &str = include_str!("validate.json");

fn tally(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tally"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    // A command that fails early reads nothing.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// A violation as the cases write it: pointer, keyword, statement and record.
fn line(violation: &Value) -> String {
    let text = |name: &str| violation[name].as_str().expect("it is text");
    format!("{} {} {} {}", text("pointer"), text("keyword"), text("statement"), violation["record"])
}

#[test]
fn bodies_are_judged_as_the_ledger_has_it() {
    let cases: Vec<Value> = serde_json::from_str(CASES).expect("the cases are JSON");
    let mut wrong = Vec::new();
    for case in &cases {
        let body = case["text"].as_str().map_or_else(|| case["body"].to_string(), str::to_owned);
        let area = case["area"].as_str().expect("it names an area");
        let output = tally(&["validate", area, "--format", "json"], body.as_bytes());
        let found: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        let keys: Vec<&String> = found.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["request", "records", "violations"], "{}", case["case"]);
        let violations = found["violations"].as_array().expect("a list");
        for violation in violations {
            let keys: Vec<&String> = violation.as_object().expect("an object").keys().collect();
            assert_eq!(keys, ["pointer", "keyword", "statement", "record", "message"]);
            assert!(violation["message"].as_str().is_some_and(|message| !message.is_empty()));
        }
        let found = json!({
            "exit": output.status.code(),
            "request": found["request"],
            "records": found["records"],
            "violations": violations.iter().map(line).collect::<Vec<_>>(),
        });
        for key in ["exit", "request", "records", "violations"] {
            if found[key] != case[key] {
                wrong.push(format!("{} {key}: {} is due, not {}", case["case"], case[key], found[key]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_body_over_the_limit_is_accepted_with_a_note() {
    let record = json!({ "account": "001F000001NH5is" });
    let body = json!({ "data": { "customers": vec![record; 1001] } }).to_string();
    let output = tally(&["validate", "customers", "--format", "json"], body.as_bytes());
    let found: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(found["records"].as_array().map(Vec::len), Some(1001));
    assert_eq!(output.status.code(), Some(0));
    let note = String::from_utf8(output.stderr).expect("it is text");
    assert!(note.starts_with("note: the request holds 1001"), "{note}");
}

#[test]
fn people_get_a_list_without_colour_off_a_terminal() {
    let output = tally(&["validate", "customers"], br#"{"data":{"customers":[{"account":"\u001b[31m"}]}}"#);
    let told = String::from_utf8(output.stdout).expect("it is text");
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("/data/customers/0/account") && told.contains("A7"), "{told}");
    assert!(!told.contains('\u{1b}'), "{told:?}");
}

#[test]
fn wrong_usage_exits_2_and_says_what_is_wrong() {
    for (arguments, wanted) in [
        (&["validate", "custmers"][..], "did you mean \"customers\"?"),
        (&["validate", "customers", "no-such-file.json"], "no-such-file.json"),
        (&["validate", "customers", "--contract", "gsapi-v9"], "did you mean \"gsapi-v1\"?"),
        (&["validate"], "Usage:"),
        (&["conform", "--area", "npss"], "did you mean \"nps\"?"),
        (&["conform", "--fault", "limit-plus-on"], "limit-plus-one"),
        (&["conform", "--target", "http://127.0.0.1:1/x"], "--fixtures is missing"),
        (&["mock", "--addr", "nowhere"], "--addr"),
    ] {
        let output = tally(arguments, b"{}");
        let told = String::from_utf8(output.stderr).expect("it is text");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(wanted), "{arguments:?}: {told}");
    }
}
