//! Long answers: what a correct endpoint may answer is judged, and what is longer than that is not.

use std::time::Duration;

use serde_json::{Value, json};
use tally_spec::model::Response;

use super::server::{Act, conform, contract, folder, serve, wait};

const GIB: usize = 1024 * 1024 * 1024;

/// Sends a batch at the highest limit, all of whose records fail, to an endpoint that has messages of so many letters.
/// The exit code of that, and its report.
fn replay(name: &str, letters: usize) -> (Option<i32>, Value) {
    let contract = contract();
    let counting =
        contract.areas.iter().filter(|area| matches!(contract.response(area), Response::Counting(_)));
    let area = counting.max_by_key(|area| area.limit.maximum).expect("an answer that counts");
    // Nobody has such a name, and each entry can be one record's alone.
    let named = area.echoes.first().expect("an entry repeats something").field.as_str();
    let records: Vec<Value> =
        (0..area.limit.maximum).map(|nth| json!({ named: format!("tally-{nth}") })).collect();
    let mut body = json!({ area.list.name.as_str(): records });
    if let Some(envelope) = &contract.file.service.envelope {
        body = json!({ envelope.as_str(): body });
    }
    let saved = json!({
        "contract": contract.file.name,
        "area": area.name,
        "check": "response_has_documented_shape",
        "statement": contract.response(area).statement().principal(),
        "message": "Expected JSON",
        "seed": 1,
        "how": "alone",
        "body": body,
    });
    let address = serve(move |_| Act::Wordy(letters));
    let root = format!("http://{address}{}", contract.file.service.base_path());
    let folder = folder(name);
    let file = folder.join("saved.json");
    std::fs::write(&file, saved.to_string()).expect("it can be written");
    let options = ["--replay", file.to_str().expect("it is text")];
    let child = conform(&root, &folder, &options).spawn().expect("it starts");
    let took = wait(child, Duration::from_mins(1), GIB);
    let text = std::fs::read_to_string(folder.join("report/report.json")).expect("there is a report");
    (took.code, serde_json::from_str(&text).expect("it is JSON"))
}

#[test]
fn answers_as_long_as_the_contract_lets_them_be_are_no_violation() {
    // More than 2 MiB.
    let (code, report) = replay("wordy", 1_400);
    assert_eq!(report["findings"], json!([]));
    assert_eq!((code, &report["verdict"]), (Some(0), &json!("pass")), "{}", report["reason"]);
}

#[test]
fn a_longer_answer_is_not_judged() {
    let (code, report) = replay("too-wordy", 14_000);
    assert_eq!(report["findings"], json!([]));
    assert_eq!((code, &report["verdict"]), (Some(3), &json!("error")), "{}", report["reason"]);
    assert!(
        report["reason"].as_str().is_some_and(|reason| reason.contains("too long to be judged")),
        "{report}"
    );
}
