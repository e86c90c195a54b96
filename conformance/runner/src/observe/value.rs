//! When two values are the same, however they are spelt.

use serde_json::{Map, Value};
use tally_spec::model::{Contract, Field, Kind, TextFormat};

use super::date;

/// How far two computed numbers may be apart, as a share of them.
const ROUNDED: f64 = 1e-6;

/// Whether there is a value: neither absent nor null nor empty text.
pub(super) fn is_had(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    }
}

/// The value at a field, or at `object/member`; the case of member names is ignored if `folded`.
pub(super) fn at<'r>(record: &'r Map<String, Value>, path: &str, folded: bool) -> Option<&'r Value> {
    let Some((object, member)) = path.split_once('/') else { return record.get(path) };
    let members = record.get(object)?.as_object()?;
    members.get(member).or_else(|| {
        let same = |name: &String| folded && name.to_lowercase() == member.to_lowercase();
        members.iter().find(|(name, _)| same(name)).map(|(_, value)| value)
    })
}

/// The number that a value is, or that its text spells.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => {
            let text = text.trim();
            let spelt = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.');
            let spells = !text.is_empty() && text.bytes().all(spelt);
            spells.then(|| text.parse().ok()).flatten()
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether two numbers are equal, apart from rounding.
pub(super) fn is_near(left: f64, right: f64) -> bool {
    (left - right).abs() <= ROUNDED * left.abs().max(right.abs()).max(1.0)
}

/// What identifies an entity of a kind: an ID's prefix, or a name without the blanks around it.
pub(super) fn identity<'t>(kind: &Kind, text: &'t str) -> &'t str {
    match &kind.identity {
        None => text.trim(),
        Some(identity) => {
            let end = text.char_indices().nth(identity.prefix).map_or(text.len(), |(at, _)| at);
            &text[..end]
        }
    }
}

/// Whether a field's stored value is the expected one, however it is spelt: an ID with or without its checksum, a
/// name with blanks around it, a number as text, a day followed by a time.
pub(super) fn is_same(contract: &Contract, field: Option<&Field>, expected: &Value, kept: &Value) -> bool {
    if expected == kept {
        return true;
    }
    if let (Some(expected), Some(kept)) = (number(expected), number(kept)) {
        return is_near(expected, kept);
    }
    let (Value::String(expected), Value::String(kept)) = (expected, kept) else { return false };
    let kind = field.and_then(|field| contract.file.kinds.get(field.kind.as_ref()?));
    if let Some(kind) = kind {
        return identity(kind, expected) == identity(kind, kept);
    }
    let is_date = field.is_none_or(|field| field.format == Some(TextFormat::Date));
    is_date && date::day(expected).is_some_and(|day| date::day(kept) == Some(day))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_read_from_text() {
        for (value, found) in [
            (json!(3), Some(3.0)),
            (json!("3.0"), Some(3.0)),
            (json!("-1"), Some(-1.0)),
            (json!("A"), None),
            (json!("1e1"), None),
            (json!(""), None),
            (json!(true), None),
        ] {
            assert_eq!(number(&value), found, "{value}");
        }
    }

    #[test]
    fn members_are_found_in_any_case_if_folded() {
        let record = json!({ "o": { "Ab": 1 }, "f": 2 });
        let record = record.as_object().expect("an object");
        assert_eq!(at(record, "o/Ab", false), Some(&json!(1)));
        assert_eq!(at(record, "o/aB", false), None);
        assert_eq!(at(record, "o/aB", true), Some(&json!(1)));
        assert_eq!(at(record, "f", true), Some(&json!(2)));
        assert_eq!(at(record, "F", true), None);
        assert_eq!(at(record, "f/x", true), None);
    }

    #[test]
    fn computed_numbers_may_be_rounded() {
        assert!(is_near(83.333_333_333_3, 250.0 / 3.0));
        assert!(!is_near(83.3, 250.0 / 3.0));
    }
}
