//! All that requests wrote: the records of every area, the things made, and what follows from them.

use std::collections::{BTreeSet, HashSet};

use tally_generated::runtime::Part;
use tally_spec::model::{Area, Behaviour, Contract, Repeated, UnknownThing};

use super::super::judge::find;
use super::super::sheet::{Row, Sheet};
use super::super::store::{Change, SavedRecord};
use super::super::things::Things;
use super::key::{key_of, token};
use super::merge::{Session, alternatives, merge};
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
    pub(in crate::mock) area: &'a Area,
    pub(in crate::mock) sheet: &'a Sheet<'a, 'a>,
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
    pub(super) fn restore(&mut self, contract: &Contract, saved: SavedRecord) {
        let Some(place) = contract.areas.iter().position(|area| area.name == saved.area) else { return };
        let area = &contract.areas[place];
        let sheet = Sheet::of_record(area, &saved.text);
        let groups = sheet.row(0).map(|row| rolled_by(area, row, &self.things)).unwrap_or_default();
        let table = &mut self.tables[place];
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
    pub(in crate::mock) fn write(&mut self, writing: Writing<'_>, due: &[Due]) {
        let Some(place) = writing.contract.areas.iter().position(|area| area.name == writing.area.name)
        else {
            return;
        };
        let mut touched = BTreeSet::new();
        for Due { index, key } in due {
            let Some(row) = writing.sheet.row(*index) else { continue };
            self.create_things(writing.area, row);
            self.write_record(writing, place, row, key.as_deref());
            touched.extend(rolled_by(writing.area, row, &self.things));
        }
        if !touched.is_empty() {
            self.roll_up(writing, place, &touched);
        }
    }

    /// Whether there is a record of that key.
    pub(in crate::mock) fn is_known(&self, contract: &Contract, area: &Area, key: Option<&str>) -> bool {
        let place = contract.areas.iter().position(|one| one.name == area.name);
        place.zip(key).is_some_and(|(place, key)| self.tables[place].find(key).is_some())
    }

    fn write_record(&mut self, writing: Writing<'_>, place: usize, row: Row<'_, '_>, key: Option<&str>) {
        let Writing { contract, area, session, exchange, .. } = writing;
        let table = &mut self.tables[place];
        let known = key.and_then(|key| table.find(key));
        let before = known.and_then(|at| table.get(at)).map(Kept::before);
        let mut merged = merge(contract, area, row, None, session);
        if let Some(before) = before
            && !merged.is(before)
        {
            merged = merge(contract, area, row, Some(before), session);
        }
        let at = match known {
            Some(at) => {
                table.replace(at, merged, exchange);
                Some(at)
            }
            None => {
                let (text, zoned) = (merged.text, merged.zoned);
                let (created, updated) = (exchange, exchange);
                let kept = Kept { text, zoned, created, updated, sent: None, attached: None };
                let at = table.add(key, kept);
                if let Some(at) = at {
                    for by in rolled_by(area, row, &self.things) {
                        table.join_group(&by, at);
                    }
                }
                at
            }
        };
        let Some(at) = at else { return };
        if let Some(kept) = table.get_mut(at) {
            send(area, row, kept, &self.things);
            attach(area, row, kept);
        }
        if let (Some(changes), Some(kept)) = (&mut self.changes, table.get(at)) {
            changes.push(Change::Record(SavedRecord {
                area: area.name.clone(),
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
    fn create_things(&mut self, area: &Area, row: Row<'_, '_>) {
        for rule in area.rules.iter().filter(|rule| rule.exists == Some(UnknownThing::Creates)) {
            let Some(field) = rule.field.as_deref() else { continue };
            let Some(kind) = find(&area.fields, field).and_then(|field| field.kind.as_deref()) else {
                continue;
            };
            for name in row.named(field) {
                if self.things.create(kind, &name)
                    && let Some(changes) = &mut self.changes
                {
                    changes.push(Change::Thing { kind: kind.to_owned(), name: name.into_owned() });
                }
            }
        }
    }

    /// Computes anew what follows from an area's records.
    fn roll_up(&mut self, writing: Writing<'_>, place: usize, touched: &BTreeSet<String>) {
        let area = writing.area;
        for behaviour in &area.behaviours {
            let Behaviour::RollsUp { field, by, into_area, into_field, switch, .. } = behaviour else {
                continue;
            };
            let target = writing.contract.areas.iter().position(|one| &one.name == into_area);
            let Some(target) = target.filter(|_| self.switches.contains(switch)) else { continue };
            for thing in touched {
                let Some((mean, name)) = self.mean(area, place, (field, by), thing) else { continue };
                let into = &writing.contract.areas[target];
                let text = format!(
                    "{{{}:{name},{}:{mean}}}",
                    super::merge::json_text(by),
                    super::merge::json_text(into_field)
                );
                let sheet = Sheet::of_record(into, &text);
                if let Some(row) = sheet.row(0) {
                    let key = key_of(into, row, &self.things);
                    self.write_record(Writing { area: into, ..writing }, target, row, key.as_deref());
                }
            }
        }
    }

    /// The mean of a number over the records of a thing, and the JSON text that names the thing.
    fn mean(
        &self,
        area: &Area,
        place: usize,
        (field, by): (&str, &str),
        thing: &str,
    ) -> Option<(String, String)> {
        let (mut sum, mut count, mut name) = (0.0, 0.0, None);
        for kept in self.tables.get(place)?.group(thing) {
            let sheet = Sheet::of_record(area, &kept.text);
            let Some(row) = sheet.row(0) else { continue };
            if name.is_none() {
                name = row.own(by).map(|value| value.text.to_owned());
            }
            if let Some(number) = standing_number(area, row, field) {
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
fn standing_number(area: &Area, row: Row<'_, '_>, field: &str) -> Option<f64> {
    let group = alternatives(area).find(|fields| fields.iter().any(|one| one == field));
    let value = match group {
        Some(fields) => fields.iter().find_map(|one| row.own(one)),
        None => row.own(field),
    }?;
    match value.part {
        Part::Number(number) => Some(number.value()),
        _ => None,
    }
}

/// What identifies the things that a record is rolled up by.
fn rolled_by(area: &Area, row: Row<'_, '_>, things: &Things) -> Vec<String> {
    let by = |behaviour: &Behaviour| match behaviour {
        Behaviour::RollsUp { by, .. } => Some(token(area, by, row.own(by)?, things).into_owned()),
        _ => None,
    };
    area.behaviours.iter().filter_map(by).collect()
}

/// Counts what a record has sent: to each thing once, and again where it orders so.
fn send(area: &Area, row: Row<'_, '_>, kept: &mut Kept, things: &Things) {
    for behaviour in &area.behaviours {
        let Behaviour::Sends { to, again, .. } = behaviour else { continue };
        let orders = row.own(again).is_some_and(|value| value.part.is_boolean(true));
        let Some(kind) = find(&area.fields, to).and_then(|field| field.kind.as_deref()) else { continue };
        let sent = kept.sent.get_or_insert_default();
        let mut seen = HashSet::new();
        row.each_named(to, |_, name| {
            let known_as = things.token(kind, &name).into_owned();
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
fn attach(area: &Area, row: Row<'_, '_>, kept: &mut Kept) {
    for behaviour in &area.behaviours {
        let Behaviour::Attaches { field, .. } = behaviour else { continue };
        if let Some(value) = row.own(field) {
            kept.attached.get_or_insert_default().insert(field.clone(), value.text.to_owned());
        }
    }
}

/// A record that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Due {
    /// Its index in the request.
    pub(in crate::mock) index: usize,
    /// Its key; none where it is a new thing.
    pub(in crate::mock) key: Option<String>,
}

/// The records that are to be written of those that passed: of several with one key only the last, where the
/// area has it so.
pub(in crate::mock) fn due(
    area: &Area,
    sheet: &Sheet<'_, '_>,
    passed: impl Iterator<Item = usize>,
    things: &Things,
) -> Vec<Due> {
    let key = |index| sheet.row(index).and_then(|row| key_of(area, row, things));
    let mut due: Vec<Due> = passed.map(|index| Due { index, key: key(index) }).collect();
    if area.key.repeated == Repeated::LastCounts {
        let mut seen = HashSet::with_capacity(due.len());
        let keys = due.iter().rev().map(|one| one.key.as_deref());
        let last: Vec<bool> = keys.map(|key| key.is_none_or(|key| seen.insert(key))).collect();
        if last.contains(&false) {
            let mut last = last.iter().rev();
            due.retain(|_| last.next().copied().unwrap_or(true));
        }
    }
    due
}
