//! Keys: when two records are about the same stored record.

use serde_json::{Map, Value};

use super::builder::{ScenarioBuilder, top};
use super::{Step, steps};
use tally_oracle::oracle::{Fate, checksum};
use tally_oracle::strategy::Record;

/// A record, then others whose keys differ in one part each, then the first key again.
pub(super) fn differ(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let first = builder.full(&builder.fresh()?);
    if builder.model.found_by(builder.area, &Map::new(), &first).is_empty() {
        return None;
    }
    let mut others: Vec<Record> = Vec::new();
    for part in &builder.area.key.parts {
        let held = part.fields().find(|field| first.contains_key(*field));
        let Some(other) = held.and_then(|field| builder.other(&first, field)) else { continue };
        let is_same = |one: &Record| builder.model.is_same_record(builder.area, &Map::new(), (one, &other));
        if !is_same(&first) && !others.iter().any(is_same) {
            others.push(other);
        }
    }
    let mut batches = vec![builder.batch([first.clone()])];
    batches.extend(others.into_iter().map(|other| builder.batch([other])));
    let again = builder.again(&first);
    let changed = builder.optional(&first).iter().find_map(|field| builder.other(&again, &field.name));
    batches.extend(changed.map(|changed| builder.batch([changed])));
    (batches.len() > 1).then(|| steps(batches))?
}

/// A record, then each other spelling of the parts of its key.
pub(super) fn respelt(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let first = builder.full(&builder.fresh()?);
    let again = builder.again(&first);
    let mut batches = vec![builder.batch([first.clone()])];
    for part in &builder.area.key.parts {
        for field in part.fields() {
            let spellings = spellings(builder, &first, field);
            let fits = |record: &Record| {
                builder.passes(record)
                    && builder.model.is_same_record(builder.area, &Map::new(), (&first, record))
            };
            for (remove, value) in spellings {
                let mut respelt = again.clone();
                respelt.shift_remove(&remove);
                respelt.insert(field.clone(), value.into());
                let changed =
                    builder.optional(&first).iter().find_map(|field| builder.other(&respelt, &field.name));
                let respelt = changed.unwrap_or(respelt);
                batches.extend(fits(&respelt).then(|| builder.batch([respelt])));
            }
        }
    }
    (batches.len() > 1).then(|| steps(batches))?
}

/// Other spellings of what a field of the key names, each with the field it replaces.
fn spellings(builder: &ScenarioBuilder<'_>, record: &Record, field: &str) -> Vec<(String, String)> {
    let declared = builder.area.fields.iter().find(|one| one.name == field);
    let Some(kind_name) = declared.and_then(|one| one.kind.as_ref()) else { return Vec::new() };
    let Some(kind) = builder.contract.file.kinds.get(kind_name) else { return Vec::new() };
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
    // If one of two fields can name it, the other one does.
    let part =
        builder.area.key.parts.iter().find(|part| part.or.is_some() && part.fields().any(|one| one == field));
    let other = part.and_then(|part| part.fields().find(|one| *one != field));
    if let Some(other) = other
        && let Some(named) = record.get(other).and_then(Value::as_str)
    {
        let other_kind =
            builder.area.fields.iter().find(|one| &one.name == other).and_then(|one| one.kind.as_ref());
        let things = |kind: &String| builder.fixtures.things.get(kind).map_or(&[][..], Vec::as_slice);
        let row = other_kind
            .and_then(|kind| things(kind).iter().find(|thing| thing.name == named))
            .map(|one| one.row);
        let same = row.and_then(|row| things(kind_name).iter().find(|thing| thing.row == row));
        found.extend(same.map(|thing| (other.clone(), thing.name.clone())));
    }
    found
}

/// Two records with the same key in one request, the second with fewer fields and other values.
pub(super) fn twice(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let first = builder.keyed(builder.full(&builder.fresh()?))?;
    let second = changed(builder, &first)?;
    let both = builder.batch([first, second]);
    builder.fate_of(&both).filter(|fate| *fate != Fate::Fails || laters_fail(builder))?;
    steps([both])
}

/// Two records with a stored key and a record with another key between them.
pub(super) fn three_times(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let first = builder.keyed(builder.full(&builder.fresh()?))?;
    let other = builder.keyed(builder.fresh()?)?;
    let second = changed(builder, &first)?;
    let third = changed(builder, &second).unwrap_or_else(|| first.clone());
    steps([builder.batch([first.clone()]), builder.batch([second, other, third])])
}

fn laters_fail(builder: &ScenarioBuilder<'_>) -> bool {
    builder.area.key.repeated == tally_spec::model::Repeated::LaterFails
}

/// The smallest record with the same key and one other value.
fn changed(builder: &ScenarioBuilder<'_>, record: &Record) -> Option<Record> {
    let again = builder.again(record);
    let optional = builder.optional(record);
    let more = optional.iter().find_map(|field| builder.other(&again, &field.name));
    more.or_else(|| {
        let key = builder.key_fields();
        let fields =
            again.keys().filter(|name| !key.contains(name) && !key.iter().any(|part| top(part) == *name));
        fields.clone().find_map(|name| builder.other(&again, name))
    })
}
