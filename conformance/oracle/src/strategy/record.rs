//! Builds one valid record: conditions first, then what they require, then what may be.

use serde_json::{Map, Value};
use tally_spec::model::{Condition, Rule};

use super::batch::Record;
use super::defect::{Change, top};
use super::keep::{has_value, put, value_at};
use super::maker::{Maker, Pivot, Target};
use super::plan::{Plan, Source, Wish};
use super::reading::Reading;
use super::{Rng, join};

/// What a record is built for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<'s> {
    /// The record's seed; 0 makes the plainest record.
    pub(super) seed: u64,
    /// Its place in the batch.
    pub(super) turn: usize,
    /// What the batch's records have in common.
    pub(super) common: Common<'s>,
    /// How many elements an array that the limit counts has, and the number of the first; `None` if it
    /// is the record's own affair.
    pub(super) share: Option<(usize, usize)>,
    /// Members that must be there.
    pub(super) wanted: &'s [&'s str],
    /// Members with the value that they must have; `None` if they must not be.
    pub(super) given: &'s [(&'s str, Option<Value>)],
    /// Whether a field that something stands in for is left to it.
    pub(super) inherits: bool,
    /// What defects will change in the record once it is built.
    pub(super) changes: &'s [&'s Change],
}

/// What a batch's records have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common<'s> {
    /// Where the batch begins among the things of the fixtures.
    pub(super) start: usize,
    /// Whether spellings that only our reading allows are avoided.
    pub(super) firm: bool,
    /// By record field, the value that stands in for it.
    pub(super) stand_ins: &'s [(&'s str, Option<Value>)],
}

/// How often a record is drawn anew.
const TRIES: u64 = 16;

impl Maker<'_> {
    /// Builds a record that has what it must have and is right otherwise, and says whether it is: by chance its
    /// conditions may leave a field no value that it could have, and then it is drawn anew.
    pub(super) fn build(&self, slot: &Slot<'_>, is_right: impl Fn(&Record) -> bool) -> (Record, bool) {
        let mut tries = (0..TRIES).map(|nth| {
            let seed = if nth == 0 { slot.seed } else { join(slot.seed, nth) };
            let (record, is_complete) = self.draw(&Slot { seed, ..*slot });
            let is_right = is_complete && is_right(&record);
            (record, is_right)
        });
        let first = tries.next().unwrap_or_default();
        if first.1 { first } else { tries.find(|(_, is_right)| *is_right).unwrap_or(first) }
    }

    /// Draws a record, and says whether it has what it must have.
    fn draw(&self, slot: &Slot<'_>) -> (Record, bool) {
        let mut build = Build {
            maker: self,
            slot,
            rng: Rng::new(slot.seed),
            plain: slot.seed == 0,
            numbers: self.key_numbers(slot),
            record: Map::new(),
            required: vec![false; self.plans.len()],
            members: slot.wanted.iter().copied().filter(|path| path.contains('/')).collect(),
            settled: Vec::new(),
        };
        build.conditions();
        // What one rule asks for may be what another one looks at.
        while build.requirements() {}
        build.rest();
        build.members();
        build.members_of_owners();
        build.arrays();
        let is_complete = build.is_complete();
        (build.record, is_complete)
    }

    /// For each field that is a part of the key and has so many values only: the number of its value.
    fn key_numbers(&self, slot: &Slot<'_>) -> Vec<(usize, usize)> {
        let mut rest = slot.turn;
        let mut below = slot.common.start as u64;
        let mut numbers = Vec::with_capacity(self.key.len());
        for (place, capacity) in &self.key {
            let digit = rest % capacity;
            // The first turns with the records; those after it are shuffled, alike for equal first ones.
            let shift =
                if numbers.is_empty() { slot.common.start } else { usize::try_from(below >> 1).unwrap_or(0) };
            numbers.push((*place, (digit + shift % capacity) % capacity));
            rest /= capacity;
            below = join(below, digit as u64);
        }
        numbers
    }
}

struct Build<'b, 'm> {
    maker: &'b Maker<'m>,
    slot: &'b Slot<'b>,
    rng: Rng,
    plain: bool,
    numbers: Vec<(usize, usize)>,
    record: Record,
    required: Vec<bool>,
    /// The members of objects that must have a value.
    members: Vec<&'b str>,
    /// The record's own fields of which it is settled whether, and what, value they have.
    settled: Vec<&'b str>,
}

impl<'b> Build<'b, '_> {
    /// The fields on which conditions look: required ones always, the others by chance.
    fn conditions(&mut self) {
        let maker = self.maker;
        for (name, value) in self.slot.given.iter().filter(|(path, _)| !path.contains('/')) {
            self.record.extend(value.clone().map(|value| ((*name).to_owned(), value)));
            self.settled.push(name);
        }
        for pivot in &maker.pivots {
            let name = maker.plans[pivot.place].field.name.as_str();
            if self.is_given(name) {
                continue;
            }
            let inherited = self.stand_in(name).is_some();
            let wanted = self.slot.wanted.iter().any(|path| top(path) == name);
            let present = if inherited {
                !self.slot.inherits
            } else {
                pivot.always || wanted || (!self.plain && self.rng.one_in(2))
            };
            if !present {
                // A rule under a condition may yet ask for it.
                if inherited || !maker.may_be_required(pivot.place) {
                    self.settled.push(name);
                }
                continue;
            }
            let same = self.stand_in(name).filter(|_| self.slot.common.firm).cloned();
            let value = match same {
                Some(value) => Some(value),
                None if pivot.values.is_empty() => self.make(pivot.place),
                // The condition's own values as often as others.
                None if !self.plain && self.rng.one_in(2) => self.rng.pick(&pivot.values).cloned(),
                None => self.make(pivot.place),
            };
            self.record.extend(value.map(|value| (name.to_owned(), value)));
            self.conditions_within(pivot);
            self.settled.push(name);
        }
    }

    /// The members of an object on which conditions look: as given, or with the conditions' own values.
    fn conditions_within(&mut self, pivot: &Pivot) {
        let maker = self.maker;
        let name = maker.plans[pivot.place].field.name.as_str();
        if !self.record.get(name).is_some_and(Value::is_object) {
            return;
        }
        for (path, values) in &pivot.inner {
            if !self.plain && !values.is_empty() && self.rng.one_in(2) {
                let value = self.rng.pick(values);
                put(&mut self.record, path, value);
            }
        }
        for (path, value) in
            self.slot.given.iter().filter(|(path, _)| path.contains('/') && top(path) == name)
        {
            put(&mut self.record, path, value.as_ref());
        }
    }

    /// The members of objects that must have a value, and those that are given.
    fn members(&mut self) {
        for path in self.members.clone() {
            if !value_at(&self.record, path).is_some_and(has_value) && !self.is_given(path) {
                let off = self.off();
                let wish = Wish { off: &off, ..self.wish(None, false) };
                let value = self.maker.plan_at(path).and_then(|plan| plan.value(&mut self.rng, &wish));
                if value.is_some() {
                    put(&mut self.record, path, value.as_ref());
                }
            }
        }
        for (path, value) in self.slot.given.iter().filter(|(path, _)| path.contains('/')) {
            put(&mut self.record, path, value.as_ref());
        }
    }

    /// Marks what the rules require under their conditions.
    /// True if they ask for a field that conditions look at.
    fn requirements(&mut self) -> bool {
        let maker = self.maker;
        let before = self.record.len();
        for (rule, targets) in &maker.presence {
            let applies = self.applies(rule) || (self.slot.common.firm && !maker.is_sure(rule));
            if !applies {
                continue;
            }
            if rule.constraint.any_of().is_empty() {
                for target in targets {
                    self.require(*target);
                }
                continue;
            }
            let is_there = |build: &Self, target: &Target<'_>| {
                let given =
                    build.slot.given.iter().any(|(given, value)| *given == target.path && value.is_some());
                let is_nested = target.path.contains('/');
                let is_required = if is_nested {
                    build.members.contains(&target.path)
                } else {
                    build.required[target.place]
                };
                is_required || given || value_at(&build.record, target.path).is_some()
            };
            if targets.iter().any(|target| is_there(self, target)) {
                continue;
            }
            let free: Vec<Target<'_>> =
                targets.iter().copied().filter(|target| !self.is_given(target.path)).collect();
            let choice = if self.plain { free.first() } else { self.rng.pick(&free) };
            if let Some(target) = choice {
                self.require(*target);
            }
        }
        self.record.len() > before
    }

    fn require(&mut self, target: Target<'b>) {
        self.required[target.place] = true;
        let name = self.maker.plans[target.place].field.name.as_str();
        let is_open =
            !self.record.contains_key(name) && !self.is_given(name) && self.stand_in(name).is_none();
        if is_open && self.maker.is_pivot(name) {
            let value = self.make(target.place);
            self.record.extend(value.map(|value| (name.to_owned(), value)));
        }
        if target.path.contains('/') {
            self.members.push(target.path);
        }
    }

    /// Every other field, in the spec's order.
    fn rest(&mut self) {
        let maker = self.maker;
        self.settled.extend(maker.pivots.iter().map(|pivot| maker.plans[pivot.place].field.name.as_str()));
        for place in 0..self.maker.plans.len() {
            let plan = &self.maker.plans[place];
            let name = plan.field.name.as_str();
            if self.record.contains_key(name) || self.is_given(name) || self.stand_in(name).is_some() {
                continue;
            }
            let pivot = self.maker.pivots.iter().any(|pivot| pivot.place == place);
            // That it may be left out can be a mere reading.
            let doubtful = self.slot.common.firm && plan.field.optional_statement.is_some();
            let wanted = self.slot.wanted.iter().any(|path| top(path) == name);
            let required = self.required[place] || wanted || doubtful || self.maker.is_key_always(place);
            if required || (!pivot && !self.plain && !self.rng.one_in(4)) {
                let value = self.make(place);
                self.record.extend(value.map(|value| (name.to_owned(), value)));
            }
        }
    }

    /// Has what must be among the members of what another field names be one of them.
    fn members_of_owners(&mut self) {
        let off = self.off();
        for (place, rule) in self.maker.area.rules.iter().enumerate() {
            let (Some(path), Some(owner)) = (rule.constraint.field(), rule.constraint.member_of()) else {
                continue;
            };
            if path.contains('/') || off.contains(&place) || self.is_given(path) {
                continue;
            }
            let Some(names) = self.maker.owned_names(path, owner, &self.record) else { continue };
            let is_owned = |value: &Value| names.iter().any(|name| value == name.as_str());
            if self.record.get(path).is_some_and(|value| has_value(value) && !is_owned(value)) {
                let name = if names.is_empty() { None } else { names.get(self.slot.turn % names.len()) };
                put(&mut self.record, path, name.map(|name| Value::from(name.as_str())).as_ref());
            }
        }
    }

    /// The elements of arrays, which may be members of what another field names.
    fn arrays(&mut self) {
        for (place, plan) in self.maker.plans.iter().enumerate() {
            let Source::Array { .. } = plan.source else { continue };
            let name = plan.field.name.as_str();
            if self.is_given(name) || !self.record.contains_key(name) {
                continue;
            }
            let own = if self.plain { 1 } else { 1 + self.rng.below(3) };
            let shared = self.slot.share.filter(|_| self.maker.area.limit.counts.as_deref() == Some(name));
            let off = self.off();
            // What is changed within its elements is to have some.
            if shared.is_none()
                && !self.slot.wanted.contains(&name)
                && let Some(value) = self.exempt(place, &off)
            {
                self.record.insert(name.to_owned(), value);
                continue;
            }
            let (count, first) = shared.unwrap_or((own, self.slot.turn * 3));
            let owned = self.maker.owned_members(name, &self.record);
            let names = owned.as_ref().map(|(member, names)| (*member, names.as_slice()));
            let wish = Wish { off: &off, ..self.wish(None, false) };
            let first = first + self.slot.common.start;
            let elements: Vec<Value> = (first..first + count)
                .map(|number| plan.element(number, names, &mut self.rng, &wish))
                .collect();
            self.record.insert(name.to_owned(), Value::Array(elements));
        }
    }

    fn make(&mut self, place: usize) -> Option<Value> {
        let number = self.numbers.iter().find(|(key, _)| *key == place).map(|(_, number)| *number);
        let distinct = self.maker.distinct.contains(&place);
        let off = self.off();
        if let Some(value) = self.exempt(place, &off).filter(|_| number.is_none() && !distinct) {
            return Some(value);
        }
        let wish = Wish { off: &off, ..self.wish(number, distinct) };
        self.maker.plans[place].value(&mut self.rng, &wish)
    }

    /// The conditional rules that are sure not to apply: by fields that are settled.
    fn off(&self) -> Vec<usize> {
        let is_settled = |condition: &&Condition| self.settled.contains(&top(&condition.field));
        let is_off = |rule: &Rule| {
            let reads = |condition: &Condition, as_wanted| self.reads(condition) == as_wanted;
            let (when, unless) = (rule.when.as_ref(), rule.unless.as_ref());
            when.filter(is_settled).is_some_and(|when| reads(when, Reading::HoldsNot))
                || unless.filter(is_settled).is_some_and(|unless| reads(unless, Reading::Holds))
        };
        let rules = self.maker.conditional.iter();
        let off =
            rules.filter(|(_, rule)| (!self.slot.common.firm || self.maker.is_sure(rule)) && is_off(rule));
        off.map(|(place, _)| *place).collect()
    }

    /// Now and then, a value that breaks one of the rules that do not apply.
    fn exempt(&mut self, place: usize, off: &[usize]) -> Option<Value> {
        if off.is_empty() || self.plain {
            return None;
        }
        let name = &self.maker.plans[place].field.name;
        let exempt = self.maker.exempt.iter().filter(|one| one.field == *name && off.contains(&one.rule));
        let lists: Vec<&[Value]> = exempt.map(|one| one.values.as_slice()).collect();
        if lists.is_empty() || self.rng.one_in(2) {
            return None;
        }
        let values = self.rng.pick(&lists)?;
        self.rng.pick(values).cloned()
    }

    fn wish(&self, number: Option<usize>, distinct: bool) -> Wish<'b> {
        Wish {
            mark: &self.maker.mark,
            turn: self.slot.common.start + self.slot.turn,
            number,
            distinct,
            firm: self.slot.common.firm,
            plain: self.plain,
            off: &[],
        }
    }

    fn is_given(&self, name: &str) -> bool {
        self.slot.given.iter().any(|(given, _)| *given == name)
    }

    fn stand_in(&self, name: &str) -> Option<&Value> {
        let stand_in = self.slot.common.stand_ins.iter().find(|(field, _)| *field == name)?;
        stand_in.1.as_ref()
    }

    /// Whether a rule applies, or may be taken to apply, to what is there so far.
    fn applies(&self, rule: &Rule) -> bool {
        rule.when.as_ref().is_none_or(|when| self.reads(when) != Reading::HoldsNot)
            && rule.unless.as_ref().is_none_or(|unless| self.reads(unless) != Reading::Holds)
    }

    /// How a condition reads, with what defects will change and what members have yet to be made.
    fn reads(&self, condition: &Condition) -> Reading {
        let field = condition.field.as_str();
        let read = |value: Option<&Value>| {
            let own = value.filter(|value| has_value(value));
            self.maker.reading(condition, own.or_else(|| self.stand_in(field)))
        };
        let changed = self.slot.changes.iter().filter_map(|change| change.reading(condition, read));
        if let Some(reading) = changed.reduce(Reading::or) {
            return reading;
        }
        match value_at(&self.record, field) {
            None if self.members.contains(&field) && !self.is_given(field) => Reading::Doubtful,
            own => read(own),
        }
    }

    /// Whether each field that the rules ask for is there, as far as there are values for it.
    fn is_complete(&self) -> bool {
        let maker = self.maker;
        maker.plans.iter().enumerate().filter(|(place, _)| self.required[*place]).all(|(_, plan)| {
            let name = plan.field.name.as_str();
            self.record.contains_key(name)
                || self.is_given(name)
                || self.stand_in(name).is_some()
                || plan.is_empty()
        }) && self.members.iter().all(|path| {
            value_at(&self.record, path).is_some_and(has_value)
                || self.is_given(path)
                || maker.plan_at(path).is_none_or(Plan::is_empty)
        })
    }
}
