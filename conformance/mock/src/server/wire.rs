//! From an answer of the endpoint to one of HTTP.

use http::header::CONTENT_LENGTH;
use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::super::endpoint::Reply;
use super::super::fault::Wire;
use super::body::{Body, Cut};
use super::connections::Closed;
use super::served::Served;

/// The answer as it is.
pub(super) fn respond(reply: Reply) -> Response<Body> {
    let mut response = Response::new(Body::whole(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// An answer that goes over the wire otherwise than it should.
pub(super) async fn over_wire(served: &Served, reply: Reply, wire: Wire) -> Result<Response<Body>, Closed> {
    match wire {
        Wire::Waits(time) => {
            // A mock that stops keeps nobody waiting.
            tokio::select! {
                () = tokio::time::sleep(time) => {}
                () = served.stopped() => {}
            }
            Ok(respond(reply))
        }
        Wire::Hangs => {
            served.stopped().await;
            Err(Closed)
        }
        Wire::Closed => Err(Closed),
        Wire::Cut => {
            let half = reply.body[..reply.body.len() / 2].to_vec();
            let length = HeaderValue::from(reply.body.len());
            let mut response = respond(Reply { body: Vec::new(), ..reply });
            response.headers_mut().insert(CONTENT_LENGTH, length);
            *response.body_mut() = Body::Cut(Cut::Half(half.into()));
            Ok(response)
        }
    }
}
