//! Builds one valid record: conditions first, then what they require, then what may be.

use serde_json::{Map, Value};
use tally_spec::model::{Condition, Rule};

use super::batch::Record;
use super::maker::Maker;
use super::plan::{Source, Wish};
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
    /// How many elements an array that the limit counts has, and the number of the first; none where it
    /// is the record's own affair.
    pub(super) share: Option<(usize, usize)>,
    /// Members that must be there.
    pub(super) wanted: &'s [&'s str],
    /// Members with the value that they must have; none where they must not be.
    pub(super) given: &'s [(&'s str, Option<Value>)],
    /// Whether a field that something stands in for is left to it.
    pub(super) inherits: bool,
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

impl Maker<'_> {
    /// Builds a record.
    pub(super) fn build(&self, slot: &Slot<'_>) -> Record {
        let mut build = Build {
            maker: self,
            slot,
            rng: Rng::new(slot.seed),
            plain: slot.seed == 0,
            numbers: self.key_numbers(slot),
            record: Map::new(),
            required: vec![false; self.plans.len()],
        };
        build.conditions();
        build.requirements();
        build.rest();
        build.arrays();
        build.record
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
}

impl<'b> Build<'b, '_> {
    /// The fields on which conditions look: required ones always, the others by chance.
    fn conditions(&mut self) {
        for (name, value) in self.slot.given {
            self.record.extend(value.clone().map(|value| ((*name).to_owned(), value)));
        }
        for index in 0..self.maker.pivots.len() {
            let pivot = &self.maker.pivots[index];
            let name = self.maker.plans[pivot.place].field.name.as_str();
            if self.is_given(name) {
                continue;
            }
            let inherited = self.stand_in(name).is_some();
            let wanted = self.slot.wanted.contains(&name);
            let present = if inherited {
                !self.slot.inherits
            } else {
                pivot.always || wanted || (!self.plain && self.rng.one_in(2))
            };
            if !present {
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
        }
    }

    /// Marks what the rules require under their conditions.
    fn requirements(&mut self) {
        let maker = self.maker;
        for (rule, places) in &maker.presence {
            let applies = self.applies(rule) || (self.slot.common.firm && !maker.is_sure(rule));
            if !applies {
                continue;
            }
            if rule.constraint.any_of().is_empty() {
                for place in places {
                    self.required[*place] = true;
                }
                continue;
            }
            let is_there = |build: &Self, place: &usize| {
                let name = maker.plans[*place].field.name.as_str();
                let given = build.slot.given.iter().any(|(given, value)| *given == name && value.is_some());
                build.required[*place] || given || build.record.contains_key(name)
            };
            if places.iter().any(|place| is_there(self, place)) {
                continue;
            }
            let free: Vec<usize> = places
                .iter()
                .copied()
                .filter(|place| !self.is_given(&maker.plans[*place].field.name))
                .collect();
            let choice = if self.plain { free.first() } else { self.rng.pick(&free) };
            if let Some(place) = choice {
                self.required[*place] = true;
            }
        }
    }

    /// Every other field, in the spec's order.
    fn rest(&mut self) {
        for place in 0..self.maker.plans.len() {
            let plan = &self.maker.plans[place];
            let name = plan.field.name.as_str();
            if self.record.contains_key(name) || self.is_given(name) || self.stand_in(name).is_some() {
                continue;
            }
            let pivot = self.maker.pivots.iter().any(|pivot| pivot.place == place);
            // That it may be left out can be a mere reading.
            let doubtful = self.slot.common.firm && plan.field.optional_statement.is_some();
            let required = self.required[place] || self.slot.wanted.contains(&name) || doubtful;
            if required || (!pivot && !self.plain && !self.rng.one_in(4)) {
                let value = self.make(place);
                self.record.extend(value.map(|value| (name.to_owned(), value)));
            }
        }
    }

    /// The elements of arrays, which may be members of what another field names.
    fn arrays(&mut self) {
        for plan in &self.maker.plans {
            let Source::Array { .. } = plan.source else { continue };
            let name = plan.field.name.as_str();
            if self.is_given(name) || !self.record.contains_key(name) {
                continue;
            }
            let own = if self.plain { 1 } else { 1 + self.rng.below(3) };
            let (count, first) = match self.slot.share {
                Some(share) if self.maker.area.limit.counts.as_deref() == Some(name) => share,
                _ => (own, self.slot.turn * 3),
            };
            let owned = self.maker.owned_members(name, &self.record);
            let names = owned.as_ref().map(|(member, names)| (*member, names.as_slice()));
            let wish = self.wish(None, false);
            let first = first + self.slot.common.start;
            let elements: Vec<Value> = (first..first + count)
                .map(|number| plan.element(number, names, &mut self.rng, &wish))
                .collect();
            self.record.insert(name.to_owned(), Value::Array(elements));
        }
    }

    fn make(&mut self, place: usize) -> Option<Value> {
        let number = self.numbers.iter().find(|(key, _)| *key == place).map(|(_, number)| *number);
        let wish = self.wish(number, self.maker.distinct.contains(&place));
        self.maker.plans[place].value(&mut self.rng, &wish)
    }

    fn wish(&self, number: Option<usize>, distinct: bool) -> Wish<'b> {
        Wish {
            mark: &self.maker.mark,
            turn: self.slot.common.start + self.slot.turn,
            number,
            distinct,
            firm: self.slot.common.firm,
            plain: self.plain,
        }
    }

    fn is_given(&self, name: &str) -> bool {
        self.slot.given.iter().any(|(given, _)| *given == name)
    }

    fn stand_in(&self, name: &str) -> Option<&Value> {
        let stand_in = self.slot.common.stand_ins.iter().find(|(field, _)| *field == name)?;
        stand_in.1.as_ref()
    }

    /// Whether a rule applies to what is there so far.
    fn applies(&self, rule: &Rule) -> bool {
        rule.when.as_ref().is_none_or(|condition| self.holds(condition))
            && !rule.unless.as_ref().is_some_and(|condition| self.holds(condition))
    }

    fn holds(&self, condition: &Condition) -> bool {
        let own = self.record.get(&condition.field).filter(|value| !value.is_null() && *value != "");
        let Some(value) = own.or_else(|| self.stand_in(&condition.field)) else { return false };
        let mut wanted = condition.constant.iter().chain(condition.one_of.iter().flatten()).peekable();
        wanted.peek().is_none() || wanted.any(|wanted| wanted == value)
    }
}
