//! The observer's model: what a request makes of what was kept before it, by the spec alone.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value};
use tally_spec::model::{Area, Behaviour, Contract, KeyPart, Response};

use super::effects::{Made, Rolled};
use super::foresee::Thing;
use super::key::Keys;
use super::value::{at, is_had};
use super::{Kept, Wanted};
use crate::check::ids;
use tally_fixtures::Fixtures;

/// Says what a request makes of what was kept before it.
///
/// It reads the contract and the fixtures. What is kept it is told, so that an error that was found does not
/// make another one of everything after it.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    pub(super) contract: &'a Contract,
    pub(super) fixtures: &'a Fixtures,
}

/// A request, with what became of its records.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The area.
    pub area: &'r Area,
    /// The members beside the list.
    pub beside: &'r Map<String, Value>,
    /// The records.
    pub records: &'r [Map<String, Value>],
    /// What became of each.
    pub became: &'r [Became],
    /// Whether a job applies them.
    pub is_job: bool,
}

/// What became of a record, by the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It passed.
    Passed,
    /// It failed, or the request did.
    Failed,
}

/// What is kept, as far as it was read.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// By the area's name, the records that a request can concern; an area that is not there was not read.
    pub areas: BTreeMap<String, Vec<Kept>>,
    /// Whether these are every record with a key of the request's.
    pub is_whole: bool,
    /// The target's date, or the two dates that it may be; empty where it is not known.
    pub today: Vec<Date>,
    /// By kind, the things that requests made; a kind that is not there was not told.
    pub created: BTreeMap<String, Vec<String>>,
}

impl World {
    pub(super) fn of(&self, area: &Area) -> &[Kept] {
        self.areas.get(&area.name).map_or(&[], Vec::as_slice)
    }
}

/// What must be kept after a request.
#[derive(Debug, Clone)]
pub struct Foreseen<'a> {
    pub(super) area: &'a Area,
    /// Things by the key that a record of the request has, or new ones.
    pub(super) things: Vec<Thing>,
    pub(super) rolled: Vec<Rolled<'a>>,
    pub(super) made: Vec<Made>,
    /// The ids of what was kept before.
    pub(super) known: Vec<String>,
    /// Whether a record of the request failed.
    pub(super) has_failed: bool,
}

impl<'a> Model<'a> {
    /// A model of a contract at an organisation.
    #[must_use]
    pub const fn new(contract: &'a Contract, fixtures: &'a Fixtures) -> Self {
        Self { contract, fixtures }
    }

    pub(super) const fn keys(&self, area: &'a Area) -> Keys<'a> {
        Keys { contract: self.contract, fixtures: self.fixtures, area }
    }

    /// Whether two records with that beside them are the same thing's.
    #[must_use]
    pub fn is_one_thing(
        &self,
        area: &'a Area,
        beside: &Map<String, Value>,
        (left, right): (&Map<String, Value>, &Map<String, Value>),
    ) -> bool {
        let keys = self.keys(area);
        keys.of(left, beside).is_some_and(|key| keys.of(right, beside) == Some(key))
    }

    /// By what the records of a record's key are found: values that each of them has. Empty where the
    /// record is a new thing, or no part of its key tells.
    #[must_use]
    pub fn found_by(
        &self,
        area: &'a Area,
        beside: &Map<String, Value>,
        record: &Map<String, Value>,
    ) -> Vec<Wanted> {
        let keys = self.keys(area);
        if keys.of(record, beside).is_none() {
            return Vec::new();
        }
        let plain = area.key.parts.iter().filter(|part| part.when.is_none() && part.or.is_none());
        let wanted = plain.filter_map(|part: &KeyPart| {
            let value = keys.effective(&part.field, record, beside)?.clone();
            Some(Wanted { field: part.field.clone(), value })
        });
        wanted.collect()
    }

    /// The areas into which an area's records are rolled up, with the field by which they belong together.
    #[must_use]
    pub fn rolls_into(&self, area: &'a Area) -> Vec<(&'a Area, &'a str)> {
        let into = area.behaviours.iter().filter_map(|behaviour| match behaviour {
            Behaviour::RollsUp { by, into_area, switch, .. } => {
                let on = self.fixtures.switches.get(switch).copied().unwrap_or_default();
                Some((self.contract.area(into_area).filter(|_| on)?, by.as_str()))
            }
            _ => None,
        });
        into.collect()
    }

    /// The statements of what becomes of a request whose records fail.
    pub(super) fn failing(&self, area: &Area, is_job: bool) -> Vec<String> {
        use tally_spec::model::{Isolation, OverLimit};
        match (self.contract.response(area), &area.limit.over) {
            (_, OverLimit::Acknowledges { statement, .. }) if is_job => ids([statement]),
            (Response::Whole(shape), _) => ids([&shape.whole_statement]),
            (Response::Counting(shape), _) if area.isolation == Isolation::AllOrNothing => {
                ids([&shape.isolation_statement])
            }
            (Response::ByPosition(shape), _) if area.isolation == Isolation::AllOrNothing => {
                ids([&shape.isolation_statement])
            }
            (response, _) => ids([match response {
                Response::Counting(shape) => &shape.statement,
                Response::ByPosition(shape) => &shape.statement,
                Response::Whole(shape) => &shape.statement,
                Response::Later(shape) => &shape.statement,
            }]),
        }
    }

    /// The statements that a failure undoes no success.
    pub(super) fn isolation(&self, area: &Area) -> Vec<String> {
        match self.contract.response(area) {
            Response::Counting(shape) => ids([&shape.isolation_statement]),
            Response::ByPosition(shape) => ids([&shape.isolation_statement]),
            Response::Whole(shape) => ids([&shape.whole_statement]),
            Response::Later(shape) => ids([&shape.statement]),
        }
    }
}

/// The fields that are orders to a call, and are not kept.
pub(super) fn orders(area: &Area) -> Vec<&str> {
    let order = area.behaviours.iter().filter_map(|behaviour| match behaviour {
        Behaviour::Resets { when, .. } => Some(when.field.as_str()),
        Behaviour::Sends { again, .. } => Some(again.as_str()),
        _ => None,
    });
    order.collect()
}

/// Of the fields that say one thing, the others.
pub(super) fn alternatives_of<'a>(area: &'a Area, field: &str) -> Option<(&'a [String], Vec<String>)> {
    area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Alternatives { fields, statement } if fields.iter().any(|one| one == field) => {
            Some((fields.as_slice(), ids([statement])))
        }
        _ => None,
    })
}

/// Of the fields that say one thing, the value that stands in a record.
pub(super) fn standing<'r>(area: &Area, field: &str, record: &'r Map<String, Value>) -> Option<&'r Value> {
    let had = |name: &str| at(record, name, true).filter(|value| is_had(Some(value)));
    match alternatives_of(area, field) {
        None => had(field),
        Some((fields, _)) => fields.iter().find_map(|name| had(name)),
    }
}
