//! Which records describe the same entity.

use std::borrow::Cow;

use serde_json::Value;
use tally_generated::runtime::JsonValue;
use tally_spec::model::Unkeyed;

use crate::entities::{Entities, KindPlace};
use crate::plan::{Plan, PlannedPart};
use crate::record_table::RecordRow;

/// Stands between the parts of a key.
const SEPARATOR: char = '\u{1f}';

/// The record's key as text: equal for two records of one entity. `None` if the record creates a new one each time.
pub(crate) fn key_of(plan: &Plan, row: RecordRow<'_, '_>, entities: &Entities) -> Option<String> {
    let mut key = String::new();
    push_key(plan, row, entities, &mut key).then_some(key)
}

/// Appends the record's key to a text. False, and the text is of no use, if the record creates a new entity.
pub(crate) fn push_key(plan: &Plan, row: RecordRow<'_, '_>, entities: &Entities, key: &mut String) -> bool {
    let mut has_any = false;
    for part in counting(plan, row) {
        for field in &part.fields {
            let pushed = row.effective(field, |value| key.push_str(&token(field.kind, value, entities)));
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
fn counting<'p>(plan: &'p Plan, row: RecordRow<'_, '_>) -> impl Iterator<Item = &'p PlannedPart> {
    plan.key_parts.iter().filter(move |part| part.when.as_ref().is_none_or(|when| row.holds(when)))
}

/// What two spellings of one value have in common.
pub(crate) fn token<'a>(kind: Option<KindPlace>, value: &JsonValue<'a>, entities: &Entities) -> Cow<'a, str> {
    let JsonValue::Text(text) = value else { return plain(value) };
    let text = text.written_out();
    let Some(kind) = kind else { return text };
    match text {
        Cow::Borrowed(text) => entities.token(kind, text),
        Cow::Owned(text) => Cow::Owned(entities.token(kind, &text).into_owned()),
    }
}

/// The text of a value that is not text: numbers by their numeric value.
fn plain<'a>(value: &JsonValue<'a>) -> Cow<'a, str> {
    match value {
        JsonValue::Number(number) => Cow::Owned(number.value().to_string()),
        value => Cow::Owned(value.to_json_text()),
    }
}

/// The values that make a kept record's key, as they are kept.
pub(crate) fn values(plan: &Plan, row: RecordRow<'_, '_>) -> Vec<Value> {
    counting(plan, row)
        .filter_map(|part| part.fields.iter().find_map(|field| row.own(field, JsonValue::json)?))
        .collect()
}
