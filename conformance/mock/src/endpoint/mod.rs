//! From a request to its answer.

pub(crate) mod answer;
mod echo;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tally_generated::runtime::RequestVerdict;
use tally_spec::model::{Area, Contract, Counted, OverLimit, PlatformCondition, Response};

use crate::failure::Failure;
use crate::organisation::{NewJob, Organisation};
use crate::processor::Failed;
use crate::processor::{Batch, Processor};
use crate::record_table::RecordRow;
use crate::store::Receipt;
use tally_fixtures::Secret;

/// A request, as far as the contract looks at it.
#[derive(Clone)]
pub struct Received {
    /// The method, such as `POST`.
    pub method: String,
    /// The path of the URL.
    pub path: String,
    /// The value of the header that the contract's authentication names.
    pub credentials: Option<String>,
    /// The value of `Content-Type`.
    pub media_type: Option<String>,
    /// Whether the body is encoded, by gzip or otherwise: the mock decodes none.
    pub is_encoded: bool,
    /// The body.
    pub body: Bytes,
    /// The number of the exchange, which what it writes is marked with.
    pub number: u32,
}

/// Shows everything but the credentials.
impl fmt::Debug for Received {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Received");
        shown.field("method", &self.method).field("path", &self.path).field("media_type", &self.media_type);
        shown.field("body", &self.body).field("number", &self.number).finish_non_exhaustive()
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers, by name.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What became of a request and its records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The area's name, or `None` if the path is no area's.
    pub area: Option<String>,
    /// The number of records; if the request is over its limit, of what that limit counts.
    pub records: usize,
    /// How many records passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// Whether the request was over its limit and acknowledged, to be processed by a job.
    pub acknowledged: bool,
    /// The number of that job.
    pub job: Option<u32>,
    /// Every broken rule.
    pub failures: Vec<Failure>,
}

/// An answer, and what there is to know of it.
#[derive(Debug)]
pub(crate) struct Answered {
    /// The answer.
    pub(crate) reply: Reply,
    /// What became of the request.
    pub(crate) outcome: Outcome,
    /// Resolves once what was written is durable. `None` if there is nothing to wait for.
    pub(crate) receipt: Option<Receipt>,
}

/// The contract's endpoint, answering for an organisation.
pub(crate) struct Endpoint {
    processor: Arc<Processor>,
    organisation: Arc<Organisation>,
    token: Option<Secret>,
}

impl Endpoint {
    /// An endpoint that answers as the processor judges. It requires that token, or accepts any if none is
    /// given.
    pub(crate) fn new(processor: Processor, organisation: Arc<Organisation>, token: Option<Secret>) -> Self {
        Self { processor: Arc::new(processor), organisation, token }
    }

    /// Goes on with the jobs that a store held.
    pub(crate) fn resume(&self) {
        self.organisation.resume(&self.processor);
    }

    fn contract(&self) -> &Contract {
        &self.processor.contract
    }

    /// The area of that path.
    pub(crate) fn area(&self, path: &str) -> Option<&Area> {
        let below = path.strip_prefix(self.contract().file.service.base_path())?;
        self.contract().areas.iter().find(|area| area.path == below)
    }

    /// Answers a request, and writes what passes.
    pub(crate) fn answer(&self, request: &Received) -> Answered {
        let service = &self.contract().file.service;
        let area = self.area(&request.path);
        let mut outcome = Outcome { area: area.map(|area| area.name.clone()), ..Outcome::default() };
        for condition in &service.errors.conditions {
            if self.refuses(condition.when, request, area) {
                let body = answer::platform(&service.errors, condition);
                let mut reply = self.json(condition.http_status, &body);
                if condition.when == PlatformCondition::WrongVerb {
                    reply.headers.push(("Allow".to_owned(), service.verb.value.clone()));
                }
                return Answered { reply, outcome, receipt: None };
            }
        }
        let (reply, receipt) = match area {
            Some(area) => self.judged(area, &request.body, Some(request), &mut outcome),
            // A contract without a refusal for unknown paths answers as for one.
            None => (self.json(404, &Value::Null), None),
        };
        Answered { reply, outcome, receipt }
    }

    /// The answer that a body would get, if it were sent to an area. Nothing is written.
    pub(crate) fn would_answer(&self, area: &Area, body: &[u8]) -> Answered {
        let mut outcome = Outcome { area: Some(area.name.clone()), ..Outcome::default() };
        let (reply, receipt) = self.judged(area, body, None, &mut outcome);
        Answered { reply, outcome, receipt }
    }

    /// Whether the platform refuses the request before its body is looked at.
    fn refuses(&self, condition: PlatformCondition, request: &Received, area: Option<&Area>) -> bool {
        let service = &self.contract().file.service;
        match condition {
            PlatformCondition::Unauthorized => !self.authorized(request),
            PlatformCondition::NotFound => area.is_none(),
            PlatformCondition::WrongVerb => request.method != service.verb.value,
            PlatformCondition::WrongMediaType => {
                let sent = request.media_type.as_deref().unwrap_or_default();
                let essence = sent.split(';').next().unwrap_or_default().trim();
                !essence.eq_ignore_ascii_case(&service.media_type.value) || request.is_encoded
            }
            PlatformCondition::NotJson | PlatformCondition::Unusable => false,
        }
    }

    fn authorized(&self, request: &Received) -> bool {
        let sent = request.credentials.as_deref().and_then(|value| value.split_once(' '));
        let Some((scheme, token)) = sent else { return false };
        let token = token.trim();
        scheme.eq_ignore_ascii_case(&self.contract().file.service.authentication.scheme)
            && self.token.as_ref().map_or(!token.is_empty(), |wanted| wanted.is(token.as_bytes()))
    }

    /// The refusal of a body that can't be used: not JSON, or JSON without a usable list.
    fn unusable(&self, body: &[u8]) -> Reply {
        let service = &self.contract().file.service;
        let is_json = serde_json::from_slice::<Value>(body).is_ok();
        let wanted = if is_json { PlatformCondition::Unusable } else { PlatformCondition::NotJson };
        let condition = service.errors.conditions.iter().find(|condition| condition.when == wanted);
        let (status, body) = condition.map_or((400, Value::Null), |condition| {
            (condition.http_status, answer::platform(&service.errors, condition))
        });
        self.json(status, &body)
    }

    /// The answer to a body of an area. What passes is written for the request that it came with, if it came.
    fn judged(
        &self,
        area: &Area,
        body: &[u8],
        request: Option<&Received>,
        outcome: &mut Outcome,
    ) -> (Reply, Option<Receipt>) {
        let read = self.processor.plan(&area.name).and_then(|plan| self.processor.read(plan, body));
        let Some(batch) = read else { return (self.json(404, &Value::Null), None) };
        let judgement = &batch.judgement;
        outcome.records = judgement.counted;
        if judgement.request == RequestVerdict::Reject {
            outcome.failures = judgement.violations.iter().map(Failure::from).collect();
            return (self.unusable(body), None);
        }
        let counted = judgement.counted;
        if counted > area.limit.maximum {
            // A job reads the body anew: what was read of a large one is not kept twice.
            drop(batch);
            return self.over_limit(area, counted, request, outcome);
        }
        // Judge as much as possible before taking the lock.
        let organisation = &self.organisation;
        let first = batch.decide(organisation.first_entities(), organisation.hasher());
        let again;
        let (mut decision, mut due) = (&first, first.keys.due());
        let mut state = organisation.lock();
        if first.may_change() {
            again = batch.decide(&state.records.entities, organisation.hasher());
            (decision, due) = (&again, again.keys.due());
        }
        let mut receipt = None;
        if let Some(request) = request {
            if !organisation.may_write(&mut state) {
                return (self.busy(), None);
            }
            let session = organisation.session(&state);
            batch.write(&mut state.records, &session, request.number, &due, false);
            receipt = organisation.keep(&mut state, []);
        }
        drop(state);
        outcome.failures = batch.failures(&decision.failed, usize::MAX);
        (self.within_limit(&batch, &decision.failed, outcome), receipt)
    }

    fn over_limit(
        &self,
        area: &Area,
        counted: usize,
        request: Option<&Received>,
        outcome: &mut Outcome,
    ) -> (Reply, Option<Receipt>) {
        match &area.limit.over {
            OverLimit::Acknowledges { response, .. } => {
                // The lint requires every contract to have one.
                let Some(Response::Later(later)) = self.contract().file.responses.get(response) else {
                    return (self.json(404, &Value::Null), None);
                };
                outcome.acknowledged = true;
                let mut receipt = None;
                if let Some(request) = request {
                    let taken = self.organisation.take_job(NewJob {
                        processor: &self.processor,
                        area: &area.name,
                        records: counted,
                        exchange: request.number,
                        credentials: request.credentials.as_deref(),
                        body: &request.body,
                    });
                    let Some((job, kept)) = taken else { return (self.busy(), None) };
                    (outcome.job, receipt) = (Some(job), kept);
                }
                (self.json(later.http_status, &answer::acknowledged(later, counted)), receipt)
            }
            OverLimit::Refuses { http_status, code, text, .. } => {
                let body = answer::refusal(&self.contract().file.service.errors, code, text);
                (self.json(*http_status, &body), None)
            }
        }
    }

    /// The answer to a request that is to come again later.
    pub(crate) fn busy(&self) -> Reply {
        let errors = &self.contract().file.service.errors;
        let mut reply = self.json(503, &answer::refusal(errors, "SERVER_UNAVAILABLE", "Come again later"));
        reply.headers.push(("Retry-After".to_owned(), "1".to_owned()));
        reply
    }

    /// The answer to a request that is one too many, and is to come again after that time.
    pub(crate) fn too_many(&self, wait: Duration) -> Reply {
        let (status, body) = answer::too_many(&self.contract().file.service, "There were too many requests");
        let mut reply = self.json(status, &body);
        // A part of a second is no number of them: whoever came earlier would be refused again.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        reply.headers.push(("Retry-After".to_owned(), seconds.max(1).to_string()));
        reply
    }

    /// The answer to a request within the limit.
    fn within_limit(&self, batch: &Batch<'_>, failed: &[Failed], outcome: &mut Outcome) -> Reply {
        let area = batch.plan.area();
        let records = batch.table.len();
        (outcome.records, outcome.failed, outcome.passed) = (records, failed.len(), records - failed.len());
        match self.contract().response(area) {
            Response::Counting(counted) => {
                let entries =
                    failed.iter().map(|one| self.entry(area, counted, batch.table.row(one.index), &one.text));
                let body = answer::counting(area, counted, records - failed.len(), entries.collect());
                self.json(counted.http_status, &body)
            }
            Response::Whole(whole) => {
                let shape = batch.judgement.violations.first().map(|_| area.message.as_str());
                let error = failed.first().map(|one| one.text.as_str()).or(shape);
                if error.is_some() {
                    (outcome.failed, outcome.passed) = (records, 0);
                }
                self.json(whole.http_status, &answer::whole(whole, error))
            }
            Response::ByPosition(positional) => {
                let mut verdicts = vec![None; records];
                for one in failed {
                    verdicts[one.index] = Some(one.text.clone());
                }
                self.json(positional.http_status, &answer::by_position(positional, &verdicts))
            }
            Response::Later(later) => {
                self.json(later.http_status, &answer::acknowledged(later, batch.judgement.counted))
            }
        }
    }

    fn entry(&self, area: &Area, counted: &Counted, row: Option<RecordRow<'_, '_>>, text: &str) -> Value {
        let zone = self.organisation.time_zone();
        let said = |one: &tally_spec::model::Echo| {
            let row = row?;
            let place = crate::plan::place(&area.fields, &one.field)?;
            Some(echo::echo(one, row.at(place), row, zone))
        };
        let echoes = area.echoes.iter().map(|one| (one.name.clone(), said(one).unwrap_or_default()));
        answer::entry(counted, echoes.collect(), text)
    }

    fn json(&self, status: u16, body: &Value) -> Reply {
        let media_type = self.contract().file.service.media_type.value.clone();
        let headers = vec![("Content-Type".to_owned(), media_type)];
        Reply { status, headers, body: body.to_string().into_bytes() }
    }
}
