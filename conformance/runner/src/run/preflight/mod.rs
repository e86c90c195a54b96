//! The first requests: they show whether the target can be tested at all, and whether it holds what the fixtures say.

mod asked;
mod claims;
mod fixtures;
mod refute;
mod told;

use std::sync::atomic::Ordering;

use tally_spec::model::{Area, Contract, PlatformCondition};

pub(super) use self::asked::{Asked, Question};
pub(super) use self::fixtures::Checked;
use super::Run;
use super::case::Basis;
use super::log::Answers;
use super::session::Session;
use super::settle::Purpose;
use crate::check::platform_errors;
use crate::client::{Exchange, Failure, Outcome, Request};
use tally_oracle::strategy::{Batch, Maker, join};

/// The checks whose probes are among the first requests.
const OTHER_PATH: &str = "unknown_path_is_refused";
const NO_JSON: &str = "text_that_is_no_json_is_refused";
/// How many areas may be in trouble before the target is taken to be.
const MOST_TROUBLE: usize = 2;

impl<'a> Run<'a> {
    /// Sends first requests to areas, one after the other, until the answers show that the target can be tested.
    pub(super) fn reach(&self, areas: &[&'a Area]) -> (Checked<'a>, Result<(), String>) {
        let mut checked = Checked::default();
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
            let first = self.ask(&mut session, &maker, &mut checked);
            checked.logs.push(session.log);
            answers.join(&first.answers);
            undecided += usize::from(first.undecided);
            failures.extend(first.failure.map(|failure| failure.to_string()));
            if answers.count > 0 && answers.why_inconclusive(self.unauthorized()).is_none() {
                return (checked, Ok(()));
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
        (checked, Err(reason))
    }

    /// Sends a valid record, one that must fail, and the valid one to another path and as no JSON.
    fn ask(&self, session: &mut Session<'a>, maker: &Maker<'a>, checked: &mut Checked<'a>) -> FirstAnswers {
        let area = session.area;
        let good = maker.batch(join(self.config.seed, 7), 1);
        let mut first = FirstAnswers::default();
        for batch in [good.clone(), self.bad(maker).unwrap_or_else(|| good.select(&[]))] {
            let sent = session.send(&batch, Purpose::Case);
            if !first.add(&sent.exchange) {
                break;
            }
            self.keep(checked, area, Question::Batch { batch, sent });
        }
        if !first.is_over {
            self.ask_refused(session, &good, (&mut first, checked));
        }
        session.log.unanswered_in_a_row = 0;
        session.log.ended = None;
        first
    }

    /// Sends the valid record to another path, and as no JSON.
    fn ask_refused(
        &self,
        session: &mut Session<'a>,
        good: &Batch,
        (first, checked): (&mut FirstAnswers, &mut Checked<'a>),
    ) {
        let request = session.request(good.bytes());
        let probes =
            platform_errors::probes(self.subject.contract, session.area, &request, self.config.allowed());
        let other_path = Request { path: format!("{}/no-such-path", request.path), ..request };
        let no_json = session.request(b"this is no JSON".to_vec());
        for (check, undocumented) in [(OTHER_PATH, other_path), (NO_JSON, no_json)] {
            let place = probes.iter().position(|probe| probe.check == check);
            let probe = place.map(|place| probes[place].clone());
            let request = probe.as_ref().map_or(undocumented, |probe| probe.request.clone());
            let exchange = session.exchange(request, 0, Purpose::Case);
            if !first.add(&exchange) {
                return;
            }
            if let Some((place, probe)) = place.zip(probe) {
                let good = good.clone();
                self.keep(checked, session.area, Question::Probe { place, probe, good, exchange });
            }
        }
    }

    /// One record that must fail, for the strongest reason there is.
    fn bad(&self, maker: &Maker<'a>) -> Option<Batch> {
        let defects = maker.defects();
        let basis = Basis {
            contract: self.subject.contract,
            oracle: self.oracle,
            maker,
            defects: &defects,
            config: self.config,
            turn: 0,
            areas: 1,
        };
        Some(maker.with_defects(join(self.config.seed, 7), 1, &[(0, &defects[basis.surest()?])]))
    }
}

/// The answers to the first requests to an area.
#[derive(Debug, Default)]
struct FirstAnswers {
    answers: Answers,
    failure: Option<Failure>,
    undecided: bool,
    is_over: bool,
}

impl FirstAnswers {
    /// Adds an answer. False if more requests would show no more.
    fn add(&mut self, exchange: &Exchange) -> bool {
        match &exchange.outcome {
            Outcome::Answered(answer) => {
                self.answers.add(answer);
                return true;
            }
            Outcome::NoVerdict(_) => self.undecided = true,
            Outcome::Failed(failure) => self.failure = Some(failure.clone()),
            Outcome::Away => {}
        }
        self.is_over = true;
        false
    }
}

/// The documented status of a refused token.
pub(super) fn unauthorized(contract: &Contract) -> Option<u16> {
    let conditions = &contract.file.service.errors.conditions;
    let error = conditions.iter().find(|error| error.when == PlatformCondition::Unauthorized)?;
    Some(error.http_status)
}
