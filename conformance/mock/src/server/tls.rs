//! Connections over TLS.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{Error, ServerConfig};
use tokio_rustls::server::TlsStream;

use super::seldom::Seldom;

/// The first byte of a connection that speaks TLS.
const HANDSHAKE: u8 = 0x16;
/// How much of an answer waits in a connection until its client reads it.
const UNSENT: usize = 16 * 1024;
/// How much is read of a connection that speaks something else, so that it ends in order.
const PASSED_OVER: usize = 16 * 1024;

/// A certificate and its key, as text that is not read yet.
#[derive(Clone)]
pub(crate) struct Pem {
    pub(crate) certificates: Vec<u8>,
    pub(crate) key: Vec<u8>,
}

impl fmt::Debug for Pem {
    /// Without the private key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pem").finish_non_exhaustive()
    }
}

/// What is wrong with a certificate or its key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificates can't be used.
    Certificate(String),
    /// The private key can't be used.
    Key(String),
    /// The private key belongs to another certificate.
    Mismatch,
}

impl fmt::Display for TlsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(why) | Self::Key(why) => formatter.write_str(why),
            Self::Mismatch => formatter.write_str(
                "the private key does not belong to the first certificate: put the server's own certificate \
                 first, and use the key that it was made with",
            ),
        }
    }
}

impl std::error::Error for TlsError {}

/// Answers handshakes.
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    failed: Seldom,
}

impl Tls {
    /// Reads a certificate and its key.
    pub(crate) fn new(pem: &Pem) -> Result<Self, TlsError> {
        let certificates = certificates(&pem.certificates)?;
        let key = key(&pem.key)?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::Key(error.to_string()))?
            .with_no_client_auth()
            .with_single_cert(certificates, key);
        let mut config = config.map_err(|error| match error {
            Error::InconsistentKeys(_) => TlsError::Mismatch,
            Error::InvalidCertificate(_) => {
                TlsError::Certificate(format!("the first certificate can't be read: {error}"))
            }
            _ => TlsError::Key(format!(
                "the private key can't be used: {error}; it must be RSA, ECDSA (P-256, P-384) or Ed25519"
            )),
        })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), failed: Seldom::default() })
    }

    /// Answers the handshake of a connection; `None` if there was none in time, or none that could be agreed on.
    pub(super) async fn accept(&self, stream: TcpStream, time: Duration) -> Option<TlsStream<TcpStream>> {
        let handshake = tokio::time::timeout(time, async {
            let mut first = [0];
            match stream.peek(&mut first).await {
                Ok(1..) if first == [HANDSHAKE] => {}
                Ok(0) | Err(_) => return None,
                Ok(_) => {
                    tracing::debug!("a connection that does not speak TLS was closed");
                    let _ = stream.try_read(&mut [0; PASSED_OVER]);
                    return None;
                }
            }
            let accepting = self.acceptor.accept_with(stream, |of| of.set_buffer_limit(Some(UNSENT)));
            accepting.await.inspect_err(|error| self.note(&error.to_string())).ok()
        });
        handshake.await.unwrap_or_else(|_| {
            self.note("it took too long");
            None
        })
    }

    fn note(&self, why: &str) {
        match self.failed.one_more() {
            Some(1) => tracing::info!("a TLS handshake failed: {why}"),
            Some(times) => tracing::info!("{times} TLS handshakes failed; the last: {why}"),
            None => tracing::debug!("a TLS handshake failed: {why}"),
        }
    }
}

fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = CertificateDer::pem_slice_iter(text).collect::<Result<Vec<_>, _>>();
    let certificates = read.map_err(|error| TlsError::Certificate(damaged(&error)))?;
    if certificates.is_empty() {
        return Err(TlsError::Certificate(format!(
            "there is no certificate in it{}: it must be PEM, with a line -----BEGIN CERTIFICATE-----, the \
             server's own certificate first",
            if PrivateKeyDer::from_pem_slice(text).is_ok() { ", but a private key" } else { "" },
        )));
    }
    Ok(certificates)
}

fn key(text: &[u8]) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_slice(text).map_err(|error| {
        TlsError::Key(match error {
            pem::Error::NoItemsFound if is_encrypted(text) => {
                "the private key in it is encrypted: `openssl pkey -in FILE -out PLAIN-FILE` writes it without its \
                 passphrase"
                    .to_owned()
            }
            pem::Error::NoItemsFound => "there is no private key in it: it must be PEM, with a line \
                                         -----BEGIN PRIVATE KEY-----"
                .to_owned(),
            error => damaged(&error),
        })
    })
}

fn is_encrypted(text: &[u8]) -> bool {
    String::from_utf8_lossy(text).contains("BEGIN ENCRYPTED PRIVATE KEY")
}

/// What is wrong with the form, without a line of what may be a key.
fn damaged(error: &pem::Error) -> String {
    let why = match error {
        pem::Error::MissingSectionEnd { .. } => "the line -----END …----- is missing",
        pem::Error::IllegalSectionStart { .. } => "a line -----BEGIN …----- is damaged",
        pem::Error::Base64Decode(_) => "what stands between its lines is not base64",
        _ => "it is damaged",
    };
    format!("it can't be read as PEM: {why}")
}
