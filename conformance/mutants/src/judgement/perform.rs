//! How a mock judges otherwise than it should.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use tally_fixtures::Fixtures;
use tally_mock::{Mutation, Received, Reply};
use tally_oracle::oracle::Oracle;
use tally_spec::model::{Area, AreaFile, Contract};

/// Changes what a contract says of an area.
pub(super) type Change = Arc<dyn Fn(&mut AreaFile) + Send + Sync>;

/// Tests a value.
pub(super) type Test = Arc<dyn Fn(&Value) -> bool + Send + Sync>;

/// How an area is judged otherwise.
#[derive(Clone)]
pub(super) enum Act {
    /// By another contract.
    Contract(Change),
    /// Records for which the test holds fail, too.
    Refuses(Test),
    /// Requests in whose list's place the test holds are taken for unusable.
    Unusable(Test),
}

impl Act {
    pub(super) fn contract(change: impl Fn(&mut AreaFile) + Send + Sync + 'static) -> Self {
        Self::Contract(Arc::new(change))
    }

    pub(super) fn refuses(test: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Self {
        Self::Refuses(Arc::new(test))
    }
}

/// A contract with an area changed.
pub(super) fn changed(contract: &Contract, area: &str, change: &Change) -> Contract {
    let mut changed = contract.clone();
    if let Some(area) = changed.areas.iter_mut().find(|one| one.name == area) {
        change(&mut area.file);
    }
    changed
}

/// Judges an area otherwise.
pub(super) struct Judges {
    name: String,
    area: String,
    act: Act,
    /// The two readings, if it is by another contract.
    readings: Option<Readings>,
    contract: Arc<Contract>,
}

/// The right reading and the other one, with the other area.
struct Readings {
    right: Oracle,
    other: Oracle,
    area: Area,
}

impl Judges {
    pub(super) fn new(contract: &Arc<Contract>, fixtures: &Arc<Fixtures>, area: String, act: Act) -> Self {
        let readings = match &act {
            Act::Contract(change) => {
                let other = Arc::new(changed(contract, &area, change));
                let found = other.area(&area).cloned();
                found.map(|area| Readings {
                    right: Oracle::shared(Arc::clone(contract), Arc::clone(fixtures)),
                    other: Oracle::shared(other, Arc::clone(fixtures)),
                    area,
                })
            }
            Act::Refuses(_) | Act::Unusable(_) => None,
        };
        Self { name: String::new(), area, act, readings, contract: Arc::clone(contract) }
    }

    pub(super) fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }
}

impl Mutation for Judges {
    fn name(&self) -> &str {
        &self.name
    }

    fn change_contract(&self, contract: &mut Contract) {
        if let (Act::Contract(change), Some(area)) =
            (&self.act, contract.areas.iter_mut().find(|area| area.name == self.area))
        {
            change(&mut area.file);
        }
    }

    fn change_request(&self, area: Option<&Area>, request: &mut Received) -> Option<Reply> {
        if let (Act::Unusable(test), Some(area)) = (&self.act, area.filter(|area| area.name == self.area)) {
            let body: Option<Value> = serde_json::from_slice(&request.body).ok();
            let list = body.as_ref().and_then(|body| self.contract.holder(body)?.get(&area.list.name));
            if list.is_some_and(|list| test(list)) {
                request.body = "{}".into();
            }
        }
        None
    }

    fn changes_verdicts(&self, area: &Area) -> bool {
        area.name == self.area && !matches!(self.act, Act::Unusable(_))
    }

    fn change_verdicts(&self, area: &Area, body: &Value, fails: &mut [bool]) {
        match (&self.act, &self.readings) {
            (Act::Contract(_), Some(readings)) => {
                let right = readings.right.shape(area, body).records;
                let other = readings.other.shape(&readings.area, body).records;
                for (fails, (right, other)) in fails.iter_mut().zip(right.into_iter().zip(other)) {
                    if right.is_empty() != other.is_empty() {
                        *fails = !other.is_empty();
                    }
                }
            }
            (Act::Refuses(test), _) => {
                for (fails, record) in fails.iter_mut().zip(area.records(&self.contract, body)) {
                    *fails |= test(record);
                }
            }
            (Act::Contract(_), None) | (Act::Unusable(_), _) => {}
        }
    }
}

impl fmt::Debug for Judges {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Judges").field("name", &self.name).finish_non_exhaustive()
    }
}
