//! What can be done to a place of an answer.

use serde_json::{Map, Value, json};

use super::place::{Meaning, Place};
use crate::mutant::Label;

/// What is done to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    LeftOut,
    Null,
    OtherType,
    OtherValue,
    Undocumented,
    Empty,
    Renamed,
    Cut,
    Reordered,
    Twice,
    OneMore,
}

use Operation::{
    Cut, Empty, LeftOut, Null, OneMore, OtherType, OtherValue, Renamed, Reordered, Twice, Undocumented,
};

/// The milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

const UNORDERED_MEMBERS: &str = "the members of a JSON object have no order";
const UNORDERED_ENTRIES: &str = "nothing documents an order of the entries";
const FREE_TEXT: &str = "any text that is not empty will do";
const FREE_CODE: &str = "the code is not documented, only that there is one";

impl Operation {
    /// The name that reports use.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            LeftOut => "left-out",
            Null => "null",
            OtherType => "other-type",
            OtherValue => "other-value",
            Undocumented => "undocumented",
            Empty => "empty",
            Renamed => "renamed",
            Cut => "cut",
            Reordered => "reordered",
            Twice => "twice",
            OneMore => "one-more",
        }
    }

    /// The operations that fit a meaning.
    pub(super) const fn that_fit(meaning: &Meaning) -> &'static [Self] {
        match meaning {
            Meaning::Object => &[Null, OtherType, Cut, Reordered, Twice, OneMore],
            Meaning::Errors => &[Null, OtherType, Empty],
            Meaning::Element => &[LeftOut, Null, OtherType, Reordered, OneMore],
            Meaning::Count | Meaning::Size(_) | Meaning::Flag | Meaning::Instant => {
                &[LeftOut, Null, OtherType, OtherValue, Renamed]
            }
            Meaning::Status(_) => &[LeftOut, Null, OtherType, OtherValue, Undocumented, Renamed, Cut],
            Meaning::Constant | Meaning::Echo | Meaning::Code { required: true } => {
                &[LeftOut, Null, OtherType, OtherValue, Renamed, Cut]
            }
            Meaning::Text | Meaning::Code { required: false } => {
                &[LeftOut, Null, OtherType, OtherValue, Empty, Renamed]
            }
            Meaning::List { .. } => &[LeftOut, Null, OtherType, Empty, Renamed, Reordered, Twice, OneMore],
        }
    }

    /// What it breaks at a place that it fits.
    pub(super) fn label(self, place: &Place) -> Label {
        let breaks = |statements: &Vec<String>| Label::Breaks(statements.clone());
        match (self, &place.meaning) {
            (Reordered, Meaning::Object | Meaning::Element) => Label::Equivalent(UNORDERED_MEMBERS),
            (Reordered, Meaning::List { ordered: false }) => Label::Equivalent(UNORDERED_ENTRIES),
            (OtherValue, Meaning::Text) => Label::Equivalent(FREE_TEXT),
            (OtherValue, Meaning::Code { required: false }) => Label::Equivalent(FREE_CODE),
            (Null, Meaning::Echo | Meaning::Instant)
            | (Undocumented | Cut, Meaning::Status(_))
            | (Twice | OneMore, Meaning::List { .. }) => breaks(&place.own),
            (LeftOut, Meaning::Element)
            | (Empty, Meaning::List { .. })
            | (Cut, Meaning::Echo | Meaning::Constant | Meaning::Code { .. })
            | (OtherValue | Reordered, _) => breaks(&place.value),
            _ => breaks(&place.shape),
        }
    }

    /// Does it to the bytes of a body, whatever they mean. `None` if it is done to values.
    pub(super) fn of_bytes(self, body: &[u8]) -> Option<Vec<u8>> {
        match self {
            Cut => Some(body[..body.len() / 2].to_vec()),
            Twice => Some([body, body].concat()),
            LeftOut | Null | OtherType | OtherValue | Undocumented | Empty | Renamed | Reordered
            | OneMore => None,
        }
    }

    /// Does it to a member of an object, if the object has it.
    pub(super) fn of_member(self, meaning: &Meaning, members: &mut Map<String, Value>, name: &str) {
        match self {
            LeftOut => {
                members.shift_remove(name);
            }
            Renamed => {
                let rename = |(key, value)| (if key == name { format!("_{key}") } else { key }, value);
                *members = std::mem::take(members).into_iter().map(rename).collect();
            }
            Null | OtherType | OtherValue | Undocumented | Empty | Cut | Reordered | Twice | OneMore => {
                if let Some(value) = members.get_mut(name) {
                    self.of_value(meaning, value);
                }
            }
        }
    }

    /// Does it to a value.
    pub(super) fn of_value(self, meaning: &Meaning, value: &mut Value) {
        match self {
            LeftOut | Renamed => {}
            Null => *value = Value::Null,
            OtherType => *value = other_type(meaning, value.take()),
            OtherValue => *value = other_value(meaning, value.take()),
            Undocumented => *value = json!("neither"),
            Empty => *value = if value.is_array() { json!([]) } else { json!("") },
            Cut => {
                if let Value::String(text) = value {
                    let half = text.chars().count().div_ceil(2);
                    *text = text.chars().take(half).collect();
                }
            }
            Reordered => match value {
                Value::Array(elements) => elements.reverse(),
                Value::Object(members) => {
                    *members = std::mem::take(members).into_iter().rev().collect();
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            },
            Twice => {
                if let Value::Array(elements) = value {
                    let twice = |element: Value| [element.clone(), element];
                    *elements = std::mem::take(elements).into_iter().flat_map(twice).collect();
                }
            }
            OneMore => one_more(value),
        }
    }
}

/// One more element of a list, like its last one, or one more member of an object.
fn one_more(value: &mut Value) {
    match value {
        Value::Array(elements) => {
            let one = elements.last().cloned().unwrap_or_else(|| json!({}));
            elements.push(one);
        }
        Value::Object(members) => {
            members.insert("_more".to_owned(), json!("more"));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A value of a type that the meaning does not allow.
fn other_type(meaning: &Meaning, value: Value) -> Value {
    match meaning {
        Meaning::Count | Meaning::Size(_) | Meaning::Flag => json!(value.to_string()),
        Meaning::Status(_) | Meaning::Constant | Meaning::Text | Meaning::Code { .. } => json!(17),
        Meaning::List { .. } => json!({}),
        Meaning::Element => json!("text"),
        // One error in place of a list of them.
        Meaning::Errors => value.get(0).cloned().unwrap_or_default(),
        // Null stands for a value that the record does not have.
        Meaning::Echo | Meaning::Instant if value.is_null() => value,
        Meaning::Echo | Meaning::Instant | Meaning::Object => json!([value]),
    }
}

/// Another value of the type that the meaning has.
fn other_value(meaning: &Meaning, value: Value) -> Value {
    let next = |value: &Value, step: i64| json!(value.as_i64().unwrap_or_default().saturating_add(step));
    match (meaning, value) {
        (Meaning::Status(words), Value::String(word)) => {
            let place = words.iter().position(|known| *known == word).map_or(0, |place| place + 1);
            words.get(place).or(words.first()).map_or(Value::Null, |word| json!(word))
        }
        (Meaning::Size(right), _) => json!(right.iter().max().map_or(0, |most| most + 1)),
        (Meaning::Instant, value @ Value::Number(_)) => next(&value, DAY),
        (Meaning::Text, Value::String(_)) => json!("in other words"),
        (_, Value::Bool(flag)) => json!(!flag),
        (_, Value::String(text)) => json!(format!("{text}x")),
        (_, Value::Number(number)) => match number.as_i64() {
            Some(whole) => json!(whole.saturating_add(1)),
            None => json!(number.as_f64().unwrap_or_default() + 1.0),
        },
        (_, other) => other,
    }
}
