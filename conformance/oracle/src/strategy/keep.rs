//! Whether a value keeps the rules on it: what strategies must know to break one rule and no other.

use jiff::civil::Date;
use regex_lite::Regex;
use serde_json::Value;
use tally_spec::model::{Area, Condition, Constraint, Field, JsonType, TextFormat};

use super::maker::Maker;
use super::numbers::is_on_grid;

/// Longer texts, and greater numbers, are an endpoint's own affair.
const LONGEST: usize = 255;
const GREATEST: f64 = 9_007_199_254_740_991.0;

/// Whether a value keeps a rule that applies. One without a value keeps all but `required` and `anyOf`, which
/// are not asked here, as `exists` and `memberOf` are not.
pub(super) fn keeps(constraint: &Constraint, value: &Value) -> bool {
    match constraint {
        Constraint::Range { minimum, maximum, .. } => number(value).is_none_or(|number| {
            minimum.is_none_or(|minimum| number >= minimum) && maximum.is_none_or(|maximum| number <= maximum)
        }),
        Constraint::MultipleOf { divisor, .. } => {
            number(value).is_none_or(|number| is_on_grid(number, *divisor))
        }
        Constraint::MaxLength { limit, .. } => text(value).is_none_or(|text| text.chars().count() <= *limit),
        Constraint::Pattern { pattern, .. } => {
            text(value).is_none_or(|text| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text)))
        }
        Constraint::Contains { members, .. } => value.as_array().is_none_or(|elements| {
            let has = |element: &Value, name: &String| element.get(name).is_some_and(has_value);
            elements.iter().any(|element| members.iter().all(|name| has(element, name)))
        }),
        Constraint::Required(_)
        | Constraint::AnyOf(_)
        | Constraint::Exists { .. }
        | Constraint::MemberOf { .. } => true,
    }
}

/// Whether a value is neither null nor empty text.
pub(super) fn has_value(value: &Value) -> bool {
    !value.is_null() && value != ""
}

/// The values that a condition looks for; none if any will do.
pub(super) fn wanted(condition: &Condition) -> impl Iterator<Item = &Value> {
    condition.constant.iter().chain(condition.one_of.iter().flatten())
}

/// Whether a condition holds for a value.
pub(super) fn holds_for(condition: &Condition, value: &Value) -> bool {
    let mut wanted = wanted(condition).peekable();
    has_value(value) && (wanted.peek().is_none() || wanted.any(|wanted| is_same(wanted, value)))
}

/// The value at a path within objects.
pub(super) fn value_at<'v>(record: &'v super::Record, path: &str) -> Option<&'v Value> {
    let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let outer = record.get(name)?;
    rest.into_iter().flat_map(|rest| rest.split('/')).try_fold(outer, |value, name| value.get(name))
}

/// Sets the value at a path within objects, or takes it away. Objects on the way are made if there are none.
pub(super) fn put(record: &mut super::Record, path: &str, value: Option<&Value>) {
    let Some((name, rest)) = path.split_once('/') else {
        match value {
            Some(value) => drop(record.insert(path.to_owned(), value.clone())),
            None => drop(record.remove(path)),
        }
        return;
    };
    if value.is_some() && !record.get(name).is_some_and(Value::is_object) {
        record.insert(name.to_owned(), Value::Object(super::Record::new()));
    }
    if let Some(Value::Object(inner)) = record.get_mut(name) {
        put(inner, rest, value);
    }
}

impl Maker<'_> {
    /// Whether a value of the field at that path passes for itself, whatever the rest of the record is.
    pub(super) fn is_sound(&self, path: &str, value: &Value) -> bool {
        let Some(field) = self.area.field_at(path) else { return false };
        self.is_of(field, value) && is_ordinary(value) && keeps_all(self.area, path, value)
    }

    /// Whether a value is of a type that the field takes.
    pub(super) fn is_taken(field: &Field, value: &Value) -> bool {
        match value {
            Value::Null => false,
            Value::Bool(_) => field.takes(JsonType::Boolean),
            Value::Number(_) => field.takes(JsonType::Number),
            Value::String(_) => field.takes(JsonType::String),
            Value::Array(_) => field.takes(JsonType::Array),
            Value::Object(_) => field.takes(JsonType::Object),
        }
    }

    /// Whether a value is one of those that the field is for, its rules apart.
    pub(super) fn is_of(&self, field: &Field, value: &Value) -> bool {
        let is_small = value.as_f64().is_none_or(|number| number.abs() <= GREATEST);
        let is_text_of = value.as_str().is_none_or(|text| self.is_text_of(field, text));
        Self::is_taken(field, value) && is_small && is_text_of
    }

    fn is_text_of(&self, field: &Field, text: &str) -> bool {
        let is_plain = !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control);
        let is_named = |kind: &String| {
            let things = self.fixtures.things.get(kind).map_or(&[][..], Vec::as_slice);
            things.iter().any(|thing| thing.name == text)
        };
        let is_spelt =
            text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        let in_format = match field.format {
            Some(TextFormat::Date) => text.len() == 10 && text.parse::<Date>().is_ok(),
            Some(TextFormat::Email) => text.contains('@'),
            None => true,
        };
        is_plain
            && in_format
            && field.closed.as_ref().is_none_or(|closed| closed.iter().any(|value| value == text))
            && field.kind.as_ref().is_none_or(is_named)
            && (!field.numeric || is_spelt)
    }
}

/// Whether a value keeps every rule on the field at that path, those under conditions too.
pub(super) fn keeps_all(area: &Area, path: &str, value: &Value) -> bool {
    let mut rules = area.rules.iter().filter(|rule| rule.constraint.field() == Some(path));
    !has_value(value) || rules.all(|rule| keeps(&rule.constraint, value))
}

/// Whether a value is nothing that some endpoint could stumble over.
pub(super) fn is_ordinary(value: &Value) -> bool {
    value.as_str().is_none_or(|text| text.chars().count() <= LONGEST)
}

/// Whether two JSON values are equal: numbers by their value.
fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

/// The number that a value is, or that its text spells.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}
