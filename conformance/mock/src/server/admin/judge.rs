//! What a body would be answered.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::{AdminRequest, Answer, no_area};
use crate::endpoint::Answered;
use crate::failure::Failure;

/// What a body would be answered.
#[derive(Serialize, JsonSchema)]
pub(super) struct Judgement {
    verdict: Verdict,
    records: usize,
    passed: usize,
    failed: usize,
    failures: Vec<Failure>,
    /// The HTTP status that the endpoint would answer with.
    #[schemars(range(min = 100, max = 599))]
    status: u16,
    /// The JSON that it would answer.
    answer: Value,
}

/// What would become of a request.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Accepted,
    Refused,
    Acknowledged,
}

/// Judges a body as if it were sent to an area. Nothing is written, and faults have no effect.
pub(super) fn judge(request: &AdminRequest<'_>) -> Answer {
    let answered = request.served.endpoint.would_answer(&request.name, &request.body);
    let Answered { reply, outcome, .. } = answered.ok_or_else(|| no_area(request.served, &request.name))?;
    let verdict = match reply.status {
        400.. => Verdict::Refused,
        _ if outcome.acknowledged => Verdict::Acknowledged,
        _ => Verdict::Accepted,
    };
    Ok(json!(Judgement {
        verdict,
        records: outcome.records,
        passed: outcome.passed,
        failed: outcome.failed,
        failures: outcome.failures,
        status: reply.status,
        answer: serde_json::from_slice(&reply.body).unwrap_or_default(),
    }))
}
