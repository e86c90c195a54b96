//! Faults that change a request before the endpoint sees it.

use serde_json::{Map, Value};
use tally_spec::model::{Area, Contract};

use super::super::endpoint::Received;
use super::act::{BodyChange, Context};

/// Lets a fault change a request's body, where it is one with a list of records.
pub(super) fn change_body(context: &Context<'_>, request: &mut Received, change: BodyChange) {
    let Some(area) = context.area else { return };
    let Ok(mut body) = serde_json::from_slice::<Value>(&request.body) else { return };
    let beside = match &context.contract.file.service.envelope {
        Some(name) => body.get_mut(name),
        None => Some(&mut body),
    };
    let Some(beside) = beside.and_then(Value::as_object_mut) else { return };
    if !beside.contains_key(&area.list.name) {
        return;
    }
    change(context, area, beside);
    request.body = body.to_string().into();
}

/// What stands beside the list of a body, and the list; none where it is no object.
pub(super) fn beside(contract: &Contract, body: &[u8]) -> Option<Map<String, Value>> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let beside = match &contract.file.service.envelope {
        Some(name) => body.get_mut(name)?.take(),
        None => body,
    };
    match beside {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// The records of a body; none where it has no list.
pub(super) fn records(contract: &Contract, area: &Area, body: &[u8]) -> Option<Vec<Value>> {
    match beside(contract, body)?.remove(&area.list.name)? {
        Value::Array(records) => Some(records),
        one => Some(vec![one]),
    }
}

/// The list, where it is one.
pub(super) fn list<'b>(area: &Area, beside: &'b mut Map<String, Value>) -> Option<&'b mut Vec<Value>> {
    beside.get_mut(&area.list.name)?.as_array_mut()
}

/// Cuts the list, or the nested lists that the limit counts, to the limit.
pub(super) fn cut_to_limit(area: &Area, beside: &mut Map<String, Value>) {
    let mut left = area.limit.maximum;
    let Some(records) = list(area, beside) else { return };
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
