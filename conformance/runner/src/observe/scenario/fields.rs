//! What becomes of a record's fields: defaults, updates, days.

use serde_json::Value;
use tally_spec::model::{DefaultSource, JsonType, TextFormat};

use super::bench::{ScenarioBuilder, top};
use super::{Step, steps};
use crate::observe::date;
use crate::observe::value::is_had;
use tally_oracle::strategy::Record;

/// How many fields are changed one by one.
const CHANGED: usize = 3;

pub(super) fn least(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let record = bench.fresh()?;
    steps([bench.batch([bench.least(&record, &[])])])
}

pub(super) fn everything(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let record = bench.fresh()?;
    steps([bench.batch([bench.full(&record)])])
}

/// Null is as if absent, so that defaults fill in.
pub(super) fn nulls_at_first(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let record = bench.fresh()?;
    let least = bench.least(&record, &[]);
    steps([bench.batch([emptied(bench, &record, &least, &Value::Null)])])
}

/// A full record, then updates of single fields, and one that only names the thing.
pub(super) fn updated_in_part(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let full = bench.keyed(bench.full(&bench.fresh()?))?;
    let again = bench.again(&full);
    let mut optional = bench.optional(&full);
    let mut batches = vec![bench.batch([full.clone()]), bench.batch([again.clone()])];
    let mut rng = bench.rng();
    for _ in 0..CHANGED.min(optional.len()) {
        let field = optional.remove(rng.below(optional.len()));
        batches.extend(bench.other(&again, &field.name).map(|changed| bench.batch([changed])));
    }
    steps(batches)
}

pub(super) fn updated_with_nothing(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let full = bench.keyed(bench.full(&bench.fresh()?))?;
    let again = bench.again(&full);
    let nulls = emptied(bench, &full, &again, &Value::Null);
    let empties = emptied(bench, &full, &again, &"".into());
    steps([full, nulls, empties].map(|record| bench.batch([record])))
}

/// The least record, with that in every other field that can have it.
fn emptied(bench: &ScenarioBuilder<'_>, record: &Record, least: &Record, value: &Value) -> Record {
    let mut emptied = least.clone();
    for field in bench.optional(record) {
        if value.is_null() || field.types().first() == Some(&JsonType::String) {
            let mut with = emptied.clone();
            with.insert(field.name.clone(), value.clone());
            if bench.fate(&with) == bench.fate(least) {
                emptied = with;
            }
        }
    }
    emptied
}

/// Where a day is so many weekdays after another: that other on each day of a week.
pub(super) fn weekdays(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let mut batches = Vec::new();
    for default in &bench.area.defaults {
        let DefaultSource::WeekdaysAfter(after) = &default.source else { continue };
        let mut day = date::day(&format!("2016-02-{:02}", 1 + bench.rng().below(28)))?;
        for _ in 0..7 {
            let mut record = bench.fresh()?;
            record.shift_remove(top(&default.field));
            record.insert(after.field.clone(), date::written(day).into());
            batches.extend(bench.passes(&record).then(|| bench.batch([record])));
            day = day.tomorrow().ok()?;
        }
    }
    steps(batches)
}

/// Where a default counts whatever the record says: a record that says something.
pub(super) fn own_value(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let mut batches = Vec::new();
    for default in bench.area.defaults.iter().filter(|default| default.always) {
        let mut record = bench.keyed(bench.full(&bench.fresh()?))?;
        let value = Value::from("2001-01-01");
        match default.field.split_once('/') {
            None => record.insert(default.field.clone(), value),
            Some((object, member)) => {
                record.get_mut(object)?.as_object_mut()?.insert(member.to_owned(), value)
            }
        };
        let again = bench.again(&record);
        let source = match &default.source {
            DefaultSource::Field(field) => bench.other(&again, field),
            _ => None,
        };
        if bench.fate(&record).is_some() {
            batches.push(bench.batch([record]));
            batches.extend(source.map(|changed| bench.batch([changed])));
        }
    }
    steps(batches)
}

/// A value beside the list stands in for the records' own.
pub(super) fn stand_in(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let field = bench.area.envelope.iter().find(|field| field.stands_in_for.is_some())?;
    let of = field.stands_in_for.as_ref()?;
    let record = bench.fresh_with(&[of])?;
    let value = record.get(of)?.clone();
    let own = bench.fresh_with(&[of])?;
    let mut bare = record.clone();
    bare.shift_remove(of);
    let both = bench.beside([bare, own], &field.name, value);
    bench.fate_of(&both).is_some().then_some(both).and_then(|both| steps([both]))
}

/// The names of additional members, in another case the second time.
pub(super) fn other_case(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    bench.contract.file.reading.additional_names.as_ref()?;
    let field = bench.area.fields.iter().find(|field| field.additional_properties.is_some())?;
    let full = bench.keyed(bench.fresh_with(&[&field.name])?)?;
    let named = |name: &String| field.properties.iter().any(|known| &known.name == name);
    let mut again = bench.again(&full);
    let mut members = full.get(&field.name)?.as_object()?.clone();
    let additional: Vec<String> = members.keys().filter(|name| !named(name)).cloned().collect();
    for name in &additional {
        let value = members.shift_remove(name)?;
        let value = value.as_i64().map_or_else(|| value.clone(), |number| Value::from(number + 1));
        members.insert(turned(name), value);
    }
    again.insert(field.name.clone(), Value::Object(members));
    (!additional.is_empty()).then(|| steps([full, again].map(|record| bench.batch([record]))))?
}

/// Upper-case letters where there were lower-case ones, and the other way.
fn turned(name: &str) -> String {
    let turn = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    name.chars().map(turn).collect()
}

/// The same days in the organisation's zone, in UTC, and with nothing said.
pub(super) fn zones(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let flag = bench.area.envelope.iter().find(|field| field.zones)?;
    let dates = bench.area.fields.iter().filter(|field| field.format == Some(TextFormat::Date));
    let full = bench.full(&bench.fresh()?);
    dates.into_iter().find(|field| is_had(full.get(&field.name)))?;
    let mut batches: Vec<_> =
        [true, false].map(|value| bench.beside([full.clone()], &flag.name, value.into())).into();
    batches.push(bench.beside([full.clone()], &flag.name, true.into()));
    batches.push(bench.batch([full]));
    steps(batches)
}
