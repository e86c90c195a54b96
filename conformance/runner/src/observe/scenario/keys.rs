//! What makes two records one thing's.

use serde_json::{Map, Value};

use super::bench::{ScenarioBuilder, top};
use super::{Step, steps};
use tally_oracle::oracle::{Fate, checksum};
use tally_oracle::strategy::Record;

/// A record, then others whose key differs in one part each, then the first one's thing again.
pub(super) fn differ(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let first = bench.full(&bench.fresh()?);
    if bench.model.found_by(bench.area, &Map::new(), &first).is_empty() {
        return None;
    }
    let mut others: Vec<Record> = Vec::new();
    for part in &bench.area.key.parts {
        let held = part.fields().find(|field| first.contains_key(*field));
        let Some(other) = held.and_then(|field| bench.other(&first, field)) else { continue };
        let is_same = |one: &Record| bench.model.is_one_thing(bench.area, &Map::new(), (one, &other));
        if !is_same(&first) && !others.iter().any(is_same) {
            others.push(other);
        }
    }
    let mut batches = vec![bench.batch([first.clone()])];
    batches.extend(others.into_iter().map(|other| bench.batch([other])));
    let again = bench.again(&first);
    let changed = bench.optional(&first).iter().find_map(|field| bench.other(&again, &field.name));
    batches.extend(changed.map(|changed| bench.batch([changed])));
    (batches.len() > 1).then(|| steps(batches))?
}

/// A record, then its thing under each other spelling of the parts of its key.
pub(super) fn respelt(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let first = bench.full(&bench.fresh()?);
    let again = bench.again(&first);
    let mut batches = vec![bench.batch([first.clone()])];
    for part in &bench.area.key.parts {
        for field in part.fields() {
            let spellings = spellings(bench, &first, field);
            let fits = |record: &Record| {
                bench.passes(record) && bench.model.is_one_thing(bench.area, &Map::new(), (&first, record))
            };
            for (remove, value) in spellings {
                let mut respelt = again.clone();
                respelt.shift_remove(&remove);
                respelt.insert(field.clone(), value.into());
                let changed =
                    bench.optional(&first).iter().find_map(|field| bench.other(&respelt, &field.name));
                let respelt = changed.unwrap_or(respelt);
                batches.extend(fits(&respelt).then(|| bench.batch([respelt])));
            }
        }
    }
    (batches.len() > 1).then(|| steps(batches))?
}

/// Other spellings of what a field of the key names, each with the field that must go for it.
fn spellings(bench: &ScenarioBuilder<'_>, record: &Record, field: &str) -> Vec<(String, String)> {
    let declared = bench.area.fields.iter().find(|one| one.name == field);
    let Some(kind_name) = declared.and_then(|one| one.kind.as_ref()) else { return Vec::new() };
    let Some(kind) = bench.contract.file.kinds.get(kind_name) else { return Vec::new() };
    let mut found = Vec::new();
    if let Some(text) = record.get(field).and_then(Value::as_str) {
        match &kind.identity {
            None => found.push((field.to_owned(), format!(" {text} "))),
            Some(identity) => {
                let (prefix, rest) = text.split_at_checked(identity.prefix).unwrap_or((text, ""));
                found.extend(identity.checksum.map(|kind| {
                    let check = if rest.is_empty() { checksum(kind, prefix) } else { String::new() };
                    (field.to_owned(), format!("{prefix}{check}"))
                }));
            }
        }
    }
    // What a record names by one of two fields is named by the other.
    let part =
        bench.area.key.parts.iter().find(|part| part.or.is_some() && part.fields().any(|one| one == field));
    let other = part.and_then(|part| part.fields().find(|one| *one != field));
    if let Some(other) = other
        && let Some(named) = record.get(other).and_then(Value::as_str)
    {
        let other_kind =
            bench.area.fields.iter().find(|one| &one.name == other).and_then(|one| one.kind.as_ref());
        let things = |kind: &String| bench.fixtures.things.get(kind).map_or(&[][..], Vec::as_slice);
        let row = other_kind
            .and_then(|kind| things(kind).iter().find(|thing| thing.name == named))
            .map(|one| one.row);
        let same = row.and_then(|row| things(kind_name).iter().find(|thing| thing.row == row));
        found.extend(same.map(|thing| (other.clone(), thing.name.clone())));
    }
    found
}

/// Two records of one thing in one request, the second with less in it and other values.
pub(super) fn twice(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let first = bench.keyed(bench.full(&bench.fresh()?))?;
    let second = changed(bench, &first)?;
    let both = bench.batch([first, second]);
    bench.fate_of(&both).filter(|fate| *fate != Fate::Fails || laters_fail(bench))?;
    steps([both])
}

/// Two records of one thing with another thing's between them, for a thing that is there.
pub(super) fn three_times(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let first = bench.keyed(bench.full(&bench.fresh()?))?;
    let other = bench.keyed(bench.fresh()?)?;
    let second = changed(bench, &first)?;
    let third = changed(bench, &second).unwrap_or_else(|| first.clone());
    steps([bench.batch([first.clone()]), bench.batch([second, other, third])])
}

fn laters_fail(bench: &ScenarioBuilder<'_>) -> bool {
    bench.area.key.repeated == tally_spec::model::Repeated::LaterFails
}

/// The least record of the same thing, with one other value.
fn changed(bench: &ScenarioBuilder<'_>, record: &Record) -> Option<Record> {
    let again = bench.again(record);
    let optional = bench.optional(record);
    let more = optional.iter().find_map(|field| bench.other(&again, &field.name));
    more.or_else(|| {
        let key = bench.key_fields();
        let fields =
            again.keys().filter(|name| !key.contains(name) && !key.iter().any(|part| top(part) == *name));
        fields.clone().find_map(|name| bench.other(&again, name))
    })
}
