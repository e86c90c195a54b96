//! What a body would be answered.

use serde_json::{Value, json};

use super::{AdminRequest, Answer, no_area};
use crate::endpoint::Answered;

/// Judges a body as if it were sent to an area. Nothing is written, and faults have no effect.
pub(super) fn judge(request: &AdminRequest<'_>) -> Answer {
    let answered = request.served.endpoint.would_answer(&request.name, &request.body);
    let Answered { reply, outcome, .. } = answered.ok_or_else(|| no_area(request.served, &request.name))?;
    let verdict = match reply.status {
        400.. => "refused",
        _ if outcome.acknowledged => "acknowledged",
        _ => "accepted",
    };
    Ok(json!({
        "verdict": verdict,
        "records": outcome.records,
        "passed": outcome.passed,
        "failed": outcome.failed,
        "failures": outcome.failures,
        "status": reply.status,
        "answer": serde_json::from_slice::<Value>(&reply.body).unwrap_or_default(),
    }))
}
