//! Answers the requests of a connection.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{self, CONNECTION, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, Request, Response, StatusCode};
use hyper::body::Incoming;
use jiff::Timestamp;
use serde_json::json;

use super::admin;
use super::backend::Delivery;
use super::body::{Body, Unread};
use super::guard::{Refused, RouteClass};
use super::journal::{self, Exchange, Message};
use super::places::{Phase, Place};
use super::served::Served;
use super::wire::{self, Closed};
use crate::endpoint::{Answered, FirstReading, NO_ROOM, Outcome, Received, Reply, answer};
use crate::memory::Taken;

/// What it may take to answer a request without asking for room: the connection has that.
const FREE: usize = 64 * 1024;

/// What it may take to answer a request where connections are served; others get a thread of their own.
const AT_ONCE: usize = 2 * 1024 * 1024;

/// An exchange that is not answered yet.
struct InFlight<'p> {
    number: u32,
    at: Timestamp,
    since: Instant,
    parts: &'p Parts,
}

impl Served {
    /// Answers a request, or closes the connection if it cannot.
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        place: &Place,
    ) -> Result<Response<Body>, Closed> {
        let keeps_place = |phase| if place.begin(phase) { Ok(()) } else { Err(Closed) };
        keeps_place(Phase::Sending)?;
        let (at, since) = (Timestamp::now(), Instant::now());
        let (parts, body) = request.into_parts();
        let class = RouteClass::of(parts.uri.path());
        if let Err(refused) = self.guard.check(&parts, class) {
            tracing::debug!("a request was refused: {}", refused.why);
            return Ok(refusal(refused));
        }
        let limited = if class == RouteClass::Api { self.rate.take().err() } else { None };
        let read = self.reading.whole(&parts.headers, body).await;
        keeps_place(Phase::Working)?;
        if class != RouteClass::Api {
            return match read {
                Ok(whole) => Ok(admin::answer(&self, &parts, whole.bytes.clone()).await),
                Err(unread) => self.unread(unread, class),
            };
        }
        let in_flight = InFlight { number: self.journal.number(), at, since, parts: &parts };
        match read {
            Ok(whole) => match limited {
                Some(wait) => Ok(self.too_many(&in_flight, &whole.bytes, wait)),
                None => self.api(in_flight, whole.bytes.clone()).await,
            },
            Err(unread) => {
                let response = self.unread(unread, class)?;
                self.note(
                    &in_flight,
                    &Bytes::new(),
                    Outcome::default(),
                    None,
                    (response.status().as_u16(), &[], &[]),
                );
                Ok(response)
            }
        }
    }

    async fn api(&self, in_flight: InFlight<'_>, body: Bytes) -> Result<Response<Body>, Closed> {
        let parts = in_flight.parts;
        let received = Received {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            credentials: text(&parts.headers, &self.header),
            media_type: text(&parts.headers, &header::CONTENT_TYPE),
            is_encoded: is_encoded(&parts.headers),
            body: body.clone(),
            number: in_flight.number,
            first_reading: FirstReading::default(),
        };
        let (delivery, taken) = self.deliver(received).await?;
        let Delivery { answered: Answered { mut reply, outcome, receipt }, wire, fault } = delivery;
        if let Some(receipt) = receipt
            && let Err(error) = receipt.await
        {
            self.organisation().give_up(error);
            reply = self.endpoint.busy("Come again later");
        }
        self.note(&in_flight, &body, outcome, fault, (reply.status, &reply.headers, &reply.body));
        match wire {
            None => Ok(wire::respond(reply, taken)),
            Some(wire) => wire::over_wire(self.stopped(), reply, wire, taken).await,
        }
    }

    /// Refuses a request because there were too many. The next is taken after that time.
    fn too_many(&self, in_flight: &InFlight<'_>, body: &Bytes, wait: Duration) -> Response<Body> {
        let reply = self.endpoint.too_many(wait);
        self.note(in_flight, body, Outcome::default(), None, (reply.status, &reply.headers, &reply.body));
        wire::respond(reply, None)
    }

    /// Has a request answered, once there is room in memory for that.
    async fn deliver(&self, received: Received) -> Result<(Delivery, Option<Taken>), Closed> {
        let cost = self.endpoint.cost(&received);
        if cost <= FREE {
            return Ok((self.endpoint.answer(received), None));
        }
        if cost <= AT_ONCE
            && let Some(taken) = self.work.take(cost).await
        {
            return Ok((self.endpoint.answer(received), Some(taken)));
        }
        let Some(turn) = self.work.turn().await else { return Ok((self.no_room(), None)) };
        let endpoint = Arc::clone(&self.endpoint);
        let weigh = move |mut received: Received| {
            let cost = endpoint.weigh(&mut received);
            (received, cost)
        };
        let (received, cost) = turn.run(move || weigh(received)).await?;
        let Some(taken) = self.work.take(cost).await else { return Ok((self.no_room(), None)) };
        let endpoint = Arc::clone(&self.endpoint);
        let delivery = turn.run(move || endpoint.answer(received)).await?;
        Ok((delivery, Some(taken)))
    }

    /// What is delivered for want of memory.
    fn no_room(&self) -> Delivery {
        let (reply, outcome) = (self.endpoint.busy(NO_ROOM), Outcome::default());
        Delivery { answered: Answered { reply, outcome, receipt: None }, wire: None, fault: None }
    }

    /// Notes an exchange in the journal, and broadcasts it.
    fn note(
        &self,
        in_flight: &InFlight<'_>,
        body: &Bytes,
        mut outcome: Outcome,
        fault: Option<String>,
        (status, headers, answer): (u16, &[(String, String)], &[u8]),
    ) {
        let parts = in_flight.parts;
        let tokens = self.redact.with_headers(&parts.headers, &self.header);
        for failure in &mut outcome.failures {
            failure.message = tokens.text(std::mem::take(&mut failure.message));
        }
        let of_request = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let of_answer = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let (of_request, of_answer) = (tokens.headers(of_request), tokens.headers(of_answer));
        let exchange = Arc::new(Exchange {
            number: in_flight.number,
            at: in_flight.at,
            micros: u64::try_from(in_flight.since.elapsed().as_micros()).unwrap_or(u64::MAX),
            method: tokens.text(parts.method.to_string()),
            path: tokens.text(parts.uri.path().to_owned()),
            status,
            outcome,
            fault,
            request: Message::new(of_request, tokens.start(body, journal::BODY), body.len()),
            response: Message::new(of_answer, tokens.start(answer, journal::BODY), answer.len()),
        });
        self.journal.keep(Arc::clone(&exchange));
        self.events.send("exchange", || exchange.summary());
    }

    /// The answer to a request whose body was not read.
    fn unread(&self, unread: Unread, class: RouteClass) -> Result<Response<Body>, Closed> {
        let (status, code, text) = match unread {
            Unread::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "REQUEST_TOO_LARGE", "The body is too large"),
            Unread::TooSlow => {
                (StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", "The body did not come in time")
            }
            Unread::NoRoom => (
                StatusCode::SERVICE_UNAVAILABLE,
                "SERVER_UNAVAILABLE",
                "There is no room for the body; come again later",
            ),
            Unread::Broken => return Err(Closed),
        };
        tracing::debug!("a body was not read: {text}");
        let mut response = if class == RouteClass::Api {
            let service = &self.contract.file.service;
            let body = answer::refusal(&service.errors, code, text).to_string().into_bytes();
            let headers = vec![("Content-Type".to_owned(), service.media_type.value.clone())];
            wire::respond(Reply { status: status.as_u16(), headers, body }, None)
        } else {
            admin::json(status, &json!({ "error": text }))
        };
        let headers = response.headers_mut();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        // What is left of the body is not read, so that no other request can follow it.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        Ok(response)
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn refusal(refused: Refused) -> Response<Body> {
    let mut response = admin::json(refused.status, &json!({ "error": refused.why }));
    if refused.status == StatusCode::UNAUTHORIZED {
        let asks = HeaderValue::from_static("Basic realm=\"Tally\", charset=\"UTF-8\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, asks);
    }
    response
}

/// Whether the headers say that the body is encoded, or in a way that can't be read.
fn is_encoded(headers: &HeaderMap) -> bool {
    let names = headers.get_all(header::CONTENT_ENCODING).iter();
    names.into_iter().any(|names| {
        let mut names = names.to_str().unwrap_or("unreadable").split(',').map(str::trim);
        names.any(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"))
    })
}
