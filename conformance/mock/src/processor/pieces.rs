//! A large body, read piece by piece: once for what it is, once to judge its records, once to write them. What is kept
//! in between is a bit for each record, and the keys of those that pass if they must differ.

use std::hash::BuildHasher as _;
use std::ops::ControlFlow;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use tally_generated::runtime::{Gather, JsonValue, Keeping, RequestVerdict, Verdicts, Violation};
use tally_spec::model::{Isolation, Repeated, Response};

use super::judge::References;
use super::sizes::Head;
use super::{Processor, Rows};
use crate::entities::Entities;
use crate::failure::Failure;
use crate::plan::Plan;
use crate::record_table::RecordTable;
use crate::records::{Keys, key_of};

/// The most records of a piece: at a microsecond or two each, they are written in far less than 5 ms.
const RECORDS: usize = 250;

/// A piece ends once its records' JSON has so many bytes.
const BYTES: usize = 64 * 1024;

/// A body that is read piece by piece.
pub(crate) struct Pieces<'a> {
    processor: &'a Processor,
    pub(crate) plan: &'a Plan,
    body: &'a [u8],
    options: Vec<JsonValue<'a>>,
    is_list: bool,
    /// Of the records that began several times, those stand that began at this time.
    start: usize,
    /// The number of records.
    pub(crate) records: usize,
    violations: Vec<Violation>,
    /// The verdicts, if something changes them.
    rejudged: Option<Verdicts>,
    outcomes: Outcomes,
}

/// What becomes of the records.
#[derive(Default)]
struct Outcomes {
    fails: Bits,
    /// Those that pass and are not written, since a later one of their key counts.
    superseded: Bits,
    /// Whether none is written.
    none: bool,
    failures: Vec<Failure>,
}

/// Some of a body's records.
pub(crate) struct Piece<'p, 'a> {
    of: &'p Pieces<'a>,
    /// The index of the first.
    pub(crate) first: usize,
    table: &'p RecordTable<'a, 'a>,
    /// Whether each passes by the rules of shape.
    passed: &'p [bool],
}

/// A bit for each record.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(length: usize) -> Self {
        Self(vec![0; length.div_ceil(64)])
    }

    fn set(&mut self, at: usize) {
        if let Some(bits) = self.0.get_mut(at / 64) {
            *bits |= 1 << (at % 64);
        }
    }

    fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }
}

/// Lets a judge look at what exists.
pub(crate) type Look<'l> = &'l dyn Fn(&mut dyn FnMut(&Entities));

impl<'a> Pieces<'a> {
    /// Reads a body that can be used, and keeps its first so many broken rules. `None` if it can't be used.
    pub(crate) fn read(
        processor: &'a Processor,
        plan: &'a Plan,
        body: &'a [u8],
        failures: usize,
    ) -> Option<Self> {
        let generated = processor.generated.area(&plan.name)?;
        let mut head = Head::new(plan, failures);
        let mut judgement = (generated.gather)(body, &mut head);
        if judgement.request == RequestVerdict::Reject {
            return None;
        }
        let mut rejudged = None;
        if processor.hooks.rejudges() {
            let changed = processor.hooks.judged(plan, body, (generated.judge)(body));
            judgement.violations = changed.violations;
            judgement.violations.truncate(failures);
            rejudged = Some(changed.records);
        }
        let Head { starts: start, is_list, records, options, .. } = head;
        let (violations, outcomes) = (judgement.violations, Outcomes::default());
        Some(Self { processor, plan, body, options, is_list, start, records, violations, rejudged, outcomes })
    }

    /// Decides what becomes of the records, by what exists.
    pub(crate) fn decide(&mut self, first: &Entities, hasher: &RandomState, exists: Look<'_>, most: usize) {
        let mut outcomes = Outcomes {
            fails: Bits::new(self.records),
            superseded: Bits::new(self.records),
            none: false,
            failures: self.violations.iter().map(Failure::from).collect(),
        };
        let mut seen = Seen::default();
        self.each(0, usize::MAX, &mut |piece| {
            exists(&mut |entities| piece.judge(entities, &mut outcomes, most));
            piece.compare_keys(&mut seen, &mut outcomes, (first, hasher), most);
            ControlFlow::Continue(())
        });
        let any = !outcomes.fails.is_empty();
        outcomes.none = match self.processor.contract.response(self.plan) {
            Response::Whole(_) => any || !self.violations.is_empty(),
            Response::Counting(_) | Response::ByPosition(_) | Response::Later(_) => false,
        };
        if any && self.plan.isolation == Isolation::AllOrNothing {
            (0..self.records).for_each(|index| outcomes.fails.set(index));
        }
        outcomes.failures.sort_by_key(|one| one.record);
        outcomes.failures.truncate(most);
        self.outcomes = outcomes;
    }

    /// The first broken rules, in the order of the records.
    pub(crate) fn take_failures(&mut self) -> Vec<Failure> {
        std::mem::take(&mut self.outcomes.failures)
    }

    /// Reads the records from one on, a piece at a time. A piece ends at a multiple of `turn` records from there, too.
    pub(crate) fn each(
        &self,
        from: usize,
        turn: usize,
        act: &mut dyn FnMut(&Piece<'_, 'a>) -> ControlFlow<()>,
    ) {
        let Some(generated) = self.processor.generated.area(&self.plan.name) else { return };
        let table = RecordTable::of_pieces(self.plan, self.options.clone(), self.is_list);
        let passed = Vec::with_capacity(RECORDS);
        let mut cutter =
            Cutter { of: self, table, passed, starts: 0, index: 0, from, turn, bytes: 0, over: false, act };
        (generated.gather)(self.body, &mut cutter);
    }
}

/// Cuts a body into pieces while it is read.
struct Cutter<'c, 'a> {
    of: &'c Pieces<'a>,
    table: RecordTable<'a, 'a>,
    passed: Vec<bool>,
    starts: usize,
    /// The index of the next record.
    index: usize,
    from: usize,
    turn: usize,
    bytes: usize,
    over: bool,
    act: &'c mut dyn FnMut(&Piece<'_, 'a>) -> ControlFlow<()>,
}

impl Cutter<'_, '_> {
    fn is_wanted(&self) -> bool {
        self.starts == self.of.start && self.index >= self.from && !self.over
    }

    fn is_full(&self) -> bool {
        let done = self.index - self.from;
        self.table.len() >= RECORDS
            || self.bytes >= BYTES
            || done.is_multiple_of(self.turn)
            || self.index == self.of.records
    }

    fn hand_on(&mut self) {
        let first = self.index - self.table.len();
        let piece = Piece { of: self.of, first, table: &self.table, passed: &self.passed };
        self.over = (self.act)(&piece).is_break();
        self.table.clear();
        self.passed.clear();
        self.bytes = 0;
    }
}

impl<'a> Gather<'a> for Cutter<'_, 'a> {
    fn start(&mut self, _is_list: bool) {
        (self.starts, self.index) = (self.starts + 1, 0);
    }

    fn record(&mut self, json: &'a str, values: Option<&[&JsonValue<'a>]>) {
        if self.is_wanted() {
            self.table.push(json, values);
            self.bytes += json.len();
        }
    }

    fn verdict(&mut self, broken: usize) {
        let is_wanted = self.is_wanted();
        if is_wanted {
            let changed =
                self.of.rejudged.as_ref().map(|verdicts| verdicts.failed().binary_search(&self.index));
            self.passed.push(changed.map_or(broken == 0, |found| found.is_err()));
        }
        self.index += 1;
        if is_wanted && self.is_full() {
            self.hand_on();
        }
    }

    fn envelope(&mut self, _values: &[JsonValue<'a>]) {}

    fn keeping(&self) -> Keeping {
        Keeping::Violations(0)
    }
}

/// The keys so far, each with the index of the record that has it.
#[derive(Default)]
struct Seen {
    /// One behind the other.
    text: String,
    keys: Vec<(u32, u32, usize)>,
    places: HashTable<u32>,
}

impl Seen {
    /// The index of the record that had the key before; from now on, `index` has it.
    fn replace(&mut self, key: &str, index: usize, hasher: &RandomState) -> Option<usize> {
        let Self { text, keys, places } = self;
        let at = |place: u32| usize::try_from(place).ok().and_then(|place| keys.get(place));
        let key_at = |place: u32| {
            let (start, end, _) = at(place)?;
            text.get(usize::try_from(*start).ok()?..usize::try_from(*end).ok()?)
        };
        let hash = hasher.hash_one(key);
        if let Some(place) = places.find(hash, |place| key_at(*place) == Some(key)).copied() {
            let known = keys.get_mut(usize::try_from(place).ok()?)?;
            return Some(std::mem::replace(&mut known.2, index));
        }
        let place = u32::try_from(keys.len()).ok()?;
        places.insert_unique(hash, place, |place| hasher.hash_one(key_at(*place).unwrap_or_default()));
        let start = u32::try_from(text.len()).ok()?;
        text.push_str(key);
        keys.push((start, u32::try_from(text.len()).ok()?, index));
        None
    }
}

impl<'a> Piece<'_, 'a> {
    /// Judges the records by shape and by what exists.
    fn judge(&self, entities: &Entities, outcomes: &mut Outcomes, most: usize) {
        let references = self.references(entities);
        for (place, passed) in self.passed.iter().enumerate() {
            let index = self.first + place;
            if !passed {
                outcomes.fails.set(index);
            } else if let Some((_, why)) =
                self.table.row(place).and_then(|row| references.missing(index, row))
            {
                outcomes.fails.set(index);
                outcomes.note(why, most);
            }
        }
    }

    /// Compares the keys of the records that pass with those before.
    fn compare_keys(
        &self,
        seen: &mut Seen,
        outcomes: &mut Outcomes,
        (first, hasher): (&Entities, &RandomState),
        most: usize,
    ) {
        let later_fails = match self.of.plan.key.repeated {
            Repeated::LaterStands => return,
            Repeated::LastCounts => false,
            Repeated::LaterFails => true,
        };
        for place in 0..self.passed.len() {
            let index = self.first + place;
            if outcomes.fails.has(index) {
                continue;
            }
            let key = self.table.row(place).and_then(|row| key_of(self.of.plan, row, first));
            let Some(earlier) = key.and_then(|key| seen.replace(&key, index, hasher)) else { continue };
            if later_fails {
                outcomes.fails.set(index);
                outcomes.note(self.references(first).repeated(index), most);
            } else {
                outcomes.superseded.set(earlier);
            }
        }
    }

    fn references<'r>(&self, entities: &'r Entities) -> References<'r>
    where
        'a: 'r,
    {
        let Pieces { processor, plan, is_list, .. } = *self.of;
        References { contract: &processor.contract, plan, is_list, entities }
    }

    /// The number of records.
    pub(crate) const fn len(&self) -> usize {
        self.passed.len()
    }

    /// How many of them fail.
    pub(crate) fn failed(&self) -> usize {
        (self.first..self.first + self.len()).filter(|index| self.of.outcomes.fails.has(*index)).count()
    }

    /// The keys of those that are to be written.
    pub(crate) fn keys(&self, first: &Entities, hasher: &RandomState) -> Keys {
        let outcomes = &self.of.outcomes;
        let is_due = |place: &usize| {
            let index = self.first + place;
            !outcomes.none && !outcomes.fails.has(index) && !outcomes.superseded.has(index)
        };
        Keys::of(self.of.plan, self.table, (0..self.len()).filter(is_due), first, hasher)
    }

    /// The records, to be written.
    pub(crate) const fn rows(&self) -> Rows<'_, 'a, 'a> {
        Rows { plan: self.of.plan, table: self.table, first: self.first, of: self.of.records, in_job: true }
    }

    /// Whether the last record is among them.
    pub(crate) const fn is_last(&self) -> bool {
        self.first + self.len() == self.of.records
    }
}

impl Outcomes {
    /// Notes why a record fails, if it is among the first.
    fn note(&mut self, why: Failure, most: usize) {
        // Those of shape, which came before, are of any record.
        if self.failures.len() < 2 * most {
            self.failures.push(why);
        }
    }
}
