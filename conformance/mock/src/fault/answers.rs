//! Changes of an answer.

use serde_json::{Value, json};
use tally_spec::model::{Area, Counted, Encoding, Response};

use super::act::Context;
use crate::endpoint::Reply;

/// The milliseconds of a day.
pub(super) const DAY: i64 = 24 * 60 * 60 * 1000;

/// Changes the members of an answer, if it is a counting one.
pub(super) fn change_counting(
    context: &Context<'_>,
    reply: &mut Reply,
    change: impl FnOnce(&Area, &Counted, &mut Value),
) {
    let Some(area) = context.area else { return };
    let Response::Counting(counted) = context.contract.response(area) else { return };
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
    if body.get(&counted.errors).is_some() {
        change(area, counted, &mut body);
        reply.body = body.to_string().into_bytes();
    }
}

/// Adds to a count that is above 0.
pub(super) fn add(body: &mut Value, name: &str, number: u64) {
    if let Some(count) = body[name].as_u64().filter(|count| *count > 0) {
        body[name] = json!(count + number);
    }
}

/// Leaves a member out.
pub(super) fn remove(body: &mut Value, name: &str) {
    if let Some(members) = body.as_object_mut() {
        members.shift_remove(name);
    }
}

/// Changes each entry for a failed record.
pub(super) fn each_entry(body: &mut Value, counted: &Counted, change: impl Fn(&mut Value)) {
    body[&counted.errors].as_array_mut().into_iter().flatten().for_each(change);
}

/// Changes each echo that is text.
pub(super) fn each_text_echo(area: &Area, counted: &Counted, body: &mut Value, change: impl Fn(&mut String)) {
    each_entry(body, counted, |entry| {
        for echo in area.echoes.iter().filter(|echo| echo.encoding == Encoding::AsSent) {
            if let Value::String(text) = &mut entry[&echo.name] {
                change(text);
            }
        }
    });
}

/// Changes each echo that is an instant.
pub(super) fn each_date(area: &Area, counted: &Counted, body: &mut Value, change: impl Fn(i64) -> Value) {
    each_entry(body, counted, |entry| {
        for echo in area.echoes.iter().filter(|echo| echo.encoding == Encoding::EpochMilliseconds) {
            if let Some(instant) = entry[&echo.name].as_i64() {
                entry[&echo.name] = change(instant);
            }
        }
    });
}

/// Moves each echo that is an instant.
pub(super) fn moved_dates(area: &Area, counted: &Counted, body: &mut Value, milliseconds: i64) {
    each_date(area, counted, body, |instant| json!(instant + milliseconds));
}

/// Puts text that no record holds in each echo.
pub(super) fn foreign_echoes(area: &Area, counted: &Counted, body: &mut Value) {
    each_entry(body, counted, |entry| {
        for echo in area.echoes.iter().filter(|echo| echo.encoding == Encoding::AsSent) {
            entry[&echo.name] = json!("of no record");
        }
    });
}

/// Puts the first echo of each entry into the one before it.
pub(super) fn rotated_echoes(area: &Area, counted: &Counted, body: &mut Value) {
    let Some(first) = area.echoes.iter().find(|echo| echo.encoding == Encoding::AsSent) else { return };
    let Some(entries) = body[&counted.errors].as_array_mut() else { return };
    let mut values: Vec<Value> = entries.iter_mut().map(|entry| entry[&first.name].take()).collect();
    if !values.is_empty() {
        values.rotate_left(1);
    }
    for (entry, value) in entries.iter_mut().zip(values) {
        entry[&first.name] = value;
    }
}

/// Puts the area's own limit in the next batch size's place.
pub(super) fn honest_next_batch_size(area: &Area, counted: &Counted, body: &mut Value) {
    if body.get(&counted.next_batch_size).is_some() {
        body[&counted.next_batch_size] = json!(area.limit.maximum);
    }
}

/// Reports every record as failed.
pub(super) fn fail_all(context: &Context<'_>, reply: &mut Reply) {
    let Some(area) = context.area else { return };
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
    match context.contract.response(area) {
        Response::Counting(counted) => {
            let count = |name: &String| body.get(name).and_then(Value::as_u64);
            let (Some(passed), Some(failed)) = (count(&counted.pass_count), count(&counted.fail_count))
            else {
                return;
            };
            if passed == 0 {
                return;
            }
            body[&counted.pass_count] = json!(0);
            body[&counted.fail_count] = json!(passed + failed);
            body[&counted.status.name] = json!(counted.status.failure);
            let mut entry = json!({ counted.entry.message.as_str(): "it went wrong" });
            for constant in &counted.entry.constants {
                entry[&constant.name] = json!(constant.value);
            }
            if let Some(entries) = body[&counted.errors].as_array_mut() {
                for _ in 0..passed {
                    entries.push(entry.clone());
                }
            }
        }
        Response::Whole(whole) if body.get(&whole.status.name).is_some() => {
            body[&whole.status.name] = json!(whole.status.failure);
        }
        Response::ByPosition(shape) => {
            for entry in body.get_mut(&shape.results).and_then(Value::as_array_mut).into_iter().flatten() {
                *entry =
                    json!({ shape.passed.name.as_str(): false, shape.message.as_str(): "it went wrong" });
            }
        }
        _ => return,
    }
    reply.body = body.to_string().into_bytes();
}
