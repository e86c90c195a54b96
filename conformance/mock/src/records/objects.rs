//! JSON objects as text: joined, searched and written.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt as _};
use tally_generated::runtime::{self, JsonValue};

/// Joins two objects; if both have a member, the later's wins. `folds` says which names are the
/// same regardless of case; the earlier spelling stays.
pub(crate) fn merge_objects(earlier: &str, later: &str, folds: impl Fn(&str) -> bool) -> String {
    let mut members: Vec<(Cow<'_, str>, JsonValue<'_>)> = Vec::new();
    // The places of the members by their names, and by what names have in common regardless of case: objects may have
    // very many members, and others wait for the lock meanwhile.
    let (mut places, mut folded) = (HashMap::new(), HashMap::new());
    for object in [earlier, later] {
        runtime::each_member(object, |name, value| {
            if matches!(value, JsonValue::Null) {
                return;
            }
            let lower = name.to_lowercase();
            let known = if folds(&name) { folded.get(&lower) } else { places.get(&name) };
            match known.and_then(|place: &usize| members.get_mut(*place)) {
                Some((_, known)) => *known = value,
                None => {
                    folded.entry(lower).or_insert(members.len());
                    places.insert(name.clone(), members.len());
                    members.push((name, value));
                }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_member_stands_under_the_earlier_name() {
        let folds = |name: &str| !name.eq_ignore_ascii_case("id");
        let merged = |earlier, later| merge_objects(earlier, later, folds);
        assert_eq!(merged(r#"{"a":1,"Id":2}"#, r#"{"A":3,"ID":4}"#), r#"{"a":3,"Id":2,"ID":4}"#);
        assert_eq!(merged(r#"{"É":1,"b":null}"#, r#"{"é":2,"b":3,"B":null}"#), r#"{"É":2,"b":3}"#);
        assert_eq!(merged("{}", r#"{"a":1,"a":2}"#), r#"{"a":2}"#);
    }

    #[test]
    fn very_many_members_are_joined_in_no_time() {
        let object = |start: usize| {
            let members: Vec<String> =
                (start..start + 100_000).map(|place| format!("\"m{place}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        let began = std::time::Instant::now();
        let joined = merge_objects(&object(0), &object(50_000), |_| true);
        assert_eq!(joined.matches(':').count(), 150_000);
        // One by one they took minutes.
        assert!(began.elapsed() < std::time::Duration::from_secs(10), "{:?}", began.elapsed());
    }
}
