//! The body of the answer is JSON with the documented members, in any order; a whole number may be written as 3.0. That
//! there are no other members is an assumption.

use serde_json::{Map, Value};
use tally_spec::model::{Area, Cites, Contract, Counted, Positional, Response, Whole};

use super::members::{self, Extra};
use super::{Breach, Check, Keyword, Seen, ids, integer, kind, quoted, response_cites, shown};
use crate::outcome::Difference;

/// The check.
pub(super) const CHECK: Check = Check { id: "response_has_documented_shape", cites, ask };

fn cites(contract: &Contract, area: &Area) -> Vec<String> {
    let mut cited = vec![response_cites(contract, area)];
    if let Response::Counting(shape) = contract.response(area) {
        cited.extend([&shape.status.statement, &shape.entry.statement]);
        cited.extend(area.echoes.iter().map(|echo| &echo.statement));
    }
    ids(cited)
}

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    if !seen.is_answered_in_shape() {
        return None;
    }
    let shape = response_cites(seen.contract, seen.area);
    let Some(body) = seen.json else {
        let message = if seen.answer.is_unread() {
            format!(
                "Expected an answer as documented, got one that takes more than 64 times the room of the longest that \
                 is documented for so many records ({}); {} bytes of it were read",
                seen.records.len(),
                seen.answer.body.len()
            )
        } else {
            "Expected JSON, got a body that is not JSON".to_owned()
        };
        return Some(vec![breach(Keyword::Json, shape, message)]);
    };
    let Some(body) = body.as_object() else {
        return Some(vec![breach(
            Keyword::Type,
            shape,
            format!("Expected a JSON object, got {}", kind(Some(body))),
        )]);
    };
    let mut found = match seen.response() {
        Response::Counting(shape) => counting(seen, shape, body),
        Response::Whole(shape) => whole(shape, body),
        Response::ByPosition(shape) => by_position(shape, body),
        Response::Later(_) => Vec::new(),
    };
    // A member with another name is missing; that there is one more follows from that.
    if found.is_empty() {
        found.extend(
            members::first_extra(seen.response(), seen.area, body).map(|extra| one_more(shape, &extra)),
        );
    }
    Some(found)
}

/// A member that no documented answer shows.
fn one_more(shape: &Cites, extra: &Extra<'_>) -> Breach {
    let message = format!("Expected no more members than the documented ones, got {extra}");
    let difference = Difference::new(format!("no `{}`", extra.name), extra.to_string());
    breach(Keyword::Extra, shape, message).comparing(difference).assumed()
}

fn counting(seen: &Seen<'_>, shape: &Counted, body: &Map<String, Value>) -> Vec<Breach> {
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
            let message = undocumented(&shape.status.name, &words, word);
            found.push(breach(Keyword::Enum, &shape.status.statement, message));
        }
        _ => found.push(wrong(&shape.statement, body, &shape.status.name, "a string")),
    }
    match body.get(&shape.errors) {
        Some(Value::Array(entries)) => {
            found.extend(entries.iter().find_map(|entry| entry_shape(shape, entry)));
            // What an endpoint can repeat of a record that it need not read is its own affair.
            if !seen.may_be_refused() {
                found.extend(entries.iter().find_map(|entry| missing_echo(seen.area, shape, entry)));
            }
        }
        _ => found.push(wrong(&shape.statement, body, &shape.errors, "a list")),
    }
    found
}

/// The first thing wrong with an entry, echoes apart.
fn entry_shape(shape: &Counted, entry: &Value) -> Option<Breach> {
    let statement = &shape.entry.statement;
    let Some(members) = entry.as_object() else {
        let message = format!("Expected objects in `{}`, got {}", shape.errors, kind(Some(entry)));
        return Some(breach(Keyword::EntryType, statement, message));
    };
    let text = members.get(&shape.entry.message).and_then(Value::as_str);
    if text.is_none_or(str::is_empty) {
        let (name, found) = (&shape.entry.message, shown(members.get(&shape.entry.message)));
        let message = format!("Expected text in `{name}` of each entry of `{}`, got {found}", shape.errors);
        return Some(breach(Keyword::EntryMessage, statement, message));
    }
    let wrong = |constant: &&tally_spec::model::Constant| {
        members.get(&constant.name).and_then(Value::as_str) != Some(&constant.value)
    };
    let constant = shape.entry.constants.iter().find(wrong)?;
    let message = format!(
        "Expected `{}` of each entry of `{}` to be {:?}, got {}",
        constant.name,
        shape.errors,
        constant.value,
        shown(members.get(&constant.name))
    );
    let found = members.get(&constant.name);
    let difference = Difference::of_member(&constant.name, &constant.value.as_str().into(), found);
    Some(breach(Keyword::EntryConstant, statement, message).comparing(difference))
}

/// The first member of an entry that should repeat a value of its record, and is not there. If none of them is, the
/// entry is wrong rather than its members.
fn missing_echo(area: &Area, shape: &Counted, entry: &Value) -> Option<Breach> {
    let members = entry.as_object()?;
    let missing: Vec<_> = area.echoes.iter().filter(|echo| !members.contains_key(&echo.name)).collect();
    let first = missing.first()?;
    let all = missing.len() == area.echoes.len() && missing.len() > 1;
    let (own, entry) = (&first.statement, &shape.entry.statement);
    let statements = ids(if all { [entry, own] } else { [own, entry] });
    let message = format!(
        "Expected `{}` in each entry of `{}`, with the record's `{}` or null: found none",
        first.name, shape.errors, first.field
    );
    let difference = Difference::new(format!("{:?}: …", first.name), format!("no {:?}", first.name));
    Some(Breach::new(CHECK.id, Keyword::EntryEcho, statements, message).comparing(difference))
}

fn whole(shape: &Whole, body: &Map<String, Value>) -> Vec<Breach> {
    let mut found = Vec::new();
    let words = [&shape.status.success, &shape.status.failure];
    match body.get(&shape.status.name) {
        Some(Value::String(word)) if words.contains(&word) => {}
        Some(Value::String(word)) => {
            let message = undocumented(&shape.status.name, &words, word);
            found.push(breach(Keyword::Enum, &shape.statement, message));
        }
        _ => found.push(wrong(&shape.statement, body, &shape.status.name, "a string")),
    }
    if body.get(&shape.message).and_then(Value::as_str).is_none_or(str::is_empty) {
        found.push(wrong(&shape.statement, body, &shape.message, "a string that is not empty"));
    }
    found
}

fn by_position(shape: &Positional, body: &Map<String, Value>) -> Vec<Breach> {
    let Some(results) = body.get(&shape.results).and_then(Value::as_array) else {
        return vec![wrong(&shape.statement, body, &shape.results, "a list")];
    };
    let wrong = |entry: &Value| match entry.get(&shape.passed.name).and_then(Value::as_bool) {
        None => {
            Some(format!("Expected `{}` in each entry of `{}`, found none", shape.passed.name, shape.results))
        }
        Some(false) if entry.get(&shape.message).and_then(Value::as_str).is_none_or(str::is_empty) => {
            let found = shown(entry.get(&shape.message));
            Some(format!("Expected text in `{}` of each failed entry, got {found}", shape.message))
        }
        Some(_) => None,
    };
    let message = results.iter().find_map(wrong);
    message.map(|message| breach(Keyword::EntryType, &shape.statement, message)).into_iter().collect()
}

fn wrong(statement: &Cites, body: &Map<String, Value>, name: &str, wanted: &str) -> Breach {
    match body.get(name) {
        None => {
            breach(Keyword::Required, statement, format!("Expected `{name}` in the response, found none"))
                .comparing(Difference::new(format!("{name:?}: {wanted}"), format!("no {name:?}")))
        }
        Some(value) => {
            let message = format!("Expected `{name}` to be {wanted}, got {}", shown(Some(value)));
            let found = format!("{name:?}: {}", shown(Some(value)));
            breach(Keyword::Type, statement, message)
                .comparing(Difference::new(format!("{name:?}: {wanted}"), found))
        }
    }
}

fn undocumented(name: &str, words: &[&String], found: &str) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    format!("Expected `{name}` to be one of {}, got {}", words.join(", "), quoted(found))
}

fn breach(keyword: Keyword, statement: &Cites, message: String) -> Breach {
    Breach::new(CHECK.id, keyword, ids([statement]), message)
}
