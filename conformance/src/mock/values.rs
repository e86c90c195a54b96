//! The values of a record, with those beside the list standing in where a field says so.

use serde_json::{Map, Value};
use tally_spec::model::{Area, Condition};

/// A record's values, as rules about existence, keys and echoes look at them.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    area: &'a Area,
    record: &'a Map<String, Value>,
    beside: &'a Map<String, Value>,
}

impl<'a> Values<'a> {
    pub(super) fn new(
        area: &'a Area,
        record: &'a Map<String, Value>,
        beside: &'a Map<String, Value>,
    ) -> Self {
        Self { area, record, beside }
    }

    /// The value of a field, or of `object/member`: neither null nor empty text.
    pub(super) fn own(&self, pointer: &str) -> Option<&'a Value> {
        let mut parts = pointer.split('/');
        let mut value = self.record.get(parts.next()?)?;
        for part in parts {
            value = value.get(part)?;
        }
        Some(value).filter(|value| is_value(value))
    }

    /// The values that a field names: its own, or those of `array/member` in each object of the array.
    pub(super) fn named(&self, pointer: &str) -> Vec<&'a str> {
        let within = pointer
            .split_once('/')
            .and_then(|(array, member)| Some((self.record.get(array)?.as_array()?, member)));
        let values: Vec<&Value> = match within {
            Some((elements, member)) => elements.iter().filter_map(|element| element.get(member)).collect(),
            None => self.own(pointer).into_iter().collect(),
        };
        values.into_iter().filter(|value| is_value(value)).filter_map(Value::as_str).collect()
    }

    /// The value of a field, or else of what stands in for it.
    pub(super) fn effective(&self, field: &str) -> Option<&'a Value> {
        self.own(field).or_else(|| self.stand_in(field))
    }

    fn stand_in(&self, field: &str) -> Option<&'a Value> {
        let beside = self.area.envelope.iter().find(|one| one.stands_in_for.as_deref() == Some(field))?;
        let value = self.beside.get(&beside.name).filter(|value| is_value(value))?;
        let closed = self.area.fields.iter().find(|one| one.name == field)?.closed.as_ref();
        let usable = closed.is_none_or(|list| list.iter().any(|one| value.as_str() == Some(one)));
        usable.then_some(value)
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self, condition: &Condition) -> bool {
        let Some(value) = self.effective(&condition.field) else { return false };
        match (&condition.constant, &condition.one_of) {
            (Some(constant), _) => same(value, constant),
            (None, Some(values)) => values.iter().any(|one| same(value, one)),
            (None, None) => true,
        }
    }

    /// Whether a flag beside the list is true.
    pub(super) fn flag_beside(&self, name: &str) -> bool {
        self.beside.get(name).and_then(Value::as_bool).unwrap_or(false)
    }
}

fn is_value(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

/// Whether two values are equal as JSON has it: numbers by what they are worth.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.total_cmp(&other).is_eq(),
        _ => one == other,
    }
}
