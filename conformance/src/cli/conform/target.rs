//! The target, from the arguments and the environment.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::args::Args;
use super::token_command;
use tally_fixtures::shown_url;
use tally_runner::client::{Connection, Secret, Target};

/// The target at a root.
///
/// # Errors
///
/// A message for people: a file that cannot be used, an invalid URL, no token from the command for it.
pub(super) fn target(args: &Args, root: &str) -> Result<Target, String> {
    let root = root.trim_end_matches('/').to_owned();
    let is_web = root.starts_with("http://") || root.starts_with("https://");
    if !root.is_empty() && !is_web {
        return Err(format!("--target {:?} must start with http:// or https://", shown_url(&root)));
    }
    let mut connection = Connection::at_rate(args.rate);
    if let Some(proxy) = &args.proxy {
        if proxy.contains('@') {
            return Err("--proxy contains credentials: put proxies with credentials in HTTPS_PROXY instead"
                .to_owned());
        }
        connection.proxy(proxy).map_err(|error| format!("--proxy {proxy:?}: {error}"))?;
    }
    if args.allow_insecure_http {
        connection.allow_insecure_http();
    }
    if let Some(path) = &args.ca_cert {
        connection.trust(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if let Some(path) = &args.client_cert {
        connection.identify(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let max_outage = Duration::from_secs(args.max_outage);
    connection.wait_for_outages(max_outage);
    let source = args.token_command.as_ref().filter(|_| !args.dry_run);
    let source = source.map(|command| token_command::source(command, max_outage));
    let token = match (token(), &source) {
        (Some(token), _) => token,
        (None, Some(source)) => source()?,
        (None, None) => Secret::new(format!("tally-{:016x}", super::drawn())),
    };
    if let Some(source) = source {
        connection.refresh_tokens(source);
    }
    Ok(Target { root, token, timeout: Duration::from_secs(args.timeout), connection })
}

/// The token in the environment.
pub(super) fn token() -> Option<Secret> {
    std::env::var("TALLY_TOKEN").ok().filter(|token| !token.is_empty()).map(Secret::new)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
