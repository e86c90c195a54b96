//! JSON objects as text: joined, searched and written.

use std::borrow::Cow;

use tally_generated::runtime::{self, JsonValue};

/// Joins two objects; if both have a member, the later's wins. `folds` says which names are the
/// same regardless of case; the earlier spelling stays.
pub(crate) fn merge_objects(earlier: &str, later: &str, folds: impl Fn(&str) -> bool) -> String {
    let mut members: Vec<(Cow<'_, str>, JsonValue<'_>)> = Vec::new();
    for object in [earlier, later] {
        runtime::each_member(object, |name, value| {
            if matches!(value, JsonValue::Null) {
                return;
            }
            let same =
                |one: &Cow<'_, str>| *one == name || (folds(&name) && is_same_but_for_case(one, &name));
            match members.iter_mut().find(|(one, _)| same(one)) {
                Some((_, known)) => *known = value,
                None => members.push((name, value)),
            }
        });
    }
    let mut text = String::with_capacity(earlier.len() + later.len());
    text.push('{');
    for (name, value) in &members {
        if text.len() > 1 {
            text.push(',');
        }
        push_name(name, &mut text);
        value.write(&mut text);
    }
    text.push('}');
    text
}

fn is_same_but_for_case(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || (!(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase())
}

pub(crate) fn has_member(object: &str, member: &str) -> bool {
    let mut found = false;
    runtime::each_member(object, |name, value| {
        found |= is_same_but_for_case(&name, member) && value.has_value();
    });
    found
}

fn push_name(name: &str, text: &mut String) {
    if name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\') {
        text.push('"');
        text.push_str(name);
        text.push('"');
    } else {
        text.push_str(&json_text(name));
    }
    text.push(':');
}

pub(crate) fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
