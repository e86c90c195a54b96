//! An outage: the target went away midway, for a reason that is not the endpoint's.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::seconds;

/// An outage that ended the run: from a request on, the target refused what it had accepted before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "outage", deny_unknown_fields)]
pub struct Outage {
    /// The number of the first request that was refused, counted over the whole run.
    pub request: u64,
    /// Seconds since the run's start.
    #[serde(rename = "after_s", with = "seconds")]
    #[schemars(with = "f64", range(min = 0))]
    pub after: Duration,
    /// When it was sent (RFC 3339). The library has no clock; the command sets the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The area that it was sent to.
    pub area: String,
    /// The HTTP status that a request accepted before gets now; `null` if it gets no answer.
    pub status: Option<u16>,
    /// What it gets now, in words: the status and the error code, or why there is no answer.
    pub answer: String,
    /// More about it, such as why there is no fresh token; empty if there is nothing more to say.
    pub why: String,
    /// How many findings were made since then, and taken back.
    pub taken_back: u64,
}

impl Outage {
    /// The outage in words for people.
    #[must_use]
    pub fn reason(&self) -> String {
        let Self { request, area, answer, .. } = self;
        let at = self.at.as_ref().map_or_else(String::new, |at| format!(", {at}"));
        let mut reason = format!(
            "The target went away at request {request} ({area}, {:.1} s into the run{at}): a request that it accepted \
             before now gets this: {answer}.",
            self.after.as_secs_f64()
        );
        if !self.why.is_empty() {
            reason = format!("{reason} {}", self.why);
        }
        let advice = match self.status {
            Some(401) => " Set TALLY_TOKEN to a fresh token, or let --token-command fetch one.",
            Some(_) => {
                " Run again once it accepts requests; --max-outage waits longer, --rate asks less often."
            }
            None => " Run again once it answers; --max-outage waits longer.",
        };
        reason.push_str(advice);
        reason.push_str(match self.taken_back {
            0 => " Findings are from before that request.",
            1 => " Findings are from before that request; 1 since then was taken back.",
            _ => " Findings are from before that request; those since then were taken back.",
        });
        reason
    }
}
