//! A request, and what came back.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tally_fixtures::{Secret, redacted};

use crate::bounded_json;

/// The token that a request bears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// The one that the run was given.
    Given,
    /// None: the header is left out.
    Missing,
    /// One that is made up, and should be valid nowhere.
    MadeUp(String),
    /// The one that the run was given, altered so that it should not be valid either.
    Altered(Alteration),
}

/// How a token is altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alteration {
    /// Its last character is another one.
    LastCharacter,
    /// There is more behind it.
    Longer,
    /// The scheme before it is left out.
    WithoutScheme,
}

impl Alteration {
    /// The credentials that a request bears, and what stands for them in a report: `$TALLY_TOKEN` for the token.
    pub(crate) fn of(self, scheme: &str, token: &str) -> (String, String) {
        const SHOWN: &str = "$TALLY_TOKEN";
        match self {
            Self::LastCharacter => {
                let (end, last) = token.char_indices().next_back().unwrap_or((0, 'x'));
                let other = if last == 'x' { 'y' } else { 'x' };
                (
                    format!("{scheme} {}{other}", &token[..end]),
                    format!("{scheme} (the token with another last character)"),
                )
            }
            Self::Longer => {
                let longer = |token: &str| format!("{scheme} {token}{MORE}");
                (longer(token), longer(SHOWN))
            }
            Self::WithoutScheme => (token.to_owned(), SHOWN.to_owned()),
        }
    }
}

/// What stands behind a token that is too long.
const MORE: &str = "-tally";

/// A request to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The HTTP method.
    pub verb: String,
    /// The path below the API's root, with its first slash.
    pub path: String,
    /// The `Content-Type`. Left out where none is given.
    pub media_type: Option<String>,
    /// The token.
    pub token: Token,
    /// The body; sent unless the method is `GET` or `HEAD`.
    pub body: Arc<[u8]>,
}

/// An answer, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body's bytes, up to a limit.
    pub body: Bytes,
    /// Whether the body went on beyond the limit.
    pub cut_short: bool,
    /// From the first byte sent to the last one read.
    pub duration: Duration,
}

impl Answer {
    /// The body's JSON, with `$TALLY_TOKEN` in place of each of the secrets, however it is spelt. `None` if it is
    /// not JSON, was not read to its end, or holds more values than [`VALUES_LIMIT`](super::VALUES_LIMIT) allows.
    pub(crate) fn json(&self, secrets: &[Secret]) -> Option<Value> {
        // The part read of an overlong body may be JSON; the body is not.
        let most = bounded_json::most_values(self.body.len());
        let mut value = if self.cut_short { None } else { bounded_json::read(&self.body, most) }?;
        if secrets.iter().any(|secret| secret.is_in(&self.body)) {
            redact(&mut value, secrets);
        }
        Some(value)
    }

    /// Whether its body is too long to be read to its end, or holds too many values to be read as JSON. Nothing
    /// documents how long an answer may be: what is in such a body is not judged, unless it is far too long.
    pub(crate) fn is_unread(&self) -> bool {
        self.cut_short || bounded_json::cost(&self.body) > bounded_json::most_values(self.body.len())
    }

    /// The bytes of its body that were read, or what its values would take if that is more.
    pub(crate) fn size(&self) -> usize {
        self.body.len().max(bounded_json::cost(&self.body))
    }

    /// The value of the first header of that name, given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No connection came about: nothing listens, or the name is unknown.
    Unreachable(String),
    /// The connection came about, and no whole answer in its time.
    TimedOut,
    /// The connection was cut, or what came over it is no HTTP.
    Broken(String),
    /// The run ended before there was an answer.
    Stopped,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable(why) => write!(formatter, "no connection: {why}"),
            Self::TimedOut => formatter.write_str("no whole answer in its time"),
            Self::Broken(why) => write!(formatter, "the connection broke: {why}"),
            Self::Stopped => formatter.write_str("the run ended before there was an answer"),
        }
    }
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An answer.
    Answered(Answer),
    /// Only answers that are no verdict, as often as it was asked; the last one.
    NoVerdict(Answer),
    /// No answer, twice.
    Failed(Failure),
    /// The target is away, or the run ended: whatever came back says nothing about the request.
    Away,
}

/// A request and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub outcome: Outcome,
    /// How often it was sent.
    pub attempts: u32,
    /// Why it was sent again, if it was because its connection broke, and answered then.
    pub resent: Option<Resent>,
}

/// Why a request that was answered had to be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resent {
    /// A kept connection broke: endpoints may close such at any time.
    Kept,
    /// A connection of its own broke.
    Own,
}

impl Exchange {
    /// The answer, if there is one to be judged.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Answered(answer) => Some(answer),
            Outcome::NoVerdict(_) | Outcome::Failed(_) | Outcome::Away => None,
        }
    }

    /// The last answer, be it one to be judged or no verdict.
    #[must_use]
    pub fn last_answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Answered(answer) | Outcome::NoVerdict(answer) => Some(answer),
            Outcome::Failed(_) | Outcome::Away => None,
        }
    }
}

/// Redacts every text of a value, names of members included.
fn redact(value: &mut Value, secrets: &[Secret]) {
    let clean = |text: &str| redacted(secrets, text.as_bytes(), usize::MAX);
    match value {
        Value::String(text) => *text = clean(text),
        Value::Array(elements) => elements.iter_mut().for_each(|element| redact(element, secrets)),
        Value::Object(members) => {
            *members = std::mem::take(members)
                .into_iter()
                .map(|(name, mut member)| {
                    redact(&mut member, secrets);
                    (clean(&name), member)
                })
                .collect();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_of_a_value_is_redacted() {
        let mut value = json!({ "a-secret-token": [1, null, "x a-secret-token", { "b": "a-secret-token" }] });
        redact(&mut value, &[Secret::new("a-secret-token")]);
        let wanted = json!({ "$TALLY_TOKEN": [1, null, "x $TALLY_TOKEN", { "b": "$TALLY_TOKEN" }] });
        assert_eq!(value, wanted);
    }
}
