//! Batches over their limit.

use std::sync::Arc;
use std::time::Duration;

use http::{Response, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::super::body::Body;
use super::listing::{self, Entry};
use super::{AdminRequest, Answer};

/// The jobs, the newest first.
pub(super) async fn list(request: &AdminRequest<'_>) -> Response<Body> {
    let (organisation, mut before) = (Arc::clone(request.served.organisation()), None);
    let entry = move || {
        let job = organisation.job_before(before)?;
        before = Some(job.id);
        Some(Entry::Ready(serde_json::to_string(&job).unwrap_or_default()))
    };
    listing::stream(request.served, "{\"jobs\":[".to_owned(), "]}", entry).await
}

/// How many seconds to wait for jobs by default, and at most.
pub(super) const USUAL: u64 = 60;
const LONGEST: u64 = 600;

/// That no job is under way.
#[derive(Serialize, JsonSchema)]
pub(super) struct Drained {
    /// How many jobs were waited for.
    drained: usize,
}

/// Waits until no job is under way.
pub(super) async fn drain(request: &AdminRequest<'_>) -> Answer {
    let seconds = request.query.read_as("seconds")?.unwrap_or(USUAL).min(LONGEST);
    let Some(waiting) = request.served.work.waiter() else {
        return Err((StatusCode::SERVICE_UNAVAILABLE, "too many wait for jobs already".to_owned()));
    };
    let organisation = Arc::clone(request.served.endpoint.organisation());
    let drained = tokio::task::spawn_blocking(move || {
        let _waiting = waiting;
        organisation.drain(Duration::from_secs(seconds))
    });
    let ended = request.served.stopped();
    tokio::select! {
        drained = drained => match drained {
            Ok((drained, 0)) => Ok(json!(Drained { drained })),
            Ok((_, left)) => {
                let text = format!("after {seconds} s, {left} of the jobs are still under way");
                Err((StatusCode::GATEWAY_TIMEOUT, text))
            }
            Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
        },
        () = ended => Err((StatusCode::SERVICE_UNAVAILABLE, "the mock stops".to_owned())),
    }
}
