//! Records drawn from the contract, by which a mutant shows whether it can be seen.

use std::sync::Arc;

use serde_json::Value;
use tally_fixtures::Fixtures;
use tally_oracle::oracle::{Fate, Oracle};
use tally_oracle::strategy::Maker;
use tally_spec::model::{Area, Contract};

use super::perform::{Act, changed};

const LEFT_OPEN: &str = "the contract leaves open every record that could show it";
const IMPLIED: &str = "no record made from the contract shows it: other rules say the same";

/// An area's records, each alone in a request: one on each border, and valid ones.
pub(super) struct Drawn<'c> {
    contract: &'c Arc<Contract>,
    fixtures: &'c Arc<Fixtures>,
    area: &'c Area,
    requests: Vec<Request>,
}

/// A request with what the contract says of its one record.
struct Request {
    body: Value,
    /// Whether it breaks a rule of shape.
    fails: bool,
    fate: Fate,
    /// Whether the contract leaves it open what becomes of it.
    is_open: bool,
    /// Whether it may be refused whole.
    may_refuse: bool,
}

impl Request {
    /// Whether an endpoint answers it otherwise by another contract, of which the record fails by a rule of shape or
    /// not, and has that fate.
    fn is_told_from(&self, fails: bool, fate: Fate) -> bool {
        if self.is_open {
            return fails != self.fails || fate != self.fate;
        }
        match self.fate {
            Fate::Open => false,
            // If the other contract leaves it open, what else is wrong with it may still fail it.
            Fate::Fails => fate == Fate::Passes,
            Fate::Passes => fails || fate == Fate::Fails,
        }
    }
}

impl<'c> Drawn<'c> {
    pub(super) fn new(contract: &'c Arc<Contract>, area: &'c Area, fixtures: &'c Arc<Fixtures>) -> Self {
        let oracle = Oracle::shared(Arc::clone(contract), Arc::clone(fixtures));
        let maker = Maker::new(contract, area, fixtures, "mutants");
        let valid = (0..12).map(|seed| maker.batch(seed, 1));
        let one = maker.batch(12, 1).as_one_object();
        let defects = maker.defects();
        let bad = (100..).zip(&defects).map(|(seed, defect)| maker.with_defects(seed, 1, &[(0, defect)]));
        let request = |body: Value| {
            let (fails, fate, may_refuse) = judged(&oracle, area, &body);
            // A record that must fail must not pass, even if its request may be refused for it.
            let is_open = fate == Fate::Open || may_refuse && fate == Fate::Passes;
            Request { body, fails, fate, is_open, may_refuse }
        };
        let requests = valid.chain(one).chain(bad).map(|batch| request(batch.body())).collect();
        Self { contract, fixtures, area, requests }
    }

    pub(super) const fn area(&self) -> &'c Area {
        self.area
    }

    /// Why no client could see the act; `None` if one could.
    pub(super) fn equivalent(&self, act: &Act) -> Option<&'static str> {
        let shown: Vec<&Request> = match act {
            Act::Contract(change) => {
                let other = Arc::new(changed(self.contract, &self.area.name, change));
                let area = other.area(&self.area.name)?.clone();
                let oracle = Oracle::shared(Arc::clone(&other), Arc::clone(self.fixtures));
                let shows = |request: &&Request| {
                    let (fails, fate, _) = judged(&oracle, &area, &request.body);
                    request.is_told_from(fails, fate)
                };
                self.requests.iter().filter(shows).collect()
            }
            Act::Refuses(test) => {
                let has = |request: &&Request| {
                    let records = self.area.records(self.contract, &request.body);
                    !request.fails && records.iter().any(|record| test(record))
                };
                self.requests.iter().filter(has).collect()
            }
            Act::Unusable(test) => {
                let list = |request: &Request| {
                    let holder = self.contract.holder(&request.body)?;
                    holder.get(&self.area.list.name).map(|list| test(list))
                };
                let shows = |request: &&Request| !request.may_refuse && list(request) == Some(true);
                self.requests.iter().filter(shows).collect()
            }
        };
        match shown.iter().filter(|request| !request.is_open).count() {
            0 if shown.is_empty() => Some(IMPLIED),
            0 => Some(LEFT_OPEN),
            _ => None,
        }
    }
}

/// Whether the one record of a request breaks a rule of shape, its fate, and whether the request may be refused.
fn judged(oracle: &Oracle, area: &Area, body: &Value) -> (bool, Fate, bool) {
    let fails = oracle.shape(area, body).records.iter().any(|broken| !broken.is_empty());
    let expectation = oracle.expect(area, body);
    let fate = expectation.expected().first().map_or(Fate::Open, |expected| expected.fate);
    (fails, fate, expectation.may_refuse())
}
