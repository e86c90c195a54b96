//! Which records are the same thing's.

use std::borrow::Cow;

use serde_json::Value;
use tally_generated::runtime::JsonValue;
use tally_spec::model::Unkeyed;

use super::super::plan::{Plan, PlannedPart};
use super::super::sheet::Row;
use super::super::things::{KindPlace, Things};

/// Stands between the parts of a key.
const SEPARATOR: char = '\u{1f}';

/// The record's key as text: equal for two records of one thing. None for one that is a new thing each time.
pub(crate) fn key_of(plan: &Plan, row: Row<'_, '_>, things: &Things) -> Option<String> {
    let mut key = String::new();
    push_key(plan, row, things, &mut key).then_some(key)
}

/// Writes the record's key behind a text. False, and nothing to be kept, for a record that is a new thing.
pub(super) fn push_key(plan: &Plan, row: Row<'_, '_>, things: &Things, key: &mut String) -> bool {
    let mut has_any = false;
    for part in counting(plan, row) {
        for field in &part.fields {
            let pushed = row.effective(field, |value| key.push_str(&token(field.kind, value, things)));
            if pushed.is_some() {
                has_any = true;
                break;
            }
        }
        key.push(SEPARATOR);
    }
    has_any || plan.key.unkeyed == Unkeyed::Keyed
}

/// The parts that count for a record.
fn counting<'p>(plan: &'p Plan, row: Row<'_, '_>) -> impl Iterator<Item = &'p PlannedPart> {
    plan.key_parts.iter().filter(move |part| part.when.as_ref().is_none_or(|when| row.holds(when)))
}

/// What two spellings of one value have in common.
pub(super) fn token<'a>(kind: Option<KindPlace>, value: &JsonValue<'a>, things: &Things) -> Cow<'a, str> {
    let JsonValue::Text(text) = value else { return plain(value) };
    let text = text.written_out();
    let Some(kind) = kind else { return text };
    match text {
        Cow::Borrowed(text) => things.token(kind, text),
        Cow::Owned(text) => Cow::Owned(things.token(kind, &text).into_owned()),
    }
}

/// A value that is no text: numbers by what they are worth.
fn plain<'a>(value: &JsonValue<'a>) -> Cow<'a, str> {
    match value {
        JsonValue::Number(number) => Cow::Owned(number.value().to_string()),
        value => Cow::Owned(value.to_json_text()),
    }
}

/// The values that make a kept record's key, as they are kept.
pub(super) fn values(plan: &Plan, row: Row<'_, '_>) -> Vec<Value> {
    counting(plan, row)
        .filter_map(|part| part.fields.iter().find_map(|field| row.own(field, JsonValue::json)?))
        .collect()
}
