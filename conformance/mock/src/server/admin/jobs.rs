//! Batches over their limit.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::{AdminRequest, Answer};
use crate::organisation::JobView;

/// How many seconds to wait for jobs by default, and at most.
pub(super) const USUAL: u64 = 60;
const LONGEST: u64 = 600;

/// Batches over their limit.
#[derive(Serialize, JsonSchema)]
pub(super) struct Jobs {
    jobs: Vec<JobView>,
}

/// That no job is under way.
#[derive(Serialize, JsonSchema)]
pub(super) struct Drained {
    /// How many jobs were waited for.
    drained: usize,
}

/// The jobs, the newest first.
pub(super) fn list(request: &AdminRequest<'_>) -> Value {
    json!(Jobs { jobs: request.served.endpoint.organisation().jobs() })
}

/// Waits until no job is under way.
pub(super) async fn drain(request: &AdminRequest<'_>) -> Answer {
    let seconds = request.query.read_as("seconds")?.unwrap_or(USUAL).min(LONGEST);
    let organisation = Arc::clone(request.served.endpoint.organisation());
    let drained = tokio::task::spawn_blocking(move || organisation.drain(Duration::from_secs(seconds)));
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
