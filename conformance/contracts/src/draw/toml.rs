//! Writes values as TOML.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// The text of a file: plain keys first, then a `[[table]]` for each object of a list of objects.
pub(super) fn file(members: &Map<String, Value>) -> String {
    let mut text = String::new();
    let is_tables = |value: &Value| {
        value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_object))
    };
    for (name, value) in members.iter().filter(|(_, value)| !is_tables(value)) {
        line(&mut text, name, value);
    }
    for (name, list) in members.iter().filter(|(_, value)| is_tables(value)) {
        for table in list.as_array().into_iter().flatten() {
            writeln!(text, "\n[[{}]]", key(name)).expect("a String takes any text");
            for (name, value) in table.as_object().into_iter().flatten() {
                line(&mut text, name, value);
            }
        }
    }
    text
}

fn line(text: &mut String, name: &str, value: &Value) {
    if !value.is_null() {
        writeln!(text, "{} = {}", key(name), inline(value)).expect("a String takes any text");
    }
}

fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_bare { name.to_owned() } else { string(name) }
}

/// A basic string: JSON's escapes are TOML's, but for DEL, which JSON leaves as it is.
fn string(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        Value::Array(list) => format!("[{}]", list.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            let members: Vec<_> =
                members.map(|(name, value)| format!("{} = {}", key(name), inline(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
