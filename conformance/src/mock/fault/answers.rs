//! Faults that change an answer.

use serde_json::{Value, json};
use tally_spec::model::{Area, Contract, Counted, Encoding};

use super::super::endpoint::{Received, Reply};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Adds to a count that is above 0.
pub(super) fn add(body: &mut Value, name: &str, number: u64) {
    if let Some(count) = body[name].as_u64().filter(|count| *count > 0) {
        body[name] = json!(count + number);
    }
}

/// Changes each entry for a failed record.
pub(super) fn each_entry(body: &mut Value, counted: &Counted, change: impl Fn(&mut Value)) {
    body[&counted.errors].as_array_mut().into_iter().flatten().for_each(change);
}

pub(super) fn foreign_echoes(area: &Area, counted: &Counted, body: &mut Value) {
    each_entry(body, counted, |entry| {
        for echo in area.echoes.iter().filter(|echo| echo.encoding == Encoding::AsSent) {
            entry[&echo.name] = json!("of no record");
        }
    });
}

pub(super) fn earlier_dates(area: &Area, counted: &Counted, body: &mut Value) {
    each_entry(body, counted, |entry| {
        for echo in area.echoes.iter().filter(|echo| echo.encoding == Encoding::EpochMilliseconds) {
            if let Some(instant) = entry[&echo.name].as_i64() {
                entry[&echo.name] = json!(instant - DAY);
            }
        }
    });
}

pub(super) fn escaped_text(area: &Area, counted: &Counted, body: &mut Value) {
    each_entry(body, counted, |entry| {
        for echo in &area.echoes {
            if let Some(text) = entry[&echo.name].as_str() {
                let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                entry[&echo.name] = json!(escaped);
            }
        }
    });
}

pub(super) fn failure_is_400(contract: &Contract, _request: &Received, reply: &mut Reply) {
    let Ok(body) = serde_json::from_slice::<Value>(&reply.body) else { return };
    let failed = contract.file.responses.values().any(|response| match response {
        tally_spec::model::Response::Counting(counted) => {
            body.get(&counted.fail_count).and_then(Value::as_u64).is_some_and(|count| count > 0)
        }
        _ => false,
    });
    if failed {
        reply.status = 400;
    }
}
