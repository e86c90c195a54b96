//! Reading back what the organisation holds.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tally_spec::model::{Behaviour, Contract};

use super::{JobView, Organisation};
use crate::entities::Entities;
use crate::plan::{Named, Plan, find};
use crate::record_table::{RecordRow, RecordTable};
use crate::records::{Kept, token, values};

/// Which records are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Fields, or `object/member`, and the value that each must have; compared as keys are.
    pub wanted: Vec<(String, String)>,
    /// A text that the record must contain, in any case.
    pub text: String,
    /// How many to skip.
    pub offset: usize,
    /// How many to return at most, or `None` for all.
    pub limit: Option<usize>,
}

/// Records of an area, in the order of their creation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordsView {
    /// The area's name.
    pub area: String,
    /// How many records match the query.
    pub total: usize,
    /// How many were skipped.
    pub offset: usize,
    /// How many were asked for at most, or `None` if all were.
    pub limit: Option<usize>,
    /// The records.
    pub records: Vec<RecordView>,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordView {
    /// Its number among the area's records, from 1.
    #[schemars(range(min = 1))]
    pub number: usize,
    /// The values of the parts of its key that count; empty for a record that creates a new entity each time.
    pub key: Vec<Value>,
    /// Its members.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    pub record: Value,
    /// Each of its dates, as epoch milliseconds: midnight in the zone that it was written in.
    pub instants: BTreeMap<String, i64>,
    /// What belongs to it because a field names something.
    #[schemars(with = "Vec<Attached<'static>>")]
    pub attached: Vec<Value>,
    /// To whom something was sent for it, and how often.
    #[schemars(with = "Vec<Sent<'static>>")]
    pub sent: Vec<Value>,
    /// The number of the exchange that made it.
    pub created: u32,
    /// The number of the exchange that wrote it last.
    pub updated: u32,
}

/// What belongs to a record because one of its fields names something.
#[derive(Serialize, JsonSchema)]
struct Attached<'a> {
    /// The field.
    field: &'a str,
    /// What the field names.
    to: Value,
    /// What belongs to the record.
    what: &'a str,
}

/// That something was sent for a record.
#[derive(Serialize, JsonSchema)]
struct Sent<'a> {
    /// To whom.
    to: &'a str,
    /// What was sent.
    what: Option<&'a str>,
    /// How often.
    #[schemars(range(min = 1))]
    times: u32,
}

/// What is shown of a record in addition to its key and its members.
#[derive(Serialize)]
pub(super) struct RecordParts {
    instants: BTreeMap<String, i64>,
    attached: Vec<Value>,
    sent: Vec<Value>,
    created: u32,
    updated: u32,
}

impl Organisation {
    /// The records of an area that match a query, or `None` if there is no such area.
    ///
    /// # Errors
    ///
    /// The name of a field that the area does not have.
    pub(crate) fn records(&self, area: &str, query: &Query) -> Option<Result<RecordsView, String>> {
        let found = match self.find(area, query)? {
            Ok(found) => found,
            Err(unknown) => return Some(Err(unknown)),
        };
        let records = found.places.iter().filter_map(|index| self.found(&found, *index));
        let records = records.filter_map(|record| serde_json::from_str(&self.shown(&found, &record)).ok());
        let (records, total) = (records.collect(), found.total);
        Some(Ok(RecordsView { area: found.area, total, offset: query.offset, limit: query.limit, records }))
    }

    /// The number of records of each area, by name.
    pub(crate) fn record_counts(&self) -> BTreeMap<String, usize> {
        let state = self.lock();
        let areas = self.contract.areas.iter().enumerate();
        areas.map(|(place, area)| (area.name.clone(), state.records.records(place).len())).collect()
    }

    /// The jobs, the newest first.
    #[must_use]
    pub(crate) fn jobs(&self) -> Vec<JobView> {
        self.lock().jobs.all().rev().map(|job| job.view.clone()).collect()
    }
}

/// Whether records of an area may have such a field.
pub(super) fn is_field(plan: &Plan, name: &str) -> bool {
    let open = name.split_once('/').is_some_and(|(object, _)| {
        find(&plan.fields, object).is_some_and(|field| field.additional_properties.is_some())
    });
    open || find(&plan.fields, name).is_some()
}

/// A value that a field must have.
pub(super) struct Wanted<'q> {
    named: Named,
    value: &'q str,
}

impl<'q> Wanted<'q> {
    pub(super) fn new(contract: &Contract, plan: &Plan, field: &str, value: &'q str) -> Option<Self> {
        Some(Self { named: plan.named(contract, field)?, value })
    }
}

/// Whether a record has each value that is wanted; none has if a field cannot be found.
pub(super) fn is_wanted(
    plan: &Plan,
    kept: &Kept,
    wanted: Option<&[Wanted<'_>]>,
    entities: &Entities,
) -> bool {
    let Some(wanted) = wanted else { return false };
    if wanted.is_empty() {
        return true;
    }
    let table = RecordTable::of_record(plan, kept.json());
    let Some(row) = table.row(0) else { return false };
    wanted.iter().all(|Wanted { named, value }| {
        let value = named.kind.map_or((*value).into(), |kind| entities.token(kind, value));
        row.own(named, |found| token(named.kind, found, entities) == value).unwrap_or(false)
    })
}

/// What is shown of a record in addition to its members: its key, and the rest.
pub(super) fn parts(plan: &Plan, kept: &Kept, zone: &TimeZone) -> Option<(Vec<Value>, RecordParts)> {
    let table = RecordTable::of_record(plan, kept.json());
    let row = table.row(0)?;
    let sent = kept.sent.iter().flat_map(|sent| sent.values());
    let what = plan.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::Sends { what, .. } => Some(what.as_str()),
        _ => None,
    });
    let parts = RecordParts {
        instants: instants(plan, row, kept.zoned, zone),
        attached: attached(plan, kept),
        sent: sent.map(|sent| json!(Sent { to: &sent.to, what, times: sent.times })).collect(),
        created: kept.created,
        updated: kept.updated,
    };
    Some((values(plan, row), parts))
}

fn instants(plan: &Plan, row: RecordRow<'_, '_>, zoned: u64, zone: &TimeZone) -> BTreeMap<String, i64> {
    let mut instants = BTreeMap::new();
    for (place, value) in row.sent() {
        if !plan.planned_fields[place].is_date {
            continue;
        }
        let own_zone = place < 64 && zoned >> place & 1 == 1;
        let zone = if own_zone { zone.clone() } else { TimeZone::UTC };
        let text = value.text();
        let midnight =
            text.and_then(|text| text.get(..10)?.parse::<Date>().ok()?.to_zoned_datetime(zone).ok());
        let name = &plan.fields[place].name;
        instants.extend(midnight.map(|at| (name.clone(), at.timestamp().as_millisecond())));
    }
    instants
}

fn attached(plan: &Plan, kept: &Kept) -> Vec<Value> {
    let attached = |behaviour: &Behaviour| match behaviour {
        Behaviour::Attaches { field, what, .. } => {
            let to: Value = serde_json::from_str(kept.attached.as_ref()?.get(field)?).ok()?;
            Some(json!(Attached { field, to, what }))
        }
        _ => None,
    };
    plan.behaviours.iter().filter_map(attached).collect()
}
