//! From an answer of the endpoint to one of HTTP.

use std::time::Duration;

use http::header::CONTENT_LENGTH;
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::body::{Body, Cut};
use crate::endpoint::Reply;
use crate::memory::Taken;

/// How an answer goes over the wire, if not as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// It waits before it goes.
    Waits(Duration),
    /// It never comes.
    Hangs,
    /// The connection is cut in the middle of the body, whose length was announced.
    Cut,
    /// The connection is cut before anything is answered.
    Closed,
}

/// The connection is closed without an answer.
#[derive(Debug)]
pub(super) struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("closed without an answer")
    }
}

impl std::error::Error for Closed {}

/// Answers up to this size take no room but their connection's.
const SMALL: usize = 16 * 1024;

/// The answer as it is. It holds the room that was taken for it, as far as it needs that, until it is sent.
pub(super) fn respond(reply: Reply, taken: Option<Taken>) -> Response<Body> {
    let body = match taken.filter(|_| reply.body.len() > SMALL) {
        Some(taken) => taken.hold(reply.body),
        None => reply.body.into(),
    };
    let mut response = Response::new(Body::whole(body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Sends an answer otherwise than it should be. What waits ends once `stopped` resolves.
pub(super) async fn over_wire(
    stopped: impl Future<Output = ()>,
    reply: Reply,
    wire: Wire,
    taken: Option<Taken>,
) -> Result<Response<Body>, Closed> {
    match wire {
        Wire::Waits(time) => {
            // A mock that stops keeps nobody waiting.
            tokio::select! {
                () = tokio::time::sleep(time) => {}
                () = stopped => {}
            }
            Ok(respond(reply, taken))
        }
        Wire::Hangs => {
            stopped.await;
            Err(Closed)
        }
        Wire::Closed => Err(Closed),
        Wire::Cut => {
            let length = reply.body.len();
            let mut response = respond(reply, taken);
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
            if let Body::Whole(Some(whole)) = response.body_mut() {
                let half = whole.slice(..length / 2);
                *response.body_mut() = Body::Cut(Cut::Half(half));
            }
            Ok(response)
        }
    }
}
