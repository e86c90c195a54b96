//! The mock's own API, outside the contract's base path so that nobody takes it for the contract's.
//!
//! [`routes::ROUTES`] lists its paths, each with what it takes and answers; `/_tally/openapi.json` is made of them.

mod clock;
mod description;
mod events;
mod fault;
mod jobs;
mod journal;
mod judge;
mod listing;
mod page;
mod query;
mod route;
mod routes;
mod shapes;
mod state;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use self::query::Query;
use self::route::{Found, Operation};
use super::body::Body;
use super::journal::ExchangeView;
use super::served::Served;
use crate::endpoint::NO_ROOM;

/// Headers of every answer here: the browser loads nothing from elsewhere, and stores nothing.
const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// A request to the mock's own API, its path matched.
struct AdminRequest<'a> {
    served: &'a Arc<Served>,
    /// The value of the path's parameter.
    name: String,
    query: Query,
    body: Bytes,
}

/// Whether the mock is up.
#[derive(Serialize, JsonSchema)]
struct Health {
    #[schemars(extend("const" = "ok"))]
    status: &'static str,
}

/// Why a request was refused.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Error")]
struct Refusal<'t> {
    /// What is wrong, for a person.
    #[schemars(length(min = 1))]
    error: &'t str,
}

/// An answer, or the status and the text of a refusal.
type Answer = Result<Value, (StatusCode, String)>;

/// An answer that is written already.
type Listed = Result<Response<Body>, (StatusCode, String)>;

/// Answers up to this size take no room but their connection's.
const SMALL: usize = 16 * 1024;

/// Answers a request to the mock's own API.
pub(super) async fn answer(served: &Arc<Served>, parts: &Parts, body: Bytes) -> Response<Body> {
    let path = parts.uri.path();
    if let Some((media_type, text)) = page::file(path) {
        if parts.method != Method::GET && parts.method != Method::HEAD {
            return not_allowed("GET, HEAD");
        }
        return with_headers(StatusCode::OK, media_type, Body::whole(text));
    }
    let (operation, name) = match route::find(routes::ROUTES, &parts.method, path) {
        Found::Route(operation, name) => (operation, name),
        Found::OtherMethods(methods) => return not_allowed(&methods),
        Found::Nothing => return error(StatusCode::NOT_FOUND, "there is nothing at this path"),
    };
    let request = AdminRequest { served, name, query: Query::read(parts.uri.query()), body };
    let answer = match operation {
        Operation::Page => return with_headers(StatusCode::OK, page::MEDIA_TYPE, Body::whole(page::INDEX)),
        Operation::Health => Ok(json!(Health { status: "ok" })),
        Operation::OpenApi => {
            return with_headers(StatusCode::OK, "application/json", Body::whole(description::text()));
        }
        Operation::Events => return events::stream(&request),
        Operation::State => Ok(json!(served.endpoint.organisation().summary())),
        Operation::Area => return listed(state::area(&request).await),
        Operation::Entities => return listed(state::entities(&request).await),
        Operation::Reset => state::reset(&request).await,
        Operation::Journal => return listed(journal::list(&request).await),
        Operation::Exchange => return listed(exchange(&request).await),
        Operation::Jobs => return jobs::list(&request).await,
        Operation::Drain => jobs::drain(&request).await,
        Operation::Clock => Ok(clock::now(&request)),
        Operation::SetClock => clock::set(&request).await,
        Operation::FreeClock => clock::free(&request).await,
        Operation::Fault => Ok(fault::now(&request)),
        Operation::SetFault => fault::set(&request),
        Operation::NoFault => fault::off(&request),
        Operation::Judge => return listed(judge::judge(&request).await),
    };
    match answer {
        Ok(answer) => listed(in_room(&request, &answer).await),
        Err((status, text)) => error(status, &text),
    }
}

fn listed(answer: Listed) -> Response<Body> {
    answer.unwrap_or_else(|(status, text)| error(status, &text))
}

/// An answer in JSON, which holds room until it is sent if it is large.
async fn in_room(request: &AdminRequest<'_>, answer: &Value) -> Listed {
    let text = answer.to_string().into_bytes();
    if text.len() <= SMALL {
        return Ok(with_headers(StatusCode::OK, "application/json", Body::whole(text)));
    }
    let taken = request.served.work.take(text.len()).await;
    let taken = taken.ok_or_else(|| (StatusCode::SERVICE_UNAVAILABLE, NO_ROOM.to_owned()))?;
    Ok(with_headers(StatusCode::OK, "application/json", Body::whole(taken.hold(text))))
}

/// One exchange, whole.
async fn exchange(request: &AdminRequest<'_>) -> Listed {
    let (bytes, exchange) = journal::one(request)?;
    let taken = request.served.work.take(bytes).await;
    let taken = taken.ok_or_else(|| (StatusCode::SERVICE_UNAVAILABLE, NO_ROOM.to_owned()))?;
    let text = json!(ExchangeView::new(&exchange)).to_string().into_bytes();
    Ok(with_headers(StatusCode::OK, "application/json", Body::whole(taken.hold(text))))
}

/// An answer in JSON.
pub(super) fn json(status: StatusCode, body: &Value) -> Response<Body> {
    with_headers(status, "application/json", Body::whole(body.to_string()))
}

fn error(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = json(status, &json!(Refusal { error: text }));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn not_allowed(methods: &str) -> Response<Body> {
    let mut response = error(StatusCode::METHOD_NOT_ALLOWED, &format!("this path takes {methods}"));
    if let Ok(methods) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(ALLOW, methods);
    }
    response
}

fn with_headers(status: StatusCode, media_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// The refusal of a request that cannot be understood.
fn bad(text: impl Into<String>) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, text.into())
}

fn missing(text: impl Into<String>) -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, text.into())
}

/// The refusal of an area that the contract does not have.
fn no_area(served: &Served, name: &str) -> (StatusCode, String) {
    let names: Vec<&str> = served.contract.areas.iter().map(|area| area.name.as_str()).collect();
    missing(format!("there is no area {name:?}; there are {}", names.join(", ")))
}

/// The text member of a JSON body.
fn member(request: &AdminRequest<'_>, name: &str) -> Result<String, (StatusCode, String)> {
    let body: Value = serde_json::from_slice(&request.body)
        .map_err(|error| bad(format!("the body is not JSON: {error}; send {{\"{name}\": …}}")))?;
    let text = body.get(name).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| bad(format!("send {{\"{name}\": …}} with a text")))
}

/// Waits until a change is durable.
async fn kept(
    request: &AdminRequest<'_>,
    receipt: Option<crate::store::Receipt>,
) -> Result<(), (StatusCode, String)> {
    let Some(receipt) = receipt else { return Ok(()) };
    receipt.await.map_err(|error| {
        let text = error.to_string();
        request.served.organisation().give_up(error);
        (StatusCode::SERVICE_UNAVAILABLE, text)
    })
}
