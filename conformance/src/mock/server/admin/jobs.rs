//! Batches over their limit.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Asked};

/// The jobs, the newest first.
pub(super) fn list(asked: &Asked<'_>) -> Value {
    json!({ "jobs": asked.served.endpoint.organisation().jobs() })
}

/// Waits until no job is under way.
pub(super) async fn drain(asked: &Asked<'_>) -> Answer {
    let organisation = Arc::clone(asked.served.endpoint.organisation());
    let drained = tokio::task::spawn_blocking(move || organisation.drain());
    let ended = asked.served.stopped();
    tokio::select! {
        drained = drained => match drained {
            Ok(drained) => Ok(json!({ "drained": drained })),
            Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
        },
        () = ended => Err((StatusCode::SERVICE_UNAVAILABLE, "the mock stops".to_owned())),
    }
}
