//! What an area does apart from storing its records.

use serde_json::Value;
use tally_spec::model::{Behaviour, Condition, Constraint, UnknownThing};

use super::builder::ScenarioBuilder;
use super::{Step, steps};
use crate::observe::value::is_had;
use tally_oracle::strategy::{Batch, Record};

/// The value that makes a condition hold.
fn held(condition: &Condition) -> Value {
    let named = condition.constant.clone().or_else(|| condition.one_of.as_ref()?.first().cloned());
    named.unwrap_or(Value::Bool(true))
}

/// The record with these values in place of those of the given fields.
fn with(
    builder: &ScenarioBuilder<'_>,
    thing: &Record,
    among: &[String],
    values: &[(&String, Value)],
) -> Option<Record> {
    let mut record = thing.clone();
    for field in among {
        record.shift_remove(field);
    }
    for (field, value) in values {
        record.insert((*field).clone(), value.clone());
    }
    builder.passes(&record).then_some(record)
}

/// A value that a field accepts in this area.
fn value(builder: &ScenarioBuilder<'_>, field: &str) -> Option<Value> {
    builder.fresh_with(&[field])?.get(field).cloned()
}

/// A value, a reset with a value, the other field's value, a reset alone, the first field's value.
pub(super) fn reset(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let (when, clears) = builder.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Resets { when, clears, .. } => Some((when, clears)),
        Behaviour::Alternatives { .. }
        | Behaviour::RollsUp { .. }
        | Behaviour::Attaches { .. }
        | Behaviour::Sends { .. } => None,
    })?;
    let thing = builder.full(&builder.fresh()?);
    let order = (&when.field, held(when));
    let (first, last) = (clears.first()?, clears.last()?);
    let again = builder.again(&thing);
    let records = [
        with(builder, &thing, clears, &[(first, value(builder, first)?)]),
        with(builder, &again, clears, &[order.clone(), (first, value(builder, first)?)]),
        with(builder, &again, clears, &[(last, value(builder, last)?)]),
        with(builder, &again, clears, std::slice::from_ref(&order)),
        with(builder, &again, clears, &[(first, value(builder, first)?)]),
        with(builder, &again, clears, &[order]),
    ];
    steps(records.into_iter().flatten().map(|record| builder.batch([record])))
}

/// Both, then one after the other alone.
pub(super) fn alternatives(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let fields = builder.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Alternatives { fields, .. } => Some(fields),
        Behaviour::Resets { .. }
        | Behaviour::RollsUp { .. }
        | Behaviour::Attaches { .. }
        | Behaviour::Sends { .. } => None,
    })?;
    let thing = builder.full(&builder.fresh()?);
    let values: Vec<(&String, Value)> =
        fields.iter().filter_map(|field| Some((field, value(builder, field)?))).collect();
    let again = builder.again(&thing);
    let mut records = vec![with(builder, &thing, fields, &values)];
    records.extend(values.iter().rev().map(|one| with(builder, &again, fields, std::slice::from_ref(one))));
    records.push(with(builder, &again, fields, &values));
    steps(records.into_iter().flatten().map(|record| builder.batch([record])))
}

/// Every record of the mean set low, then high; then one changed alone, given as a word, and reset.
pub(super) fn rolled_up(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let (field, by) = builder.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::RollsUp { field, by, .. } => Some((field, by)),
        Behaviour::Alternatives { .. }
        | Behaviour::Resets { .. }
        | Behaviour::Attaches { .. }
        | Behaviour::Sends { .. } => None,
    })?;
    let first = builder.fresh_with(&[by])?;
    let among: Vec<String> = match crate::observe::model::alternatives_of(builder.area, field) {
        Some((fields, _)) => fields.to_vec(),
        None => vec![field.clone()],
    };
    let family = family(builder, &first, by);
    let number = builder.rng().below(40);
    let all = |value: usize| -> Option<Batch> {
        let set = family.iter().map(|record| with(builder, record, &among, &[(field, value.into())]));
        Some(builder.batch(set.collect::<Option<Vec<_>>>()?))
    };
    let mut batches = vec![all(number + 1)?, all(number + 55)?];
    let one = builder.again(family.last()?);
    batches
        .extend(with(builder, &one, &among, &[(field, (number + 7).into())]).map(|one| builder.batch([one])));
    let word = among.iter().find(|other| *other != field);
    batches.extend(
        word.and_then(|word| with(builder, &one, &among, &[(word, "Green".into())]))
            .map(|one| builder.batch([one])),
    );
    let order = builder.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Resets { when, .. } => Some((&when.field, held(when))),
        Behaviour::Alternatives { .. }
        | Behaviour::RollsUp { .. }
        | Behaviour::Attaches { .. }
        | Behaviour::Sends { .. } => None,
    });
    let other = builder.again(family.first()?);
    batches.extend(
        order.and_then(|order| with(builder, &other, &among, &[order])).map(|one| builder.batch([one])),
    );
    batches.extend(
        with(builder, &other, &among, &[(field, (number + 20).into())]).map(|one| builder.batch([one])),
    );
    steps(batches)
}

/// Records that share a value, one for each entity that the other parts of the key can name.
fn family(builder: &ScenarioBuilder<'_>, first: &Record, by: &str) -> Vec<Record> {
    let parts = builder.area.key.parts.iter().filter(|part| part.field != by);
    let mut family = vec![first.clone()];
    for part in parts {
        let field = builder.area.fields.iter().find(|field| field.name == part.field);
        let things = field.and_then(|field| builder.fixtures.things.get(field.kind.as_ref()?));
        let named = things.into_iter().flatten().map(|thing| {
            let mut record = first.clone();
            record.insert(part.field.clone(), thing.name.as_str().into());
            record
        });
        let named: Vec<Record> = named.filter(|record| builder.passes(record)).collect();
        if !named.is_empty() {
            family = named;
        }
    }
    family.truncate(builder.area.limit.maximum.min(20));
    family
}

/// An unknown name, twice, in records with different keys.
pub(super) fn created(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let field = builder.area.rules.iter().find_map(|rule| match &rule.constraint {
        Constraint::Exists { field, unknown: UnknownThing::Creates } => Some(field),
        Constraint::Required(_)
        | Constraint::AnyOf(_)
        | Constraint::Range { .. }
        | Constraint::MultipleOf { .. }
        | Constraint::MaxLength { .. }
        | Constraint::Pattern { .. }
        | Constraint::Contains { .. }
        | Constraint::Exists { .. }
        | Constraint::MemberOf { .. } => None,
    })?;
    let name = format!("{} {:x}", builder.mark, builder.next() >> 40);
    let record = || {
        let mut record = builder.fresh_with(&[field])?;
        record.insert(field.to_owned(), name.as_str().into());
        builder.fate(&record).map(|_| record)
    };
    steps([builder.batch([record()?]), builder.batch([record()?, record()?])])
}

pub(super) fn attached(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let field = builder.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Attaches { field, .. } => Some(field),
        Behaviour::Alternatives { .. }
        | Behaviour::Resets { .. }
        | Behaviour::RollsUp { .. }
        | Behaviour::Sends { .. } => None,
    })?;
    steps([builder.batch([builder.fresh_with(&[field])?])])
}

/// A message; the same again without effect; again on request; again without, and to one more recipient.
pub(super) fn sent(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let (to, again) = builder.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Sends { to, again, .. } => Some((to, again)),
        Behaviour::Alternatives { .. }
        | Behaviour::Resets { .. }
        | Behaviour::RollsUp { .. }
        | Behaviour::Attaches { .. } => None,
    })?;
    let (array, _) = to.split_once('/')?;
    let first = builder.fresh_with(&[array])?;
    let ordered = |record: &Record, order: bool| {
        let mut record = record.clone();
        record.insert(again.clone(), order.into());
        record
    };
    let mut more = first.clone();
    let others = builder.fresh_with(&[array])?.get(array)?.as_array()?.clone();
    let elements = more.get_mut(array)?.as_array_mut()?;
    let others: Vec<Value> = others.into_iter().filter(|other| !elements.contains(other)).collect();
    elements.extend(others);
    let records = [first.clone(), first.clone(), ordered(&first, true), ordered(&first, false), more];
    let fits = |record: &Record| is_had(record.get(array)) && builder.passes(record);
    steps(records.into_iter().filter(fits).map(|record| builder.batch([record])))
}
