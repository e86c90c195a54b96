//! The certificate that a mock serves with, and its key.

use std::fs;
use std::path::Path;

use tally_mock::{Builder, TlsError};

use super::Args;

/// The mock, served over TLS if a certificate is given.
///
/// # Errors
///
/// If a file can't be read.
pub(super) fn served(builder: Builder, args: &Args) -> Result<Builder, String> {
    let (Some(certificate), Some(key)) = (&args.tls_cert, &args.tls_key) else { return Ok(builder) };
    let read = |option: &str, path: &Path| {
        fs::read(path).map_err(|error| format!("{option} {}: {error}", path.display()))
    };
    Ok(builder.tls(read("--tls-cert", certificate)?, read("--tls-key", key)?))
}

/// Says which file can't be used, and why.
pub(super) fn unusable(error: &TlsError, args: &Args) -> String {
    let shown = |file: &Option<std::path::PathBuf>| {
        file.as_deref().map(|file| file.display().to_string()).unwrap_or_default()
    };
    let (certificate, key) = (shown(&args.tls_cert), shown(&args.tls_key));
    match error {
        TlsError::Certificate(why) => format!("--tls-cert {certificate}: {why}"),
        TlsError::Key(why) => format!("--tls-key {key}: {why}"),
        _ => format!("--tls-key {key} does not fit --tls-cert {certificate}: {error}"),
    }
}
