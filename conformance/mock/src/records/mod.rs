//! All that requests wrote: the records of every area, the entities made, and what follows from them.

mod area;
mod kept;
mod key;
mod keys;
mod merge;
mod objects;

use std::collections::{BTreeSet, HashSet};

use foldhash::fast::RandomState;
use tally_generated::runtime::JsonValue;
use tally_spec::model::{Behaviour, Contract};

use self::area::{AreaRecords, Key};
use self::kept::Merged;
pub(crate) use self::kept::{ENTRY, Kept, RECORD};
pub(crate) use self::key::{key_of, token, values};
pub(crate) use self::keys::{Keys, RecordToWrite};
pub(crate) use self::merge::Session;
use self::merge::{MergeBuffer, Merging, merge_over};
use self::objects::json_text;
use crate::entities::Entities;
use crate::plan::{Plan, Plans, place};
use crate::record_table::{RecordRow, RecordTable};
use crate::store::{Change, SavedRecord, Sent};

/// The records that are looked for ahead of their turn.
const AHEAD: usize = 32;

/// The records of every area, and the entities that exist.
pub(crate) struct Records {
    pub(crate) entities: Entities,
    /// By the place of the area in its contract.
    areas: Vec<AreaRecords>,
    switches: BTreeSet<String>,
    /// What changed since it was last taken, for a store. `None` if there is no store.
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

impl Records {
    pub(crate) fn new(
        contract: &Contract,
        entities: Entities,
        switches: BTreeSet<String>,
        hasher: &RandomState,
        stored: bool,
    ) -> Self {
        let areas = contract.areas.iter().map(|_| AreaRecords::new(hasher.clone())).collect();
        Self { entities, areas, switches, changes: stored.then(Vec::new) }
    }

    /// What changed since the last call.
    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        self.changes.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The number of all records.
    pub(crate) fn count(&self) -> usize {
        self.areas.iter().map(|area| area.all().len()).sum()
    }

    /// What records and entities take in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.areas.iter().map(AreaRecords::bytes).sum::<usize>() + self.entities.bytes()
    }

    /// The records kept of an area, in the order of their making.
    pub(crate) fn records(&self, place: usize) -> &[Kept] {
        self.areas.get(place).map_or(&[], AreaRecords::all)
    }

    /// Restores what a store held.
    pub(crate) fn restore(&mut self, plans: &Plans, saved: SavedRecord) {
        let Some(plan) = plans.of(&saved.area) else { return };
        let table = RecordTable::of_record(plan, &saved.text);
        let groups = table.row(0).map(|row| rolled_by(plan, row, &self.entities)).unwrap_or_default();
        let area = &mut self.areas[plan.place];
        let merged = Merged::new(saved.key.as_deref(), &saved.text, saved.zoned);
        let Some(merged) = merged else { return };
        let mut kept = Kept::new(merged, saved.created);
        kept.updated = saved.updated;
        kept.sent = saved.sent.map(Box::new);
        kept.attached = saved.attached.map(Box::new);
        if let Some(at) = area.add(kept) {
            for by in &groups {
                area.join_group(by, at);
            }
        }
    }

    /// Merges records into what was kept of their entities, and derives what follows from them.
    pub(crate) fn write(
        &mut self,
        writing: Writing<'_>,
        table: &RecordTable<'_, '_>,
        due: &[RecordToWrite<'_>],
    ) {
        let mut touched = BTreeSet::new();
        let mut buffer = MergeBuffer::default();
        for some in due.chunks(AHEAD) {
            self.areas[writing.plan.place].prefetch(some.iter().filter_map(|one| one.key));
            for RecordToWrite { index, key } in some {
                let Some(row) = table.row(*index) else { continue };
                self.create_entities(writing.plan, row);
                self.write_record(writing, row, key.as_ref(), &mut buffer);
                if !writing.plan.rolled_by.is_empty() {
                    touched.extend(rolled_by(writing.plan, row, &self.entities));
                }
            }
        }
        if !touched.is_empty() {
            self.roll_up(writing, &touched);
        }
    }

    /// Whether there is a record of that key.
    pub(crate) fn is_known(&self, plan: &Plan, key: Option<Key<'_>>) -> bool {
        key.is_some_and(|key| self.areas[plan.place].find(key).is_some())
    }

    fn write_record<'a>(
        &mut self,
        writing: Writing<'_>,
        row: RecordRow<'a, 'a>,
        key: Option<&Key<'_>>,
        buffer: &mut MergeBuffer<'a>,
    ) {
        let Writing { contract, plan, session, exchange, .. } = writing;
        let merging = Merging { contract, plan, session };
        let area = &mut self.areas[plan.place];
        buffer.write_new(merging, row, key.map(|key| key.text));
        let known = key.and_then(|key| area.find(*key)).and_then(|at| Some((at, area.get(at)?)));
        let at = match known {
            Some((at, kept)) => {
                let merged = if buffer.is(kept) { None } else { merge_over(merging, row, kept) };
                area.update(at, merged, exchange);
                at
            }
            None => {
                let kept = buffer.merged().map(|merged| Kept::new(merged, exchange));
                let Some(at) = kept.and_then(|kept| area.add(kept)) else { return };
                for by in rolled_by(plan, row, &self.entities) {
                    area.join_group(&by, at);
                }
                at
            }
        };
        if !(plan.sends.is_empty() && plan.attaches.is_empty()) {
            area.change_apart(at, |kept| {
                send(plan, row, kept, &self.entities);
                attach(plan, row, kept);
            });
        }
        if let (Some(changes), Some(kept)) = (&mut self.changes, area.get(at)) {
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

    /// Creates the entities that a record names and that need not exist before.
    fn create_entities(&mut self, plan: &Plan, row: RecordRow<'_, '_>) {
        for (field, kind) in &plan.creates {
            for name in row.named(field) {
                if self.entities.create(*kind, &name)
                    && let Some(changes) = &mut self.changes
                {
                    let kind = self.entities.name(*kind).to_owned();
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
                let text = format!("{{{}:{name},{}:{mean}}}", json_text(by), json_text(into_field));
                let table = RecordTable::of_record(into, &text);
                if let Some(row) = table.row(0) {
                    let key = key_of(into, row, &self.entities);
                    let key = key.as_deref().map(|key| self.areas[into.place].key(key));
                    let writing = Writing { plan: into, ..writing };
                    self.write_record(writing, row, key.as_ref(), &mut MergeBuffer::default());
                }
            }
        }
    }

    /// The mean of a number over the records of an entity, and the JSON text that names the entity.
    fn mean(&self, writing: Writing<'_>, (field, by): (&str, &str), thing: &str) -> Option<(String, String)> {
        let plan = writing.plan;
        let by = plan.named(writing.contract, by)?;
        let (mut sum, mut count, mut name) = (0.0, 0.0, None);
        for kept in self.areas.get(plan.place)?.group(thing) {
            let table = RecordTable::of_record(plan, kept.json());
            let Some(row) = table.row(0) else { continue };
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
fn standing_number(plan: &Plan, row: RecordRow<'_, '_>, field: usize) -> Option<f64> {
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

/// What identifies the entities that a record is rolled up by.
fn rolled_by(plan: &Plan, row: RecordRow<'_, '_>, entities: &Entities) -> Vec<String> {
    let by = plan.rolled_by.iter();
    by.filter_map(|by| row.own(by, |value| token(by.kind, value, entities).into_owned())).collect()
}

/// Counts what a record has sent: to each recipient once, and again if it says so.
fn send(plan: &Plan, row: RecordRow<'_, '_>, kept: &mut Kept, entities: &Entities) {
    for sends in &plan.sends {
        let again = sends.again.as_ref();
        let orders = again.and_then(|again| row.own(again, |value| value.is_boolean(true))).unwrap_or(false);
        let sent = kept.sent.get_or_insert_default();
        let mut seen = HashSet::new();
        row.each_named(&sends.to, |_, name| {
            let known_as = entities.token(sends.kind, &name).into_owned();
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

/// Adds what belongs to the entities that a record names.
fn attach(plan: &Plan, row: RecordRow<'_, '_>, kept: &mut Kept) {
    for (field, named) in &plan.attaches {
        if let Some(value) = row.own(named, JsonValue::to_json_text) {
            kept.attached.get_or_insert_default().insert(field.clone(), value);
        }
    }
}
