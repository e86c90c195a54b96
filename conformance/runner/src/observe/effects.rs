//! What a request does apart from storing its records: entities created, means computed, messages sent.

use serde_json::{Map, Value};
use tally_spec::model::{Area, Behaviour, Constraint, UnknownThing};

use super::Kept;
use super::expected::{Basis, Expected, ExpectedField, check};
use super::expected_fields::{Before, ExpectedFields};
use super::model::{Model, Request, World, alternatives_of, standing};
use super::value::{at, identity, is_had, number};
use crate::check::{extend, ids};

/// An entity that a record creates by naming it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CreatedEntity {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) basis: Basis,
}

/// A message that must have been sent that many times.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Delivery {
    pub(super) kind: String,
    pub(super) to: String,
    pub(super) times: u64,
    pub(super) basis: Basis,
}

/// A field of another area that is computed anew.
#[derive(Debug, Clone)]
pub(super) struct Rolled<'a> {
    pub(super) field: &'a str,
    pub(super) by: &'a str,
    /// The value that the records have in common.
    pub(super) value: Value,
    pub(super) into: &'a Area,
    pub(super) into_field: &'a str,
    /// The statements that it is computed, and that it is the mean.
    pub(super) computed: Vec<String>,
    pub(super) mean: Vec<String>,
    /// Before the request: the number of each record, and what was computed from them.
    pub(super) numbers: Vec<(String, Value)>,
    pub(super) was: Option<Value>,
    /// The other fields of the record that holds it, among them those that say the same.
    pub(super) others: Vec<(String, ExpectedField)>,
}

pub(super) fn made<'a>(
    model: &Model<'a>,
    request: &Request<'a>,
    records: &[&Map<String, Value>],
) -> Vec<CreatedEntity> {
    let mut made: Vec<CreatedEntity> = Vec::new();
    for rule in &request.area.rules {
        let Constraint::Exists { field, unknown: UnknownThing::Creates } = &rule.constraint else {
            continue;
        };
        let kind_name = model.keys(request.area).field(field).and_then(|field| field.kind.as_ref());
        let Some((kind_name, kind)) =
            kind_name.and_then(|name| Some((name, model.contract.file.kinds.get(name)?)))
        else {
            continue;
        };
        let known = model.fixtures.things.get(kind_name).map_or(&[][..], Vec::as_slice);
        for record in records {
            let Some(name) = at(record, field, true).and_then(Value::as_str).filter(|name| !name.is_empty())
            else {
                continue;
            };
            let is = |other: &str| identity(kind, other) == identity(kind, name);
            if known.iter().any(|thing| is(&thing.name)) || made.iter().any(|made| is(&made.name)) {
                continue;
            }
            let basis = Basis::new(check::CREATED, ids([&rule.statement]));
            made.push(CreatedEntity { kind: kind_name.clone(), name: name.to_owned(), basis });
        }
    }
    made
}

pub(super) fn deliveries<'a>(
    model: &Model<'a>,
    area: &'a Area,
    was: Option<&Kept>,
    records: &[&Map<String, Value>],
) -> Vec<Delivery> {
    let mut deliveries: Vec<Delivery> = Vec::new();
    for behaviour in &area.behaviours {
        let Behaviour::Sends { to, again, statement, once_statement, .. } = behaviour else { continue };
        let Some((kind, kind_name)) = recipients(model, area, to) else { continue };
        let Some(already) = was.map_or(Some(&[][..]), |was| was.sent.as_deref()) else { continue };
        let (first, once) = (ids([statement]), ids([once_statement]));
        for record in records {
            let is_again = record.get(again) == Some(&Value::Bool(true));
            for name in named(record, to) {
                let is = |other: &str| identity(kind, other) == identity(kind, name);
                let earlier = deliveries.iter().position(|one| is(&one.to));
                let times = match earlier {
                    Some(place) => deliveries[place].times,
                    None => already.iter().filter(|one| is(&one.to)).map(|one| one.times).sum(),
                };
                let mut statements = if times == 0 { first.clone() } else { once.clone() };
                if times > 0 && is_again {
                    extend(
                        &mut statements,
                        &ids(area
                            .fields
                            .iter()
                            .filter(|field| &field.name == again)
                            .map(|field| &field.statement)),
                    );
                }
                let expected = if times == 0 || is_again { times + 1 } else { times };
                let basis = Basis::new(check::DELIVERED, statements);
                let delivery =
                    Delivery { kind: kind_name.to_owned(), to: name.to_owned(), times: expected, basis };
                match earlier {
                    Some(place) => deliveries[place] = delivery,
                    None => deliveries.push(delivery),
                }
            }
        }
    }
    deliveries
}

/// Expects no further message.
pub(super) fn unsent<'a>(model: &Model<'a>, area: &'a Area, kept: &Kept, basis: &Basis) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    for behaviour in &area.behaviours {
        let Behaviour::Sends { to, .. } = behaviour else { continue };
        let Some((_, kind_name)) = recipients(model, area, to) else { continue };
        for one in kept.sent.iter().flatten() {
            let (kind, to) = (kind_name.to_owned(), one.to.clone());
            deliveries.push(Delivery { kind, to, times: one.times, basis: basis.clone() });
        }
    }
    deliveries
}

fn recipients<'a>(
    model: &Model<'a>,
    area: &'a Area,
    to: &str,
) -> Option<(&'a tally_spec::model::Kind, &'a str)> {
    let name = model.keys(area).field(to)?.kind.as_deref()?;
    Some((model.contract.file.kinds.get(name)?, name))
}

/// The texts at `array/member`.
fn named<'r>(record: &'r Map<String, Value>, path: &str) -> Vec<&'r str> {
    let Some((array, member)) = path.split_once('/') else { return Vec::new() };
    let elements = record.get(array).and_then(Value::as_array).into_iter().flatten();
    elements.filter_map(|element| element.get(member)?.as_str()).filter(|text| !text.is_empty()).collect()
}

pub(super) fn rolled<'a>(
    model: &Model<'a>,
    request: &Request<'a>,
    before: &World,
    records: &[&Map<String, Value>],
) -> Vec<Rolled<'a>> {
    let area = request.area;
    let mut rolled: Vec<Rolled<'a>> = Vec::new();
    for behaviour in &area.behaviours {
        let Behaviour::RollsUp { field, by, into_area, into_field, switch, statement, mean_statement } =
            behaviour
        else {
            continue;
        };
        let on = model.fixtures.switches.get(switch).copied().unwrap_or_default();
        let Some(into) = model.contract.area(into_area).filter(|_| on) else { continue };
        let keys = model.keys(area);
        for record in records {
            let Some(value) = keys.effective(by, record, request.envelope) else { continue };
            let identity = keys.identity_of(by, value);
            if rolled
                .iter()
                .any(|one| one.into.name == into.name && keys.identity_of(by, &one.value) == identity)
            {
                continue;
            }
            let was = together(model, into, by, value, before).next();
            let basis = Basis::new(check::UPDATES, ids(&model.contract.file.reading.updates));
            let fields = ExpectedFields::new(*model, into, &[], Before::Unknown);
            let mut others = match (was, &model.contract.file.reading.updates) {
                (Some(was), Some(_)) => fields.as_kept(&was.record, &basis),
                _ => std::collections::BTreeMap::new(),
            };
            others.retain(|path, _| path != into_field && path != by);
            let computed = ids([statement]);
            if let Some((fields, cites)) = alternatives_of(into, into_field) {
                for field in fields.iter().filter(|field| *field != into_field) {
                    let mut statements = cites.clone();
                    extend(&mut statements, &computed);
                    let basis = Basis::new(check::ROLLS_UP, statements);
                    others.insert(field.clone(), ExpectedField { expected: Expected::absent(), basis });
                }
            }
            rolled.push(Rolled {
                field,
                by,
                value: value.clone(),
                into,
                into_field,
                mean: ids([statement, mean_statement]),
                computed,
                numbers: numbers(model, area, (field, by), value, before),
                was: was.and_then(|was| was.record.get(into_field)).cloned(),
                others: others.into_iter().collect(),
            });
        }
    }
    rolled
}

/// The stored records of an area that share a value of a field.
pub(super) fn together<'w, 'a: 'w>(
    model: &Model<'a>,
    area: &'a Area,
    by: &'w str,
    value: &Value,
    world: &'w World,
) -> impl Iterator<Item = &'w Kept> + use<'w, 'a> {
    let keys = model.keys(area);
    let identity = keys.identity_of(by, value);
    world
        .of(area)
        .iter()
        .filter(move |kept| kept.record.get(by).is_some_and(|own| keys.identity_of(by, own) == identity))
}

/// The value of the field in each record that shares the other value.
pub(super) fn numbers<'a>(
    model: &Model<'a>,
    area: &'a Area,
    (field, by): (&'a str, &'a str),
    value: &Value,
    world: &World,
) -> Vec<(String, Value)> {
    let stands = |kept: &Kept| Some((kept.id.clone(), standing(area, field, &kept.record)?.clone()));
    together(model, area, by, value, world).filter_map(stands).collect()
}

/// The numbers among values; `None` if it is unspecified whether a text is one.
pub(super) fn plain_numbers(values: &[(String, Value)]) -> Option<Vec<(&str, f64)>> {
    let mut numbers = Vec::new();
    for (id, value) in values {
        match value {
            Value::Number(_) => numbers.push((id.as_str(), number(value)?)),
            Value::String(_) if number(value).is_some() => return None,
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }
    Some(numbers)
}

/// Whether every number went up, or every one down, and none came or went.
pub(super) fn all_moved(before: &[(&str, f64)], after: &[(&str, f64)]) -> bool {
    let moved = |up: bool| {
        after.iter().all(|(id, now)| {
            let was = before.iter().find(|(known, _)| known == id);
            was.is_some_and(|(_, was)| if up { now > was } else { now < was })
        })
    };
    !after.is_empty() && before.len() == after.len() && (moved(true) || moved(false))
}

/// Whether a stored record has a value at a path.
pub(super) fn has(kept: &Kept, path: &str) -> bool {
    is_had(at(&kept.record, path, true))
}
