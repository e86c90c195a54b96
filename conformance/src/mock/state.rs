//! What the mock holds: the records written, by area and key.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tally_spec::model::{Area, Unkeyed};

use super::values::Values;

/// The records written, by area; in an area, by key.
#[derive(Default)]
pub(super) struct State {
    areas: BTreeMap<String, Held>,
}

#[derive(Default)]
struct Held {
    records: BTreeMap<String, Map<String, Value>>,
    unkeyed: usize,
}

impl State {
    /// Writes a record: a new one, or over the one of the same key, whose other members stay.
    pub(super) fn write(&mut self, area: &Area, record: &Map<String, Value>, beside: &Map<String, Value>) {
        let held = self.areas.entry(area.name.clone()).or_default();
        let key = key_of(area, Values::new(area, record, beside)).unwrap_or_else(|| {
            held.unkeyed += 1;
            format!("new {}", held.unkeyed)
        });
        let target = held.records.entry(key).or_default();
        for (name, value) in record.iter().filter(|(_, value)| !value.is_null()) {
            target.insert(name.clone(), value.clone());
        }
    }
}

/// The record's key as text; none for one that is a new thing each time.
pub(super) fn key_of(area: &Area, values: Values<'_>) -> Option<String> {
    let mut parts = Vec::new();
    let mut keyed = false;
    for part in &area.key.parts {
        if part.when.as_ref().is_none_or(|when| values.holds(when)) {
            let value = values.effective(&part.field).or_else(|| values.own(&part.field));
            keyed |= value.is_some();
            parts.push(value.cloned().unwrap_or(Value::Null));
        }
    }
    (keyed || area.key.unkeyed == Unkeyed::Keyed).then(|| Value::Array(parts).to_string())
}
