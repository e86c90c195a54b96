//! Sends requests and keeps what came back.
//!
//! No status is an error here, no redirect is followed, and a body is read up to a limit only
//! (the largest answer that the contract documents). Nothing is
//! waited for once the run ends ([`Connection::stop_with`], [`Connection::end_at`]). No token
//! goes over plain HTTP to another machine, unless [`Connection::allow_insecure_http`] says so.

mod backoff;
mod bound;
mod connection;
mod exchange;
mod halt;

use std::io::Read as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tally_fixtures::{redacted, secrets_of_url, shown_url};
use tally_spec::model::{Contract, Service};
use ureq::http;

pub(crate) use self::backoff::retry_after;
pub(crate) use self::bound::is_far_too_long;
use self::connection::Pace;
pub use self::connection::{Connection, TokenSource};
use self::halt::{Built, Senders};
pub use crate::bounded_json::VALUES_LIMIT;
pub use tally_fixtures::Secret;

pub use self::exchange::{Alteration, Answer, Exchange, Failure, Outcome, Request, Resent, Token};

/// How to reach a target.
#[derive(Debug, Clone)]
pub struct Target {
    /// The API's root, base path included, with no slash at the end.
    pub root: String,
    /// The token that requests bear first.
    pub token: Secret,
    /// How long one answer may take.
    pub timeout: Duration,
    /// What is particular about the way there.
    pub connection: Connection,
}

impl Target {
    /// The root as messages show it, without user, password and tokens.
    #[must_use]
    pub fn shown_root(&self) -> String {
        shown_url(&self.root)
    }

    /// Whether requests stay on this machine: the root's host is here, and so is the proxy, if one was given.
    #[must_use]
    pub fn is_on_this_machine(&self) -> bool {
        self.is_here(&self.root)
    }

    /// Whether a token may be sent to the root: over TLS, on this machine, or if plain HTTP was allowed.
    #[must_use]
    pub fn may_bear_token(&self) -> bool {
        self.may_bear_token_to(&self.root)
    }

    fn may_bear_token_to(&self, url: &str) -> bool {
        let encrypted = url.parse::<http::Uri>().is_ok_and(|url| url.scheme_str() == Some("https"));
        encrypted || self.connection.allows_insecure_http() || self.is_here(url)
    }

    fn is_here(&self, url: &str) -> bool {
        let proxy = self.connection.given_proxy();
        is_loopback(url) && proxy.is_none_or(|proxy| is_loopback_host(proxy.host()))
    }
}

/// Whether the URL's host is this machine.
fn is_loopback(url: &str) -> bool {
    let Ok(url) = url.parse::<http::Uri>() else { return false };
    is_loopback_host(url.host().unwrap_or_default())
}

fn is_loopback_host(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    let numbered = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    numbered || host.eq_ignore_ascii_case("localhost")
}

/// Sends requests to one target over kept connections.
#[derive(Debug)]
pub struct Client {
    agent: ureq::Agent,
    target: Target,
    service: Service,
    /// The most bytes that an answer has for a record.
    longest_entry: usize,
    pace: Pace,
    senders: Senders,
    /// How many kept connections broke.
    broken: AtomicU32,
    /// The tokens so far; requests bear the last one.
    tokens: RwLock<Vec<Secret>>,
}

impl Client {
    /// A client for the target, with the contract's way of naming a caller and of asking for patience.
    #[must_use]
    pub fn new(contract: &Contract, target: Target) -> Self {
        let service = contract.file.service.clone();
        let tokens = RwLock::new(vec![target.token.clone()]);
        Self {
            agent: agent(&target),
            target,
            service,
            longest_entry: bound::longest_entry(contract),
            pace: Pace::default(),
            senders: Senders::default(),
            broken: AtomicU32::new(0),
            tokens,
        }
    }

    /// Where requests go.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// The token that requests bear.
    #[must_use]
    pub fn token(&self) -> Secret {
        let tokens = self.tokens.read().unwrap_or_else(PoisonError::into_inner);
        tokens.last().unwrap_or(&self.target.token).clone()
    }

    /// The text, with `$TALLY_TOKEN` in place of each token that requests bore so far.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.redact_start(text.as_bytes(), usize::MAX)
    }

    /// The text of the first bytes, at most `most`, redacted in the same way. A token that begins there is not cut.
    #[must_use]
    pub fn redact_start(&self, bytes: &[u8], most: usize) -> String {
        redacted(self.secrets().iter(), bytes, most)
    }

    /// What no report may show: the tokens that requests bore so far, and the secrets of the target's URL.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        let tokens = self.tokens.read().unwrap_or_else(PoisonError::into_inner);
        let of_url = secrets_of_url(&self.target.root).into_iter().map(Secret::new);
        tokens.iter().cloned().chain(of_url).collect()
    }

    /// Whether the run is to end: nothing is sent, and nothing waited for, any more.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.target.connection.halt.is_reached()
    }

    /// Waits for so long, or until the run ends.
    pub(crate) fn sleep(&self, time: Duration) {
        self.target.connection.halt.sleep(time);
    }

    /// Fetches a fresh token, which requests bear from now on. `None` if the target has no source of tokens.
    ///
    /// # Errors
    ///
    /// Why there is no fresh token: the source's own reason, or that reports could not keep it secret.
    pub fn refresh_token(&self) -> Option<Result<(), String>> {
        let source = Arc::clone(self.target.connection.token_source()?);
        let fetched = self.target.connection.halt.wait_for(move || source());
        let fetched = fetched.unwrap_or_else(|| Err("the run ended before there was one".to_owned()));
        Some(fetched.and_then(|token| {
            if !token.can_be_redacted() && !self.target.is_on_this_machine() {
                let least = Secret::SHORTEST;
                return Err(format!("the fresh token is shorter than {least} characters"));
            }
            self.tokens.write().unwrap_or_else(PoisonError::into_inner).push(token);
            Ok(())
        }))
    }

    /// Sends a request once, over a connection of its own: no answer is waited out, and none may take longer than
    /// `timeout`.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub fn probe(&self, request: &Request, timeout: Duration) -> Result<Answer, Failure> {
        self.pace.wait(self.target.connection.rate, &self.target.connection.halt);
        self.once(&self.hurried(timeout), request)
    }

    /// A connection of its own, with no more time for an answer than that.
    fn hurried(&self, timeout: Duration) -> ureq::Agent {
        agent(&Target { timeout: timeout.min(self.target.timeout), ..self.target.clone() })
    }

    /// Whether the contract calls such an answer no verdict.
    #[must_use]
    pub fn is_no_verdict(&self, answer: &Answer) -> bool {
        backoff::is_no_verdict(&self.service, answer)
    }

    /// The error code in a platform error's body.
    #[must_use]
    pub fn error_code(&self, answer: &Answer) -> Option<String> {
        backoff::error_code(&self.service, answer)
    }

    /// Sends a request. A transport failure is tried once more, over a connection of its own, since a kept
    /// one may have been closed meanwhile; an answer that is no verdict is waited out a few times. Neither lasts longer
    /// than an outage may. Once three kept connections broke, each request has a connection of its own.
    #[must_use]
    pub fn send(&self, request: Request) -> Exchange {
        let mut attempts = 0;
        let (mut failures, mut left) = (0, self.target.connection.max_outage());
        let mut resent = None;
        let mut waits = backoff::Waits::within(left);
        let outcome = loop {
            attempts += 1;
            self.pace.wait(self.target.connection.rate, &self.target.connection.halt);
            let started = Instant::now();
            let keeps = self.broken.load(Ordering::Relaxed) < KEPT_THAT_BREAK;
            let sent = match failures {
                0 if keeps => self.once(&self.agent, &request),
                0 => self.once(&agent(&self.target), &request),
                _ => self.once(&self.hurried(left), &request),
            };
            match sent {
                Ok(answer) if backoff::is_no_verdict(&self.service, &answer) => {
                    let Some(wait) = waits.next(&answer) else { break Outcome::NoVerdict(answer) };
                    self.sleep(wait);
                }
                Ok(answer) => break Outcome::Answered(answer),
                Err(Failure::Stopped) => break Outcome::Away,
                Err(failure) => {
                    failures += 1;
                    if matches!(failure, Failure::Broken(_)) {
                        resent = Some(if keeps { Resent::Kept } else { Resent::Own });
                        self.broken.fetch_add(1, Ordering::Relaxed);
                    }
                    left = left.saturating_sub(started.elapsed());
                    if failures == 2 || left.is_zero() {
                        break Outcome::Failed(failure);
                    }
                }
            }
        };
        let resent = resent.filter(|_| matches!(outcome, Outcome::Answered(_) | Outcome::NoVerdict(_)));
        Exchange { request, outcome, attempts, resent }
    }

    /// Asks a URL that is not the API's, once. The target's token is not sent there.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub fn ask(&self, verb: &str, url: &str, bearer: Option<&Secret>) -> Result<Answer, Failure> {
        let mut builder = http::Request::builder().method(verb).uri(url);
        if bearer.is_some() && !self.target.may_bear_token_to(url) {
            return Err(clear_text());
        }
        if let Some(token) = bearer {
            builder = builder.header("Authorization", format!("Bearer {}", token.reveal()));
        }
        let built = builder.body(Arc::from([])).map_err(|error| Failure::Unreachable(error.to_string()))?;
        self.senders.send(&self.target.connection.halt, run, (&self.agent, built, LONG))
    }

    fn once(&self, agent: &ureq::Agent, request: &Request) -> Result<Answer, Failure> {
        if matches!(request.token, Token::Given | Token::Altered(_)) && !self.target.may_bear_token() {
            return Err(clear_text());
        }
        let built = self.build(request).map_err(|error| Failure::Unreachable(error.to_string()))?;
        let most = bound::longest_answer(&request.body, self.longest_entry);
        self.senders.send(&self.target.connection.halt, run, (agent, built, most))
    }

    fn build(&self, request: &Request) -> Result<Built, http::Error> {
        let mut builder = http::Request::builder()
            .method(request.verb.as_str())
            .uri(format!("{}{}", self.target.root, request.path));
        if let Some(media_type) = &request.media_type {
            builder = builder.header("Content-Type", media_type);
        }
        let authentication = &self.service.authentication;
        let scheme = &authentication.scheme;
        let credentials = match &request.token {
            Token::Given => Some(format!("{scheme} {}", self.token().reveal())),
            Token::MadeUp(token) => Some(format!("{scheme} {token}")),
            Token::Altered(how) => Some(how.of(scheme, self.token().reveal()).0),
            Token::Missing => None,
        };
        if let Some(credentials) = credentials {
            builder = builder.header(&authentication.header, credentials);
        }
        let bodiless = matches!(request.verb.as_str(), "GET" | "HEAD");
        builder.body(if bodiless { Arc::from([]) } else { Arc::clone(&request.body) })
    }
}

/// Kept connections that may break before none is kept any more.
const KEPT_THAT_BREAK: u32 = 3;

fn agent(target: &Target) -> ureq::Agent {
    let mut config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .allow_non_standard_methods(true)
        .user_agent(concat!("tally/", env!("CARGO_PKG_VERSION")))
        .tls_config(target.connection.tls())
        .timeout_global(Some(target.timeout));
    // The environment's proxy is for elsewhere.
    if let Some(proxy) = target.connection.given_proxy() {
        config = config.proxy(Some(proxy));
    } else if is_loopback(&target.root) {
        config = config.proxy(None);
    }
    ureq::Agent::new_with_config(config.build())
}

/// The most bytes of a reader's answer, which holds whole records.
const LONG: usize = bound::MOST;

fn run(agent: &ureq::Agent, built: &Built, most: usize) -> Result<Answer, Failure> {
    let started = Instant::now();
    let mut request = http::Request::builder().method(built.method()).uri(built.uri());
    for (name, value) in built.headers() {
        request = request.header(name, value);
    }
    let request = request.body(&built.body()[..]).map_err(|error| Failure::Unreachable(error.to_string()))?;
    let mut response = agent.run(request).map_err(|error| failure(&error))?;
    let headers = response.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let (status, headers) = (response.status().as_u16(), headers.collect());
    let (body, cut_short) = read(response.body_mut(), most)?;
    Ok(Answer { status, headers, body: body.into(), cut_short, duration: started.elapsed() })
}

fn read(body: &mut ureq::Body, most: usize) -> Result<(Vec<u8>, bool), Failure> {
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    // Room for the whole, if its length is known: a buffer that grows takes twice as much.
    let length = body.content_length().map_or(0, |length| length.min(limit) + 1);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    body.as_reader().take(limit + 1).read_to_end(&mut bytes).map_err(|error| {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
            Some(inner) => failure(inner),
            None if error.kind() == std::io::ErrorKind::TimedOut => Failure::TimedOut,
            None => Failure::Broken(error.to_string()),
        }
    })?;
    let cut_short = bytes.len() > most;
    bytes.truncate(most);
    bytes.shrink_to_fit();
    Ok((bytes, cut_short))
}

/// Why a token was not sent.
fn clear_text() -> Failure {
    Failure::Unreachable("a token is not sent over plain HTTP to another machine".to_owned())
}

fn failure(error: &ureq::Error) -> Failure {
    use std::io::ErrorKind;
    match error {
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            Failure::Unreachable("the connection took too long".to_owned())
        }
        ureq::Error::Timeout(_) => Failure::TimedOut,
        ureq::Error::Io(io) if io.kind() == ErrorKind::TimedOut => Failure::TimedOut,
        ureq::Error::Io(io) if io.kind() == ErrorKind::ConnectionRefused => {
            Failure::Unreachable("the connection was refused".to_owned())
        }
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::BadUri(_) => {
            Failure::Unreachable(error.to_string())
        }
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => Failure::Unreachable(error.to_string()),
        other => Failure::Broken(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(root: &str) -> Target {
        Target {
            root: root.to_owned(),
            token: Secret::new("x"),
            timeout: Duration::from_secs(1),
            connection: Connection::default(),
        }
    }

    #[test]
    fn a_token_needs_tls_or_this_machine() {
        for (root, proxy, may) in [
            ("http://127.0.0.1:80/x", None, true),
            ("https://example.org/x", None, true),
            ("https://example.org/x", Some("http://192.0.2.1:3128"), true),
            ("http://localhost", Some("http://127.0.0.1:3128"), true),
            ("http://localhost", Some("http://192.0.2.1:3128"), false),
            ("http://example.org/x", None, false),
            ("http://127.0.0.1@example.org/x", None, false),
            ("http://0.0.0.0/x", None, false),
        ] {
            let mut target = target(root);
            if let Some(proxy) = proxy {
                target.connection.proxy(proxy).expect("a proxy's URL");
            }
            assert_eq!(target.may_bear_token(), may, "{root} {proxy:?}");
            target.connection.allow_insecure_http();
            assert!(target.may_bear_token(), "{root} {proxy:?}");
        }
    }

    #[test]
    fn a_loopback_host_is_known() {
        for root in ["http://127.0.0.1:80/x", "http://localhost/x", "http://[::1]:8080", "http://127.9.9.9"] {
            assert!(target(root).is_on_this_machine(), "{root}");
        }
        for root in ["https://example.org/x", "http://127.0.0.1.example.org", "http://10.0.0.1", "nonsense"] {
            assert!(!target(root).is_on_this_machine(), "{root}");
        }
    }
}
