//! The answer's body is JSON with the members that the contract documents. More members, in any order,
//! are fine; so is a whole number written as 3.0.

use serde_json::{Map, Value};
use tally_spec::model::{Area, Cites, Contract, Counted, Positional, Response, Whole};

use super::{Breach, Check, Seen, ids, integer, response_cites};

/// The check.
pub(super) const CHECK: Check = Check { id: "response_has_documented_shape", cites, ask };

fn cites(contract: &Contract, area: &Area) -> Vec<String> {
    let mut cited = vec![response_cites(contract, area)];
    if let Response::Counting(shape) = contract.response(area) {
        cited.extend([&shape.status.statement, &shape.entry.statement]);
    }
    ids(cited)
}

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    if !seen.is_answered_in_shape() {
        return None;
    }
    let shape = response_cites(seen.contract, seen.area);
    let Some(body) = seen.json else {
        let why = if seen.answer.cut_short { "longer than is read" } else { "no JSON" };
        return Some(vec![breach("json", shape, format!("the answer's body is {why}"))]);
    };
    let Some(body) = body.as_object() else {
        return Some(vec![breach("type", shape, "the answer's body is no object".to_owned())]);
    };
    Some(match seen.response() {
        Response::Counting(shape) => counting(shape, body),
        Response::Whole(shape) => whole(shape, body),
        Response::ByPosition(shape) => by_position(shape, body),
        Response::Later(_) => Vec::new(),
    })
}

fn counting(shape: &Counted, body: &Map<String, Value>) -> Vec<Breach> {
    let mut found = Vec::new();
    for name in [&shape.pass_count, &shape.fail_count, &shape.next_batch_size] {
        if body.get(name).and_then(integer).is_none() {
            found.push(wrong(&shape.statement, body, name, "a whole number"));
        }
    }
    let words = [&shape.status.success, &shape.status.partial, &shape.status.failure];
    match body.get(&shape.status.name) {
        Some(Value::String(word)) if words.contains(&word) => {}
        Some(Value::String(word)) => {
            let message = format!("`{}` is {word:?}, which is no documented word", shape.status.name);
            found.push(breach("enum", &shape.status.statement, message));
        }
        _ => found.push(wrong(&shape.statement, body, &shape.status.name, "text")),
    }
    match body.get(&shape.errors) {
        Some(Value::Array(entries)) => {
            found.extend(entries.iter().find_map(|entry| entry_shape(shape, entry)));
        }
        _ => found.push(wrong(&shape.statement, body, &shape.errors, "a list")),
    }
    found
}

/// The first thing wrong with an entry, echoes apart.
fn entry_shape(shape: &Counted, entry: &Value) -> Option<Breach> {
    let statement = &shape.entry.statement;
    let Some(members) = entry.as_object() else {
        let message = format!("an entry of `{}` is no object", shape.errors);
        return Some(breach("entryType", statement, message));
    };
    let text = members.get(&shape.entry.message).and_then(Value::as_str);
    if text.is_none_or(str::is_empty) {
        let message = format!("an entry's `{}` is no text, or empty", shape.entry.message);
        return Some(breach("entryMessage", statement, message));
    }
    let wrong = |constant: &&tally_spec::model::Constant| {
        members.get(&constant.name).and_then(Value::as_str) != Some(&constant.value)
    };
    let constant = shape.entry.constants.iter().find(wrong)?;
    let message = format!("an entry's `{}` is not {:?}", constant.name, constant.value);
    Some(breach("entryConstant", statement, message))
}

fn whole(shape: &Whole, body: &Map<String, Value>) -> Vec<Breach> {
    let mut found = Vec::new();
    let words = [&shape.status.success, &shape.status.failure];
    match body.get(&shape.status.name) {
        Some(Value::String(word)) if words.contains(&word) => {}
        Some(Value::String(word)) => {
            let message = format!("`{}` is {word:?}, which is no documented word", shape.status.name);
            found.push(breach("enum", &shape.statement, message));
        }
        _ => found.push(wrong(&shape.statement, body, &shape.status.name, "text")),
    }
    if body.get(&shape.message).and_then(Value::as_str).is_none_or(str::is_empty) {
        found.push(wrong(&shape.statement, body, &shape.message, "text that is not empty"));
    }
    found
}

fn by_position(shape: &Positional, body: &Map<String, Value>) -> Vec<Breach> {
    let Some(results) = body.get(&shape.results).and_then(Value::as_array) else {
        return vec![wrong(&shape.statement, body, &shape.results, "a list")];
    };
    let wrong = |entry: &Value| match entry.get(&shape.passed.name).and_then(Value::as_bool) {
        None => Some(format!("an entry of `{}` has no `{}`", shape.results, shape.passed.name)),
        Some(false) if entry.get(&shape.message).and_then(Value::as_str).is_none_or(str::is_empty) => {
            Some(format!("a failed entry's `{}` is no text, or empty", shape.message))
        }
        Some(_) => None,
    };
    let message = results.iter().find_map(wrong);
    message.map(|message| breach("entryType", &shape.statement, message)).into_iter().collect()
}

fn wrong(statement: &Cites, body: &Map<String, Value>, name: &str, wanted: &str) -> Breach {
    match body.get(name) {
        None => breach("required", statement, format!("the answer has no `{name}`")),
        Some(_) => breach("type", statement, format!("the answer's `{name}` is not {wanted}")),
    }
}

fn breach(keyword: &'static str, statement: &Cites, message: String) -> Breach {
    Breach::new(CHECK.id, keyword, ids([statement]), message)
}
