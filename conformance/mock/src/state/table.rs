//! The records kept of one area.

use std::collections::BTreeMap;
use std::hash::BuildHasher as _;
use std::hint::black_box;

use foldhash::HashMap;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::merge::Merged;
use crate::store::Sent;

/// As many records as the caches of most machines have room for.
const CACHED: usize = 1 << 15;

/// A thing, as the latest records left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The record's key, and behind it its JSON: whoever has compared the one has the other at hand.
    text: Box<str>,
    /// The length of the key, where there is one.
    key: Option<u32>,
    /// The number of the exchange that made it.
    pub(crate) created: u32,
    /// The number of the exchange that wrote it last.
    pub(crate) updated: u32,
    /// For each field, by its place, a bit: whether it is a day in the organisation's own time zone.
    pub(crate) zoned: u64,
    /// How often something was sent to each thing, by what identifies it. None where nothing ever was.
    #[expect(clippy::box_collection, reason = "nearly every record has none, and there may be a million")]
    pub(crate) sent: Option<Box<BTreeMap<String, Sent>>>,
    /// By field, the JSON text of what it named when what belongs to that was added. None where nothing ever
    /// was.
    #[expect(clippy::box_collection, reason = "nearly every record has none, and there may be a million")]
    pub(crate) attached: Option<Box<BTreeMap<String, String>>>,
}

impl Kept {
    /// A record that an exchange made.
    pub(super) fn new(record: Merged, exchange: u32) -> Self {
        let Merged { text, key, zoned } = record;
        Self { text, key, created: exchange, updated: exchange, zoned, sent: None, attached: None }
    }

    /// The record's JSON text.
    pub(crate) fn json(&self) -> &str {
        self.text.get(self.key_length().unwrap_or_default()..).unwrap_or_default()
    }

    /// Its key, where it has one.
    pub(crate) fn key(&self) -> Option<&str> {
        self.text.get(..self.key_length()?)
    }

    /// Whether this, key and JSON, is what is kept, to the letter.
    pub(super) fn is(&self, text: &str, zoned: u64) -> bool {
        *self.text == *text && self.zoned == zoned
    }

    fn key_length(&self) -> Option<usize> {
        usize::try_from(self.key?).ok()
    }
}

/// A key, with what it is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key<'k> {
    pub(super) text: &'k str,
    pub(super) hash: u64,
}

/// The records of an area, in the order of their making, and by key.
#[derive(Debug)]
pub(super) struct Table {
    records: Vec<Kept>,
    /// The places of the records that have a key.
    by_key: HashTable<u32>,
    hasher: RandomState,
    /// The records of each thing that they are rolled up by.
    groups: HashMap<Box<str>, Vec<u32>>,
}

impl Table {
    pub(super) fn new(hasher: RandomState) -> Self {
        Self { records: Vec::new(), by_key: HashTable::new(), hasher, groups: HashMap::default() }
    }

    pub(super) fn all(&self) -> &[Kept] {
        &self.records
    }

    /// A key, with what finds it here.
    pub(super) fn key<'k>(&self, text: &'k str) -> Key<'k> {
        Key { text, hash: self.hasher.hash_one(text) }
    }

    /// The place of the record with that key.
    pub(super) fn find(&self, key: Key<'_>) -> Option<u32> {
        let has_key = |place: &u32| self.get(*place).is_some_and(|kept| kept.key() == Some(key.text));
        self.by_key.find(key.hash, has_key).copied()
    }

    /// Looks at what keys most likely lead to, step by step for all of them, where there are too many records for
    /// the caches: to wait for memory takes most of the time of a write then, and the waits of one step overlap.
    pub(super) fn look_ahead<'k>(&self, keys: impl Iterator<Item = Key<'k>>) {
        if self.records.len() < CACHED {
            return;
        }
        let places: Vec<u32> = keys.filter_map(|key| self.by_key.find(key.hash, |_| true).copied()).collect();
        let kept = || places.iter().filter_map(|place| self.get(*place));
        black_box(kept().fold(0, |all, kept| all ^ kept.updated));
        let ends = |kept: &Kept| Some(kept.text.as_bytes().first()? ^ kept.text.as_bytes().last()?);
        black_box(kept().filter_map(ends).fold(0, |all, ends| all ^ ends));
    }

    pub(super) fn get(&self, place: u32) -> Option<&Kept> {
        self.records.get(usize::try_from(place).ok()?)
    }

    pub(super) fn get_mut(&mut self, place: u32) -> Option<&mut Kept> {
        self.records.get_mut(usize::try_from(place).ok()?)
    }

    /// Adds a record. Its place; none where there are four thousand million.
    pub(super) fn add(&mut self, kept: Kept) -> Option<u32> {
        let Self { records, by_key, hasher, .. } = self;
        let place = u32::try_from(records.len()).ok()?;
        records.push(kept);
        let hash = |place: &u32| {
            let kept = usize::try_from(*place).ok().and_then(|place| records.get(place));
            hasher.hash_one(kept.and_then(Kept::key).unwrap_or_default())
        };
        if records.last().is_some_and(|kept| kept.key().is_some()) {
            by_key.insert_unique(hash(&place), place, hash);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_no_letters_is_not_the_lack_of_one() {
        let mut table = Table::new(RandomState::default());
        let kept = |key, json| Kept::new(Merged::new(key, json, 0).expect("a short key"), 1);
        table.add(kept(None, "{}"));
        let key = table.key("");
        assert_eq!(table.find(key), None);
        let at = table.add(kept(Some(""), "[]"));
        assert_eq!((table.find(key), at), (at, Some(1)));
        let kept = table.all().iter().map(|kept| (kept.key(), kept.json())).collect::<Vec<_>>();
        assert_eq!(kept, [(None, "{}"), (Some(""), "[]")]);
    }
}
