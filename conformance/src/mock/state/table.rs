//! The records kept of one area.

use std::collections::BTreeMap;

use foldhash::HashMap;

use super::merge::{Before, Merged};

/// A thing, as the latest records left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Kept {
    /// The record's JSON text.
    pub(in crate::mock) text: Box<str>,
    /// For each field, by its place, a bit: whether it is a day in the organisation's own time zone.
    pub(in crate::mock) zoned: u64,
    /// The number of the exchange that made it.
    pub(in crate::mock) created: u32,
    /// The number of the exchange that wrote it last.
    pub(in crate::mock) updated: u32,
    /// How often something was sent to each thing, by what identifies it. None where nothing ever was.
    #[expect(clippy::box_collection, reason = "nearly every record has none, and there may be a million")]
    pub(in crate::mock) sent: Option<Box<BTreeMap<String, Sent>>>,
    /// By field, the JSON text of what it named when what belongs to that was added. None where nothing ever
    /// was.
    #[expect(clippy::box_collection, reason = "nearly every record has none, and there may be a million")]
    pub(in crate::mock) attached: Option<Box<BTreeMap<String, String>>>,
}

/// How often something was sent to a thing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(in crate::mock) struct Sent {
    /// The thing's name, as the record had it.
    pub(in crate::mock) to: String,
    pub(in crate::mock) times: u32,
}

impl Kept {
    pub(super) fn before(&self) -> Before<'_> {
        Before { text: &self.text, zoned: self.zoned }
    }
}

/// The records of an area, in the order of their making, and by key.
#[derive(Debug, Default)]
pub(super) struct Table {
    records: Vec<Kept>,
    by_key: HashMap<Box<str>, u32>,
    /// The records of each thing that they are rolled up by.
    groups: HashMap<Box<str>, Vec<u32>>,
}

impl Table {
    pub(super) fn all(&self) -> &[Kept] {
        &self.records
    }

    /// The place of the record with that key.
    pub(super) fn find(&self, key: &str) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    /// The places of the records with those keys, with what is kept of them looked at: the waits for memory
    /// that one by one take most of the time of a write overlap.
    pub(super) fn find_all<'k>(&self, keys: impl Iterator<Item = Option<&'k str>>) -> Vec<Option<u32>> {
        let places: Vec<Option<u32>> = keys.map(|key| self.find(key?)).collect();
        let kept = places.iter().flatten().filter_map(|place| self.get(*place));
        std::hint::black_box(
            kept.fold(0, |all, kept| all ^ kept.text.as_bytes().first().copied().unwrap_or(0)),
        );
        places
    }

    pub(super) fn get(&self, place: u32) -> Option<&Kept> {
        self.records.get(usize::try_from(place).ok()?)
    }

    pub(super) fn get_mut(&mut self, place: u32) -> Option<&mut Kept> {
        self.records.get_mut(usize::try_from(place).ok()?)
    }

    /// Adds a record, under a key where it has one. Its place; none where there are four thousand million.
    pub(super) fn add(&mut self, key: Option<&str>, kept: Kept) -> Option<u32> {
        let place = u32::try_from(self.records.len()).ok()?;
        self.records.push(kept);
        if let Some(key) = key {
            self.by_key.insert(key.into(), place);
        }
        Some(place)
    }

    /// Notes that an exchange wrote a record, and puts what it became in the place of what it was.
    pub(super) fn update(&mut self, place: u32, merged: Option<Merged>, exchange: u32) {
        if let Some(kept) = self.get_mut(place) {
            kept.updated = exchange;
            if let Some(merged) = merged {
                (kept.text, kept.zoned) = (merged.text, merged.zoned);
            }
        }
    }

    /// The records that are rolled up by a thing.
    pub(super) fn group(&self, by: &str) -> impl Iterator<Item = &Kept> {
        self.groups.get(by).into_iter().flatten().filter_map(|place| self.get(*place))
    }

    pub(super) fn join_group(&mut self, by: &str, place: u32) {
        match self.groups.get_mut(by) {
            Some(places) => places.push(place),
            None => drop(self.groups.insert(by.into(), vec![place])),
        }
    }
}
