//! The observer's model: predicts from the spec alone what a request changes in the stored records.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value};
use tally_spec::model::{Area, Behaviour, Contract, KeyPart, Response};

use super::effects::{CreatedEntity, Rolled};
use super::key::Keys;
use super::predict::ExpectedRecord;
use super::value::{at, is_had};
use super::{Kept, Wanted};
use crate::check::ids;
use tally_fixtures::Fixtures;

/// Predicts what is stored after a request.
///
/// It knows the contract and the fixtures. It is given the stored records before each request, so that one error
/// does not lead to others after it.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    pub(super) contract: &'a Contract,
    pub(super) fixtures: &'a Fixtures,
}

/// A request with the results of its records.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The area.
    pub area: &'r Area,
    /// The request options: the members other than the list.
    pub envelope: &'r Map<String, Value>,
    /// The records.
    pub records: &'r [Map<String, Value>],
    /// The result of each record.
    pub became: &'r [Became],
    /// Whether a job applies them.
    pub is_job: bool,
}

/// The result of a record, by the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It passed.
    Passed,
    /// It failed, or the request did.
    Failed,
}

/// The stored records, as far as they were read.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// By area, the stored records that a request can concern; an area that is missing was not read.
    pub areas: BTreeMap<String, Vec<Kept>>,
    /// Whether they include every record with a key of the request.
    pub is_whole: bool,
    /// The target's date, or the two dates that it may be; empty if it is not known.
    pub today: Vec<Date>,
    /// By kind, the entities that requests created; a kind that is missing was not read.
    pub created: BTreeMap<String, Vec<String>>,
}

impl World {
    pub(super) fn of(&self, area: &Area) -> &[Kept] {
        self.areas.get(&area.name).map_or(&[], Vec::as_slice)
    }
}

/// What must be stored after a request.
#[derive(Debug, Clone)]
pub struct Prediction<'a> {
    pub(super) area: &'a Area,
    /// The records that must be stored, or must not.
    pub(super) expected: Vec<ExpectedRecord>,
    pub(super) rolled: Vec<Rolled<'a>>,
    pub(super) made: Vec<CreatedEntity>,
    /// The ids of the records that were stored before.
    pub(super) known: Vec<String>,
    /// Whether a record of the request failed.
    pub(super) has_failed: bool,
}

impl<'a> Model<'a> {
    /// A model of a contract for an organisation.
    #[must_use]
    pub const fn new(contract: &'a Contract, fixtures: &'a Fixtures) -> Self {
        Self { contract, fixtures }
    }

    pub(super) const fn keys(&self, area: &'a Area) -> Keys<'a> {
        Keys { contract: self.contract, fixtures: self.fixtures, area }
    }

    /// Whether two records with these request options are about the same stored record.
    #[must_use]
    pub fn is_same_record(
        &self,
        area: &'a Area,
        envelope: &Map<String, Value>,
        (left, right): (&Map<String, Value>, &Map<String, Value>),
    ) -> bool {
        let keys = self.keys(area);
        keys.of(left, envelope).is_some_and(|key| keys.of(right, envelope) == Some(key))
    }

    /// Search terms that locate the stored records of this record's key: values that each of them has. Empty if
    /// the record is a new one, or no part of its key can be searched for.
    #[must_use]
    pub fn found_by(
        &self,
        area: &'a Area,
        envelope: &Map<String, Value>,
        record: &Map<String, Value>,
    ) -> Vec<Wanted> {
        let keys = self.keys(area);
        if keys.of(record, envelope).is_none() {
            return Vec::new();
        }
        let plain = area.key.parts.iter().filter(|part| part.when.is_none() && part.or.is_none());
        let wanted = plain.filter_map(|part: &KeyPart| {
            let value = keys.effective(&part.field, record, envelope)?.clone();
            Some(Wanted { field: part.field.clone(), value })
        });
        wanted.collect()
    }

    /// The areas that hold values computed from an area's records, with the field that the records share.
    #[must_use]
    pub fn rolls_into(&self, area: &'a Area) -> Vec<(&'a Area, &'a str)> {
        let into = area.behaviours.iter().filter_map(|behaviour| match behaviour {
            Behaviour::RollsUp { by, into_area, switch, .. } => {
                let on = self.fixtures.switches.get(switch).copied().unwrap_or_default();
                Some((self.contract.area(into_area).filter(|_| on)?, by.as_str()))
            }
            Behaviour::Alternatives { .. }
            | Behaviour::Resets { .. }
            | Behaviour::Attaches { .. }
            | Behaviour::Sends { .. } => None,
        });
        into.collect()
    }

    /// The statements about a request whose records fail.
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

    /// The statements that a failure does not undo a success.
    pub(super) fn isolation(&self, area: &Area) -> Vec<String> {
        match self.contract.response(area) {
            Response::Counting(shape) => ids([&shape.isolation_statement]),
            Response::ByPosition(shape) => ids([&shape.isolation_statement]),
            Response::Whole(shape) => ids([&shape.whole_statement]),
            Response::Later(shape) => ids([&shape.statement]),
        }
    }
}

/// The fields that are commands to a request and are not stored.
pub(super) fn orders(area: &Area) -> Vec<&str> {
    let order = area.behaviours.iter().filter_map(|behaviour| match behaviour {
        Behaviour::Resets { when, .. } => Some(when.field.as_str()),
        Behaviour::Sends { again, .. } => Some(again.as_str()),
        Behaviour::Alternatives { .. } | Behaviour::RollsUp { .. } | Behaviour::Attaches { .. } => None,
    });
    order.collect()
}

/// The alternatives that a field belongs to, with their statements.
pub(super) fn alternatives_of<'a>(area: &'a Area, field: &str) -> Option<(&'a [String], Vec<String>)> {
    area.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Alternatives { fields, statement } if fields.iter().any(|one| one == field) => {
            Some((fields.as_slice(), ids([statement])))
        }
        Behaviour::Alternatives { .. }
        | Behaviour::Resets { .. }
        | Behaviour::RollsUp { .. }
        | Behaviour::Attaches { .. }
        | Behaviour::Sends { .. } => None,
    })
}

/// The value that counts in a record: the field's own, or that of the first of its alternatives.
pub(super) fn standing<'r>(area: &Area, field: &str, record: &'r Map<String, Value>) -> Option<&'r Value> {
    let had = |name: &str| at(record, name, true).filter(|value| is_had(Some(value)));
    match alternatives_of(area, field) {
        None => had(field),
        Some((fields, _)) => fields.iter().find_map(|name| had(name)),
    }
}
