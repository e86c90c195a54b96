//! What must be kept after a request: thing by thing.

use std::collections::BTreeMap;

use serde_json::Value;
use tally_spec::model::{Behaviour, OverLimit, Repeated};

use super::Kept;
use super::due::{Basis, Slot, check};
use super::effects;
use super::key::Key;
use super::model::{Became, Foreseen, Model, Request, World};
use super::slots::{Slots, Was};
use crate::check::{extend, ids};
use tally_oracle::strategy::Record;

/// One thing that must be kept, or must not.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    /// How it is found.
    pub(super) named: Named,
    /// For a person: which thing it is.
    pub(super) label: String,
    /// Whether it is kept, and why.
    pub(super) is_kept: bool,
    pub(super) why: Basis,
    /// Its fields.
    pub(super) slots: Vec<(String, Slot)>,
    pub(super) shows: Option<(Vec<String>, String, Basis)>,
    pub(super) days: Vec<(String, jiff::civil::Date, bool, Vec<String>)>,
    pub(super) attached: Vec<(String, Value, Basis)>,
    pub(super) deliveries: Vec<effects::Delivery>,
}

/// How a thing is found among what is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// By its key.
    Key(Key),
    /// By what the reader knew it by before.
    Id(String),
    /// It was made by this request.
    New,
}

impl<'a> Model<'a> {
    /// What must be kept after a request, by what was kept before it.
    #[must_use]
    pub fn foresee(&self, request: &Request<'a>, before: &World) -> Foreseen<'a> {
        let kept = before.of(request.area);
        let keys = self.keys(request.area);
        let key = |record: &Record| keys.of(record, request.beside);
        let nothing = Record::new();
        let kept_keys: Vec<Option<Key>> = kept.iter().map(|kept| keys.of(&kept.record, &nothing)).collect();
        let of = |wanted: Became| {
            let both = request.records.iter().zip(request.became);
            both.filter(move |(_, became)| **became == wanted).map(|(record, _)| record)
        };
        let mut groups: Vec<(Option<Key>, Vec<&Record>)> = Vec::new();
        let mut places: BTreeMap<Key, usize> = BTreeMap::new();
        for record in of(Became::Passed) {
            let key = key(record);
            match key.as_ref().and_then(|key| places.get(key)) {
                Some(place) => groups[*place].1.push(record),
                None => {
                    places.extend(key.clone().map(|key| (key, groups.len())));
                    groups.push((key, vec![record]));
                }
            }
        }
        let has_failed = request.became.contains(&Became::Failed);
        let mut things = Vec::new();
        for (key, records) in &groups {
            let was = || kept.iter().zip(&kept_keys).find(|(_, known)| key.is_some() && *known == key);
            let was = match (was(), before.is_whole || key.is_none()) {
                (Some((kept, _)), _) => Was::Kept(kept),
                (None, true) => Was::Nothing,
                (None, false) => Was::Unknown,
            };
            things.push(self.written(request, before, (key.as_ref(), was), records, has_failed));
        }
        let failed: Vec<Key> = of(Became::Failed).filter_map(key).collect();
        let passed = |key: &Key| places.contains_key(key);
        for key in failed.iter().filter(|key| !passed(key)) {
            if !kept_keys.iter().any(|known| known.as_ref() == Some(key)) {
                things.push(self.missing(request, key));
            }
        }
        for (kept, key) in kept.iter().zip(&kept_keys) {
            if key.as_ref().is_none_or(|key| !passed(key)) {
                let has_failed = key.as_ref().is_some_and(|key| failed.contains(key));
                things.push(self.untouched(request, kept, key.as_ref(), has_failed));
            }
        }
        let records: Vec<_> = of(Became::Passed).collect();
        Foreseen {
            area: request.area,
            things,
            rolled: effects::rolled(self, request, before, &records),
            made: effects::made(self, request, &records),
            known: kept.iter().map(|kept| kept.id.clone()).collect(),
            has_failed,
        }
    }

    /// A thing that records of the request make or change.
    fn written(
        &self,
        request: &Request<'a>,
        before: &World,
        (key, was): (Option<&Key>, Was<'_>),
        records: &[&Record],
        has_failed: bool,
    ) -> Thing {
        let area = request.area;
        let mut slots = Slots::new(*self, area, &before.today, was);
        let repeated = ids([&area.key.repeated_statement]);
        let applied = match (records, area.key.repeated) {
            ([_], _) => records,
            ([superseded @ .., last], Repeated::LastCounts) => {
                // The first of the statements says what becomes of the records, the others how they count.
                let statements = repeated.iter().take(1).cloned().collect::<Vec<_>>();
                for record in superseded {
                    slots.supersede(record, &statements);
                }
                slots.asked_by(check::LAST, statements);
                std::slice::from_ref(last)
            }
            _ => {
                slots.asked_by(check::LATER, repeated);
                records
            }
        };
        for record in applied {
            slots.apply(record, request.beside);
        }
        let why = match &area.limit.over {
            OverLimit::Acknowledges { statement, .. } if request.is_job => {
                Basis::new(check::JOB, ids([statement]).into_iter().take(1).collect())
            }
            _ if has_failed => {
                let mut statements = self.isolation(area);
                extend(&mut statements, &ids([&area.statement]));
                Basis::new(check::ISOLATED, statements)
            }
            _ => Basis::new(check::KEPT, ids([&area.statement])),
        };
        let kept = if let Was::Kept(kept) = was { Some(kept) } else { None };
        let deliveries = match was {
            Was::Unknown => Vec::new(),
            _ => effects::deliveries(self, area, kept, applied),
        };
        Thing {
            named: key.map_or(Named::New, |key| Named::Key(key.clone())),
            label: key.map_or_else(|| "the new record".to_owned(), |key| format!("the record of {key}")),
            is_kept: true,
            why,
            slots: slots.by_path.into_iter().collect(),
            shows: slots.shows,
            days: slots
                .days
                .into_iter()
                .map(|(field, (day, zone, cites))| (field, day, zone, cites))
                .collect(),
            attached: slots.attached,
            deliveries,
        }
    }

    /// A thing of which a record failed, and which was not there before.
    fn missing(&self, request: &Request<'a>, key: &Key) -> Thing {
        Thing {
            named: Named::Key(key.clone()),
            label: format!("the record of {key}"),
            is_kept: false,
            why: Basis::new(check::NOT_KEPT, self.failing(request.area, request.is_job)),
            slots: Vec::new(),
            shows: None,
            days: Vec::new(),
            attached: Vec::new(),
            deliveries: Vec::new(),
        }
    }

    /// A thing that stays as it was: no record of the request is its, or only one that failed.
    fn untouched(&self, request: &Request<'a>, kept: &Kept, key: Option<&Key>, has_failed: bool) -> Thing {
        let area = request.area;
        let why = if has_failed {
            Basis::new(check::NOT_KEPT, self.failing(area, request.is_job))
        } else {
            Basis::new(check::OTHERS, ids([&area.key.statement]))
        };
        let slots = Slots::new(*self, area, &[], Was::Unknown).as_kept(&kept.record, &why);
        let sends = area.behaviours.iter().any(|behaviour| matches!(behaviour, Behaviour::Sends { .. }));
        let deliveries = if sends { effects::unsent(self, area, kept, &why) } else { Vec::new() };
        let label =
            key.map_or_else(|| "a record that was there".to_owned(), |key| format!("the record of {key}"));
        Thing {
            named: Named::Id(kept.id.clone()),
            label,
            is_kept: true,
            why,
            slots: slots.into_iter().collect(),
            shows: None,
            days: Vec::new(),
            attached: Vec::new(),
            deliveries,
        }
    }
}
