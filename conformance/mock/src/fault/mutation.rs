//! Ways to misbehave that are not in the catalogue: whoever starts a mock gives it one.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use tally_generated::runtime::Judgement;
use tally_spec::model::{Area, Contract};

use super::judgements;
use crate::endpoint::{Outcome, Received, Reply};
use crate::processor::Hooks;
use crate::server::Wire;

/// A way to misbehave. Each method changes nothing unless it is overridden.
///
/// ```
/// use tally_mock::{Contract, Exchanged, Mock, Mutation, Reply};
///
/// #[derive(Debug)]
/// struct Teapot;
///
/// impl Mutation for Teapot {
///     fn name(&self) -> &str {
///         "teapot"
///     }
///
///     fn change_reply(&self, _: &Exchanged<'_>, reply: &mut Reply) {
///         reply.status = 418;
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let contract = Contract::from_generated(tally_generated::CONTRACTS[0])?;
/// let mock = Mock::builder(contract).mutation(std::sync::Arc::new(Teapot)).start()?;
/// let reply = ureq::post(mock.root()).config().http_status_as_error(false).build().send("{}")?;
/// assert_eq!(reply.status(), 418);
/// # Ok(())
/// # }
/// ```
pub trait Mutation: fmt::Debug + Send + Sync {
    /// Its name, which the journal shows.
    fn name(&self) -> &str;

    /// Changes the contract that the endpoint answers by, except for the rules that the generated validator checks.
    /// What a limit counts may be changed.
    fn change_contract(&self, _contract: &mut Contract) {}

    /// Changes a request before the endpoint sees it, or answers in the endpoint's place.
    fn change_request(&self, _area: Option<&Area>, _request: &mut Received) -> Option<Reply> {
        None
    }

    /// Whether it changes verdicts on an area's records.
    fn changes_verdicts(&self, _area: &Area) -> bool {
        false
    }

    /// Changes which records of a body fail by the rules that the generated validator checks.
    fn change_verdicts(&self, _area: &Area, _body: &Value, _fails: &mut [bool]) {}

    /// Changes an answer.
    fn change_reply(&self, _exchanged: &Exchanged<'_>, _reply: &mut Reply) {}

    /// How an answer is delivered. Asked once for each, after the answer was changed.
    fn delivery(&self, _exchanged: &Exchanged<'_>) -> Delivered {
        Delivered::Whole
    }
}

/// How an answer is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivered {
    /// As it is.
    Whole,
    /// In part: the connection is closed in the middle of the body.
    Cut,
    /// Not at all: the connection is closed.
    Closed,
}

impl Delivered {
    pub(super) const fn wire(self) -> Option<Wire> {
        match self {
            Self::Whole => None,
            Self::Cut => Some(Wire::Cut),
            Self::Closed => Some(Wire::Closed),
        }
    }
}

/// A request with what became of it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Exchanged<'a> {
    /// The contract, without any mutation.
    pub contract: &'a Contract,
    /// The area that was called, or `None` if the path is no area's.
    pub area: Option<&'a Area>,
    /// The request, as the endpoint saw it.
    pub request: &'a Received,
    /// What became of it.
    pub outcome: &'a Outcome,
}

/// What a mutation changes of the processing of requests.
pub(super) struct Mutated {
    pub(super) mutation: Arc<dyn Mutation>,
    /// The contract without the mutation.
    pub(super) contract: Arc<Contract>,
}

impl Hooks for Mutated {
    fn judged(&self, area: &Area, body: &[u8], judgement: Judgement) -> Judgement {
        let Some(honest) = self.contract.area(&area.name) else { return judgement };
        let counts_otherwise = area.limit.counts != honest.limit.counts;
        if !counts_otherwise && !self.mutation.changes_verdicts(honest) {
            return judgement;
        }
        judgements::changed(&self.contract, honest, body, judgement, |judged, judgement| {
            if counts_otherwise {
                // The generated validator counts as the honest contract says.
                judgement.counted = area.counted(judged.records);
            }
            if !self.mutation.changes_verdicts(honest) {
                return;
            }
            let fails: Vec<bool> =
                (0..judged.records.len()).map(|index| judgements::fails(judgement, index)).collect();
            let mut changed = fails.clone();
            self.mutation.change_verdicts(honest, judged.body, &mut changed);
            for (index, (before, after)) in fails.into_iter().zip(changed).enumerate() {
                match (before, after) {
                    (true, false) => {
                        judgement.violations.retain(|violation| violation.record != Some(index));
                    }
                    (false, true) => judgement.violations.push(judgements::failure(index)),
                    (true, true) | (false, false) => {}
                }
            }
        })
    }
}
