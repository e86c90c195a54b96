//! Faults of what one record does to others.

use serde_json::Value;
use tally_spec::model::{Contract, Isolation, Response, Unkeyed};

use super::super::act::Act;
use super::super::judgements::{fail, fails, forget};
use super::super::{Entry, body, cites, contracts};
use super::fault;

const GROUP: &str = "isolation";

fn isolation(contract: &Contract) -> Vec<String> {
    if contract.areas.iter().all(|area| area.isolation == Isolation::AllOrNothing) {
        return Vec::new();
    }
    let by_position = contract.areas.iter().filter_map(|area| match contract.response(area) {
        Response::ByPosition(shape) => Some(&shape.isolation_statement),
        _ => None,
    });
    cites::both(cites::counted(contract, |counted| &counted.isolation_statement), cites::ids(by_position))
}

fn counts(contract: &Contract) -> Vec<String> {
    let sum = cites::counted(contract, |counted| &counted.sum_statement);
    let entry = cites::counted(contract, |counted| &counted.entry_statement);
    let shape = cites::counted(contract, |counted| &counted.statement);
    cites::both(cites::both(sum, entry), cites::both(shape, isolation(contract)))
}

/// What becomes of equal records; if they have no key, that each is an entity of its own.
fn equal(contract: &Contract) -> Vec<String> {
    let unkeyed = contract.areas.iter().filter(|area| area.key.unkeyed == Unkeyed::New);
    cites::both(
        cites::ids(contract.areas.iter().map(|area| &area.key.repeated_statement)),
        cites::ids(unkeyed.map(|area| &area.key.statement)),
    )
}

fn rules(contract: &Contract) -> Vec<String> {
    // Of a record that is not looked at, the forms of its values count as little as the rules.
    let reading = &contract.file.reading;
    let forms = cites::ids([&reading.date, &reading.empty_is_missing, &reading.numeric_text].into_iter());
    let closed = cites::fields(contract, |field| field.closed.is_some() || field.numeric);
    let kinds = cites::ids(contract.file.kinds.values().map(|kind| &kind.statement));
    let rules = cites::both(counts(contract), cites::rules(contract, |_| true));
    [forms, closed, kinds].into_iter().fold(rules, cites::both)
}

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "one-failure-fails-all",
        "one failed record fails the whole request",
        isolation,
        Act::Contract(contracts::all_or_nothing),
    ),
    fault(
        GROUP,
        "neighbour-fails-too",
        "the record behind a failed one fails, too",
        isolation,
        Act::Judgement(|judged, judgement| {
            let before = judgement.clone();
            fail(judgement, judged.records, |index, _| index > 0 && fails(&before, index - 1));
        }),
    ),
    fault(
        GROUP,
        "rest-fails-too",
        "every record behind a failed one fails, too",
        isolation,
        Act::Judgement(|judged, judgement| {
            let first = (0..judged.records.len()).find(|index| fails(judgement, *index));
            fail(judgement, judged.records, |index, _| first.is_some_and(|first| index > first));
        }),
    ),
    fault(
        GROUP,
        "first-failure-only",
        "of the records that fail, the first alone is noticed",
        rules,
        Act::Judgement(|judged, judgement| {
            let first = (0..judged.records.len()).find(|index| fails(judgement, *index));
            forget(judgement, |violation| violation.record.is_some() && violation.record != first);
        }),
    ),
    fault(
        GROUP,
        "last-record-not-checked",
        "the last of several records passes unchecked",
        rules,
        Act::Judgement(|judged, judgement| {
            let last = judged.records.len().checked_sub(1).filter(|last| *last > 0);
            forget(judgement, |violation| last.is_some() && violation.record == last);
        }),
    ),
    fault(
        GROUP,
        "first-record-not-checked",
        "the first of several records passes unchecked",
        rules,
        Act::Judgement(|judged, judgement| {
            let several = judged.records.len() > 1;
            forget(judgement, |violation| several && violation.record == Some(0));
        }),
    ),
    fault(
        GROUP,
        "checks-end-at-99",
        "records from the hundredth on pass unchecked",
        rules,
        Act::Judgement(|_, judgement| {
            forget(judgement, |violation| violation.record.is_some_and(|record| record >= 99));
        }),
    ),
    fault(
        GROUP,
        "records-dropped-from-the-hundredth",
        "records from the hundredth on are left out of the counts",
        counts,
        Act::Body(|_, area, envelope| {
            if area.limit.counts.is_none()
                && let Some(records) =
                    body::list(area, envelope).filter(|records| records.len() <= area.limit.maximum)
            {
                records.truncate(99);
            }
        }),
    ),
    fault(
        GROUP,
        "last-record-dropped",
        "the last of several records is left out of the counts",
        counts,
        Act::Body(|_, area, envelope| {
            let within = |records: &&mut Vec<Value>| (2..=area.limit.maximum).contains(&records.len());
            if let Some(records) = body::list(area, envelope).filter(within) {
                records.pop();
            }
        }),
    ),
    fault(
        GROUP,
        "failed-records-dropped",
        "failed records are left out, as if never sent",
        counts,
        Act::Reply(|context, _, reply| {
            let Some(Response::Counting(counted)) = context.area.map(|area| context.contract.response(area))
            else {
                return;
            };
            let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
            if body.get(&counted.errors).is_some() && body[&counted.pass_count] != 0 {
                body[&counted.errors] = serde_json::json!([]);
                body[&counted.fail_count] = serde_json::json!(0);
                body[&counted.status.name] = serde_json::json!(counted.status.success);
                reply.body = body.to_string().into_bytes();
            }
        }),
    ),
    fault(
        GROUP,
        "equal-records-fail",
        "a record that is the same as one before it fails",
        equal,
        Act::Judgement(|judged, judgement| {
            let records = judged.records;
            fail(judgement, records, |index, record| index < 200 && records[..index].contains(record));
        }),
    ),
    fault(
        GROUP,
        "equal-records-counted-once",
        "records that are the same are counted as one",
        |contract| cites::both(counts(contract), equal(contract)),
        Act::Body(|_, area, envelope| {
            let Some(records) = body::list(area, envelope).filter(|records| records.len() < 200) else {
                return;
            };
            let mut kept: Vec<Value> = Vec::new();
            for record in records.drain(..) {
                if !kept.contains(&record) {
                    kept.push(record);
                }
            }
            *records = kept;
        }),
    ),
];
