//! Faults that the mock can have, so that the runner can be tested by them.
//!
//! A fault changes what the honest endpoint is given (the contract, the judge of shape, the request) or
//! what it answers. The honest modules know nothing of it.

mod answers;
mod catalogue;
mod contracts;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::Value;
use tally_generated::runtime::{Judgement, Verdicts, Violation};
use tally_spec::model::{Area, Contract, Counted, Response};

use super::endpoint::{Endpoint, Received, Reply};
use super::server::MockConfig;

pub use catalogue::CATALOGUE;

/// A named fault.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The name that `--fault` takes.
    pub name: &'static str,
    /// What it is about.
    pub group: &'static str,
    /// What the endpoint does wrong.
    pub summary: &'static str,
    /// The ids of the statements that it breaks, as the contract cites them.
    pub breaks: fn(&Contract) -> Vec<String>,
    /// What it changes.
    pub(super) acts: Act,
}

/// What a fault changes.
#[derive(Clone, Copy)]
pub(super) enum Act {
    /// The contract that the endpoint answers by.
    Contract(fn(&mut Contract)),
    /// Violations that the endpoint overlooks.
    Overlooks(fn(&Violation) -> bool),
    /// Whom the endpoint lets in: anyone.
    Anyone,
    /// The request, before the endpoint sees it.
    Request(fn(&Contract, &mut Received)),
    /// The members of a counting answer.
    Counting(fn(&Area, &Counted, &mut Value)),
    /// The answer.
    Reply(fn(&Contract, &Received, &mut Reply)),
}

/// A fault of the catalogue, chosen by name.
#[derive(Clone, Copy)]
pub struct Fault {
    entry: &'static Entry,
}

impl Fault {
    /// The catalogue's entry.
    #[must_use]
    pub const fn entry(self) -> &'static Entry {
        self.entry
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.entry.name)
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if let Some(entry) = CATALOGUE.iter().find(|entry| entry.name == name) {
            return Ok(Self { entry });
        }
        let near = |entry: &&Entry| (strsim::jaro_winkler(entry.name, name) * 1000.0).round();
        let nearest = CATALOGUE.iter().max_by(|one, other| near(one).total_cmp(&near(other)));
        let hint = nearest.map(|entry| format!("; did you mean `{}`?", entry.name)).unwrap_or_default();
        Err(format!("there is no fault `{name}`{hint} (`mock --list-faults` lists them)"))
    }
}

/// An endpoint, with a fault or without one.
pub(super) struct Faulty {
    endpoint: Endpoint,
    act: Option<Act>,
}

impl Faulty {
    pub(super) fn new(config: MockConfig) -> Self {
        let act = config.fault.map(|fault| fault.entry.acts);
        let mut contract = config.contract;
        if let Some(Act::Contract(change)) = act {
            change(Arc::make_mut(&mut contract));
        }
        let token = config.token.filter(|_| !matches!(act, Some(Act::Anyone)));
        let mut endpoint = Endpoint::new(contract, config.generated, &config.fixtures, token);
        if let Some(Act::Overlooks(overlooks)) = act {
            endpoint = endpoint.with_judge(Box::new(move |area, body| forget((area.judge)(body), overlooks)));
        }
        Self { endpoint, act }
    }

    pub(super) fn answer(&self, mut request: Received) -> Reply {
        let contract = self.endpoint.contract();
        match self.act {
            Some(Act::Request(change)) => change(contract, &mut request),
            Some(Act::Anyone) => {
                let scheme = &contract.file.service.authentication.scheme;
                request.credentials = Some(format!("{scheme} anyone"));
            }
            _ => {}
        }
        let mut reply = self.endpoint.answer(&request);
        match self.act {
            Some(Act::Reply(change)) => change(contract, &request, &mut reply),
            Some(Act::Counting(change)) => self.change_counting(&request, &mut reply, change),
            _ => {}
        }
        reply
    }

    fn change_counting(
        &self,
        request: &Received,
        reply: &mut Reply,
        change: fn(&Area, &Counted, &mut Value),
    ) {
        let Some(area) = self.endpoint.area(&request.path) else { return };
        let Response::Counting(counted) = self.endpoint.contract().response(area) else { return };
        let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
        if body.get(&counted.errors).is_some() {
            change(area, counted, &mut body);
            reply.body = body.to_string().into_bytes();
        }
    }
}

/// The judgement without the violations that a fault overlooks.
fn forget(mut judgement: Judgement, overlooks: fn(&Violation) -> bool) -> Judgement {
    judgement.violations.retain(|violation| violation.record.is_none() || !overlooks(violation));
    let failed = judgement.records.failed().iter().copied();
    let broken =
        |index: &usize| judgement.violations.iter().any(|violation| violation.record == Some(*index));
    judgement.records = Verdicts::new(judgement.records.len(), failed.filter(broken).collect());
    judgement
}
