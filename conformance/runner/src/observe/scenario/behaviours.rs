//! What a call does beyond writing its records.

use serde_json::Value;
use tally_spec::model::{Behaviour, Condition, Constraint, UnknownThing};

use super::bench::ScenarioBuilder;
use super::{Step, steps};
use crate::observe::value::is_had;
use tally_oracle::strategy::{Batch, Record};

/// The value that makes a condition hold.
fn held(condition: &Condition) -> Value {
    let named = condition.constant.clone().or_else(|| condition.one_of.as_ref()?.first().cloned());
    named.unwrap_or(Value::Bool(true))
}

/// A record of the thing with these values in place of others of the same fields.
fn with(
    bench: &ScenarioBuilder<'_>,
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
    bench.passes(&record).then_some(record)
}

/// A value that a field takes in this area.
fn value(bench: &ScenarioBuilder<'_>, field: &str) -> Option<Value> {
    bench.fresh_with(&[field])?.get(field).cloned()
}

/// A value, a reset beside a value, the other field's value, a reset with nothing, the first field's value.
pub(super) fn reset(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let (when, clears) = bench.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Resets { when, clears, .. } => Some((when, clears)),
        _ => None,
    })?;
    let thing = bench.full(&bench.fresh()?);
    let order = (&when.field, held(when));
    let (first, last) = (clears.first()?, clears.last()?);
    let again = bench.again(&thing);
    let records = [
        with(bench, &thing, clears, &[(first, value(bench, first)?)]),
        with(bench, &again, clears, &[order.clone(), (first, value(bench, first)?)]),
        with(bench, &again, clears, &[(last, value(bench, last)?)]),
        with(bench, &again, clears, std::slice::from_ref(&order)),
        with(bench, &again, clears, &[(first, value(bench, first)?)]),
        with(bench, &again, clears, &[order]),
    ];
    steps(records.into_iter().flatten().map(|record| bench.batch([record])))
}

/// Both, then one after the other alone.
pub(super) fn alternatives(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let fields = bench.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Alternatives { fields, .. } => Some(fields),
        _ => None,
    })?;
    let thing = bench.full(&bench.fresh()?);
    let values: Vec<(&String, Value)> =
        fields.iter().filter_map(|field| Some((field, value(bench, field)?))).collect();
    let again = bench.again(&thing);
    let mut records = vec![with(bench, &thing, fields, &values)];
    records.extend(values.iter().rev().map(|one| with(bench, &again, fields, std::slice::from_ref(one))));
    records.push(with(bench, &again, fields, &values));
    steps(records.into_iter().flatten().map(|record| bench.batch([record])))
}

/// Every record that goes in set low, then high; then one changed alone, given as a word, and reset.
pub(super) fn rolled_up(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let (field, by) = bench.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::RollsUp { field, by, .. } => Some((field, by)),
        _ => None,
    })?;
    let first = bench.fresh_with(&[by])?;
    let among: Vec<String> = match crate::observe::model::alternatives_of(bench.area, field) {
        Some((fields, _)) => fields.to_vec(),
        None => vec![field.clone()],
    };
    let family = family(bench, &first, by);
    let number = bench.rng().below(40);
    let all = |value: usize| -> Option<Batch> {
        let set = family.iter().map(|record| with(bench, record, &among, &[(field, value.into())]));
        Some(bench.batch(set.collect::<Option<Vec<_>>>()?))
    };
    let mut batches = vec![all(number + 1)?, all(number + 55)?];
    let one = bench.again(family.last()?);
    batches.extend(with(bench, &one, &among, &[(field, (number + 7).into())]).map(|one| bench.batch([one])));
    let word = among.iter().find(|other| *other != field);
    batches.extend(
        word.and_then(|word| with(bench, &one, &among, &[(word, "Green".into())]))
            .map(|one| bench.batch([one])),
    );
    let order = bench.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Resets { when, .. } => Some((&when.field, held(when))),
        _ => None,
    });
    let other = bench.again(family.first()?);
    batches
        .extend(order.and_then(|order| with(bench, &other, &among, &[order])).map(|one| bench.batch([one])));
    batches
        .extend(with(bench, &other, &among, &[(field, (number + 20).into())]).map(|one| bench.batch([one])));
    steps(batches)
}

/// Records that a value holds together, one for each thing that the other parts of the key can name.
fn family(bench: &ScenarioBuilder<'_>, first: &Record, by: &str) -> Vec<Record> {
    let parts = bench.area.key.parts.iter().filter(|part| part.field != by);
    let mut family = vec![first.clone()];
    for part in parts {
        let field = bench.area.fields.iter().find(|field| field.name == part.field);
        let things = field.and_then(|field| bench.fixtures.things.get(field.kind.as_ref()?));
        let named = things.into_iter().flatten().map(|thing| {
            let mut record = first.clone();
            record.insert(part.field.clone(), thing.name.as_str().into());
            record
        });
        let named: Vec<Record> = named.filter(|record| bench.passes(record)).collect();
        if !named.is_empty() {
            family = named;
        }
    }
    family.truncate(bench.area.limit.maximum.min(20));
    family
}

/// A name that nothing has, twice, by records with different keys.
pub(super) fn created(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let field = bench.area.rules.iter().find_map(|rule| match &rule.constraint {
        Constraint::Exists { field, unknown: UnknownThing::Creates } => Some(field),
        _ => None,
    })?;
    let name = format!("{} {:x}", bench.mark, bench.next() >> 40);
    let record = || {
        let mut record = bench.fresh_with(&[field])?;
        record.insert(field.to_owned(), name.as_str().into());
        bench.fate(&record).map(|_| record)
    };
    steps([bench.batch([record()?]), bench.batch([record()?, record()?])])
}

pub(super) fn attached(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let field = bench.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Attaches { field, .. } => Some(field),
        _ => None,
    })?;
    steps([bench.batch([bench.fresh_with(&[field])?])])
}

/// Sent; the same again, to no effect; again by order; again without, and to one more.
pub(super) fn sent(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let (to, again) = bench.area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Sends { to, again, .. } => Some((to, again)),
        _ => None,
    })?;
    let (array, _) = to.split_once('/')?;
    let first = bench.fresh_with(&[array])?;
    let ordered = |record: &Record, order: bool| {
        let mut record = record.clone();
        record.insert(again.clone(), order.into());
        record
    };
    let mut more = first.clone();
    let others = bench.fresh_with(&[array])?.get(array)?.as_array()?.clone();
    let elements = more.get_mut(array)?.as_array_mut()?;
    let others: Vec<Value> = others.into_iter().filter(|other| !elements.contains(other)).collect();
    elements.extend(others);
    let records = [first.clone(), first.clone(), ordered(&first, true), ordered(&first, false), more];
    let fits = |record: &Record| is_had(record.get(array)) && bench.passes(record);
    steps(records.into_iter().filter(fits).map(|record| bench.batch([record])))
}
