//! All that requests wrote: the records of every area, the things made, and what follows from them.

use std::collections::{BTreeSet, HashSet};
use std::hash::BuildHasher as _;
use std::ops::Range;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use tally_generated::runtime::JsonValue;
use tally_spec::model::{Behaviour, Contract, Repeated};

use super::super::plan::{Plan, Plans, place};
use super::super::sheet::{Row, Sheet};
use super::super::store::{Change, SavedRecord, Sent};
use super::super::things::Things;
use super::key::{key_of, push_key, token};
use super::merge::{Merged, Merging, Room, Session, merge_over};
use super::table::{Kept, Key, Table};

/// The records that are looked for ahead of their turn.
const AHEAD: usize = 32;

/// The records of every area, and the things that exist.
pub(crate) struct Book {
    pub(crate) things: Things,
    /// By the place of the area in its contract.
    tables: Vec<Table>,
    switches: BTreeSet<String>,
    /// What changed since it was last taken, for a store. None where there is no store.
    changes: Option<Vec<Change>>,
}

/// What is written: records of one request, by one reading of the contract.
#[derive(Clone, Copy)]
pub(crate) struct Writing<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) plans: &'a Plans,
    pub(crate) plan: &'a Plan,
    pub(crate) session: &'a Session,
    /// The number of the exchange.
    pub(crate) exchange: u32,
}

impl Book {
    pub(super) fn new(
        contract: &Contract,
        things: Things,
        switches: BTreeSet<String>,
        hasher: &RandomState,
        stored: bool,
    ) -> Self {
        let tables = contract.areas.iter().map(|_| Table::new(hasher.clone())).collect();
        Self { things, tables, switches, changes: stored.then(Vec::new) }
    }

    /// What changed since this was last asked.
    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        self.changes.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The records kept of an area, in the order of their making.
    pub(crate) fn records(&self, place: usize) -> &[Kept] {
        self.tables.get(place).map_or(&[], Table::all)
    }

    /// Puts back what a store held.
    pub(super) fn restore(&mut self, plans: &Plans, saved: SavedRecord) {
        let Some(plan) = plans.of(&saved.area) else { return };
        let sheet = Sheet::of_record(plan, &saved.text);
        let groups = sheet.row(0).map(|row| rolled_by(plan, row, &self.things)).unwrap_or_default();
        let table = &mut self.tables[plan.place];
        let merged = Merged::new(saved.key.as_deref(), &saved.text, saved.zoned);
        let Some(merged) = merged else { return };
        let mut kept = Kept::new(merged, saved.created);
        kept.updated = saved.updated;
        kept.sent = saved.sent.map(Box::new);
        kept.attached = saved.attached.map(Box::new);
        if let Some(at) = table.add(kept) {
            for by in &groups {
                table.join_group(by, at);
            }
        }
    }

    /// Writes records, each over what was kept of its thing, and what follows from them.
    pub(crate) fn write(&mut self, writing: Writing<'_>, sheet: &Sheet<'_, '_>, due: &[Due<'_>]) {
        let mut touched = BTreeSet::new();
        let mut room = Room::default();
        for some in due.chunks(AHEAD) {
            self.tables[writing.plan.place].look_ahead(some.iter().filter_map(|one| one.key));
            for Due { index, key } in some {
                let Some(row) = sheet.row(*index) else { continue };
                self.create_things(writing.plan, row);
                self.write_record(writing, row, key.as_ref(), &mut room);
                if !writing.plan.rolled_by.is_empty() {
                    touched.extend(rolled_by(writing.plan, row, &self.things));
                }
            }
        }
        if !touched.is_empty() {
            self.roll_up(writing, &touched);
        }
    }

    /// Whether there is a record of that key.
    pub(crate) fn is_known(&self, plan: &Plan, key: Option<Key<'_>>) -> bool {
        key.is_some_and(|key| self.tables[plan.place].find(key).is_some())
    }

    fn write_record<'a>(
        &mut self,
        writing: Writing<'_>,
        row: Row<'a, 'a>,
        key: Option<&Key<'_>>,
        room: &mut Room<'a>,
    ) {
        let Writing { contract, plan, session, exchange, .. } = writing;
        let merging = Merging { contract, plan, session };
        let table = &mut self.tables[plan.place];
        room.write_new(merging, row, key.map(|key| key.text));
        let known = key.and_then(|key| table.find(*key)).and_then(|at| Some((at, table.get(at)?)));
        let at = match known {
            Some((at, kept)) => {
                let merged = if room.is(kept) { None } else { merge_over(merging, row, kept) };
                table.update(at, merged, exchange);
                at
            }
            None => {
                let kept = room.merged().map(|merged| Kept::new(merged, exchange));
                let Some(at) = kept.and_then(|kept| table.add(kept)) else { return };
                for by in rolled_by(plan, row, &self.things) {
                    table.join_group(&by, at);
                }
                at
            }
        };
        if let Some(kept) = table.get_mut(at) {
            send(plan, row, kept, &self.things);
            attach(plan, row, kept);
        }
        if let (Some(changes), Some(kept)) = (&mut self.changes, table.get(at)) {
            changes.push(Change::Record(SavedRecord {
                area: plan.name.clone(),
                number: at,
                key: kept.key().map(str::to_owned),
                text: kept.json().to_owned(),
                zoned: kept.zoned,
                created: kept.created,
                updated: kept.updated,
                sent: kept.sent.as_deref().cloned(),
                attached: kept.attached.as_deref().cloned(),
            }));
        }
    }

    /// Makes the things that a record names and that need not exist before.
    fn create_things(&mut self, plan: &Plan, row: Row<'_, '_>) {
        for (field, kind) in &plan.creates {
            for name in row.named(field) {
                if self.things.create(*kind, &name)
                    && let Some(changes) = &mut self.changes
                {
                    let kind = self.things.name(*kind).to_owned();
                    changes.push(Change::Thing { kind, name: name.into_owned() });
                }
            }
        }
    }

    /// Computes anew what follows from an area's records.
    fn roll_up(&mut self, writing: Writing<'_>, touched: &BTreeSet<String>) {
        let plan = writing.plan;
        for behaviour in &plan.behaviours {
            let Behaviour::RollsUp { field, by, into_area, into_field, switch, .. } = behaviour else {
                continue;
            };
            let into = writing.plans.of(into_area);
            let Some(into) = into.filter(|_| self.switches.contains(switch)) else { continue };
            for thing in touched {
                let Some((mean, name)) = self.mean(writing, (field, by), thing) else { continue };
                let text = format!(
                    "{{{}:{name},{}:{mean}}}",
                    super::merge::json_text(by),
                    super::merge::json_text(into_field)
                );
                let sheet = Sheet::of_record(into, &text);
                if let Some(row) = sheet.row(0) {
                    let key = key_of(into, row, &self.things);
                    let key = key.as_deref().map(|key| self.tables[into.place].key(key));
                    let writing = Writing { plan: into, ..writing };
                    self.write_record(writing, row, key.as_ref(), &mut Room::default());
                }
            }
        }
    }

    /// The mean of a number over the records of a thing, and the JSON text that names the thing.
    fn mean(&self, writing: Writing<'_>, (field, by): (&str, &str), thing: &str) -> Option<(String, String)> {
        let plan = writing.plan;
        let by = plan.named(writing.contract, by)?;
        let (mut sum, mut count, mut name) = (0.0, 0.0, None);
        for kept in self.tables.get(plan.place)?.group(thing) {
            let sheet = Sheet::of_record(plan, kept.json());
            let Some(row) = sheet.row(0) else { continue };
            if name.is_none() {
                name = row.own(&by, JsonValue::to_json_text);
            }
            if let Some(number) = standing_number(plan, row, place(&plan.fields, field)?) {
                sum += number;
                count += 1.0;
            }
        }
        let mean = serde_json::Number::from_f64(sum / count)?;
        let whole = mean.as_f64().filter(|mean| mean.fract() == 0.0 && mean.abs() < 1e15);
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
        let text = whole.map_or_else(|| mean.to_string(), |mean| (mean as i64).to_string());
        Some((text, name?))
    }
}

/// The number that stands for a field, which may have alternatives.
fn standing_number(plan: &Plan, row: Row<'_, '_>, field: usize) -> Option<f64> {
    let alternatives = plan.alternatives.iter().find(|places| places.contains(&field));
    let own = |place: &usize| Some(row.at(*place)).filter(|value| value.has_value());
    let value = match alternatives {
        Some(places) => places.iter().find_map(own),
        None => own(&field),
    }?;
    match value {
        JsonValue::Number(number) => Some(number.value()),
        _ => None,
    }
}

/// What identifies the things that a record is rolled up by.
fn rolled_by(plan: &Plan, row: Row<'_, '_>, things: &Things) -> Vec<String> {
    let by = plan.rolled_by.iter();
    by.filter_map(|by| row.own(by, |value| token(by.kind, value, things).into_owned())).collect()
}

/// Counts what a record has sent: to each thing once, and again where it orders so.
fn send(plan: &Plan, row: Row<'_, '_>, kept: &mut Kept, things: &Things) {
    for sends in &plan.sends {
        let again = sends.again.as_ref();
        let orders = again.and_then(|again| row.own(again, |value| value.is_boolean(true))).unwrap_or(false);
        let sent = kept.sent.get_or_insert_default();
        let mut seen = HashSet::new();
        row.each_named(&sends.to, |_, name| {
            let known_as = things.token(sends.kind, &name).into_owned();
            if !seen.insert(known_as.clone()) {
                return;
            }
            let times = sent.entry(known_as).or_insert_with(|| Sent { to: name.into_owned(), times: 0 });
            if times.times == 0 || orders {
                times.times += 1;
            }
        });
    }
}

/// Adds what belongs to the things that a record names.
fn attach(plan: &Plan, row: Row<'_, '_>, kept: &mut Kept) {
    for (field, named) in &plan.attaches {
        if let Some(value) = row.own(named, JsonValue::to_json_text) {
            kept.attached.get_or_insert_default().insert(field.clone(), value);
        }
    }
}

/// The keys of some of a request's records.
pub(crate) struct Keys {
    /// One behind the other: one text for all takes less than a text for each.
    text: String,
    /// The indices of the records, each with its key; with none where it is a new thing.
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
pub(crate) struct Due<'k> {
    /// Its index in the request.
    pub(crate) index: usize,
    /// Its key; none where it is a new thing.
    pub(crate) key: Option<Key<'k>>,
}

impl Keys {
    /// The keys of the records with those indices.
    pub(crate) fn of(
        plan: &Plan,
        sheet: &Sheet<'_, '_>,
        indices: impl Iterator<Item = usize>,
        things: &Things,
        hasher: &RandomState,
    ) -> Self {
        let mut keys = Self {
            text: String::new(),
            places: Vec::with_capacity(sheet.len()),
            last_counts: plan.key.repeated == Repeated::LastCounts,
        };
        for index in indices {
            let start = keys.text.len();
            let is_keyed = sheet.row(index).is_some_and(|row| push_key(plan, row, things, &mut keys.text));
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
    pub(crate) fn due(&self) -> Vec<Due<'_>> {
        let key = |key: &KeyPlace| Some(Key { text: self.text.get(key.within.clone())?, hash: key.hash });
        let due = self.places.iter().map(|(index, found)| {
            let key = found.as_ref().and_then(key);
            Due { index: *index, key }
        });
        let due: Vec<Due<'_>> = due.collect();
        if self.last_counts { last_of_each(due) } else { due }
    }
}

/// Of records with one key the last.
fn last_of_each(mut due: Vec<Due<'_>>) -> Vec<Due<'_>> {
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
