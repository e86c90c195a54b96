//! A few requests that tell whether the target can be judged at all.

use tally_spec::model::{Contract, PlatformCondition};

use super::log::Answers;
use super::session::Session;
use super::settle::Purpose;
use crate::client::{Failure, Outcome, Request};
use tally_oracle::strategy::Batch;

/// What the first requests to an area told.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) answers: Answers,
    pub(super) failure: Option<Failure>,
    pub(super) undecided: bool,
}

/// Sends one good request and three that differ in path, body and list.
pub(super) fn ask(session: &mut Session<'_>, good: &Batch) -> Told {
    let request = session.request(good.bytes());
    let probes = [
        (request.clone(), good.records.len()),
        (Request { path: format!("{}/no-such-path", request.path), ..request.clone() }, 0),
        (session.request(b"this is no JSON".to_vec()), 0),
        (session.request(good.select(&[]).bytes()), 0),
    ];
    let mut told = Told::default();
    for (request, records) in probes {
        let exchange = session.exchange(request, records, Purpose::Case);
        match &exchange.outcome {
            Outcome::Answered(answer) => told.answers.add(answer),
            Outcome::NoVerdict(_) => {
                told.undecided = true;
                break;
            }
            Outcome::Failed(failure) => {
                told.failure = Some(failure.clone());
                break;
            }
        }
    }
    session.log.unanswered_in_a_row = 0;
    session.log.ended = None;
    told
}

/// The status of a refused token, as the contract has it.
pub(super) fn unauthorized(contract: &Contract) -> Option<u16> {
    let conditions = &contract.file.service.errors.conditions;
    let error = conditions.iter().find(|error| error.when == PlatformCondition::Unauthorized)?;
    Some(error.http_status)
}
