//! The records kept of one area.

use std::hash::BuildHasher as _;
use std::hint::black_box;

use foldhash::HashMap;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::kept::{Kept, Merged};
use crate::memory::of_text;

/// As many records as fit into the caches of most machines.
const CACHED: usize = 1 << 15;

/// A key, with what it is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key<'k> {
    pub(crate) text: &'k str,
    pub(crate) hash: u64,
}

/// The records of an area, in the order of their making, and by key.
#[derive(Debug)]
pub(crate) struct AreaRecords {
    records: Vec<Kept>,
    /// The places of the records that have a key.
    by_key: HashTable<u32>,
    hasher: RandomState,
    /// The records of each entity that they are rolled up by.
    groups: HashMap<Box<str>, Vec<u32>>,
    /// What all this takes in memory.
    bytes: usize,
}

/// What an entity takes that records are rolled up by, and each of its records.
const GROUP: usize = 128;
const MEMBER: usize = 8;

impl AreaRecords {
    pub(crate) fn new(hasher: RandomState) -> Self {
        let (by_key, groups) = (HashTable::new(), HashMap::default());
        Self { records: Vec::new(), by_key, hasher, groups, bytes: 0 }
    }

    /// What the records take in memory.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn all(&self) -> &[Kept] {
        &self.records
    }

    /// A key, with what finds it here.
    pub(crate) fn key<'k>(&self, text: &'k str) -> Key<'k> {
        Key { text, hash: self.hasher.hash_one(text) }
    }

    /// The place of the record with that key.
    pub(crate) fn find(&self, key: Key<'_>) -> Option<u32> {
        let has_key = |place: &u32| self.get(*place).is_some_and(|kept| kept.key() == Some(key.text));
        self.by_key.find(key.hash, has_key).copied()
    }

    /// Touches the slots that these keys hash to, step by step for all of them, so that their cache misses overlap:
    /// with more records than the caches hold, waiting for memory takes most of a write's time.
    pub(crate) fn prefetch<'k>(&self, keys: impl Iterator<Item = Key<'k>>) {
        if self.records.len() < CACHED {
            return;
        }
        let places: Vec<u32> = keys.filter_map(|key| self.by_key.find(key.hash, |_| true).copied()).collect();
        let kept = || places.iter().filter_map(|place| self.get(*place));
        black_box(kept().fold(0, |all, kept| all ^ kept.updated));
        black_box(kept().map(Kept::touch).fold(0, |all, ends| all ^ ends));
    }

    pub(crate) fn get(&self, place: u32) -> Option<&Kept> {
        self.records.get(usize::try_from(place).ok()?)
    }

    /// Changes what was sent and attached because of a record.
    pub(crate) fn change_apart(&mut self, place: u32, change: impl FnOnce(&mut Kept)) {
        let Some(kept) = usize::try_from(place).ok().and_then(|place| self.records.get_mut(place)) else {
            return;
        };
        let before = kept.bytes_apart();
        change(kept);
        self.bytes = self.bytes - before + kept.bytes_apart();
    }

    /// Appends a record and returns its index, or `None` once `u32::MAX` records are stored.
    pub(crate) fn add(&mut self, kept: Kept) -> Option<u32> {
        let Self { records, by_key, hasher, bytes, .. } = self;
        let place = u32::try_from(records.len()).ok()?;
        *bytes += kept.bytes();
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
    pub(crate) fn update(&mut self, place: u32, merged: Option<Merged>, exchange: u32) {
        let kept = usize::try_from(place).ok().and_then(|place| self.records.get_mut(place));
        let Some(kept) = kept else { return };
        kept.updated = exchange;
        if let Some(merged) = merged {
            let before = kept.bytes();
            kept.replace(merged);
            self.bytes = self.bytes - before + kept.bytes();
        }
    }

    /// The records that are rolled up by an entity.
    pub(crate) fn group(&self, by: &str) -> impl Iterator<Item = &Kept> {
        self.groups.get(by).into_iter().flatten().filter_map(|place| self.get(*place))
    }

    pub(crate) fn join_group(&mut self, by: &str, place: u32) {
        self.bytes += MEMBER;
        match self.groups.get_mut(by) {
            Some(places) => places.push(place),
            None => {
                self.bytes += GROUP + of_text(by.len());
                self.groups.insert(by.into(), vec![place]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_no_letters_is_not_the_lack_of_one() {
        let mut area = AreaRecords::new(RandomState::default());
        let kept = |key, json| Kept::new(Merged::new(key, json, 0).expect("a short key"), 1);
        area.add(kept(None, "{}"));
        let key = area.key("");
        assert_eq!(area.find(key), None);
        let at = area.add(kept(Some(""), "[]"));
        assert_eq!((area.find(key), at), (at, Some(1)));
        let kept = area.all().iter().map(|kept| (kept.key(), kept.json())).collect::<Vec<_>>();
        assert_eq!(kept, [(None, "{}"), (Some(""), "[]")]);
    }
}
