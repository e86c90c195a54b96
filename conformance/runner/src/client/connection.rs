//! What is particular about the way to a target.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tally_fixtures::Secret;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

use super::halt::Halt;

/// The longest outage that is waited for, unless another is set.
const MAX_OUTAGE: Duration = Duration::from_secs(30);

/// Fetches a token that is valid now, or says why it cannot.
pub type TokenSource = Arc<dyn Fn() -> Result<Secret, String> + Send + Sync>;

/// What is particular about the way to a target.
#[derive(Clone, Default)]
pub struct Connection {
    /// The most requests in a second; any number where none is given.
    pub(super) rate: Option<f64>,
    /// Whether a token may go over plain HTTP to another machine.
    insecure_http: bool,
    proxy: Option<ureq::Proxy>,
    trusted: Vec<Certificate<'static>>,
    identity: Option<ClientCert>,
    max_outage: Option<Duration>,
    token_source: Option<TokenSource>,
    pub(super) halt: Halt,
}

impl Connection {
    /// The plain way, with at most so many requests in a second.
    #[must_use]
    pub fn at_rate(rate: Option<f64>) -> Self {
        Self { rate, ..Self::default() }
    }

    /// Lets tokens go over plain HTTP to another machine.
    pub const fn allow_insecure_http(&mut self) {
        self.insecure_http = true;
    }

    pub(super) const fn allows_insecure_http(&self) -> bool {
        self.insecure_http
    }

    /// Waits for nothing any longer once `stop` is set: for no answer, no pause, and no fresh token.
    pub fn stop_with(&mut self, stop: Arc<AtomicBool>) {
        self.halt.stop_with(stop);
    }

    /// Waits for nothing any longer from that time on.
    pub fn end_at(&mut self, time: Instant) {
        self.halt.end_at(time);
    }

    /// Waits for a target that is away for at most this long.
    pub const fn wait_for_outages(&mut self, most: Duration) {
        self.max_outage = Some(most);
    }

    /// The longest outage that is waited for.
    pub(crate) fn max_outage(&self) -> Duration {
        self.max_outage.unwrap_or(MAX_OUTAGE)
    }

    /// Replaces a token that the target no longer accepts by a fresh one from here.
    pub fn refresh_tokens(&mut self, source: TokenSource) {
        self.token_source = Some(source);
    }

    pub(super) const fn token_source(&self) -> Option<&TokenSource> {
        self.token_source.as_ref()
    }

    /// Goes through a proxy.
    ///
    /// # Errors
    ///
    /// Where the URL is no proxy's.
    pub fn proxy(&mut self, url: &str) -> Result<(), String> {
        self.proxy = Some(ureq::Proxy::new(url).map_err(|error| error.to_string())?);
        Ok(())
    }

    /// Trusts these authorities, and no others.
    ///
    /// # Errors
    ///
    /// Where the text is no PEM, or holds no certificate.
    pub fn trust(&mut self, pem: &[u8]) -> Result<(), String> {
        self.trusted = split(pem)?.0;
        if self.trusted.is_empty() { Err("there is no certificate in it".to_owned()) } else { Ok(()) }
    }

    /// Shows a certificate of its own.
    ///
    /// # Errors
    ///
    /// Where the text is no PEM, or holds no certificate, or no private key.
    pub fn identify(&mut self, pem: &[u8]) -> Result<(), String> {
        let (certificates, key) = split(pem)?;
        if certificates.is_empty() {
            return Err("there is no certificate in it".to_owned());
        }
        let key = key.ok_or("there is no private key in it")?;
        self.identity = Some(ClientCert::new_with_certs(&certificates, key));
        Ok(())
    }

    /// The proxy, where one was given.
    pub(super) fn given_proxy(&self) -> Option<ureq::Proxy> {
        self.proxy.clone()
    }

    pub(super) fn tls(&self) -> TlsConfig {
        let mut tls = TlsConfig::builder().client_cert(self.identity.clone());
        if !self.trusted.is_empty() {
            tls = tls.root_certs(RootCerts::new_with_certs(&self.trusted));
        }
        tls.build()
    }
}

impl fmt::Debug for Connection {
    /// Without the private key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connection").field("rate", &self.rate).finish_non_exhaustive()
    }
}

type Pem = (Vec<Certificate<'static>>, Option<PrivateKey<'static>>);

fn split(pem: &[u8]) -> Result<Pem, String> {
    let (mut certificates, mut key) = (Vec::new(), None);
    for item in parse_pem(pem) {
        match item.map_err(|error| error.to_string())? {
            PemItem::Certificate(certificate) => certificates.push(certificate),
            PemItem::PrivateKey(found) => key = Some(found),
            _ => {}
        }
    }
    Ok((certificates, key))
}

/// Lets requests through at a rate.
#[derive(Debug, Default)]
pub(super) struct Pace {
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// Waits for the request's turn.
    pub(super) fn wait(&self, rate: Option<f64>, halt: &Halt) {
        let Some(rate) = rate else { return };
        let now = Instant::now();
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + Duration::from_secs_f64(1.0 / rate));
            turn
        };
        halt.sleep(turn.saturating_duration_since(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pem_is_told() {
        let mut connection = Connection::default();
        assert!(connection.trust(b"nothing of the sort").is_err());
        assert!(connection.identify(b"").unwrap_err().contains("no certificate"));
        assert!(connection.proxy("http://127.0.0.1:3128").is_ok());
        assert!(connection.proxy("::::").is_err());
    }

    #[test]
    fn requests_wait_for_their_turn() {
        let pace = Pace::default();
        let started = Instant::now();
        for _ in 0..4 {
            pace.wait(Some(100.0), &Halt::default());
        }
        assert!(started.elapsed() >= Duration::from_millis(29));
    }
}
