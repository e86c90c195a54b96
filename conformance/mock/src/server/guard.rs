//! Authorises requests: rejects foreign origins and protects `/_tally/`.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HOST, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::transport::Transport;
use tally_fixtures::Secret;

/// Authorises requests.
pub(crate) struct Guard {
    /// The values of `Host` that are this mock's, or `None` if other machines reach it, by names that nobody knows
    /// here.
    hosts: Option<Vec<String>>,
    /// What the URLs of pages of its own begin with.
    origins: &'static [&'static str],
    token: Option<Secret>,
}

/// What a path belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RouteClass {
    /// The contract's API.
    Api,
    /// Whether the mock is up, which is not a secret.
    Health,
    /// The page, and the mock's own API.
    Own,
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) why: &'static str,
}

const OTHER_HOST: Refused = Refused {
    status: StatusCode::MISDIRECTED_REQUEST,
    why: "this mock only answers to localhost, 127.0.0.1 and [::1] at its own port",
};
const OTHER_ORIGIN: Refused =
    Refused { status: StatusCode::FORBIDDEN, why: "this mock does not answer pages of another origin" };
const NO_TOKEN: Refused = Refused {
    status: StatusCode::UNAUTHORIZED,
    why: "unauthorized: send TALLY_ADMIN_TOKEN as a bearer token",
};

impl RouteClass {
    /// What a path belongs to.
    pub(super) fn of(path: &str) -> Self {
        match path {
            "/healthz" => Self::Health,
            "/" | "/_tally" => Self::Own,
            path if path.starts_with("/_tally/") => Self::Own,
            _ => Self::Api,
        }
    }
}

impl Guard {
    /// The guard of a mock that listens there, and speaks so.
    ///
    /// # Errors
    ///
    /// If other machines can reach it and no token is given.
    pub(crate) fn new(
        address: SocketAddr,
        transport: &Transport,
        token: Option<Secret>,
    ) -> Result<Self, &'static str> {
        if !address.ip().is_loopback() && token.is_none() {
            return Err("other machines can reach this address: set TALLY_ADMIN_TOKEN, which the page and \
                        everything under /_tally/ then require");
        }
        let own = address.ip().is_loopback().then(|| {
            let itself = match address.ip() {
                std::net::IpAddr::V4(ip) => ip.to_string(),
                std::net::IpAddr::V6(ip) => format!("[{ip}]"),
            };
            let names = ["localhost", "127.0.0.1", "[::1]", &itself];
            let mut hosts: Vec<String> =
                names.iter().map(|name| format!("{name}:{}", address.port())).collect();
            if address.port() == transport.port() {
                hosts.extend(names.map(str::to_owned));
            }
            hosts
        });
        let origins: &[&str] = match (transport.scheme(), &own) {
            ("https", _) => &["https://"],
            (_, Some(_)) => &["http://"],
            // Something before the mock may add TLS.
            (_, None) => &["http://", "https://"],
        };
        Ok(Self { hosts: own, origins, token })
    }

    /// Lets a request pass, or says why not.
    pub(super) fn check(&self, request: &Parts, class: RouteClass) -> Result<(), Refused> {
        let headers = &request.headers;
        let origins: Vec<_> = headers.get_all(ORIGIN).iter().collect();
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        let host = host(request);
        if class == RouteClass::Health {
            return Ok(());
        }
        // A page may have had its own name resolved to this machine: to a browser it is then of one origin
        // with the mock, and only the name shows it. Other clients may reach the API by any name.
        let from_browser = !origins.is_empty() || site.is_some();
        if let Some(hosts) = &self.hosts
            && (class == RouteClass::Own || from_browser)
            && !host.is_some_and(|host| hosts.iter().any(|own| own.eq_ignore_ascii_case(host)))
        {
            return Err(OTHER_HOST);
        }
        let is_own = |origin: &&HeaderValue| {
            let host = host.unwrap_or_default();
            let text = origin.to_str().unwrap_or_default();
            let named = self.origins.iter().find_map(|start| text.strip_prefix(start));
            named.is_some_and(|named| !named.is_empty() && named.eq_ignore_ascii_case(host))
        };
        if !origins.iter().all(is_own) {
            return Err(OTHER_ORIGIN);
        }
        let elsewhere = site.is_some_and(|site| site != b"same-origin" && site != b"none");
        if elsewhere && !is_link(request) {
            return Err(OTHER_ORIGIN);
        }
        if class == RouteClass::Own && !self.has_token(headers) {
            return Err(NO_TOKEN);
        }
        Ok(())
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let Some(wanted) = &self.token else { return true };
        let Some(sent) = headers.get(AUTHORIZATION).and_then(|sent| sent.to_str().ok()) else { return false };
        let Some((scheme, sent)) = sent.split_once(' ') else { return false };
        let sent = sent.trim();
        let password;
        let token = if scheme.eq_ignore_ascii_case("bearer") {
            sent.as_bytes()
        } else if scheme.eq_ignore_ascii_case("basic") {
            password = STANDARD.decode(sent).unwrap_or_default();
            let colon = password.iter().position(|byte| *byte == b':');
            colon.map_or(&[][..], |colon| &password[colon + 1..])
        } else {
            return false;
        };
        wanted.is(token)
    }
}

/// The host that a request is for, unless it names several.
fn host(request: &Parts) -> Option<&str> {
    let mut named = request.headers.get_all(HOST).iter();
    let host = named.next().and_then(|host| host.to_str().ok());
    let in_line = request.uri.authority().map(http::uri::Authority::as_str);
    match (host, in_line) {
        _ if named.next().is_some() => None,
        (Some(host), Some(in_line)) => (host == in_line).then_some(host),
        (host, in_line) => host.or(in_line),
    }
}

/// Whether somebody followed a link to the page, which does nothing but show it.
fn is_link(request: &Parts) -> bool {
    let is = |name: &str, value: &str| request.headers.get(name).is_some_and(|sent| sent == value);
    request.method == Method::GET
        && request.uri.path() == "/"
        && is("sec-fetch-mode", "navigate")
        && is("sec-fetch-dest", "document")
}
