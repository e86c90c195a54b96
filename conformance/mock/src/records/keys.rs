//! The keys of a request's records, and which of the records are to be written.

use std::hash::BuildHasher as _;
use std::ops::Range;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use tally_spec::model::Repeated;

use super::area::Key;
use super::key::push_key;
use crate::entities::Entities;
use crate::plan::Plan;
use crate::record_table::RecordTable;

/// The keys of some of a request's records.
pub(crate) struct Keys {
    /// One behind the other: one text for all takes less than a text for each.
    text: String,
    /// The indices of the records, each with its key, or `None` if it creates a new entity.
    places: Vec<(usize, Option<KeyPlace>)>,
    /// Whether of several records with one key only the last counts.
    last_counts: bool,
}

/// A key among others.
struct KeyPlace {
    within: Range<usize>,
    hash: u64,
}

/// A record that is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordToWrite<'k> {
    /// Its index in the request.
    pub(crate) index: usize,
    /// Its key, or `None` if it creates a new entity.
    pub(crate) key: Option<Key<'k>>,
}

impl Keys {
    /// The keys of the records with those indices.
    pub(crate) fn of(
        plan: &Plan,
        table: &RecordTable<'_, '_>,
        indices: impl Iterator<Item = usize>,
        entities: &Entities,
        hasher: &RandomState,
    ) -> Self {
        let mut keys = Self {
            text: String::new(),
            places: Vec::with_capacity(table.len()),
            last_counts: plan.key.repeated == Repeated::LastCounts,
        };
        for index in indices {
            let start = keys.text.len();
            let is_keyed = table.row(index).is_some_and(|row| push_key(plan, row, entities, &mut keys.text));
            if !is_keyed {
                keys.text.truncate(start);
            }
            let key = &keys.text[start..];
            let key = KeyPlace { within: start..keys.text.len(), hash: hasher.hash_one(key) };
            keys.places.push((index, is_keyed.then_some(key)));
        }
        keys
    }

    /// The records that are to be written.
    pub(crate) fn due(&self) -> Vec<RecordToWrite<'_>> {
        let key = |key: &KeyPlace| Some(Key { text: self.text.get(key.within.clone())?, hash: key.hash });
        let due = self.places.iter().map(|(index, found)| {
            let key = found.as_ref().and_then(key);
            RecordToWrite { index: *index, key }
        });
        let due: Vec<RecordToWrite<'_>> = due.collect();
        if self.last_counts { last_of_each(due) } else { due }
    }
}

/// Of records with one key the last.
fn last_of_each(mut due: Vec<RecordToWrite<'_>>) -> Vec<RecordToWrite<'_>> {
    let mut last: HashTable<usize> = HashTable::with_capacity(due.len());
    let mut earlier = Vec::new();
    for (at, one) in due.iter().enumerate().rev() {
        let Some(key) = one.key else { continue };
        let is_same = |other: &usize| due[*other].key == Some(key);
        match last.find(key.hash, is_same) {
            Some(_) => earlier.push(at),
            None => drop(last.insert_unique(key.hash, at, |other| due[*other].key.map_or(0, |key| key.hash))),
        }
    }
    if !earlier.is_empty() {
        let (mut earlier, mut places) = (earlier.into_iter().rev().peekable(), 0..);
        due.retain(|_| places.next().is_none_or(|at| earlier.next_if_eq(&at).is_none()));
    }
    due
}
