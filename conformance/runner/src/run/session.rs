//! Sends an area's requests and runs the checks on each answer.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tally_spec::model::{Area, Cites, Contract, KeyPart};

use super::Budget;
use super::log::{End, Log};
use super::outage::Watch;
use super::settle::{Evidence, Purpose, one};

use crate::check::{self, Breach, Keyword, Seen, ids, response_cites};
use crate::client::{Answer, Client, Exchange, Failure, Outcome, Request, Resent, Secret, Token};
use crate::outcome::{Observer, Rate, Timing};
use tally_oracle::oracle::{Expectation, Fate, Oracle};
use tally_oracle::strategy::Batch;

/// The most requests in a row without an answer before the area's run ends.
const MOST_UNANSWERED: u32 = 3;

/// The check that requests are answered.
const ANSWERED: &str = "every_request_is_answered";

/// How many connections must break, and that at least one in so many does, before it is a breach.
const LEAST_BROKEN: u64 = 3;
const BROKEN_OF: u64 = 20;

/// How many of the last requests are kept.
const MOST_RECENT: usize = 16;

/// A run's connection to one area.
pub(super) struct Session<'a> {
    pub(super) contract: &'a Contract,
    pub(super) area: &'a Area,
    pub(super) oracle: &'a Oracle,
    pub(super) client: &'a Client,
    pub(super) observer: &'a dyn Observer,
    pub(super) strict: bool,
    pub(super) seed: u64,
    pub(super) stop: &'a AtomicBool,
    /// When the run started, the requests it has sent since, and the most that it may.
    pub(super) started: Instant,
    pub(super) sent: &'a AtomicU64,
    pub(super) budget: Budget,
    pub(super) list_written: bool,
    pub(super) watch: &'a Watch,
    pub(super) log: Log,
    /// Requests sent since the last case or settled finding.
    pub(super) spent: u64,
    /// Requests left for shrinking.
    pub(super) left_to_shrink: u64,
    /// The last requests sent, each with the number of its records.
    pub(super) recent: VecDeque<(Request, usize)>,
    /// What is judged now was answered before: the requests sent by then, and how long after the run's start.
    pub(super) answered: Option<(u64, Duration)>,
}

/// A batch that was sent, and what came back.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) body: Value,
    pub(super) records: usize,
    pub(super) expectation: Expectation,
    pub(super) exchange: Exchange,
    json: Option<Value>,
    /// The token that it bore.
    token: Secret,
}

impl<'a> Session<'a> {
    /// The request that carries a body to the area.
    pub(super) fn request(&self, body: Vec<u8>) -> Request {
        request_to(self.contract, self.area, Arc::from(body))
    }

    /// Ends the area's run if others have used up the limits or found the target away, before it sends one more
    /// request.
    pub(super) fn check_budget(&mut self) {
        self.end_if_away();
        if let Some(spent) = self.budget.spent(self.sent.load(Ordering::Relaxed), self.started) {
            self.log.ended.get_or_insert(End::Spent(spent));
        }
    }

    /// The request that was sent before the last one like this.
    pub(super) fn sent_before(&self, request: &Request) -> Option<(Request, usize)> {
        let place = self.recent.iter().rposition(|(sent, _)| sent == request)?;
        self.recent.get(place.checked_sub(1)?).filter(|(before, _)| before != request).cloned()
    }

    /// Sends a request and counts it, unless a limit of the run is reached: then the area's run ends.
    pub(super) fn exchange(&mut self, request: Request, records: usize, purpose: Purpose) -> Exchange {
        if let Some(spent) = self.budget.spent(self.sent.load(Ordering::Relaxed), self.started) {
            self.log.ended.get_or_insert(End::Spent(spent));
            self.log.is_interrupted = true;
            return Exchange { request, outcome: Outcome::Away, attempts: 0, resent: None };
        }
        self.observer.sent(&self.area.name, &request.verb);
        if self.recent.len() == MOST_RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back((request.clone(), records));
        if self.stop.load(Ordering::Relaxed) {
            self.log.ended = Some(End::Failed("the run was stopped".to_owned()));
        }
        let before = self.log.area.requests;
        let exchange = self.send_watched(request);
        if exchange.outcome == Outcome::Away {
            return exchange;
        }
        if let Some(resent) = exchange.resent {
            self.resent(&exchange, resent, records);
        }
        self.spent = match purpose {
            Purpose::Case => 0,
            Purpose::Search => self.spent + self.log.area.requests - before,
        };
        self.log.area.records += u64::try_from(records).unwrap_or(u64::MAX);
        match &exchange.outcome {
            Outcome::Answered(answer) => {
                self.log.timings.push(Timing {
                    area: self.area.name.clone(),
                    records,
                    status: answer.status,
                    duration: answer.duration,
                });
                self.log.answers.add(answer);
                self.log.unread += u64::from(answer.is_unread());
                self.log.unanswered_in_a_row = 0;
            }
            Outcome::NoVerdict(_) => self.log.undecided += 1,
            Outcome::Failed(_) => self.log.unanswered_in_a_row += 1,
            Outcome::Away => {}
        }
        if self.log.unanswered_in_a_row == MOST_UNANSWERED {
            self.log.ended = Some(End::Failed("too many requests in a row were not answered".to_owned()));
        }
        exchange
    }

    /// Sends a batch.
    pub(super) fn send(&mut self, batch: &Batch, purpose: Purpose) -> Sent {
        self.send_as(batch.body(), batch.bytes(), purpose)
    }

    /// Sends a body that is spelt differently from `body`.
    pub(super) fn send_as(&mut self, body: Value, bytes: Vec<u8>, purpose: Purpose) -> Sent {
        let expectation = self.oracle.expect(self.area, &body);
        let records = records(self.contract, self.area, &body).len();
        let exchange = self.exchange(self.request(bytes), records, purpose);
        let json = exchange.answer().and_then(|answer| answer.json(&self.client.secrets()));
        if self.list_written && exchange.answer().is_some_and(|answer| answer.status < 300) {
            self.list(&body);
        }
        Sent { body, records, expectation, exchange, json, token: self.client.token() }
    }

    /// Lists the records that a request may have written, by their keys.
    fn list(&mut self, body: &Value) {
        for record in records(self.contract, self.area, body) {
            let part = |name: &String| {
                let value = name.split('/').try_fold(record, |value, step| value.get(step))?;
                Some((name.clone(), value.clone()))
            };
            let key = self.area.key.parts.iter().flat_map(KeyPart::fields).filter_map(part);
            let key: serde_json::Map<String, Value> = key.collect();
            let line = serde_json::json!({ "area": self.area.name, "key": key });
            self.log.written.insert(line.to_string());
        }
    }

    /// What the checks see of a batch that was answered.
    pub(super) fn seen<'s>(&'s self, sent: &'s Sent) -> Option<Seen<'s>> {
        Some(Seen {
            contract: self.contract,
            area: self.area,
            oracle: self.oracle,
            body: &sent.body,
            records: records(self.contract, self.area, &sent.body),
            expectation: &sent.expectation,
            answer: sent.exchange.answer()?,
            json: sent.json.as_ref(),
            token: &sent.token,
        })
    }

    /// Runs every check on one exchange.
    pub(super) fn check(&mut self, sent: &Sent, purpose: Purpose) -> Vec<Breach> {
        if let Some(breach) =
            self.unanswered(&sent.exchange, response_cites(self.contract, self.area), purpose)
        {
            return vec![breach];
        }
        let Some(seen) = self.seen(sent) else { return Vec::new() };
        let mut found = Vec::new();
        let mut asked = Vec::new();
        for check in check::askable(&seen) {
            if let Some(breaches) = (check.ask)(&seen) {
                asked.push((check.id, (check.cites)(self.contract, self.area)));
                found.extend(breaches);
            }
        }
        for breach in &mut found {
            breach.assertions = check::assertions::of_exchange(&seen, breach);
        }
        if purpose == Purpose::Case {
            for (id, statements) in asked {
                self.log.case(self.contract, id, &statements);
            }
            self.cover(sent);
        }
        found
    }

    /// Counts a request that was answered only when it was sent again. Too many of those whose connection was their own
    /// are a breach.
    fn resent(&mut self, exchange: &Exchange, resent: Resent, records: usize) {
        self.log.resent += 1;
        if resent == Resent::Kept {
            return;
        }
        self.log.broken += 1;
        let (broken, requests) = (self.log.broken, self.log.area.requests);
        if broken < LEAST_BROKEN || broken * BROKEN_OF < requests {
            return;
        }
        let statements = ids([response_cites(self.contract, self.area)]);
        let message = format!(
            "The connection broke before a whole answer came to {broken} of {requests} requests, each over a connection \
             of its own; sent again, they were answered"
        );
        let mut breach = Breach::new(ANSWERED, Keyword::Resent, statements, message);
        breach.assertions = check::assertions::of_any(ANSWERED);
        let failure = Outcome::Failed(Failure::Broken("the first time".to_owned()));
        let exchange = Exchange { outcome: failure, ..exchange.clone() };
        let shown = u32::try_from(broken).unwrap_or(u32::MAX);
        let rate = Some(Rate { shown, tried: u32::try_from(requests).unwrap_or(u32::MAX) });
        let evidence = Evidence { rate, ..Evidence::default() };
        self.settle_one(one(breach, exchange, records), |_, shown| (shown, evidence));
    }

    /// The breach of a request that is not answered.
    pub(super) fn unanswered(
        &mut self,
        exchange: &Exchange,
        cites: &Cites,
        purpose: Purpose,
    ) -> Option<Breach> {
        if exchange.outcome == Outcome::Away {
            return None;
        }
        let statements = ids([cites]);
        if purpose == Purpose::Case {
            self.log.case(self.contract, ANSWERED, &statements);
        }
        let Outcome::Failed(failure) = &exchange.outcome else { return None };
        if let Failure::Unreachable(why) = failure {
            self.log.ended = Some(End::Failed(format!("the target is unreachable: {why}")));
            return None;
        }
        let keyword = if *failure == Failure::TimedOut { Keyword::Timeout } else { Keyword::Broken };
        let mut breach = Breach::new(ANSWERED, keyword, statements, failure.to_string());
        breach.assertions = check::assertions::of_any(ANSWERED);
        Some(breach)
    }

    /// Notes the first finding.
    pub(super) fn note_first(&mut self) {
        let now = || (self.sent.load(Ordering::Relaxed), self.started.elapsed());
        let (requests, after) = self.answered.unwrap_or_else(now);
        self.log.found_first(requests, after);
    }

    /// Counts the statements that an answered batch concerns, apart from those of its checks.
    fn cover(&mut self, sent: &Sent) {
        let mut statements = ids([
            &self.area.statement,
            &self.contract.file.service.verb.statement,
            &self.contract.file.service.authentication.statement,
        ]);
        let expected = sent.expectation.expected();
        let mut more = |ids: &[String]| check::extend(&mut statements, ids);
        for record in expected {
            match record.fate {
                Fate::Passes => more(&record.premises),
                Fate::Fails | Fate::Open => record.reasons.iter().for_each(|reason| more(&reason.statements)),
            }
        }
        if expected.len() > 1 {
            more(&ids([&self.area.key.statement]));
        }
        more(&ids(self.fields_in(&sent.body)));
        self.log.cover(&statements);
    }

    /// The statements of the fields that the first records and the envelope have.
    fn fields_in(&self, body: &Value) -> Vec<&'a Cites> {
        const LOOKED_AT: usize = 20;
        let looked_at: Vec<_> = records(self.contract, self.area, body).iter().take(LOOKED_AT).collect();
        let fields = self.area.file.fields.iter();
        let held = fields.filter(|field| looked_at.iter().any(|record| record.get(&field.name).is_some()));
        let envelope = match &self.contract.file.service.envelope {
            Some(name) => body.get(name),
            None => Some(body),
        };
        let around = self.area.file.envelope.iter();
        let around =
            around.filter(|field| envelope.is_some_and(|envelope| envelope.get(&field.name).is_some()));
        held.chain(around).map(|field| &field.statement).collect()
    }
}

/// The request that carries a body to an area.
pub(super) fn request_to(contract: &Contract, area: &Area, body: Arc<[u8]>) -> Request {
    let service = &contract.file.service;
    Request {
        verb: service.verb.value.clone(),
        path: area.path.clone(),
        media_type: Some(service.media_type.value.clone()),
        token: Token::Given,
        body,
    }
}

/// The records of a body.
fn records<'v>(contract: &Contract, area: &Area, body: &'v Value) -> &'v [Value] {
    let envelope = match &contract.file.service.envelope {
        Some(name) => body.get(name),
        None => Some(body),
    };
    match envelope.and_then(|envelope| envelope.get(&area.list.name)) {
        Some(Value::Array(records)) => records,
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    }
}

/// Whether an answer's status is a refusal.
pub(super) const fn is_refusal(answer: &Answer) -> bool {
    answer.status >= 400 && answer.status < 500
}
