//! Keys that repeat, within a request and across requests.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tally_fixtures::Fixtures;
use tally_oracle::strategy::Maker;
use tally_spec::model::{Area, Cites, Contract, Repeated, Response};

use super::{changed, labelled, made};
use crate::act::Act;
use crate::mutant::{Label, Mutant};

const NOT_SHOWN: &str = "no answer shows which of several records with one key is kept";
const NO_KEY: &str = "no record made from the contract has a key, so that none repeats";

pub(super) fn of(contract: &Contract, fixtures: &Fixtures, area: &Area) -> Vec<Mutant> {
    let key = &area.key;
    let cites = [&key.repeated_statement, &key.statement];
    let maker = Maker::new(contract, area, fixtures, "mutants");
    let is_keyed = (0..12).any(|seed| key_of(area, &Value::Object(maker.record(seed))).is_some());
    let of_keys = |place: &str, operator, cites: &[&Cites]| {
        if is_keyed {
            made(area, place, operator, cites)
        } else {
            labelled(area, place, operator, Label::Equivalent(NO_KEY))
        }
    };
    let name = area.name.clone();
    let mut found = Vec::new();
    match key.repeated {
        Repeated::LaterStands | Repeated::LastCounts => {
            let other = if key.repeated == Repeated::LastCounts {
                Repeated::LaterStands
            } else {
                Repeated::LastCounts
            };
            let same = labelled(area, "key", "other-one-stands", Label::Equivalent(NOT_SHOWN));
            let own = name.clone();
            found.push(same.by(move || changed(&own, move |area| area.key.repeated = other)));
            found.push(of_keys("key", "repeated-refused", &cites).by(repeated_fail(contract)));
        }
        Repeated::LaterFails => {
            let taken = of_keys("key", "repeated-taken", &cites);
            let own = name.clone();
            found.push(taken.by(move || changed(&own, |area| area.key.repeated = Repeated::LaterStands)));
            for (index, part) in key.parts.iter().enumerate().filter(|_| key.parts.len() > 1) {
                let ignored = of_keys(&format!("key/{}", part.field), "part-ignored", &[&key.statement]);
                let own = name.clone();
                found.push(ignored.by(move || {
                    changed(&own, move |area| {
                        area.key.parts.remove(index);
                    })
                }));
            }
        }
    }
    let updates: Vec<&Cites> = contract.file.reading.updates.iter().collect();
    let across = [&[&key.statement, &area.statement, &key.repeated_statement][..], &updates].concat();
    found.push(of_keys("key", "update-refused", &across).by(seen_before(contract, key_of)));
    found.push(made(area, "key", "resend-refused", &across).by(seen_before(contract, whole)));
    if let Response::Counting(counted) = contract.response(area) {
        let cites = [&counted.sum_statement, &key.repeated_statement, &counted.statement];
        let distinct = of_keys(&counted.pass_count, "distinct-keys", &cites);
        found.push(distinct.by(counts_distinct(&counted.pass_count)));
    }
    found
}

/// What tells records apart.
type Told = fn(&Area, &Value) -> Option<String>;

/// The values of a record's key as they are written; `None` if it has none.
fn key_of(area: &Area, record: &Value) -> Option<String> {
    let value = |path: &String| path.split('/').try_fold(record, |value, step| value.get(step));
    let parts: Vec<Option<&Value>> =
        area.key.parts.iter().map(|part| part.fields().find_map(value)).collect();
    parts.iter().any(Option::is_some).then(|| json!(parts).to_string())
}

#[expect(clippy::unnecessary_wraps, reason = "it is one of the ways to tell records apart")]
fn whole(_: &Area, record: &Value) -> Option<String> {
    Some(record.to_string())
}

/// The places of records whose key stands before them in the request.
fn repeats(contract: &Contract, area: &Area, body: &Value) -> Vec<usize> {
    let mut seen = HashSet::new();
    let records = area.records(contract, body).iter().enumerate();
    let again = records.filter(|(_, record)| key_of(area, record).is_some_and(|key| !seen.insert(key)));
    again.map(|(place, _)| place).collect()
}

/// Later records of a key fail.
fn repeated_fail(contract: &Contract) -> impl Fn() -> Act + Send + Sync + 'static {
    let contract = contract.clone();
    move || {
        let contract = contract.clone();
        Act::verdicts(move |area, body, fails| {
            for place in repeats(&contract, area, body) {
                fails[place] = true;
            }
        })
    }
}

/// Records that an earlier request held fail.
fn seen_before(contract: &Contract, told: Told) -> impl Fn() -> Act + Send + Sync + 'static {
    let contract = contract.clone();
    move || {
        let (contract, seen) = (contract.clone(), Mutex::new(HashSet::<String>::new()));
        Act::verdicts(move |area, body, fails| {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            let records = area.records(&contract, body).iter();
            let keys: Vec<Option<String>> = records.map(|record| told(area, record)).collect();
            for (fails, key) in fails.iter_mut().zip(&keys) {
                *fails |= key.as_ref().is_some_and(|key| seen.contains(key));
            }
            seen.extend(keys.into_iter().flatten());
        })
    }
}

/// The count of records that passed is that of their keys.
fn counts_distinct(pass_count: &str) -> impl Fn() -> Act + Send + Sync + 'static {
    let pass_count = pass_count.to_owned();
    move || {
        let pass_count = pass_count.clone();
        Act::reply(move |exchanged, reply| {
            let Some(area) = exchanged.area else { return };
            let Ok(request) = serde_json::from_slice::<Value>(&exchanged.request.body) else { return };
            let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
            let again = repeats(exchanged.contract, area, &request).len();
            if let Some(count) = body.get_mut(&pass_count).filter(|_| again > 0) {
                *count = json!(count.as_u64().unwrap_or_default().saturating_sub(again as u64));
                reply.body = body.to_string().into_bytes();
            }
        })
    }
}
