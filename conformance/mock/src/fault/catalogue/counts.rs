//! Faults of the counts and of the status.

use serde_json::{Value, json};
use tally_spec::model::{Contract, Counted};

use super::super::act::Act;
use super::super::{Entry, answers, cites};
use super::fault;

const GROUP: &str = "counts and status";

fn rule(contract: &Contract) -> Vec<String> {
    cites::counted(contract, |counted| &counted.status.rule_statement)
}

fn words(contract: &Contract) -> Vec<String> {
    cites::counted(contract, |counted| &counted.status.statement)
}

fn shape(contract: &Contract) -> Vec<String> {
    cites::counted(contract, |counted| &counted.statement)
}

fn sum(contract: &Contract) -> Vec<String> {
    let sum = cites::counted(contract, |counted| &counted.sum_statement);
    cites::both(sum, cites::both(shape(contract), rule(contract)))
}

fn entry(contract: &Contract) -> Vec<String> {
    let entry = cites::counted(contract, |counted| &counted.entry_statement);
    cites::both(entry, sum(contract))
}

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "status-always-success",
        "the status says success whatever failed",
        rule,
        Act::Counting(|_, counted, body| {
            body[&counted.status.name] = json!(counted.status.success);
        }),
    ),
    fault(
        GROUP,
        "status-always-failure",
        "the status says failure whatever passed",
        rule,
        Act::Counting(|_, counted, body| {
            body[&counted.status.name] = json!(counted.status.failure);
        }),
    ),
    fault(
        GROUP,
        "status-partial-is-failure",
        "partial success is called failure",
        rule,
        Act::Counting(|_, counted, body| {
            replace(counted, body, |counted| (&counted.status.partial, counted.status.failure.clone()));
        }),
    ),
    fault(
        GROUP,
        "status-partial-is-success",
        "partial success is called success",
        rule,
        Act::Counting(|_, counted, body| {
            replace(counted, body, |counted| (&counted.status.partial, counted.status.success.clone()));
        }),
    ),
    fault(
        GROUP,
        "status-failure-is-partial",
        "failure is called partial success",
        rule,
        Act::Counting(|_, counted, body| {
            replace(counted, body, |counted| (&counted.status.failure, counted.status.partial.clone()));
        }),
    ),
    fault(
        GROUP,
        "status-empty-is-failure",
        "a request of which nothing failed nor passed is a failure",
        |contract| {
            cites::both(rule(contract), cites::ids(std::iter::once(&contract.file.reading.empty_list)))
        },
        Act::Counting(|_, counted, body| {
            if body[&counted.pass_count] == 0 && body[&counted.fail_count] == 0 {
                body[&counted.status.name] = json!(counted.status.failure);
            }
        }),
    ),
    fault(
        GROUP,
        "status-misspelt",
        "partial success is spelt with a hyphen",
        words,
        Act::Counting(|_, counted, body| {
            replace(counted, body, |counted| {
                let word = &counted.status.partial;
                let hyphened = word.replace(' ', "-");
                (word, if hyphened == *word { format!("{word}-") } else { hyphened })
            });
        }),
    ),
    fault(
        GROUP,
        "status-lower-case",
        "the status is in lower case",
        words,
        Act::Counting(|_, counted, body| {
            let text = body[&counted.status.name].as_str().map(|text| {
                let lower = text.to_lowercase();
                if lower == text { text.to_uppercase() } else { lower }
            });
            body[&counted.status.name] = json!(text);
        }),
    ),
    fault(
        GROUP,
        "status-missing",
        "the status is left out",
        shape,
        Act::Counting(|_, counted, body| {
            answers::remove(body, &counted.status.name);
        }),
    ),
    fault(
        GROUP,
        "fail-count-too-high",
        "the count of failed records is one too high if any failed",
        entry,
        Act::Counting(|_, counted, body| answers::add(body, &counted.fail_count, 1)),
    ),
    fault(
        GROUP,
        "fail-count-zero",
        "no record is counted as failed, and each that failed as passed",
        entry,
        Act::Counting(|_, counted, body| {
            let failed = body[&counted.fail_count].as_u64().unwrap_or(0);
            body[&counted.fail_count] = json!(0);
            body[&counted.pass_count] = json!(body[&counted.pass_count].as_u64().unwrap_or(0) + failed);
        }),
    ),
    fault(
        GROUP,
        "pass-count-too-low",
        "the count of passed records is one too low if any passed",
        sum,
        Act::Counting(|_, counted, body| {
            if let Some(count) = body[&counted.pass_count].as_u64().filter(|count| *count > 0) {
                body[&counted.pass_count] = json!(count - 1);
            }
        }),
    ),
    fault(
        GROUP,
        "pass-count-counts-all",
        "the count of passed records counts the failed ones, too",
        |contract| cites::counted(contract, |counted| &counted.sum_statement),
        Act::Counting(|_, counted, body| {
            let failed = body[&counted.fail_count].as_u64().unwrap_or(0);
            answers::add(body, &counted.pass_count, failed);
        }),
    ),
    fault(
        GROUP,
        "counts-swapped",
        "the counts of passed and failed records stand in each other's place",
        entry,
        Act::Counting(|_, counted, body| {
            let passed = body[&counted.pass_count].take();
            let failed = std::mem::replace(&mut body[&counted.fail_count], passed);
            body[&counted.pass_count] = failed;
        }),
    ),
    fault(
        GROUP,
        "counts-as-text",
        "counts are sent as text",
        shape,
        Act::Counting(|_, counted, body| {
            for name in [&counted.pass_count, &counted.fail_count] {
                body[name] = json!(body[name].to_string());
            }
        }),
    ),
    fault(
        GROUP,
        "count-missing",
        "the count of failed records is left out",
        shape,
        Act::Counting(|_, counted, body| answers::remove(body, &counted.fail_count)),
    ),
    fault(
        GROUP,
        "count-negative",
        "the count of failed records is below zero",
        shape,
        Act::Counting(|_, counted, body| {
            let failed = body[&counted.fail_count].as_i64().unwrap_or(0);
            body[&counted.fail_count] = json!(-1 - failed);
        }),
    ),
];

/// Puts another word in a status word's place.
fn replace(counted: &Counted, body: &mut Value, words: impl Fn(&Counted) -> (&String, String)) {
    let (word, other) = words(counted);
    if body[&counted.status.name] == **word {
        body[&counted.status.name] = json!(other);
    }
}
