//! What a body would be answered.

use std::sync::Arc;

use http::{Response, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::body::Body;
use super::super::wire::Closed;
use super::{AdminRequest, no_area, with_headers};
use crate::endpoint::{Answered, NO_ROOM};
use crate::failure::Failure;

/// Judges a body as if it were sent to an area. Nothing is written, and faults have no effect.
pub(super) async fn judge(request: &AdminRequest<'_>) -> Result<Response<Body>, (StatusCode, String)> {
    let no_room = || (StatusCode::SERVICE_UNAVAILABLE, NO_ROOM.to_owned());
    let ended = |_: Closed| (StatusCode::INTERNAL_SERVER_ERROR, "the body could not be judged".to_owned());
    let turn = request.served.work.turn().await.ok_or_else(no_room)?;
    let (endpoint, name, body) = (&request.served.endpoint, &request.name, &request.body);
    let (weighed, on, sent) = (Arc::clone(endpoint), name.clone(), body.clone());
    let weighed = turn.run(move || weighed.weigh_body(&on, &sent)).await.map_err(ended)?;
    let (sizes, cost) = weighed.ok_or_else(|| no_area(request.served, name))?;
    // The answer stands in this one once more.
    let taken = request.served.work.take(cost.saturating_mul(2)).await.ok_or_else(no_room)?;
    let (judging, on, sent) = (Arc::clone(endpoint), name.clone(), body.clone());
    let judged = turn.run(move || judging.would_answer(&on, &sent, sizes).map(shown)).await.map_err(ended)?;
    let text = judged.ok_or_else(|| no_area(request.served, name))?;
    Ok(with_headers(StatusCode::OK, "application/json", Body::whole(taken.hold(text.into_bytes()))))
}

/// The JSON of what a body would be answered.
fn shown(answered: Answered) -> String {
    let Answered { reply, outcome, .. } = answered;
    let verdict = match reply.status {
        400.. => Verdict::Refused,
        _ if outcome.acknowledged => Verdict::Acknowledged,
        _ => Verdict::Accepted,
    };
    // The answer is JSON already: as a value it would take many times as much.
    let answer = String::from_utf8(reply.body).ok().and_then(|text| RawValue::from_string(text).ok());
    let shown = Judgement {
        verdict,
        records: outcome.records,
        passed: outcome.passed,
        failed: outcome.failed,
        broken: outcome.broken,
        failures: &outcome.failures,
        status: reply.status,
        answer: answer.as_deref(),
    };
    serde_json::to_string(&shown).unwrap_or_default()
}

/// What a body would be answered.
#[derive(Serialize, JsonSchema)]
pub(super) struct Judgement<'a> {
    verdict: Verdict,
    records: usize,
    passed: usize,
    failed: usize,
    /// How many rules were broken.
    broken: usize,
    /// Broken rules: the first 1,000.
    failures: &'a [Failure],
    /// The HTTP status that the endpoint would answer with.
    #[schemars(range(min = 100, max = 599))]
    status: u16,
    /// The JSON that it would answer.
    #[schemars(with = "Value")]
    answer: Option<&'a RawValue>,
}

/// What would become of a request.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Accepted,
    Refused,
    Acknowledged,
}
