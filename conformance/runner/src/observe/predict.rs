//! What must be stored after a request, record by record.

use std::collections::BTreeMap;

use serde_json::Value;
use tally_spec::model::{Behaviour, OverLimit, Repeated};

use super::Kept;
use super::effects;
use super::expected::{Basis, ExpectedField, check};
use super::expected_fields::{Before, ExpectedFields};
use super::key::Key;
use super::model::{Became, Model, Prediction, Request, World};
use crate::check::{extend, ids};
use tally_oracle::strategy::Record;

/// A record that must be stored, or must not.
#[derive(Debug, Clone)]
pub(super) struct ExpectedRecord {
    /// How it is found.
    pub(super) named: Named,
    /// Which record it is, for people.
    pub(super) label: String,
    /// Whether it must be stored, and on what basis.
    pub(super) is_kept: bool,
    pub(super) basis: Basis,
    /// Its fields.
    pub(super) fields: Vec<(String, ExpectedField)>,
    pub(super) shows: Option<(Vec<String>, String, Basis)>,
    pub(super) days: Vec<(String, jiff::civil::Date, bool, Vec<String>)>,
    pub(super) attached: Vec<(String, Value, Basis)>,
    pub(super) deliveries: Vec<effects::Delivery>,
}

/// How a record is found among the stored ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// By its key.
    Key(Key),
    /// By the id that the reader gave it before.
    Id(String),
    /// It was created by this request.
    New,
}

impl<'a> Model<'a> {
    /// Predicts what is stored after a request, from what was stored before it.
    #[must_use]
    pub fn predict(&self, request: &Request<'a>, before: &World) -> Prediction<'a> {
        let kept = before.of(request.area);
        let keys = self.keys(request.area);
        let key = |record: &Record| keys.of(record, request.envelope);
        let nothing = Record::new();
        let kept_keys: Vec<Option<Key>> = kept.iter().map(|kept| keys.of(&kept.record, &nothing)).collect();
        let of = |wanted: Became| {
            let both = request.records.iter().zip(request.became);
            both.filter(move |(_, became)| **became == wanted).map(|(record, _)| record)
        };
        let records: Vec<&Record> = of(Became::Passed).collect();
        let (groups, places) = by_key(&records, key);
        let has_failed = request.became.contains(&Became::Failed);
        let mut expected = Vec::new();
        for (key, records) in &groups {
            let was = || kept.iter().zip(&kept_keys).find(|(_, known)| key.is_some() && *known == key);
            let was = match (was(), before.is_whole || key.is_none()) {
                (Some((kept, _)), _) => Before::Kept(kept),
                (None, true) => Before::Nothing,
                (None, false) => Before::Unknown,
            };
            expected.push(self.written(request, before, (key.as_ref(), was), records, has_failed));
        }
        let failed: Vec<Key> = of(Became::Failed).filter_map(key).collect();
        let passed = |key: &Key| places.contains_key(key);
        for key in failed.iter().filter(|key| !passed(key)) {
            if !kept_keys.iter().any(|known| known.as_ref() == Some(key)) {
                expected.push(self.missing(request, key));
            }
        }
        for (kept, key) in kept.iter().zip(&kept_keys) {
            if key.as_ref().is_none_or(|key| !passed(key)) {
                let has_failed = key.as_ref().is_some_and(|key| failed.contains(key));
                expected.push(self.untouched(request, kept, key.as_ref(), has_failed));
            }
        }
        Prediction {
            area: request.area,
            expected,
            rolled: effects::rolled(self, request, before, &records),
            made: effects::made(self, request, &records),
            known: kept.iter().map(|kept| kept.id.clone()).collect(),
            has_failed,
        }
    }

    /// A record that the request creates or changes.
    fn written(
        &self,
        request: &Request<'a>,
        before: &World,
        (key, was): (Option<&Key>, Before<'_>),
        records: &[&Record],
        has_failed: bool,
    ) -> ExpectedRecord {
        let area = request.area;
        let mut fields = ExpectedFields::new(*self, area, &before.today, was);
        let repeated = ids([&area.key.repeated_statement]);
        let applied = match (records, area.key.repeated) {
            ([_], _) => records,
            ([superseded @ .., last], Repeated::LastCounts) => {
                // The first statement says what happens to the records, the others how they count.
                let statements = repeated.iter().take(1).cloned().collect::<Vec<_>>();
                for record in superseded {
                    fields.supersede(record, &statements);
                }
                fields.asked_by(check::LAST, statements);
                std::slice::from_ref(last)
            }
            _ => {
                fields.asked_by(check::LATER, repeated);
                records
            }
        };
        for record in applied {
            fields.apply(record, request.envelope);
        }
        let basis = match &area.limit.over {
            OverLimit::Acknowledges { statement, .. } if request.is_job => {
                Basis::new(check::JOB, ids([statement]).into_iter().take(1).collect())
            }
            _ if has_failed => {
                let mut statements = self.isolation(area);
                extend(&mut statements, &ids([&area.statement]));
                Basis::new(check::ISOLATED, statements)
            }
            OverLimit::Acknowledges { .. } | OverLimit::Refuses { .. } => {
                Basis::new(check::KEPT, ids([&area.statement]))
            }
        };
        let kept = if let Before::Kept(kept) = was { Some(kept) } else { None };
        let deliveries = match was {
            Before::Unknown => Vec::new(),
            Before::Kept(_) | Before::Nothing => effects::deliveries(self, area, kept, applied),
        };
        ExpectedRecord {
            named: key.map_or(Named::New, |key| Named::Key(key.clone())),
            label: key.map_or_else(|| "the new record".to_owned(), |key| format!("record {key}")),
            is_kept: true,
            basis,
            fields: fields.by_path.into_iter().collect(),
            shows: fields.shows,
            days: fields
                .days
                .into_iter()
                .map(|(field, (day, zone, cites))| (field, day, zone, cites))
                .collect(),
            attached: fields.attached,
            deliveries,
        }
    }

    /// A record that failed and was not stored before.
    fn missing(&self, request: &Request<'a>, key: &Key) -> ExpectedRecord {
        ExpectedRecord {
            named: Named::Key(key.clone()),
            label: format!("record {key}"),
            is_kept: false,
            basis: Basis::new(check::NOT_KEPT, self.failing(request.area, request.is_job)),
            fields: Vec::new(),
            shows: None,
            days: Vec::new(),
            attached: Vec::new(),
            deliveries: Vec::new(),
        }
    }

    /// A record that stays as it was: the request does not concern it, or failed to.
    fn untouched(
        &self,
        request: &Request<'a>,
        kept: &Kept,
        key: Option<&Key>,
        has_failed: bool,
    ) -> ExpectedRecord {
        let area = request.area;
        let basis = if has_failed {
            Basis::new(check::NOT_KEPT, self.failing(area, request.is_job))
        } else {
            Basis::new(check::OTHERS, ids([&area.key.statement]))
        };
        let fields = ExpectedFields::new(*self, area, &[], Before::Unknown).as_kept(&kept.record, &basis);
        let sends = area.behaviours.iter().any(|behaviour| matches!(behaviour, Behaviour::Sends { .. }));
        let deliveries = if sends { effects::unsent(self, area, kept, &basis) } else { Vec::new() };
        let label = key.map_or_else(|| "an existing record".to_owned(), |key| format!("record {key}"));
        ExpectedRecord {
            named: Named::Id(kept.id.clone()),
            label,
            is_kept: true,
            basis,
            fields: fields.into_iter().collect(),
            shows: None,
            days: Vec::new(),
            attached: Vec::new(),
            deliveries,
        }
    }
}

/// Records with their key: those with the same key are one group.
type Groups<'r> = Vec<(Option<Key>, Vec<&'r Record>)>;

/// Groups records by their keys, in the order of the first of each, and returns the place of each key's group.
/// Each record without a key is a group of its own.
fn by_key<'r>(
    records: &[&'r Record],
    key: impl Fn(&Record) -> Option<Key>,
) -> (Groups<'r>, BTreeMap<Key, usize>) {
    let mut groups: Groups<'r> = Vec::new();
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    for record in records.iter().copied() {
        let key = key(record);
        match key.as_ref().and_then(|key| places.get(key)) {
            Some(place) => groups[*place].1.push(record),
            None => {
                places.extend(key.clone().map(|key| (key, groups.len())));
                groups.push((key, vec![record]));
            }
        }
    }
    (groups, places)
}
