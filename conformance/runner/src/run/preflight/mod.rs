//! The first requests: they show whether the target can be tested at all, and whether it holds what the fixtures say.

mod claims;
mod fixtures;
mod refute;
mod told;

use std::sync::atomic::Ordering;

use tally_spec::model::{Area, Contract, PlatformCondition};

pub(super) use self::fixtures::{Asked, Checked};
use super::Run;
use super::log::{Answers, Log};
use super::session::Session;
use super::settle::Purpose;
use crate::client::{Failure, Outcome, Request};
use tally_oracle::strategy::{Batch, join};

/// How many areas may be in trouble before the target is taken to be.
const MOST_TROUBLE: usize = 2;

impl<'a> Run<'a> {
    /// Sends first requests to areas, one after the other, until the answers show that the target can be tested.
    pub(super) fn reach(&self, areas: &[&'a Area]) -> (Vec<Log>, Result<(), String>) {
        let mut logs = Vec::new();
        let mut answers = Answers::default();
        let mut failures = Vec::new();
        let mut undecided = 0;
        let mut untested = Vec::new();
        for area in areas.iter().filter(|area| self.leave_out(area).is_none()) {
            let mut session = self.session(area);
            let maker = self.maker(area);
            let lacks = maker.lacks();
            if !lacks.is_empty() {
                untested.push(format!("{}: no valid value for {}", area.name, lacks.join(", ")));
                continue;
            }
            let good = maker.batch(join(self.config.seed, 7), 1);
            let first = ask(&mut session, &good);
            logs.push(session.log);
            answers.join(&first.answers);
            undecided += usize::from(first.undecided);
            failures.extend(first.failure.map(|failure| failure.to_string()));
            if answers.count > 0 && answers.why_inconclusive(self.unauthorized()).is_none() {
                return (logs, Ok(()));
            }
            // Elsewhere it will be no different.
            if failures.len() == MOST_TROUBLE || undecided == MOST_TROUBLE {
                break;
            }
        }
        let spent = self.config.budget.spent(self.sent.load(Ordering::Relaxed), self.started);
        let reason = match (answers.why_inconclusive(self.unauthorized()), failures.pop()) {
            (Some(reason), _) => reason,
            (None, Some(failure)) => self
                .client
                .redact(&format!("{} does not answer: {failure}", self.client.target().shown_root())),
            (None, None) if let Some(spent) = spent => format!("no check was run: {spent}"),
            (None, None) if undecided > 0 => "the target only asks to try again later".to_owned(),
            (None, None) if !untested.is_empty() => {
                format!("no area can be tested ({}): check the fixtures and the rules", untested.join("; "))
            }
            (None, None) => "there is no area to test".to_owned(),
        };
        (logs, Err(reason))
    }
}

/// The answers to the first requests to an area.
#[derive(Debug, Default)]
struct FirstAnswers {
    answers: Answers,
    failure: Option<Failure>,
    undecided: bool,
}

/// Sends a valid request and three that differ in path, body and list.
fn ask(session: &mut Session<'_>, good: &Batch) -> FirstAnswers {
    let request = session.request(good.bytes());
    let probes = [
        (request.clone(), good.records.len()),
        (Request { path: format!("{}/no-such-path", request.path), ..request.clone() }, 0),
        (session.request(b"this is no JSON".to_vec()), 0),
        (session.request(good.select(&[]).bytes()), 0),
    ];
    let mut first = FirstAnswers::default();
    for (request, records) in probes {
        let exchange = session.exchange(request, records, Purpose::Case);
        match &exchange.outcome {
            Outcome::Answered(answer) => first.answers.add(answer),
            Outcome::NoVerdict(_) => {
                first.undecided = true;
                break;
            }
            Outcome::Failed(failure) => {
                first.failure = Some(failure.clone());
                break;
            }
            Outcome::Away => break,
        }
    }
    session.log.unanswered_in_a_row = 0;
    session.log.ended = None;
    first
}

/// The documented status of a refused token.
pub(super) fn unauthorized(contract: &Contract) -> Option<u16> {
    let conditions = &contract.file.service.errors.conditions;
    let error = conditions.iter().find(|error| error.when == PlatformCondition::Unauthorized)?;
    Some(error.http_status)
}
