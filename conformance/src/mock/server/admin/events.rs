//! What happens, as server-sent events.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};

use super::super::body::Body;
use super::{Asked, error, with_headers};

/// How often something is sent, so that nothing in between takes the connection for dead.
const BEAT: Duration = Duration::from_secs(15);
/// How many events wait to be sent to one listener, beside those that wait at the hub.
const WAITING: usize = 16;

/// The events from now on, until the listener leaves or the mock stops.
pub(super) fn stream(asked: &Asked<'_>) -> Response<Body> {
    let Ok(place) = Arc::clone(&asked.served.listeners).try_acquire_owned() else {
        return error(StatusCode::SERVICE_UNAVAILABLE, "there are too many listeners already");
    };
    let mut events = asked.served.hub.listen();
    let stopped = asked.served.stopped();
    let (pieces, sent) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let _place = place;
        let mut stopped = std::pin::pin!(stopped);
        let mut beat = tokio::time::interval_at(Instant::now() + BEAT, BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut piece = Bytes::from_static(b": listening\n\n");
        loop {
            // Where the listener is slow its events wait at the hub, which then says how many it missed.
            tokio::select! {
                sent = pieces.send(piece) => if sent.is_err() { return },
                () = &mut stopped => return,
            }
            piece = tokio::select! {
                event = events.recv() => match event {
                    Ok(event) => written(event.name, &event.data),
                    Err(RecvError::Lagged(missed)) => {
                        written("lagged", &json!({ "missed": missed }).to_string())
                    }
                    Err(RecvError::Closed) => return,
                },
                _ = beat.tick() => Bytes::from_static(b":\n\n"),
                () = pieces.closed() => return,
                () = &mut stopped => return,
            };
        }
    });
    with_headers(StatusCode::OK, "text/event-stream", Body::Stream(sent))
}

/// An event. JSON text has no line breaks.
fn written(name: &str, data: &str) -> Bytes {
    format!("event: {name}\ndata: {data}\n\n").into()
}
