//! What a fault changes.

use serde_json::{Map, Value};
use tally_generated::runtime::Judgement;
use tally_spec::model::{Area, Contract, Counted};

use super::history::History;
use crate::endpoint::{Received, Reply};
use crate::processor::Keeps;
use crate::server::Wire;
use tally_fixtures::Fixtures;

/// Changes the members of a counting answer.
pub(super) type CountingChange = fn(&Area, &Counted, &mut Value);

/// Changes the request options and the list of records.
pub(super) type BodyChange = fn(&Context<'_>, &Area, &mut Map<String, Value>);

/// Changes a judgement by the generated validator.
pub(super) type JudgementChange = fn(&Judged<'_>, &mut Judgement);

/// What a fault changes.
#[derive(Clone, Copy)]
pub(super) enum Act {
    /// The contract that the endpoint answers by.
    Contract(fn(&mut Contract)),
    /// What the endpoint thinks of a request's records.
    Judgement(JudgementChange),
    /// Whom the endpoint authorises: anyone with a token.
    AnyToken,
    /// Whom the endpoint authorises: anyone.
    NoToken,
    /// The request, before the endpoint sees it; or an answer in the endpoint's place.
    Request(fn(&Context<'_>, &mut Received) -> Option<Reply>),
    /// What stands in the request's body, before the endpoint sees it.
    Body(BodyChange),
    /// The members of a counting answer.
    Counting(CountingChange),
    /// The answer.
    Reply(fn(&Context<'_>, &Received, &mut Reply)),
    /// Which of the records that passed are kept.
    Keeps(Keeps),
    /// Jobs: the last chunk of each is not done for as long as the fault is on.
    PauseJobs,
    /// How the answer goes over the wire.
    Wire(fn(&Context<'_>, &Received, &Reply) -> Option<Wire>),
}

/// What a fault knows of a request.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) contract: &'a Contract,
    /// The area that is called, if any.
    pub(super) area: Option<&'a Area>,
    /// What the organisation held at first.
    pub(super) fixtures: &'a Fixtures,
    pub(super) history: &'a History,
    pub(super) argument: f64,
}

/// What a fault knows of a request that the generated validator has judged.
pub(super) struct Judged<'a> {
    pub(super) contract: &'a Contract,
    pub(super) area: &'a Area,
    pub(super) body: &'a Value,
    pub(super) records: &'a [Value],
}
