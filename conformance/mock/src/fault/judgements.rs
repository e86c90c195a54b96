//! Faults that change what an endpoint thinks of records.

use serde_json::{Map, Value};
use tally_generated::runtime::{Judgement, Pointer, RequestVerdict, Verdicts, Violation};
use tally_spec::model::{Area, Constraint, Contract, Response};

use super::act::Judged;

/// Lets a fault change a judgement, and makes the verdicts fit the violations again.
pub(super) fn changed(
    contract: &Contract,
    area: &Area,
    body: &[u8],
    mut judgement: Judgement,
    change: impl FnOnce(&Judged<'_>, &mut Judgement),
) -> Judgement {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let empty = Map::new();
    let envelope = match &contract.file.service.envelope {
        Some(name) => body.get(name),
        None => Some(&body),
    };
    let envelope = envelope.and_then(Value::as_object).unwrap_or(&empty);
    let records = match envelope.get(&area.list.name) {
        Some(Value::Array(records)) => records.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    if judgement.request == RequestVerdict::Accept {
        change(&Judged { contract, area, body: &body, records }, &mut judgement);
        let whole = matches!(contract.response(area), Response::Whole(_));
        let broken = |index: &usize| {
            judgement.violations.iter().any(|violation| whole || violation.record == Some(*index))
        };
        let count = judgement.records.len();
        judgement.records = Verdicts::new(count, (0..count).filter(broken).collect());
    }
    judgement
}

/// Forgets violations.
pub(super) fn forget(judgement: &mut Judgement, overlooked: impl Fn(&Violation) -> bool) {
    judgement.violations.retain(|violation| !overlooked(violation));
}

/// Forgets violations by their keyword.
pub(super) fn forget_keyword(judgement: &mut Judgement, keywords: &[&str]) {
    forget(judgement, |violation| keywords.contains(&violation.keyword));
}

/// Fails records that pass.
pub(super) fn fail(judgement: &mut Judgement, records: &[Value], wrongly: impl Fn(usize, &Value) -> bool) {
    for (index, record) in records.iter().enumerate() {
        let failed = judgement.violations.iter().any(|violation| violation.record == Some(index));
        if !failed && wrongly(index, record) {
            judgement.violations.push(failure(index));
        }
    }
}

/// What fails a record that breaks no rule.
pub(super) fn failure(index: usize) -> Violation {
    Violation {
        pointer: Pointer::root(),
        keyword: "fault",
        statement: "",
        record: Some(index),
        message: "the endpoint has a fault".to_owned(),
    }
}

/// Whether the record fails by the generated validator.
pub(super) fn fails(judgement: &Judgement, index: usize) -> bool {
    judgement.violations.iter().any(|violation| violation.record == Some(index))
}

/// The statements of the area's rules of a kind.
pub(super) fn statements(area: &Area, wanted: impl Fn(&Constraint) -> bool) -> Vec<&str> {
    let rules = area.rules.iter();
    let wanted = rules.filter(|rule| wanted(&rule.constraint));
    wanted.map(|rule| rule.statement.principal()).collect()
}

/// The values of a record's fields that a test of the field picks.
pub(super) fn values<'r>(
    area: &'r Area,
    record: &'r Value,
    wanted: impl Fn(&tally_spec::model::Field) -> bool + 'r,
) -> impl Iterator<Item = &'r Value> {
    area.fields.iter().filter(move |field| wanted(field)).filter_map(|field| record.get(&field.name))
}

/// The bounds of the ranges of a record's fields, with the fields' values: least, most, value.
pub(super) fn ranged<'r>(area: &Area, record: &'r Value) -> Vec<(Option<f64>, Option<f64>, &'r Value)> {
    let ranges = area.rules.iter().filter_map(|rule| match &rule.constraint {
        Constraint::Range { field, minimum, maximum } => Some((*minimum, *maximum, record.get(field)?)),
        _ => None,
    });
    ranges.collect()
}
