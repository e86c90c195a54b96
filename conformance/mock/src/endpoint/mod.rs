//! From a request to its answer.

pub(crate) mod answer;
mod echo;
mod is_json;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tally_generated::runtime::RequestVerdict;
use tally_spec::model::{Area, Contract, Counted, OverLimit, PlatformCondition, Response};

use self::is_json::IsJson;
use crate::failure::Failure;
use crate::organisation::{Full, NewJob, Organisation, State};
use crate::plan::Plan;
use crate::processor::{Batch, Failed, Growth, KEPT, Processor, Sizes};
use crate::record_table::RecordRow;
use crate::records::RecordToWrite;
use crate::store::Receipt;
use tally_fixtures::Secret;

/// The text of a refusal for want of memory.
pub(crate) const NO_ROOM: &str = "There is no room in the mock's memory: come again later, reset it, or start it with a \
                                  larger --max-memory";

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
    /// What a reading of the body has shown that kept nothing, if there was one: large bodies have one first.
    pub first_reading: FirstReading,
}

/// What a reading of a body that kept nothing has shown, if there was one.
#[derive(Debug, Clone, Copy, Default)]
pub struct FirstReading(pub(crate) Option<Sizes>);

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
    /// How many rules were broken.
    pub broken: usize,
    /// The first thousand broken rules.
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
            Some(area) => {
                self.judged(area, (&request.body, request.first_reading.0), Some(request), &mut outcome)
            }
            // A contract without a refusal for unknown paths answers as for one.
            None => (self.json(404, &Value::Null), None),
        };
        Answered { reply, outcome, receipt }
    }

    /// The answer that a body would get, if it were sent to an area. Nothing is written.
    pub(crate) fn would_answer(&self, area: &Area, body: &[u8], sizes: Option<Sizes>) -> Answered {
        let mut outcome = Outcome { area: Some(area.name.clone()), ..Outcome::default() };
        let (reply, receipt) = self.judged(area, (body, sizes), None, &mut outcome);
        Answered { reply, outcome, receipt }
    }

    /// What it takes in memory to answer a body of an area, at most.
    pub(crate) fn cost(&self, area: &Area, body: &[u8]) -> usize {
        self.processor.plan(&area.name).map_or(0, |plan| Processor::cost(plan, body))
    }

    /// Reads a body once and keeps nothing of it. What that shows, and what it takes in memory to answer it.
    pub(crate) fn weigh(&self, area: &Area, body: &[u8]) -> (Option<Sizes>, usize) {
        let plan = self.processor.plan(&area.name);
        let sizes = plan.and_then(|plan| self.processor.sizes(plan, body));
        let (Some(plan), Some(sizes)) = (plan, sizes) else { return (None, 0) };
        if sizes.is_usable && sizes.counted <= area.limit.maximum {
            return (Some(sizes), self.processor.cost_of(plan, body, sizes));
        }
        // Its records are not kept now: a job reads them piece by piece. A store gets a copy of it.
        (Some(sizes), if self.organisation.is_stored() { body.len() } else { 0 })
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
        let is_json = serde_json::from_slice::<IsJson>(body).is_ok();
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
        (body, sizes): (&[u8], Option<Sizes>),
        request: Option<&Received>,
        outcome: &mut Outcome,
    ) -> (Reply, Option<Receipt>) {
        let Some(plan) = self.processor.plan(&area.name) else { return (self.json(404, &Value::Null), None) };
        if let Some(sizes) = sizes.filter(|sizes| sizes.is_usable && sizes.counted > area.limit.maximum) {
            return self.over_limit(plan, sizes, request, outcome);
        }
        let Some(batch) = self.processor.read(plan, body) else {
            return (self.json(404, &Value::Null), None);
        };
        let judgement = &batch.judgement;
        outcome.records = judgement.counted;
        if judgement.request == RequestVerdict::Reject {
            outcome.failures = judgement.violations.iter().map(Failure::from).collect();
            outcome.broken = outcome.failures.len();
            return (self.unusable(body), None);
        }
        if judgement.counted > area.limit.maximum {
            return self.over_limit(plan, batch.sizes(), request, outcome);
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
            if let Err(full) = self.may_store(&mut state, &batch, &due) {
                return (self.full(&full), None);
            }
            let session = organisation.session(&state);
            batch.write(&mut state.records, &session, request.number, &due);
            receipt = organisation.keep(&mut state, []);
        }
        drop(state);
        outcome.broken = batch.broken(&decision.failed);
        outcome.failures = batch.failures(&decision.failed, KEPT);
        (self.within_limit(&batch, &decision.failed, outcome), receipt)
    }

    /// Whether the records that are due can be stored.
    fn may_store(&self, state: &mut State, batch: &Batch<'_>, due: &[RecordToWrite<'_>]) -> Result<(), Full> {
        if !self.organisation.may_write(state) {
            return Err(Full::Store);
        }
        let growth = batch.growth(due);
        match self.organisation.has_room(state, growth) {
            Err(Full::Records(_)) => {
                // Those that are known take no room of their own.
                let known = due.iter().filter(|one| state.records.is_known(batch.plan, one.key)).count();
                let records = growth.records.saturating_sub(known);
                self.organisation.has_room(state, Growth { records, ..growth })
            }
            room => room,
        }
    }

    fn over_limit(
        &self,
        plan: &Plan,
        sizes: Sizes,
        request: Option<&Received>,
        outcome: &mut Outcome,
    ) -> (Reply, Option<Receipt>) {
        outcome.records = sizes.counted;
        match &plan.limit.over {
            OverLimit::Acknowledges { response, .. } => {
                // The lint requires every contract to have one.
                let Some(Response::Later(later)) = self.contract().file.responses.get(response) else {
                    return (self.json(404, &Value::Null), None);
                };
                let mut receipt = None;
                if let Some(request) = request {
                    match self.take_job(plan, sizes, request) {
                        Ok((job, kept)) => (outcome.job, receipt) = (Some(job), kept),
                        Err(full) => return (self.full(&full), None),
                    }
                }
                outcome.acknowledged = true;
                (self.json(later.http_status, &answer::acknowledged(later, sizes.counted)), receipt)
            }
            OverLimit::Refuses { http_status, code, text, .. } => {
                let body = answer::refusal(&self.contract().file.service.errors, code, text);
                (self.json(*http_status, &body), None)
            }
        }
    }

    fn take_job(
        &self,
        plan: &Plan,
        sizes: Sizes,
        request: &Received,
    ) -> Result<(u32, Option<Receipt>), Full> {
        self.organisation.take_job(NewJob {
            processor: &self.processor,
            area: &plan.name,
            records: sizes.counted,
            exchange: request.number,
            credentials: request.credentials.as_deref(),
            body: request.body.clone(),
            growth: Growth::of_body(plan, sizes),
            cost: self.processor.cost_of_job(plan, &request.body, sizes),
        })
    }

    /// The answer to a request that is to come again later.
    pub(crate) fn busy(&self, text: &str) -> Reply {
        let errors = &self.contract().file.service.errors;
        let mut reply = self.json(503, &answer::refusal(errors, "SERVER_UNAVAILABLE", text));
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

    /// The answer to a request that can't be stored. Nothing of it is.
    fn full(&self, full: &Full) -> Reply {
        match full {
            Full::Store => self.busy("Come again later"),
            Full::Memory => self.busy(NO_ROOM),
            Full::Records(most) => self.busy(&format!(
                "The mock has as many records as --max-records lets it have, {most}: reset it, or give it more"
            )),
        }
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
