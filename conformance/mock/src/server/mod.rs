//! The endpoint, served over HTTP.

mod admin;
mod body;
mod config;
mod connections;
mod guard;
mod hub;
mod journal;
mod patient;
mod redact;
mod served;
mod wire;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use http::HeaderName;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use self::config::{Limits, MockConfig};
use self::guard::Guard;
use self::redact::Redact;
use self::served::{Parted, Served};
use super::fault::Faulty;
use super::state::{Organisation, Setup};
use tally_fixtures::Secret;

/// A mock that serves until it is stopped or dropped.
#[derive(Debug)]
pub struct RunningMock {
    address: SocketAddr,
    root: String,
    organisation: Arc<Organisation>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl RunningMock {
    /// The URL of the API's root, base path included, with no slash at the end.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it answers for.
    #[must_use]
    pub const fn organisation(&self) -> &Arc<Organisation> {
        &self.organisation
    }

    /// Stops it: it accepts nothing more, and the requests in hand have the grace of its limits to end.
    /// Waits until it has.
    pub fn stop(mut self) {
        self.halt();
    }

    fn halt(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A server that has ended by itself hears nothing, which is what we want of it.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.organisation.end();
    }
}

impl Drop for RunningMock {
    fn drop(&mut self) {
        self.halt();
    }
}

/// Starts a mock on threads of its own, and returns once it listens.
///
/// # Errors
///
/// Where the address can't be listened on, where others can reach it and no token keeps them from the
/// page, where the store can't be opened, or where no thread can be had.
pub fn start(config: MockConfig) -> io::Result<RunningMock> {
    // Before it listens: an address that may not be served is not to be reached for a moment either.
    Guard::new(config.address, config.admin_token.clone()).map_err(io::Error::other)?;
    let service = &config.contract.file.service;
    let base_path = service.base_path().to_owned();
    let header = HeaderName::try_from(service.authentication.header.as_str()).map_err(io::Error::other)?;
    let tokens = config.token.as_deref().into_iter().chain(config.admin_token.as_ref().map(Secret::reveal));
    let redact = Arc::new(Redact::new(tokens, header.as_str()));
    let of_jobs = Arc::clone(&redact);
    let setup = Setup {
        fixtures: config.fixtures.clone(),
        store: config.store.clone(),
        job_pause: config.job_pause,
        now: jiff::Timestamp::now,
        clean: Box::new(move |credentials, text| of_jobs.with(credentials).text(text)),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind(config.address))?;
    let address = listener.local_addr()?;
    let guard = Guard::new(address, config.admin_token.clone()).map_err(io::Error::other)?;
    let organisation = Organisation::new(Arc::clone(&config.contract), setup).map_err(io::Error::other)?;
    let (limits, contract) = (config.limits, Arc::clone(&config.contract));
    let endpoint = Faulty::new(config, Arc::clone(&organisation));
    let served = Served::new(Parted { endpoint, contract, header, guard, limits, redact });
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::Builder::new().name("mock".to_owned()).spawn(move || {
        let stopped = async {
            let _ = stopped.await;
        };
        runtime.block_on(connections::serve(listener, served, limits, stopped));
        // What outlived the grace would hold up the end for ever.
        runtime.shutdown_background();
    })?;
    let root = format!("http://{address}{base_path}");
    Ok(RunningMock { address, root, organisation, stop: Some(stop), thread: Some(thread) })
}
