//! Which records are the same thing's.

use std::borrow::Cow;

use serde_json::Value;
use tally_generated::runtime::{Part, Spelt};
use tally_spec::model::{Area, Unkeyed};

use super::super::judge::find;
use super::super::sheet::Row;
use super::super::things::Things;

/// Stands between the parts of a key.
const SEPARATOR: char = '\u{1f}';

/// The record's key as text: equal for two records of one thing. None for one that is a new thing each time.
pub(in crate::mock) fn key_of(area: &Area, row: Row<'_, '_>, things: &Things) -> Option<String> {
    let mut key = String::with_capacity(64);
    let mut has_any = false;
    for part in &area.key.parts {
        if part.when.as_ref().is_some_and(|when| !row.holds(when)) {
            continue;
        }
        let found = part.fields().find_map(|field| Some((field, row.effective(field)?)));
        if let Some((field, value)) = found {
            has_any = true;
            key.push_str(&token(area, field, value, things));
        }
        key.push(SEPARATOR);
    }
    (has_any || area.key.unkeyed == Unkeyed::Keyed).then_some(key)
}

/// What two spellings of one value have in common.
pub(super) fn token<'a>(area: &Area, field: &str, value: Spelt<'a>, things: &Things) -> Cow<'a, str> {
    let Part::Text(text) = value.part else { return plain(value) };
    let text = text.written_out();
    let Some(kind) = find(&area.fields, field).and_then(|field| field.kind.as_deref()) else { return text };
    match text {
        Cow::Borrowed(text) => things.token(kind, text),
        Cow::Owned(text) => Cow::Owned(things.token(kind, &text).into_owned()),
    }
}

/// A value that is no text: numbers by what they are worth.
fn plain(value: Spelt<'_>) -> Cow<'_, str> {
    match value.part {
        Part::Number(number) => Cow::Owned(number.value().to_string()),
        _ => Cow::Borrowed(value.text),
    }
}

/// The values that make a kept record's key, as they are kept.
pub(super) fn values(area: &Area, row: Row<'_, '_>) -> Vec<Value> {
    let counts = area.key.parts.iter().filter(|part| part.when.as_ref().is_none_or(|when| row.holds(when)));
    let value = |field: &String| row.own(field)?.part.json();
    counts.filter_map(|part| part.fields().find_map(value)).collect()
}
