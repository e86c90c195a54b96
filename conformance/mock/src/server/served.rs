//! What every connection answers from.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use bytes::Bytes;
use http::header::{self, CONNECTION, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, Request, Response, StatusCode};
use hyper::body::Incoming;
use jiff::Timestamp;
use serde_json::{Value, json};
use tally_spec::model::Contract;
use tokio::sync::{Semaphore, watch};

use super::super::answer;
use super::super::endpoint::{Answered, Outcome, Received, Reply};
use super::super::fault::{Fault, Faulty, FaultyAnswer};
use super::super::state::Organisation;
use super::body::{Body, Reading, Unread};
use super::config::Limits;
use super::connections::Closed;
use super::guard::{Guard, Part, Refused};
use super::hub::Hub;
use super::journal::{self, Exchange, Journal, Message};
use super::redact::Redact;
use super::{admin, wire};

/// What every connection answers from.
pub(crate) struct Served {
    pub(crate) endpoint: Faulty,
    pub(super) contract: Arc<Contract>,
    pub(crate) journal: Journal,
    pub(super) hub: Arc<Hub>,
    /// The catalogue as JSON, made when it is first asked for.
    pub(super) faults: OnceLock<Value>,
    /// Who may listen to events at one time.
    pub(super) listeners: Arc<Semaphore>,
    /// The header that the contract's authentication names.
    header: HeaderName,
    guard: Guard,
    reading: Reading,
    redact: Arc<Redact>,
    stopping: watch::Sender<bool>,
}

/// What a mock is served with.
pub(super) struct Parted {
    pub(super) endpoint: Faulty,
    pub(super) contract: Arc<Contract>,
    pub(super) header: HeaderName,
    pub(super) guard: Guard,
    pub(super) limits: Limits,
    pub(super) redact: Arc<Redact>,
}

/// An exchange as it begins.
struct Begun<'p> {
    number: u32,
    at: Timestamp,
    since: Instant,
    parts: &'p Parts,
}

impl Served {
    pub(super) fn new(parted: Parted) -> Arc<Self> {
        let Parted { endpoint, contract, header, guard, limits, redact } = parted;
        let hub = Arc::new(Hub::new());
        let last = endpoint.organisation().last_exchange();
        let events = Arc::clone(&hub);
        endpoint.organisation().watch_jobs(Box::new(move |job| events.tell("job", || json!(job))));
        Arc::new(Self {
            endpoint,
            contract,
            // What a store kept is marked with numbers of a journal before this one.
            journal: Journal::new(last),
            hub,
            faults: OnceLock::new(),
            // A page that listens holds its connection for as long as it is open: enough must be left for others.
            listeners: Arc::new(Semaphore::new(limits.connections.div_ceil(4))),
            header,
            guard,
            reading: Reading::new(limits),
            redact,
            stopping: watch::Sender::new(false),
        })
    }

    /// The organisation that the endpoint answers for.
    pub(crate) const fn organisation(&self) -> &Arc<Organisation> {
        self.endpoint.organisation()
    }

    /// Gives the endpoint another fault, or none, and tells the listeners.
    pub(crate) fn set_fault(&self, fault: Option<Fault>) {
        self.endpoint.switch(fault);
        self.hub.tell("fault", || admin::fault::active(self));
    }

    /// Clears the journal and tells the listeners, once the organisation was reset.
    pub(crate) fn has_reset(&self) {
        self.journal.clear();
        self.hub.tell("reset", || json!({}));
    }

    /// Signals shutdown to every open connection.
    pub(super) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Resolves once the mock stops.
    pub(super) fn stopped(&self) -> impl Future<Output = ()> + use<> {
        let mut stopping = self.stopping.subscribe();
        async move {
            // Whoever could say it is gone where this fails, which is an end as well.
            let _ = stopping.wait_for(|stopping| *stopping).await;
        }
    }

    /// Answers a request; the connection is closed where it can't.
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, Closed> {
        let (at, since) = (Timestamp::now(), Instant::now());
        let (parts, body) = request.into_parts();
        let part = Part::of(parts.uri.path());
        if let Err(refused) = self.guard.check(&parts, part) {
            return Ok(refusal(refused));
        }
        let read = self.reading.whole(&parts.headers, body).await;
        if part != Part::Api {
            return match read {
                Ok(whole) => Ok(admin::answer(&self, &parts, whole.bytes).await),
                Err(unread) => self.unread(unread, part),
            };
        }
        let begun = Begun { number: self.journal.number(), at, since, parts: &parts };
        match read {
            Ok(whole) => self.api(begun, whole.bytes).await,
            Err(unread) => {
                let response = self.unread(unread, part)?;
                self.note(
                    &begun,
                    &Bytes::new(),
                    Outcome::default(),
                    None,
                    (response.status().as_u16(), &[], &[]),
                );
                Ok(response)
            }
        }
    }

    async fn api(&self, begun: Begun<'_>, body: Bytes) -> Result<Response<Body>, Closed> {
        let parts = begun.parts;
        let received = Received {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            credentials: text(&parts.headers, &self.header),
            media_type: text(&parts.headers, &header::CONTENT_TYPE),
            body: body.clone(),
            number: begun.number,
        };
        let FaultyAnswer { answered: Answered { mut reply, outcome, receipt }, wire, fault } =
            self.endpoint.answer(received);
        if let Some(receipt) = receipt
            && let Err(error) = receipt.await
        {
            self.organisation().give_up(error);
            reply = self.endpoint.busy();
        }
        self.note(&begun, &body, outcome, fault, (reply.status, &reply.headers, &reply.body));
        match wire {
            None => Ok(wire::respond(reply)),
            Some(wire) => wire::over_wire(self, reply, wire).await,
        }
    }

    /// Notes an exchange in the journal, and tells of it.
    fn note(
        &self,
        begun: &Begun<'_>,
        body: &Bytes,
        mut outcome: Outcome,
        fault: Option<Fault>,
        (status, headers, answer): (u16, &[(String, String)], &[u8]),
    ) {
        let parts = begun.parts;
        let credentials = text(&parts.headers, &self.header);
        let tokens = self.redact.with(credentials.as_deref());
        let longest = tokens.longest();
        let most = journal::BODY + longest;
        let kept = |part: Bytes, length: usize| {
            let clean = tokens.bytes(part);
            // The last bytes of a part may be a token's first ones.
            let whole = if length > most { clean.len().saturating_sub(longest) } else { clean.len() };
            let most = whole.min(journal::BODY);
            if clean.len() > most { Bytes::copy_from_slice(&clean[..most]) } else { clean }
        };
        // A part would keep the whole in memory; of an answer the bytes go to the client.
        let sent = if body.len() > most { Bytes::copy_from_slice(&body[..most]) } else { body.clone() };
        let answered = Bytes::copy_from_slice(&answer[..answer.len().min(most)]);
        for failure in &mut outcome.failures {
            failure.message = tokens.text(std::mem::take(&mut failure.message));
        }
        let of_request = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let of_answer = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let (of_request, of_answer) = (tokens.headers(of_request), tokens.headers(of_answer));
        let exchange = Arc::new(Exchange {
            number: begun.number,
            at: begun.at,
            micros: u64::try_from(begun.since.elapsed().as_micros()).unwrap_or(u64::MAX),
            method: tokens.text(parts.method.to_string()),
            path: tokens.path(parts.uri.path()),
            status,
            outcome,
            fault: fault.map(|fault| fault.to_string()),
            request: Message::new(of_request, kept(sent, body.len()), body.len()),
            response: Message::new(of_answer, kept(answered, answer.len()), answer.len()),
        });
        self.journal.keep(Arc::clone(&exchange));
        self.hub.tell("exchange", || exchange.summary());
    }

    /// The answer to a request whose body was not read.
    fn unread(&self, unread: Unread, part: Part) -> Result<Response<Body>, Closed> {
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
        let mut response = if part == Part::Api {
            let service = &self.contract.file.service;
            let body = answer::refusal(&service.errors, code, text).to_string().into_bytes();
            let headers = vec![("Content-Type".to_owned(), service.media_type.value.clone())];
            wire::respond(Reply { status: status.as_u16(), headers, body })
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
