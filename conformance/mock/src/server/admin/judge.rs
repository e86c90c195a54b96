//! What a body would be answered.

use serde_json::{Value, json};

use super::{Answer, Asked, no_area};
use crate::endpoint::Answered;

/// Judges a body as if it were sent to an area. Nothing is written, and faults have no effect.
pub(super) fn judge(asked: &Asked<'_>) -> Answer {
    let answered = asked.served.endpoint.would_answer(&asked.name, &asked.body);
    let Answered { reply, outcome, .. } = answered.ok_or_else(|| no_area(asked.served, &asked.name))?;
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
