//! From a request to its answer.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use tally_generated::runtime::{self, Judgement, RequestVerdict};
use tally_spec::model::{
    Area, Constraint, Contract, Counted, OverLimit, PlatformCondition, Response, UnknownThing,
};

use super::state::State;
use super::things::Things;
use super::values::Values;
use super::{answer, echo, judge};
use crate::fixtures::Fixtures;

/// A request, as far as the contract looks at it.
#[derive(Debug, Clone)]
pub struct Received {
    /// The method, such as `POST`.
    pub method: String,
    /// The path of the URL.
    pub path: String,
    /// The value of the header that the contract's authentication names.
    pub credentials: Option<String>,
    /// The value of `Content-Type`.
    pub media_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
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

/// Judges a body by the rules of shape.
pub(super) type Judge = Box<dyn Fn(&runtime::Area, &[u8]) -> Judgement + Send + Sync>;

/// The contract's endpoint, with what its organisation holds.
pub struct Endpoint {
    contract: Arc<Contract>,
    generated: &'static runtime::Contract,
    judge: Judge,
    time_zone: TimeZone,
    token: Option<String>,
    holds: Mutex<Holds>,
}

struct Holds {
    things: Things,
    state: State,
}

impl Endpoint {
    /// An endpoint that answers as the contract says. It takes that token, or any where none is given.
    #[must_use]
    pub fn new(
        contract: Arc<Contract>,
        generated: &'static runtime::Contract,
        fixtures: &Fixtures,
        token: Option<String>,
    ) -> Self {
        let holds = Holds { things: Things::new(&contract, fixtures), state: State::default() };
        Self {
            contract,
            generated,
            judge: Box::new(|area, body| (area.judge)(body)),
            time_zone: fixtures.time_zone.clone(),
            token,
            holds: Mutex::new(holds),
        }
    }

    /// The same endpoint with another judge of shape.
    pub(super) fn with_judge(mut self, judge: Judge) -> Self {
        self.judge = judge;
        self
    }

    /// The area that a path calls.
    pub(super) fn area(&self, path: &str) -> Option<&Area> {
        let below = path.strip_prefix(self.contract.file.service.base_path())?;
        self.contract.areas.iter().find(|area| area.path == below)
    }

    /// Answers a request.
    #[must_use]
    pub fn answer(&self, request: &Received) -> Reply {
        let service = &self.contract.file.service;
        let area = self.area(&request.path);
        for condition in &service.errors.conditions {
            if self.refuses(condition.when, request, area) {
                let body = answer::platform(&service.errors, condition);
                let mut reply = json_reply(condition.http_status, &service.media_type.value, &body);
                if condition.when == PlatformCondition::WrongVerb {
                    reply.headers.push(("Allow".to_owned(), service.verb.value.clone()));
                }
                return reply;
            }
        }
        // What is left is judged below; a contract without a refusal for unknown paths answers as for one.
        let Some((area, generated)) = area.and_then(|area| Some((area, self.generated.area(&area.name)?)))
        else {
            return json_reply(404, &service.media_type.value, &Value::Null);
        };
        let judgement = (self.judge)(generated, &request.body);
        if judgement.request == RequestVerdict::Reject {
            return self.unusable(&request.body);
        }
        let (status, body) = self.judged(area, &judgement, &request.body);
        json_reply(status, &service.media_type.value, &body)
    }

    /// Whether the platform refuses the request before its body is looked at.
    fn refuses(&self, condition: PlatformCondition, request: &Received, area: Option<&Area>) -> bool {
        let service = &self.contract.file.service;
        match condition {
            PlatformCondition::Unauthorized => !self.authorized(request),
            PlatformCondition::NotFound => area.is_none(),
            PlatformCondition::WrongVerb => request.method != service.verb.value,
            PlatformCondition::WrongMediaType => {
                let sent = request.media_type.as_deref().unwrap_or_default();
                let essence = sent.split(';').next().unwrap_or_default().trim();
                !essence.eq_ignore_ascii_case(&service.media_type.value)
            }
            PlatformCondition::NotJson | PlatformCondition::Unusable => false,
        }
    }

    fn authorized(&self, request: &Received) -> bool {
        let sent = request.credentials.as_deref().and_then(|value| value.split_once(' '));
        let Some((scheme, token)) = sent else { return false };
        let token = token.trim();
        scheme.eq_ignore_ascii_case(&self.contract.file.service.authentication.scheme)
            && self.token.as_ref().map_or(!token.is_empty(), |wanted| wanted == token)
    }

    /// The refusal of a body that can't be used: not JSON, or JSON without a usable list.
    fn unusable(&self, body: &[u8]) -> Reply {
        let service = &self.contract.file.service;
        let is_json = serde_json::from_slice::<Value>(body).is_ok();
        let wanted = if is_json { PlatformCondition::Unusable } else { PlatformCondition::NotJson };
        let condition = service.errors.conditions.iter().find(|condition| condition.when == wanted);
        let (status, body) = condition.map_or((400, Value::Null), |condition| {
            (condition.http_status, answer::platform(&service.errors, condition))
        });
        json_reply(status, &service.media_type.value, &body)
    }

    /// The answer to a request with a usable list.
    fn judged(&self, area: &Area, judgement: &Judgement, body: &[u8]) -> (u16, Value) {
        if judgement.counted > area.limit.maximum
            && let Some(over) = self.over_limit(area, judgement.counted)
        {
            return over;
        }
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let empty = Map::new();
        let holder = match &self.contract.file.service.envelope {
            Some(envelope) => body.get(envelope),
            None => Some(&body),
        };
        let beside = holder.and_then(Value::as_object).unwrap_or(&empty);
        let records: Vec<&Value> = match beside.get(&area.list.name) {
            Some(Value::Array(elements)) => elements.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let mut holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        let verdicts = judge::verdicts(&self.contract, area, judgement, &records, beside, &holds.things);
        let whole = matches!(self.contract.response(area), Response::Whole(_));
        if !whole || verdicts.iter().all(Option::is_none) {
            for (record, _) in records.iter().zip(&verdicts).filter(|(_, verdict)| verdict.is_none()) {
                self.write(area, record, beside, &mut holds);
            }
        }
        drop(holds);
        self.within_limit(area, judgement, &records, beside, &verdicts)
    }

    fn over_limit(&self, area: &Area, counted: usize) -> Option<(u16, Value)> {
        match &area.limit.over {
            OverLimit::Acknowledges { response, .. } => match self.contract.file.responses.get(response)? {
                Response::Later(later) => Some((later.http_status, answer::acknowledged(later, counted))),
                _ => None,
            },
            OverLimit::Refuses { http_status, code, text, .. } => {
                Some((*http_status, answer::refusal(&self.contract.file.service.errors, code, text)))
            }
        }
    }

    fn write(&self, area: &Area, record: &Value, beside: &Map<String, Value>, holds: &mut Holds) {
        let Some(record) = record.as_object() else { return };
        let values = Values::new(area, record, beside);
        for rule in &area.rules {
            if let Some(Constraint::Exists { field, unknown: UnknownThing::Creates }) = rule.constraint()
                && let Some(kind) = judge::find(&area.fields, field).and_then(|field| field.kind.as_deref())
            {
                for name in values.named(field) {
                    holds.things.create(&self.contract, kind, name);
                }
            }
        }
        holds.state.write(area, record, beside);
    }

    /// The answer to a request within the limit.
    fn within_limit(
        &self,
        area: &Area,
        judgement: &Judgement,
        records: &[&Value],
        beside: &Map<String, Value>,
        verdicts: &[Option<String>],
    ) -> (u16, Value) {
        match self.contract.response(area) {
            Response::Counting(counted) => {
                let entries = records.iter().zip(verdicts).filter_map(|(record, verdict)| {
                    let text = verdict.as_deref()?;
                    Some(self.entry(area, counted, record, beside, text))
                });
                let entries: Vec<Value> = entries.collect();
                let passed = records.len() - entries.len();
                (counted.http_status, answer::counting(area, counted, passed, entries))
            }
            Response::Whole(whole) => {
                let failed = verdicts.iter().flatten().next().map(String::as_str);
                let shape = judgement.violations.first().map(|_| area.message.as_str());
                (whole.http_status, answer::whole(whole, failed.or(shape)))
            }
            Response::ByPosition(positional) => {
                (positional.http_status, answer::by_position(positional, verdicts))
            }
            Response::Later(later) => (later.http_status, answer::acknowledged(later, judgement.counted)),
        }
    }

    fn entry(
        &self,
        area: &Area,
        counted: &Counted,
        record: &Value,
        beside: &Map<String, Value>,
        text: &str,
    ) -> Value {
        let values = record.as_object().map(|record| Values::new(area, record, beside));
        let echoes = area
            .echoes
            .iter()
            .map(|echo| (echo.name.clone(), echo::echo(echo, record, values, &self.time_zone)))
            .collect();
        answer::entry(counted, echoes, text)
    }
}

fn json_reply(status: u16, media_type: &str, body: &Value) -> Reply {
    let headers = vec![("Content-Type".to_owned(), media_type.to_owned())];
    Reply { status, headers, body: body.to_string().into_bytes() }
}
