//! Examples keep the rules that the area states, and answers the shape and the status that it promises.

use serde_json::Value;

use super::{Linter, instance};
use crate::model::{Counted, ExampleKind, Positional, Response};

pub(super) fn check(linter: &mut Linter<'_>, index: usize) {
    let contract = linter.contract;
    let area = &contract.areas[index];
    let file = format!("areas/{}.toml", area.name);
    // A missing response is reported at its name.
    let Some(response) = contract.file.responses.get(&area.response) else { return };
    for (place, example) in area.examples.iter().enumerate() {
        let broken = match (example.entry.kind, response) {
            (ExampleKind::Request, _) => instance::request(contract, area, &example.value),
            (ExampleKind::Response, Response::Counting(counted)) => counting(counted, &example.value),
            (ExampleKind::Response, Response::Whole(whole)) => {
                let status = &example.value[&whole.status.name];
                let known = *status == whole.status.success || *status == whole.status.failure;
                let wrong = (!known).then(|| {
                    let words = &whole.status;
                    format!("`{}` must be {:?} or {:?}", words.name, words.success, words.failure)
                });
                wrong.into_iter().chain(without_text(&example.value, &whole.message)).collect()
            }
            (ExampleKind::Response, Response::ByPosition(positional)) => {
                by_position(positional, &example.value)
            }
            (ExampleKind::Response, Response::Later(later)) => {
                let right = example.value[&later.status.name] == later.status.value;
                let wrong =
                    (!right).then(|| format!("`{}` must be {:?}", later.status.name, later.status.value));
                wrong.into_iter().chain(without_text(&example.value, &later.message)).collect()
            }
        };
        for what in broken {
            let pointer = format!("/examples/{place}/file");
            let cure = Some(format!("mend {}, or the rule", example.entry.file));
            linter.report(&file, &pointer, format!("the example breaks its own rules: {what}"), cure);
        }
    }
}

/// What is wrong with a member that holds a text for a person.
fn without_text(body: &Value, name: &str) -> Option<String> {
    let has_text = body[name].as_str().is_some_and(|text| !text.is_empty());
    (!has_text).then(|| format!("`{name}` must be text, and not empty"))
}

/// What an answer with an entry for each record gets wrong in itself.
fn by_position(positional: &Positional, body: &Value) -> Vec<String> {
    let Some(entries) = body[&positional.results].as_array() else {
        return vec![format!("`{}` must be a list", positional.results)];
    };
    let wrong = |(place, entry): (usize, &Value)| {
        let what = match entry[&positional.passed.name].as_bool() {
            Some(true) => None,
            Some(false) => without_text(entry, &positional.message),
            None => Some(format!("`{}` must be true or false", positional.passed.name)),
        };
        what.map(|what| format!("entry {place}: {what}"))
    };
    entries.iter().enumerate().filter_map(wrong).collect()
}

/// What a counting answer gets wrong in itself.
fn counting(counted: &Counted, body: &Value) -> Vec<String> {
    let count = |name: &str| body[name].as_u64();
    let (Some(failed), Some(passed)) = (count(&counted.fail_count), count(&counted.pass_count)) else {
        return vec!["a count is missing, or is not a whole number".to_owned()];
    };
    let Some(entries) = body[&counted.errors].as_array() else {
        return vec![format!("`{}` must be a list", counted.errors)];
    };
    let words = &counted.status;
    let wanted = match (passed, failed) {
        (_, 0) => &words.success,
        (0, _) => &words.failure,
        _ => &words.partial,
    };
    let mut broken = Vec::new();
    if body[&words.name] != **wanted {
        broken.push(format!("the counts ask for the status {wanted:?}"));
    }
    if u64::try_from(entries.len()) != Ok(failed) {
        broken.push(format!("{failed} records failed, and {} have an entry", entries.len()));
    }
    if !entries
        .iter()
        .all(|entry| entry[&counted.entry.message].as_str().is_some_and(|text| !text.is_empty()))
    {
        broken.push(format!("an entry has no `{}`", counted.entry.message));
    }
    broken
}
