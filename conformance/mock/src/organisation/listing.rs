//! Reading back much of what the organisation holds, a little at a time: nobody waits for the lock for long, and whoever
//! reads slowly keeps no copy.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::view::{RecordParts, Wanted, is_field, is_wanted, parts};
use super::{JobView, Organisation, Query};
use crate::records::Kept;

/// The records that are looked at before others may have the lock, and the bytes of their JSON.
const RECORDS: usize = 500;
const BYTES: usize = 256 * 1024;

/// Records that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The name of their area, and its place.
    pub(crate) area: String,
    place: usize,
    /// How many match the query.
    pub(crate) total: usize,
    /// The places of those that are wanted.
    pub(crate) places: Vec<usize>,
    /// How often everything had been deleted by then.
    resets: u64,
}

/// A record as it is kept, apart from what holds it.
pub(crate) struct KeptRecord {
    kept: Kept,
    index: usize,
}

/// A record's JSON, as it is listed.
#[derive(Serialize)]
struct Shown<'k> {
    number: usize,
    key: Vec<Value>,
    record: Option<&'k RawValue>,
    #[serde(flatten)]
    parts: RecordParts,
}

impl Organisation {
    /// The records of an area that match a query, or `None` if there is no such area.
    ///
    /// # Errors
    ///
    /// The name of a field that the area does not have.
    pub(crate) fn find(&self, area: &str, query: &Query) -> Option<Result<Found, String>> {
        let plan = self.plans.of(area)?;
        if let Some((unknown, _)) = query.wanted.iter().find(|(name, _)| !is_field(plan, name)) {
            return Some(Err(unknown.clone()));
        }
        let wanted =
            query.wanted.iter().map(|(field, value)| Wanted::new(&self.contract, plan, field, value));
        let wanted: Option<Vec<Wanted<'_>>> = wanted.collect();
        let text = query.text.to_lowercase();
        let resets = self.lock().resets;
        let mut found =
            Found { area: plan.name.clone(), place: plan.place, total: 0, places: Vec::new(), resets };
        let is_all = text.is_empty() && query.wanted.is_empty();
        let mut next = 0;
        loop {
            let state = self.lock();
            let records = if state.resets == resets { state.records.records(plan.place) } else { &[] };
            if is_all {
                let end = query.offset.saturating_add(query.limit.unwrap_or(usize::MAX)).min(records.len());
                found.total = records.len();
                found.places.extend(query.offset.min(end)..end);
                return Some(Ok(found));
            }
            let (mut bytes, start) = (0, next);
            while let Some(kept) = records.get(next).filter(|_| next - start < RECORDS && bytes < BYTES) {
                bytes += kept.json().len();
                let matches = (text.is_empty() || kept.json().to_lowercase().contains(&text))
                    && is_wanted(plan, kept, wanted.as_deref(), &state.records.entities);
                if matches {
                    found.total += 1;
                    let is_wanted = query.limit.is_none_or(|limit| found.places.len() < limit);
                    found.places.extend((found.total > query.offset && is_wanted).then_some(next));
                }
                next += 1;
            }
            if next >= records.len() {
                return Some(Ok(found));
            }
        }
    }

    /// A record that was found, as it is now; `None` once everything was deleted.
    pub(crate) fn found(&self, found: &Found, index: usize) -> Option<KeptRecord> {
        let state = self.lock();
        let kept = state.records.records(found.place).get(index).filter(|_| state.resets == found.resets)?;
        Some(KeptRecord { kept: kept.clone(), index })
    }

    /// The size of a record that was found. Unit: bytes.
    pub(crate) fn size_of(&self, found: &Found, index: usize) -> usize {
        let state = self.lock();
        state.records.records(found.place).get(index).map_or(0, Kept::bytes)
    }

    /// A record as it is listed, in JSON.
    pub(crate) fn shown(&self, found: &Found, record: &KeptRecord) -> String {
        let plan = &self.plans[found.place];
        let KeptRecord { kept, index } = record;
        let json = serde_json::from_str::<&RawValue>(kept.json()).ok();
        let shown = parts(plan, kept, &self.time_zone).map(|(key, parts)| Shown {
            number: index + 1,
            key,
            record: json,
            parts,
        });
        serde_json::to_string(&shown).unwrap_or_default()
    }

    /// The name of an entity that requests created, by its place; `None` behind the last.
    pub(crate) fn created_name(&self, kind: &str, at: usize) -> Option<String> {
        let state = self.lock();
        let (.., names) = state.records.entities.listed().find(|(name, ..)| *name == kind)?;
        names.get(at).cloned()
    }

    /// The number of entities of a kind that requests created, or `None` if there is no such kind.
    pub(crate) fn created_count(&self, kind: &str) -> Option<usize> {
        let state = self.lock();
        let (.., names) = state.records.entities.listed().find(|(name, ..)| *name == kind)?;
        Some(names.len())
    }

    /// The newest job whose number is below that one.
    pub(crate) fn job_before(&self, number: Option<u32>) -> Option<JobView> {
        let state = self.lock();
        let mut jobs = state.jobs.all().rev();
        jobs.find(|job| number.is_none_or(|number| job.view.id < number)).map(|job| job.view.clone())
    }
}
