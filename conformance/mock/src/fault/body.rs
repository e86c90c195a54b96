//! The request options and the records in a request's body.

use serde_json::{Map, Value};
use tally_spec::model::{Area, Contract};

/// The request options of a body and its list of records, or `None` if they are no object.
pub(super) fn envelope(contract: &Contract, body: &[u8]) -> Option<Map<String, Value>> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let envelope = match &contract.file.service.envelope {
        Some(name) => body.get_mut(name)?.take(),
        None => body,
    };
    match envelope {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// The records of a body, or `None` if it has no list.
pub(super) fn records(contract: &Contract, area: &Area, body: &[u8]) -> Option<Vec<Value>> {
    match envelope(contract, body)?.remove(&area.list.name)? {
        Value::Array(records) => Some(records),
        one => Some(vec![one]),
    }
}

/// The list of records, if it is one.
pub(super) fn list<'b>(area: &Area, envelope: &'b mut Map<String, Value>) -> Option<&'b mut Vec<Value>> {
    envelope.get_mut(&area.list.name)?.as_array_mut()
}

/// Cuts the list, or the nested lists that the limit counts, to the limit.
pub(super) fn cut_to_limit(area: &Area, envelope: &mut Map<String, Value>) {
    let mut left = area.limit.maximum;
    let Some(records) = list(area, envelope) else { return };
    match &area.limit.counts {
        None => records.truncate(left),
        Some(array) => {
            for elements in records.iter_mut().filter_map(|record| record.get_mut(array)?.as_array_mut()) {
                elements.truncate(left);
                left -= elements.len();
            }
        }
    }
}

/// Changes every text in the records.
pub(super) fn each_text(value: &mut Value, change: &impl Fn(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(elements) => elements.iter_mut().for_each(|element| each_text(element, change)),
        Value::Object(members) => members.values_mut().for_each(|member| each_text(member, change)),
        _ => {}
    }
}
