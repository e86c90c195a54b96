//! All that requests wrote: the records of every area, the things made, and what follows from them.

use std::collections::BTreeSet;
use std::ops::Range;

use foldhash::{HashSet, HashSetExt as _};
use tally_generated::runtime::Part;
use tally_spec::model::{Behaviour, Contract, Repeated};

use super::super::plan::{Plan, Plans, place};
use super::super::sheet::{Row, Sheet};
use super::super::store::{Change, SavedRecord};
use super::super::things::Things;
use super::key::{key_of, push_key, token};
use super::merge::{Merging, Room, Session, merge_over};
use super::table::{Kept, Sent, Table};

/// The records of every area, and the things that exist.
pub(in crate::mock) struct Book {
    pub(in crate::mock) things: Things,
    /// By the place of the area in its contract.
    tables: Vec<Table>,
    switches: BTreeSet<String>,
    /// What changed since it was last taken, for a store. None where there is no store.
    changes: Option<Vec<Change>>,
}

/// What is written: records of one request, by one reading of the contract.
#[derive(Clone, Copy)]
pub(in crate::mock) struct Writing<'a> {
    pub(in crate::mock) contract: &'a Contract,
    pub(in crate::mock) plans: &'a Plans,
    pub(in crate::mock) plan: &'a Plan,
    pub(in crate::mock) session: &'a Session,
    /// The number of the exchange.
    pub(in crate::mock) exchange: u32,
}

impl Book {
    pub(super) fn new(contract: &Contract, things: Things, switches: BTreeSet<String>, stored: bool) -> Self {
        let tables = contract.areas.iter().map(|_| Table::default()).collect();
        Self { things, tables, switches, changes: stored.then(Vec::new) }
    }

    /// What changed since this was last asked.
    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        self.changes.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The records kept of an area, in the order of their making.
    pub(in crate::mock) fn records(&self, place: usize) -> &[Kept] {
        self.tables.get(place).map_or(&[], Table::all)
    }

    /// Puts back what a store held.
    pub(super) fn restore(&mut self, plans: &Plans, saved: SavedRecord) {
        let Some(plan) = plans.of(&saved.area) else { return };
        let sheet = Sheet::of_record(plan, &saved.text);
        let groups = sheet.row(0).map(|row| rolled_by(plan, row, &self.things)).unwrap_or_default();
        let table = &mut self.tables[plan.place];
        let kept = Kept {
            text: saved.text.clone().into_boxed_str(),
            zoned: saved.zoned,
            created: saved.created,
            updated: saved.updated,
            sent: saved.sent.map(Box::new),
            attached: saved.attached.map(Box::new),
        };
        if let Some(at) = table.add(saved.key.as_deref(), kept) {
            for by in &groups {
                table.join_group(by, at);
            }
        }
    }

    /// Writes records, each over what was kept of its thing, and what follows from them.
    pub(in crate::mock) fn write(&mut self, writing: Writing<'_>, sheet: &Sheet<'_, '_>, due: &[Due<'_>]) {
        let mut touched = BTreeSet::new();
        let mut room = Room::default();
        let known = self.tables[writing.plan.place].find_all(due.iter().map(|one| one.key));
        for (Due { index, key }, known) in due.iter().zip(known) {
            let Some(row) = sheet.row(*index) else { continue };
            self.create_things(writing.plan, row);
            self.write_record(writing, row, (*key, known), &mut room);
            touched.extend(rolled_by(writing.plan, row, &self.things));
        }
        if !touched.is_empty() {
            self.roll_up(writing, &touched);
        }
    }

    /// Whether there is a record of that key.
    pub(in crate::mock) fn is_known(&self, plan: &Plan, key: Option<&str>) -> bool {
        key.is_some_and(|key| self.tables[plan.place].find(key).is_some())
    }

    fn write_record<'a>(
        &mut self,
        writing: Writing<'_>,
        row: Row<'a, '_>,
        (key, known): (Option<&str>, Option<u32>),
        room: &mut Room<'a>,
    ) {
        let Writing { contract, plan, session, exchange, .. } = writing;
        let merging = Merging { contract, plan, session };
        let table = &mut self.tables[plan.place];
        room.write_new(merging, row);
        // One that was not there may have come with an earlier record of the request.
        let known = known.or_else(|| table.find(key?));
        let known = known.and_then(|at| Some((at, table.get(at)?.before())));
        let at = match known {
            Some((at, before)) => {
                let merged = if room.is(before) { None } else { Some(merge_over(merging, row, before)) };
                table.update(at, merged, exchange);
                at
            }
            None => {
                let merged = room.merged();
                let kept = Kept {
                    text: merged.text,
                    zoned: merged.zoned,
                    created: exchange,
                    updated: exchange,
                    sent: None,
                    attached: None,
                };
                let Some(at) = table.add(key, kept) else { return };
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
                key: key.map(str::to_owned),
                text: kept.text.to_string(),
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
                    let writing = Writing { plan: into, ..writing };
                    self.write_record(writing, row, (key.as_deref(), None), &mut Room::default());
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
            let sheet = Sheet::of_record(plan, &kept.text);
            let Some(row) = sheet.row(0) else { continue };
            if name.is_none() {
                name = row.own(&by).map(|value| value.text.to_owned());
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
    let own = |place: &usize| row.at(*place).filter(|value| value.part.has_value());
    let value = match alternatives {
        Some(places) => places.iter().find_map(own),
        None => own(&field),
    }?;
    match value.part {
        Part::Number(number) => Some(number.value()),
        _ => None,
    }
}

/// What identifies the things that a record is rolled up by.
fn rolled_by(plan: &Plan, row: Row<'_, '_>, things: &Things) -> Vec<String> {
    let by = plan.rolled_by.iter();
    by.filter_map(|by| Some(token(by.kind, row.own(by)?, things).into_owned())).collect()
}

/// Counts what a record has sent: to each thing once, and again where it orders so.
fn send(plan: &Plan, row: Row<'_, '_>, kept: &mut Kept, things: &Things) {
    for sends in &plan.sends {
        let orders = sends.again.as_ref().and_then(|again| row.own(again));
        let orders = orders.is_some_and(|value| value.part.is_boolean(true));
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
        if let Some(value) = row.own(named) {
            kept.attached.get_or_insert_default().insert(field.clone(), value.text.to_owned());
        }
    }
}

/// The keys of some of a request's records.
pub(in crate::mock) struct Keys {
    /// One behind the other: one text for all takes less than a text for each.
    text: String,
    /// The indices of the records, each with where its key stands; with none where it is a new thing.
    places: Vec<(usize, Option<Range<usize>>)>,
}

/// A record that is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) struct Due<'k> {
    /// Its index in the request.
    pub(in crate::mock) index: usize,
    /// Its key; none where it is a new thing.
    pub(in crate::mock) key: Option<&'k str>,
}

impl Keys {
    /// The keys of the records with those indices.
    pub(in crate::mock) fn of(
        plan: &Plan,
        sheet: &Sheet<'_, '_>,
        indices: impl Iterator<Item = usize>,
        things: &Things,
    ) -> Self {
        let mut keys = Self { text: String::new(), places: Vec::with_capacity(sheet.len()) };
        for index in indices {
            let start = keys.text.len();
            let is_keyed = sheet.row(index).is_some_and(|row| push_key(plan, row, things, &mut keys.text));
            if !is_keyed {
                keys.text.truncate(start);
            }
            keys.places.push((index, is_keyed.then_some(start..keys.text.len())));
        }
        keys
    }

    /// The records that are to be written: of several with one key only the last, where the area has it so.
    pub(in crate::mock) fn due(&self, plan: &Plan) -> Vec<Due<'_>> {
        let due = |(index, place): &(usize, Option<Range<usize>>)| Due {
            index: *index,
            key: place.clone().and_then(|place| self.text.get(place)),
        };
        let mut due: Vec<Due<'_>> = self.places.iter().map(due).collect();
        if plan.key.repeated == Repeated::LastCounts {
            let mut seen = HashSet::with_capacity(due.len());
            let last: Vec<bool> =
                due.iter().rev().map(|one| one.key.is_none_or(|key| seen.insert(key))).collect();
            if last.contains(&false) {
                let mut last = last.iter().rev();
                due.retain(|_| last.next().copied().unwrap_or(true));
            }
        }
        due
    }
}
