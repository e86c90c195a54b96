//! Rewrites an answer just before it is sent.

use serde_json::Value;
use tally_mock::{Exchanged, Mutation, Reply};
use tally_spec::model::OverLimit;

use super::operation::Operation;
use super::place::{Answer, Place, Within};

/// Which elements or answers are rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Every one.
    All,
    /// The first element.
    First,
    /// The last of several elements.
    Last,
    /// Every one in answers to more records than this.
    Large(usize),
}

impl Scope {
    /// What it adds to a mutant's name.
    pub(super) fn suffix(self) -> String {
        match self {
            Self::All => String::new(),
            Self::First => "/first".to_owned(),
            Self::Last => "/last".to_owned(),
            Self::Large(size) => format!("/over-{size}"),
        }
    }

    /// The chosen ones of so many elements.
    fn range(self, elements: usize) -> std::ops::Range<usize> {
        match self {
            Self::All | Self::Large(_) => 0..elements,
            Self::First => 0..elements.min(1),
            Self::Last if elements > 1 => elements - 1..elements,
            Self::Last => 0..0,
        }
    }
}

/// Rewrites one place of one answer.
#[derive(Debug, Clone)]
pub(super) struct Rewrite {
    pub(super) name: String,
    /// The area whose answers are rewritten; `None` for those of the platform.
    pub(super) area: Option<String>,
    pub(super) answer: Answer,
    pub(super) place: Place,
    pub(super) operation: Operation,
    pub(super) scope: Scope,
}

impl Mutation for Rewrite {
    fn name(&self) -> &str {
        &self.name
    }

    fn change_reply(&self, exchanged: &Exchanged<'_>, reply: &mut Reply) {
        let is_small = matches!(self.scope, Scope::Large(size) if exchanged.outcome.records <= size);
        if is_small || !self.concerns(exchanged, reply) {
            return;
        }
        if self.place.within == Within::Body && self.place.member.is_none() {
            if let Some(body) = self.of_body(&reply.body) {
                reply.body = body;
            }
            return;
        }
        let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
        match &self.place.within {
            Within::Body => self.rewrite(&mut body),
            Within::Elements(list) => {
                let list = match list {
                    Some(name) => body.get_mut(name),
                    None => Some(&mut body),
                };
                if let Some(Value::Array(elements)) = list {
                    self.rewrite_elements(elements);
                }
            }
        }
        reply.body = body.to_string().into_bytes();
    }
}

impl Rewrite {
    /// Whether it is the answer to be rewritten.
    fn concerns(&self, exchanged: &Exchanged<'_>, reply: &Reply) -> bool {
        let area = exchanged.area.filter(|area| self.area.as_ref() == Some(&area.name));
        match (&self.answer, area) {
            (Answer::Records, Some(area)) => {
                let status = exchanged.contract.response(area).http_status();
                reply.status == status && !exchanged.outcome.acknowledged
            }
            (Answer::OverLimit, Some(area)) => match &area.limit.over {
                OverLimit::Acknowledges { .. } => exchanged.outcome.acknowledged,
                OverLimit::Refuses { http_status, code, .. } => {
                    is_refusal(exchanged, reply, *http_status, code)
                }
            },
            (Answer::Refusal(status, code), _) => is_refusal(exchanged, reply, *status, code),
            (Answer::Records | Answer::OverLimit, None) => false,
        }
    }

    /// The body in place of another.
    fn of_body(&self, body: &[u8]) -> Option<Vec<u8>> {
        self.operation.of_bytes(body).or_else(|| {
            let mut value: Value = serde_json::from_slice(body).ok()?;
            self.operation.of_value(&self.place.meaning, &mut value);
            Some(value.to_string().into_bytes())
        })
    }

    /// Rewrites the place in an object, or the object itself.
    fn rewrite(&self, holder: &mut Value) {
        let Place { member, meaning, .. } = &self.place;
        match (member, holder) {
            (None, element) => self.operation.of_value(meaning, element),
            (Some(name), Value::Object(members)) => self.operation.of_member(meaning, members, name),
            (Some(_), _) => {}
        }
    }

    fn rewrite_elements(&self, elements: &mut Vec<Value>) {
        let chosen = self.scope.range(elements.len());
        if self.operation == Operation::LeftOut && self.place.member.is_none() {
            elements.drain(chosen);
        } else {
            elements[chosen].iter_mut().for_each(|element| self.rewrite(element));
        }
    }
}

/// Whether an answer is the refusal with that status and code.
pub(crate) fn is_refusal(exchanged: &Exchanged<'_>, reply: &Reply, status: u16, code: &str) -> bool {
    let errors = &exchanged.contract.file.service.errors;
    let has_code = |error: &Value| error.get(&errors.code).and_then(Value::as_str) == Some(code);
    let body: Option<Value> = serde_json::from_slice(&reply.body).ok().filter(|_| reply.status == status);
    match body {
        Some(Value::Array(all)) => all.iter().any(has_code),
        Some(one) => has_code(&one),
        None => false,
    }
}
