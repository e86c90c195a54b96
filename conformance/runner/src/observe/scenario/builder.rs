//! Makes the records of scenarios: valid ones, with as few or as many fields as needed.

use std::cell::Cell;

use serde_json::{Map, Value};
use tally_spec::model::{Area, Contract, Field, JsonType, KeyPart, Unkeyed};

use crate::observe::model::orders;
use crate::observe::value::is_had;
use crate::observe::{Model, Wanted};
use tally_fixtures::Fixtures;
use tally_oracle::oracle::{Expectation, Fate, Oracle};
use tally_oracle::strategy::{Batch, Maker, Record, Rng, join};

/// How often a record is generated before giving up.
const TRIES: u64 = 40;
/// The letters of a made-up ID.
const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Makes the records of an area's scenarios. The same seed makes the same records.
#[derive(Debug)]
pub struct ScenarioBuilder<'a> {
    pub(super) contract: &'a Contract,
    pub(super) area: &'a Area,
    pub(super) fixtures: &'a Fixtures,
    pub(super) oracle: &'a Oracle,
    pub(super) model: Model<'a>,
    pub(super) maker: Maker<'a>,
    pub(super) mark: String,
    pub(super) seed: u64,
    turn: Cell<u64>,
    frame: Batch,
}

impl<'a> ScenarioBuilder<'a> {
    /// Creates a builder whose free text contains `mark`.
    #[must_use]
    pub fn new(
        contract: &'a Contract,
        area: &'a Area,
        fixtures: &'a Fixtures,
        oracle: &'a Oracle,
        (mark, seed): (&str, u64),
    ) -> Self {
        let maker = Maker::new(contract, area, fixtures, mark);
        let mut frame = maker.batch(seed, 0);
        frame.envelope.clear();
        let model = Model::new(contract, fixtures);
        let turn = Cell::new(0);
        Self { contract, area, fixtures, oracle, model, maker, mark: mark.to_owned(), seed, turn, frame }
    }

    /// What a record can concern: the records of its key, or with its mark, and the values computed from it.
    #[must_use]
    pub fn watched(&self, envelope: &Record, record: &Record) -> Vec<(&'a Area, Vec<Wanted>)> {
        let key = self.model.found_by(self.area, envelope, record);
        let mut watched = Vec::new();
        if !key.is_empty() {
            watched.push((self.area, key));
        } else if let Some(mark) = self.found_by_mark(record) {
            watched.push((self.area, vec![mark]));
        }
        for (into, by) in self.model.rolls_into(self.area) {
            if let Some(value) = record.get(by) {
                let wanted = vec![Wanted { field: by.to_owned(), value: value.clone() }];
                watched.extend([(self.area, wanted.clone()), (into, wanted)]);
            }
        }
        watched
    }

    /// A search term for a record without a key; `None` if no field contains the mark.
    fn found_by_mark(&self, record: &Record) -> Option<Wanted> {
        let marked = |field: &&Field| {
            let text = record.get(&field.name).and_then(Value::as_str);
            field.kind.is_none() && text.is_some_and(|text| text.contains(&self.mark))
        };
        let field = self.area.fields.iter().find(marked)?;
        Some(Wanted { field: field.name.clone(), value: record[&field.name].clone() })
    }

    /// A random number generator that is another one each time.
    pub(super) fn rng(&self) -> Rng {
        Rng::new(self.next())
    }

    pub(super) fn next(&self) -> u64 {
        let turn = self.turn.get();
        self.turn.set(turn + 1);
        join(self.seed, turn + 1)
    }

    /// A request with these records and no request options.
    pub(super) fn batch(&self, records: impl IntoIterator<Item = Record>) -> Batch {
        self.frame.with_records(records.into_iter().collect())
    }

    /// A request with these records and a request option.
    pub(super) fn with_option(
        &self,
        records: impl IntoIterator<Item = Record>,
        name: &str,
        value: Value,
    ) -> Batch {
        let mut batch = self.batch(records);
        batch.envelope.insert(name.to_owned(), value);
        batch
    }

    /// A valid record without commands, which passes without request options.
    pub(super) fn fresh(&self) -> Option<Record> {
        self.fresh_with(&[])
    }

    /// The same, with values in these fields.
    pub(super) fn fresh_with(&self, wanted: &[&str]) -> Option<Record> {
        (0..TRIES).find_map(|_| {
            let seed = self.next();
            let mut record = self.maker.of_seeds(seed, &[seed], &[]).records.pop()?;
            for order in orders(self.area) {
                record.remove(order);
            }
            (wanted.iter().all(|field| is_had(record.get(*field))) && self.passes(&record)).then_some(record)
        })
    }

    /// Whether a record alone must pass.
    pub(super) fn passes(&self, record: &Record) -> bool {
        self.fate(record).is_some_and(|fate| fate == Fate::Passes)
    }

    /// The expected outcome of a record alone; `None` if the request may be refused for it.
    pub(super) fn fate(&self, record: &Record) -> Option<Fate> {
        self.fate_of(&self.batch([record.clone()]))
    }

    /// The worst expected outcome of a request's records; `None` if the request may be refused.
    pub(super) fn fate_of(&self, batch: &Batch) -> Option<Fate> {
        match self.oracle.expect(self.area, &batch.body()) {
            Expectation::Records { records, .. } if records.iter().all(|record| !record.may_refuse) => {
                records.iter().map(|record| record.fate).max()
            }
            Expectation::Whole(expected) if !expected.may_refuse => Some(expected.fate),
            Expectation::Records { .. }
            | Expectation::Whole(_)
            | Expectation::Acknowledged { .. }
            | Expectation::OverLimitRefused
            | Expectation::Empty
            | Expectation::Refused { .. }
            | Expectation::Unsettled(_) => None,
        }
    }

    /// The record without its optional fields, except these.
    pub(super) fn least(&self, record: &Record, keep: &[String]) -> Record {
        let mut least = record.clone();
        for field in self.area.fields.iter().rev().filter(|field| !keep.contains(&field.name)) {
            let mut without = least.clone();
            without.shift_remove(&field.name);
            if self.fate(&without) == Some(Fate::Passes) || self.fate(&without) == self.fate(&least) {
                least = without;
            }
        }
        least
    }

    /// The record with as many optional fields as it can have.
    pub(super) fn full(&self, record: &Record) -> Record {
        let mut full = record.clone();
        let orders = orders(self.area);
        for _ in 0..6 {
            let seed = self.next();
            let more = self.maker.of_seeds(seed, &[seed], &[]).records.pop().unwrap_or_default();
            for (name, value) in more {
                if full.contains_key(&name) || orders.contains(&name.as_str()) {
                    continue;
                }
                let mut with = full.clone();
                with.insert(name, value);
                if self.passes(&with) {
                    full = with;
                }
            }
        }
        full
    }

    /// The fields of the key and those that its conditions name.
    pub(super) fn key_fields(&self) -> Vec<String> {
        let parts = &self.area.key.parts;
        let fields = parts.iter().flat_map(KeyPart::fields).map(|field| top(field).to_owned());
        let conditions = parts.iter().filter_map(|part| part.when.as_ref()).map(|when| when.field.clone());
        let mut all: Vec<String> = fields.chain(conditions).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The record with a key, so that a later one can have the same: a made-up one if records without a key are
    /// always new. Whether it passes may be unspecified.
    pub(super) fn keyed(&self, record: Record) -> Option<Record> {
        if self.area.key.unkeyed != Unkeyed::New
            || !self.model.found_by(self.area, &Map::new(), &record).is_empty()
        {
            return Some(record);
        }
        let part = self.area.key.parts.first()?;
        let (object, member) = part.field.split_once('/')?;
        let mut rng = self.rng();
        let id: String = (0..15).filter_map(|_| rng.pick(LETTERS).copied().map(char::from)).collect();
        let mut keyed = record;
        let members = keyed.entry(object).or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
        members.insert(member.to_owned(), id.into());
        self.fate(&keyed).filter(|fate| *fate != Fate::Fails)?;
        Some(keyed)
    }

    /// The smallest record with the same key.
    pub(super) fn again(&self, record: &Record) -> Record {
        let mut least = self.least(record, &self.key_fields());
        // An object that holds the key keeps nothing else.
        for part in &self.area.key.parts {
            if let Some((object, member)) = part.field.split_once('/')
                && let Some(members) = least.get_mut(object).and_then(Value::as_object_mut)
            {
                members.retain(|name, _| name == member);
            }
        }
        least
    }

    /// The record with another value of a field and the same expected outcome.
    pub(super) fn other(&self, record: &Record, field: &str) -> Option<Record> {
        let fate = self.fate(record)?;
        (0..TRIES).find_map(|_| {
            let seed = self.next();
            let other = self.maker.of_seeds(seed, &[seed], &[]).records.pop()?;
            let value =
                other.get(field).filter(|value| is_had(Some(value)) && record.get(field) != Some(value))?;
            let mut changed = record.clone();
            changed.insert(field.to_owned(), value.clone());
            (self.fate(&changed) == Some(fate)).then_some(changed)
        })
    }

    /// The optional scalar fields that are not part of the key.
    pub(super) fn optional(&self, record: &Record) -> Vec<&'a Field> {
        let (key, orders) = (self.key_fields(), orders(self.area));
        let least = self.least(record, &key);
        let is = |field: &&Field| {
            !least.contains_key(&field.name)
                && !key.contains(&field.name)
                && !orders.contains(&field.name.as_str())
                && !field.takes(JsonType::Object)
                && !field.takes(JsonType::Array)
        };
        self.area.fields.iter().filter(is).collect()
    }

    /// A field of free text that is not part of the key.
    pub(super) fn free_text(&self) -> Option<&'a Field> {
        let key = self.key_fields();
        let is = |field: &&Field| {
            let free =
                field.kind.is_none() && field.format.is_none() && field.closed.is_none() && !field.numeric;
            let ruled =
                self.area.rules.iter().any(|rule| rule.constraint.field() == Some(field.name.as_str()));
            free && !ruled && field.types() == [JsonType::String] && !key.contains(&field.name)
        };
        self.area.fields.iter().find(is)
    }
}

/// The record's own field that a path begins with.
pub(super) fn top(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}
