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

const BAD_LINES: &[u8] =
    b"{\"data\":{\"customers\":[]}}\n\n{\"data\":{\"customers\":[{\"account\":\"short\"},{}]}}\n[]\n";

#[test]
fn each_bad_line_is_printed_with_its_number() {
    let output = tally(&["validate", "customers", "--lines"], BAD_LINES);
    let printed = String::from_utf8(output.stdout).expect("it is text");
    let places: Vec<&str> = printed.lines().filter(|line| line.starts_with("line ")).collect();
    assert_eq!(
        places[..2],
        ["line 3, record 0: /data/customers/0/account", "line 3, record 1: /data/customers/1"],
        "{printed}"
    );
    assert_eq!(places.last(), Some(&"line 4: the body"), "{printed}");
    assert!(
        printed.contains("    CU3, documented under ") || printed.contains("    CU3, shown under "),
        "{printed}"
    );
    assert!(printed.contains("2 of 3 requests break a rule"), "{printed}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn bad_lines_are_json_lines_on_request() {
    let output = tally(&["validate", "customers", "--lines", "--format", "json"], BAD_LINES);
    let printed = String::from_utf8(output.stdout).expect("it is text");
    let rows: Vec<Value> =
        printed.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert!(rows.len() >= 3, "{printed}");
    for row in &rows {
        let keys: Vec<&String> = row.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["line", "record", "pointer", "keyword", "statement", "where", "message"]);
        assert!(row["where"].as_str().is_some_and(|place| !place.is_empty()), "{row}");
    }
    assert_eq!(rows[0]["line"], 3);
    assert_eq!(rows[0]["pointer"], "/data/customers/0/account");
    assert_eq!(rows.last().map(|row| (&row["line"], &row["record"])), Some((&json!(4), &Value::Null)));
}

#[test]
fn a_summary_counts_by_statement() {
    let output = tally(&["validate", "customers", "--lines", "--summary", "--format", "json"], BAD_LINES);
    let found: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!((&found["requests"], &found["rejected"], &found["fail"]), (&json!(3), &json!(1), &json!(2)));
    let output = tally(&["validate", "customers", "--lines", "--summary"], BAD_LINES);
    let printed = String::from_utf8(output.stdout).expect("it is text");
    assert!(printed.contains("Violations by statement"), "{printed}");
}

#[test]
fn a_body_is_printed_with_lines_and_columns() {
    let body = "{\"data\":\n {\"customers\": [\n  {\"account\": \"ä\"},\n  {}]}}";
    let output = tally(&["validate", "customers"], body.as_bytes());
    let printed = String::from_utf8(output.stdout).expect("it is text");
    assert!(printed.starts_with("standard input:3:15: /data/customers/0/account\n"), "{printed}");
    assert!(printed.contains("standard input:4:3: /data/customers/1\n"), "{printed}");
}

#[test]
fn input_beyond_the_limit_is_not_read() {
    for (arguments, told) in [
        (
            &["validate", "nps", "--max-bytes", "1kB"][..],
            "standard input is larger than 1000 bytes: raise --max-bytes",
        ),
        (
            &["validate", "nps", "--lines", "--max-bytes", "1KiB"],
            "standard input, line 2, is larger than 1 KiB: raise",
        ),
        (&["validate", "nps", "--max-bytes", "much"], "must be a number of bytes"),
        #[cfg(unix)]
        (
            &["validate", "nps", "--max-bytes", "2MiB", "/dev/zero"],
            "/dev/zero is larger than 2 MiB: raise --max-bytes",
        ),
        #[cfg(unix)]
        (
            &["validate", "nps", "--lines", "/dev/zero", "--max-bytes", "2MiB"],
            "/dev/zero, line 1, is larger than 2 MiB",
        ),
    ] {
        let input = [&b"[]\n"[..], &[b' '; 2000]].concat();
        let output = tally(arguments, &input);
        let error = String::from_utf8(output.stderr).expect("it is text");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.contains(told), "{arguments:?}: {error}");
    }
    assert_eq!(tally(&["validate", "customers", "--max-bytes", "2"], b"[]").status.code(), Some(1));
}
