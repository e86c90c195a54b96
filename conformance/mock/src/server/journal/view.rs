//! Exchanges as the mock's own API shows them.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Exchange, Message};
use crate::failure::Failure;

/// An exchange of the API.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Summary")]
pub(in crate::server) struct SummaryView<'e> {
    /// Its number, from 1.
    #[schemars(range(min = 1))]
    number: u32,
    /// When its request came in, in UTC.
    #[schemars(extend("format" = "date-time"))]
    at: String,
    method: &'e str,
    /// The path, without any query and any token.
    path: &'e str,
    /// The area that the path calls.
    area: Option<&'e str>,
    /// The HTTP status of the answer, sent or not.
    #[schemars(range(min = 100, max = 599))]
    status: u16,
    /// From the request's head to its answer. Unit: microseconds.
    micros: u64,
    /// The number of records, as the area's limit counts them if the request is over it.
    records: usize,
    passed: usize,
    failed: usize,
    /// How many rules were broken.
    broken: usize,
    /// Whether the request was over its limit and acknowledged.
    acknowledged: bool,
    /// The id of the job that processes it.
    #[schemars(range(min = 1))]
    job: Option<u32>,
    /// The fault that the mock had, as `PUT /_tally/fault` takes it.
    fault: Option<&'e str>,
    /// The bytes of the request's body.
    request_bytes: usize,
    /// The bytes of the answer's body.
    response_bytes: usize,
    /// Broken rules: the first 20 in a list, the first 1,000 in `/_tally/journal/{number}`.
    failures: &'e [Failure],
}

/// An exchange of the API, whole.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Exchange")]
pub(in crate::server) struct ExchangeView<'e> {
    #[serde(flatten)]
    summary: SummaryView<'e>,
    request: MessageView<'e>,
    response: MessageView<'e>,
}

/// The headers and the body of a request or of an answer.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Message")]
struct MessageView<'e> {
    /// Name and value; values that carry secrets are `(removed)`.
    headers: Vec<(&'e str, &'e str)>,
    /// The body, or its first 64 KiB; tokens in it are `(removed)`.
    body: Cow<'e, str>,
    /// Whether the body was longer.
    truncated: bool,
}

impl<'e> SummaryView<'e> {
    /// With so many broken rules at most.
    pub(super) fn new(exchange: &'e Exchange, most: usize) -> Self {
        let outcome = &exchange.outcome;
        Self {
            number: exchange.number,
            at: exchange.at.to_string(),
            method: &exchange.method,
            path: &exchange.path,
            area: outcome.area.as_deref(),
            status: exchange.status,
            micros: exchange.micros,
            records: outcome.records,
            passed: outcome.passed,
            failed: outcome.failed,
            broken: outcome.broken,
            acknowledged: outcome.acknowledged,
            job: outcome.job,
            fault: exchange.fault.as_deref(),
            request_bytes: exchange.request.length,
            response_bytes: exchange.response.length,
            failures: outcome.failures.get(..most).unwrap_or(&outcome.failures),
        }
    }
}

impl<'e> ExchangeView<'e> {
    pub(in crate::server) fn new(exchange: &'e Exchange) -> Self {
        Self {
            summary: SummaryView::new(exchange, usize::MAX),
            request: MessageView::new(&exchange.request),
            response: MessageView::new(&exchange.response),
        }
    }
}

impl<'e> MessageView<'e> {
    fn new(message: &'e Message) -> Self {
        Self {
            headers: message.headers().collect(),
            body: String::from_utf8_lossy(&message.body),
            truncated: message.is_truncated(),
        }
    }
}
