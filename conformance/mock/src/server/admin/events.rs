//! What happens, as server-sent events.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};

use super::super::body::Body;
use super::super::broadcast::{Event, missed};
use super::{AdminRequest, error, with_headers};

/// How often something is sent, so that nothing in between takes the connection for dead.
const BEAT: Duration = Duration::from_secs(15);
/// How many events wait to be sent to one listener, in addition to those that the broadcast keeps.
const WAITING: usize = 16;

/// The events from now on, until the listener leaves or the mock stops.
pub(super) fn stream(request: &AdminRequest<'_>) -> Response<Body> {
    let Ok(place) = Arc::clone(&request.served.listeners).try_acquire_owned() else {
        return error(StatusCode::SERVICE_UNAVAILABLE, "there are too many listeners already");
    };
    let (events, stopped) = (request.served.events.subscribe(), request.served.stopped());
    let (pieces, sent) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let _place = place;
        tokio::select! {
            () = forward(events, pieces) => {}
            () = stopped => {}
        }
    });
    with_headers(StatusCode::OK, "text/event-stream", Body::Stream(sent))
}

/// Sends events on until the listener leaves. If it is slow they wait in the broadcast, which then says how
/// many it missed.
async fn forward(mut events: Receiver<Arc<Event>>, pieces: mpsc::Sender<Bytes>) {
    let mut beat = tokio::time::interval_at(Instant::now() + BEAT, BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut piece = Bytes::from_static(b": listening\n\n");
    while pieces.send(piece).await.is_ok() {
        piece = tokio::select! {
            event = events.recv() => match event {
                // A copy of its own would be one for each listener that is slow.
                Ok(event) => event.written.clone(),
                Err(RecvError::Lagged(count)) => missed(count),
                Err(RecvError::Closed) => return,
            },
            _ = beat.tick() => Bytes::from_static(b":\n\n"),
            () = pieces.closed() => return,
        };
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::server::broadcast::EventBroadcast;

    #[tokio::test]
    async fn a_slow_listener_learns_how_many_events_it_missed() {
        let broadcast = EventBroadcast::new();
        let (pieces, mut sent) = mpsc::channel(1);
        let events = broadcast.subscribe();
        // The broadcast keeps 256 of them.
        for number in 1..=300 {
            broadcast.send("exchange", || json!({ "number": number }));
        }
        tokio::spawn(forward(events, pieces));
        let mut received = Vec::new();
        for _ in 0..3 {
            received.push(sent.recv().await.expect("a piece"));
        }
        let received: Vec<&str> =
            received.iter().filter_map(|piece| std::str::from_utf8(piece).ok()).collect();
        assert_eq!(received[0], ": listening\n\n");
        assert_eq!(received[1], "event: lagged\ndata: {\"missed\":44}\n\n");
        assert_eq!(received[2], "event: exchange\ndata: {\"number\":45}\n\n");
    }

    #[tokio::test]
    async fn nothing_is_made_for_nobody() {
        let broadcast = EventBroadcast::new();
        broadcast.send("exchange", || -> Value { unreachable!("nobody listens") });
    }
}
