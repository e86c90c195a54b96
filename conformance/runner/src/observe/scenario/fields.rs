//! The fields of stored records: defaults, updates, dates.

use serde_json::Value;
use tally_spec::model::{DefaultSource, JsonType, TextFormat};

use super::builder::{ScenarioBuilder, top};
use super::{Step, steps};
use crate::observe::date;
use crate::observe::value::is_had;
use tally_oracle::strategy::Record;

/// How many fields are changed one by one.
const CHANGED: usize = 3;

pub(super) fn least(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let record = builder.fresh()?;
    steps([builder.batch([builder.least(&record, &[])])])
}

pub(super) fn everything(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let record = builder.fresh()?;
    steps([builder.batch([builder.full(&record)])])
}

/// Null counts as absent, so that defaults fill in.
pub(super) fn nulls_at_first(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let record = builder.fresh()?;
    let least = builder.least(&record, &[]);
    steps([builder.batch([emptied(builder, &record, &least, &Value::Null)])])
}

/// A full record, then an update with the key alone and updates of single fields.
pub(super) fn updated_in_part(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let full = builder.keyed(builder.full(&builder.fresh()?))?;
    let again = builder.again(&full);
    let mut optional = builder.optional(&full);
    let mut batches = vec![builder.batch([full.clone()]), builder.batch([again.clone()])];
    let mut rng = builder.rng();
    for _ in 0..CHANGED.min(optional.len()) {
        let field = optional.remove(rng.below(optional.len()));
        batches.extend(builder.other(&again, &field.name).map(|changed| builder.batch([changed])));
    }
    steps(batches)
}

pub(super) fn updated_with_nothing(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let full = builder.keyed(builder.full(&builder.fresh()?))?;
    let again = builder.again(&full);
    let nulls = emptied(builder, &full, &again, &Value::Null);
    let empties = emptied(builder, &full, &again, &"".into());
    steps([full, nulls, empties].map(|record| builder.batch([record])))
}

/// The smallest record, with this value in every other field that accepts it.
fn emptied(builder: &ScenarioBuilder<'_>, record: &Record, least: &Record, value: &Value) -> Record {
    let mut emptied = least.clone();
    for field in builder.optional(record) {
        if value.is_null() || field.types().first() == Some(&JsonType::String) {
            let mut with = emptied.clone();
            with.insert(field.name.clone(), value.clone());
            if builder.fate(&with) == builder.fate(least) {
                emptied = with;
            }
        }
    }
    emptied
}

/// For a default of a number of weekdays after another date: that date on each day of a week.
pub(super) fn weekdays(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let mut batches = Vec::new();
    for default in &builder.area.defaults {
        let DefaultSource::WeekdaysAfter(after) = &default.source else { continue };
        let mut day = date::day(&format!("2016-02-{:02}", 1 + builder.rng().below(28)))?;
        for _ in 0..7 {
            let mut record = builder.fresh()?;
            record.shift_remove(top(&default.field));
            record.insert(after.field.clone(), date::written(day).into());
            batches.extend(builder.passes(&record).then(|| builder.batch([record])));
            day = day.tomorrow().ok()?;
        }
    }
    steps(batches)
}

/// For a default that always applies: a record with a value of its own.
pub(super) fn own_value(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let mut batches = Vec::new();
    for default in builder.area.defaults.iter().filter(|default| default.always) {
        let mut record = builder.keyed(builder.full(&builder.fresh()?))?;
        let value = Value::from("2001-01-01");
        match default.field.split_once('/') {
            None => record.insert(default.field.clone(), value),
            Some((object, member)) => {
                record.get_mut(object)?.as_object_mut()?.insert(member.to_owned(), value)
            }
        };
        let again = builder.again(&record);
        let source = match &default.source {
            DefaultSource::Field(field) => builder.other(&again, field),
            DefaultSource::Value(_)
            | DefaultSource::Today
            | DefaultSource::WeekdaysAfter(_)
            | DefaultSource::SessionUser
            | DefaultSource::Elsewhere(_) => None,
        };
        if builder.fate(&record).is_some() {
            batches.push(builder.batch([record]));
            batches.extend(source.map(|changed| builder.batch([changed])));
        }
    }
    steps(batches)
}

/// A request option that stands in for a field of the records.
pub(super) fn stand_in(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let field = builder.area.envelope.iter().find(|field| field.stands_in_for.is_some())?;
    let of = field.stands_in_for.as_ref()?;
    let record = builder.fresh_with(&[of])?;
    let value = record.get(of)?.clone();
    let own = builder.fresh_with(&[of])?;
    let mut bare = record.clone();
    bare.shift_remove(of);
    let both = builder.with_option([bare, own], &field.name, value);
    builder.fate_of(&both).is_some().then_some(both).and_then(|both| steps([both]))
}

/// Additional members, whose names have another case the second time.
pub(super) fn other_case(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    builder.contract.file.reading.additional_names.as_ref()?;
    let field = builder.area.fields.iter().find(|field| field.additional_properties.is_some())?;
    let full = builder.keyed(builder.fresh_with(&[&field.name])?)?;
    let named = |name: &String| field.properties.iter().any(|known| &known.name == name);
    let mut again = builder.again(&full);
    let mut members = full.get(&field.name)?.as_object()?.clone();
    let additional: Vec<String> = members.keys().filter(|name| !named(name)).cloned().collect();
    for name in &additional {
        let value = members.shift_remove(name)?;
        let value = value.as_i64().map_or_else(|| value.clone(), |number| Value::from(number + 1));
        members.insert(turned(name), value);
    }
    again.insert(field.name.clone(), Value::Object(members));
    (!additional.is_empty()).then(|| steps([full, again].map(|record| builder.batch([record]))))?
}

/// The name with the case of its letters swapped.
fn turned(name: &str) -> String {
    let turn = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    name.chars().map(turn).collect()
}

/// The same days in the organisation's time zone, in UTC, and without saying which.
pub(super) fn zones(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let flag = builder.area.envelope.iter().find(|field| field.zones)?;
    let dates = builder.area.fields.iter().filter(|field| field.format == Some(TextFormat::Date));
    let full = builder.full(&builder.fresh()?);
    dates.into_iter().find(|field| is_had(full.get(&field.name)))?;
    let mut batches: Vec<_> =
        [true, false].map(|value| builder.with_option([full.clone()], &flag.name, value.into())).into();
    batches.push(builder.with_option([full.clone()], &flag.name, true.into()));
    batches.push(builder.batch([full]));
    steps(batches)
}
