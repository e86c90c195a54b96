//! Whether the target is still there. A refusal for a reason of the caller or of the day (an expired token, a spent
//! quota, maintenance, a refused connection) says nothing about the request if one that was accepted before is refused
//! too.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tally_spec::model::{Area, Behaviour, Contract};

use super::log::End;
use super::preflight::unauthorized;
use super::session::Session;
use crate::client::{Answer, Exchange, Failure, Outcome, Request, Token, retry_after};
use crate::outcome::Outage;

/// The pauses between two probes: each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// The least time that a probe gets for its answer: a request may have taken all the time there was, and without a
/// probe nobody knows whether the target is away.
const LEAST_TIME: Duration = Duration::from_secs(1);
/// How long before the end of the longest outage the last probe is sent: it has to be answered, too.
const SPARE: Duration = Duration::from_secs(1);
/// How often a refusal of the caller is looked at: waiting does not make a token valid again.
const MOST_REFUSALS: u32 = 2;
/// The most fresh tokens of a run.
const MOST_TOKENS: u32 = 20;
/// How often a request is sent again because the target was away and came back.
const MOST_AGAIN: u32 = 3;

/// A refusal that may have nothing to do with the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// An answer with this status.
    Status(u16),
    /// No answer.
    NoAnswer,
}

/// What became of a request, if that may have nothing to do with it.
pub(super) fn refusal(contract: &Contract, exchange: &Exchange) -> Option<Refusal> {
    match &exchange.outcome {
        Outcome::Answered(answer) => of_answer(contract, &exchange.request, answer),
        Outcome::NoVerdict(answer) => Some(Refusal::Status(answer.status)),
        Outcome::Failed(_) => Some(Refusal::NoAnswer),
        Outcome::Away => None,
    }
}

fn of_answer(contract: &Contract, request: &Request, answer: &Answer) -> Option<Refusal> {
    let status = answer.status;
    let of_caller = request.token == Token::Given && is_unauthorized(contract, status);
    let of_day = matches!(status, 403 | 429 | 502 | 503 | 504);
    (of_caller || of_day).then_some(Refusal::Status(status))
}

/// Whether the status says that the token is not accepted, by HTTP or by the contract.
fn is_unauthorized(contract: &Contract, status: u16) -> bool {
    status == 401 || Some(status) == unauthorized(contract)
}

/// A request that was refused, and when.
#[derive(Debug, Clone)]
struct Turn {
    /// Its number in the run.
    request: u64,
    area: String,
    at: Instant,
    refusal: Refusal,
}

/// What the run knows of the target's presence.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The smallest request that each area accepted.
    accepted: Mutex<BTreeMap<String, Request>>,
    probing: Mutex<Probing>,
    outage: OnceLock<Outage>,
}

/// What probing has shown. Whoever holds it probes, and the others wait for the result.
#[derive(Debug, Default)]
struct Probing {
    /// When a probe last passed at once.
    passed: Option<Instant>,
    /// When the target last came back.
    back: Option<Instant>,
    refused: Vec<Turn>,
    tokens: u32,
}

/// What a probe shows of a refusal.
enum Look {
    /// The target is there: the refusal concerns the request.
    There,
    /// It was away and is back: the request has to be sent again.
    Back,
    /// It is away, or the run is over.
    Away,
}

impl Watch {
    /// Why the run ends, if the target is away.
    pub(super) fn outage(&self) -> Option<&Outage> {
        self.outage.get()
    }

    /// Keeps a request that was accepted, if it is smaller than the one that is kept.
    fn accept(&self, area: &Area, request: &Request) {
        let mut accepted = lock(&self.accepted);
        if accepted.get(&area.name).is_none_or(|known| request.body.len() < known.body.len()) {
            accepted.insert(area.name.clone(), request.clone());
        }
    }

    /// A request that was accepted before: the area's own if there is one and its effects stay in the data, otherwise
    /// another's.
    fn probe(&self, contract: &Contract, area: &Area) -> Option<Request> {
        let accepted = lock(&self.accepted);
        let harmless = |area: &&Area| !area.behaviours.iter().any(Behaviour::is_outside_the_data);
        let areas = || std::iter::once(area).chain(&contract.areas);
        let mut areas = areas().filter(harmless).chain(areas());
        areas.find_map(|area| accepted.get(&area.name)).cloned()
    }
}

impl Session<'_> {
    /// Sends a request and counts it. If it is refused for what may be a reason of the caller or of the day, a request
    /// that was accepted before is sent again; if that is refused too for as long as an outage may last, the run ends.
    pub(super) fn send_watched(&mut self, request: Request) -> Exchange {
        for again in 0..=MOST_AGAIN {
            if self.watch.outage().is_some() {
                break;
            }
            let began = Instant::now();
            let exchange = self.client.send(request.clone());
            let number = self.count(exchange.attempts);
            if exchange.outcome == Outcome::Away {
                break;
            }
            let Some(refusal) = refusal(self.contract, &exchange) else {
                if is_accepted(self, &exchange) {
                    self.watch.accept(self.area, &exchange.request);
                }
                return exchange;
            };
            match self.look((number, began), &refusal) {
                Look::There => return exchange,
                Look::Back if again < MOST_AGAIN => {}
                Look::Back => self.give_up((number, began), refusal, &exchange),
                Look::Away => break,
            }
        }
        self.log.is_interrupted = true;
        self.end_if_away();
        self.end_if_halted();
        Exchange { request, outcome: Outcome::Away, attempts: 0, resent: None }
    }

    /// Ends the area's run if the target is away.
    pub(super) fn end_if_away(&mut self) {
        if let Some(outage) = self.watch.outage() {
            self.log.ended =
                Some(End::Failed(format!("the target was away from request {}", outage.request)));
        }
    }

    /// Ends the area's run if the run is over.
    fn end_if_halted(&mut self) {
        if self.stop.load(Ordering::Relaxed) {
            self.log.ended = Some(End::Failed("the run was stopped".to_owned()));
        } else if let Some(spent) = self.budget.spent(self.sent.load(Ordering::Relaxed), self.started) {
            self.log.ended.get_or_insert(End::Spent(spent));
        }
    }

    /// Counts a request and gives its number in the run.
    fn count(&mut self, attempts: u32) -> u64 {
        let attempts = u64::from(attempts);
        self.log.area.requests += attempts;
        self.sent.fetch_add(attempts, Ordering::Relaxed) + attempts
    }

    /// Finds out what a refusal means. `number` is its request's in the run, `began` when it was sent.
    fn look(&mut self, (number, began): (u64, Instant), refusal: &Refusal) -> Look {
        let (watch, ended) = (self.watch, Instant::now());
        let Some(probe) = watch.probe(self.contract, self.area) else { return Look::There };
        let mut probing = lock(&watch.probing);
        if watch.outage().is_some() {
            return Look::Away;
        }
        if probing.back.is_some_and(|back| began < back) {
            return Look::Back;
        }
        let turn = self.turn((number, began), refusal.clone());
        probing.refused.push(turn.clone());
        if probing.passed.is_some_and(|passed| ended < passed) {
            return Look::There;
        }
        let most = self.client.target().connection.max_outage();
        let deadline = began + most.saturating_sub(SPARE.min(most / 10));
        match self.wait(&probe, deadline, &mut probing) {
            Ok(look) => look,
            Err((answer, why)) => {
                let turn = first_like(&probing.refused, turn, most);
                watch.outage.get_or_init(|| self.outage(&turn, answer.as_ref(), &why));
                Look::Away
            }
        }
    }

    fn turn(&self, (request, at): (u64, Instant), refusal: Refusal) -> Turn {
        Turn { request, area: self.area.name.clone(), at, refusal }
    }

    /// Ends the run because the target keeps going away and coming back.
    fn give_up(&self, sent: (u64, Instant), refusal: Refusal, exchange: &Exchange) {
        let turn = self.turn(sent, refusal);
        let answer = match &exchange.outcome {
            Outcome::Answered(answer) | Outcome::NoVerdict(answer) => Ok(answer),
            Outcome::Failed(failure) => Err(failure),
            Outcome::Away => return,
        };
        self.watch.outage.get_or_init(|| self.outage(&turn, answer, "It keeps coming back and going away."));
    }

    /// Sends the probe until it passes, or it is clear that it does not before the deadline. An error is what came
    /// of it last, and more about that.
    fn wait(
        &mut self,
        probe: &Request,
        deadline: Instant,
        probing: &mut Probing,
    ) -> Result<Look, (Result<Answer, Failure>, String)> {
        let (mut pause, mut tries, mut refreshed) = (FIRST_PAUSE, 0, false);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            self.observer.sent(&self.area.name, &probe.verb);
            let answer = self.client.probe(probe, left.max(LEAST_TIME));
            self.count(1);
            if self.client.is_halted() {
                return Ok(Look::Away);
            }
            let refused = answer
                .as_ref()
                .map_or(Some(Refusal::NoAnswer), |answer| of_answer(self.contract, probe, answer));
            let Some(refused) = refused else {
                let now = Some(Instant::now());
                if tries == 0 {
                    probing.passed = now;
                    return Ok(Look::There);
                }
                probing.back = now;
                return Ok(Look::Back);
            };
            tries += 1;
            if matches!(refused, Refusal::Status(status) if is_unauthorized(self.contract, status)) {
                if refreshed {
                    return Err((answer, "A fresh token is refused, too.".to_owned()));
                }
                match self.refresh(probing) {
                    Some(Ok(())) => {
                        refreshed = true;
                        continue;
                    }
                    Some(Err(why)) => return Err((answer, why)),
                    None => {}
                }
            }
            let asked = answer.as_ref().ok().and_then(retry_after);
            let left = deadline.saturating_duration_since(Instant::now());
            let is_of_caller = answer.as_ref().is_ok_and(|answer| {
                let is_refused = answer.status == 403 || is_unauthorized(self.contract, answer.status);
                is_refused && !self.client.is_no_verdict(answer)
            });
            if let Some(asked) = asked.filter(|asked| *asked > left) {
                return Err((answer, format!("It asks to try again in {} s.", asked.as_secs())));
            }
            let enough = is_of_caller && tries == MOST_REFUSALS;
            if enough || left.is_zero() {
                return Err((answer, String::new()));
            }
            self.client.sleep(asked.unwrap_or(pause).max(pause).min(LONGEST_PAUSE).min(left));
            pause *= 2;
        }
    }

    /// Fetches a fresh token, unless too many were fetched. `None` if there is nowhere to fetch one.
    fn refresh(&self, probing: &mut Probing) -> Option<Result<(), String>> {
        if probing.tokens == MOST_TOKENS {
            return Some(Err(format!("{MOST_TOKENS} fresh tokens were fetched already.")));
        }
        let fetched = self.client.refresh_token()?;
        probing.tokens += 1;
        Some(fetched.map_err(|why| format!("There is no fresh token: {why}.")))
    }

    fn outage(&self, turn: &Turn, answer: Result<&Answer, &Failure>, why: &str) -> Outage {
        Outage {
            request: turn.request,
            after: turn.at.saturating_duration_since(self.started),
            at: None,
            area: turn.area.clone(),
            status: answer.ok().map(|answer| answer.status),
            answer: self.client.redact(&answer.map_or_else(ToString::to_string, |answer| {
                self.client.error_code(answer).map_or_else(
                    || format!("HTTP {}", answer.status),
                    |code| format!("HTTP {} ({code})", answer.status),
                )
            })),
            why: self.client.redact(why),
            taken_back: 0,
        }
    }
}

/// The first refusal of the same kind that came no longer before the last one than an outage may last: a target that
/// goes away may still answer now and then.
fn first_like(refused: &[Turn], last: Turn, most: Duration) -> Turn {
    let is_like =
        |turn: &&Turn| turn.refusal == last.refusal && last.at.saturating_duration_since(turn.at) <= most;
    refused.iter().find(is_like).cloned().unwrap_or(last)
}

/// Whether the exchange is a request to the area, as the contract has it, that was accepted.
fn is_accepted(session: &Session<'_>, exchange: &Exchange) -> bool {
    let request = &exchange.request;
    let is_plain = request.token == Token::Given
        && request.path == session.area.path
        && request.verb == session.contract.file.service.verb.value;
    is_plain && exchange.answer().is_some_and(|answer| answer.status < 300)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
