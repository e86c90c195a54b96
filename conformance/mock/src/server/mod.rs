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

use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread;

use http::HeaderName;
use tally_fixtures::{Fixtures, Secret};
use tokio::net::TcpListener;
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;

pub use self::config::Limits;
use self::guard::Guard;
pub use self::journal::{Exchange, Message};
use self::redact::Redact;
use self::served::Parted;
pub(crate) use self::served::Served;
use super::builder::{Builder, StartError};
use super::fault::{Faulty, Honest};
use super::mock::Mock;
use super::state::{Organisation, Setup};

/// A mock that listens.
struct Listening {
    runtime: Runtime,
    listener: TcpListener,
    address: SocketAddr,
    served: Arc<Served>,
}

/// Starts a mock on threads of its own, and returns once it listens.
///
/// A runtime may neither block nor be dropped inside another one, so it lives and ends on the mock's thread.
pub(crate) fn start(builder: Builder) -> Result<Mock, StartError> {
    let (contract, limits) = (builder.contract.clone(), builder.limits);
    let (report, started) = mpsc::sync_channel(1);
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = thread::Builder::new()
        .name("mock".to_owned())
        .spawn(move || {
            let Listening { runtime, listener, address, served } = match listen(builder) {
                Ok(listening) => listening,
                Err(error) => {
                    let _ = report.send(Err(error));
                    return;
                }
            };
            let _ = report.send(Ok((address, Arc::clone(&served))));
            let stopped = async {
                let _ = stopped.await;
            };
            runtime.block_on(connections::serve(listener, served, limits, stopped));
            // What outlived the grace would hold up the end for ever.
            runtime.shutdown_background();
        })
        .map_err(StartError::Thread)?;
    match started.recv() {
        Ok(Ok((address, served))) => {
            let root = format!("http://{address}{}", contract.spec().file.service.base_path());
            Ok(Mock { contract, address, root, served, stop: Some(stop), thread: Some(thread) })
        }
        Ok(Err(error)) => {
            let _ = thread.join();
            Err(error)
        }
        Err(_) => match thread.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(()) => unreachable!("the thread reports before it ends"),
        },
    }
}

fn listen(builder: Builder) -> Result<Listening, StartError> {
    let Builder { contract, token, admin_token, address, fixtures, fault, store, limits, job_pause, seed } =
        builder;
    // Before it listens: an address that may not be served must not be reachable for a moment either.
    Guard::new(address, admin_token.clone()).map_err(StartError::NoAdminToken)?;
    let spec = Arc::clone(contract.spec());
    let fixtures = fixtures.map_or_else(|| Fixtures::sample(&spec).map_err(StartError::Fixtures), Ok)?;
    let named = &spec.file.service.authentication.header;
    let header = HeaderName::try_from(named.as_str()).map_err(|_| StartError::Header(named.clone()))?;
    let tokens = token.iter().chain(&admin_token).map(Secret::reveal);
    let redact = Arc::new(Redact::new(tokens, header.as_str()));
    let of_jobs = Arc::clone(&redact);
    let setup = Setup {
        fixtures: fixtures.clone(),
        store,
        job_pause,
        now: jiff::Timestamp::now,
        clean: Box::new(move |credentials, text| of_jobs.with(credentials).text(text)),
    };
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(StartError::Thread)?;
    let bound = runtime.block_on(TcpListener::bind(address));
    let bound = bound.and_then(|listener| Ok((listener.local_addr()?, listener)));
    let (address, listener) = bound.map_err(|error| StartError::Address(address, error))?;
    let guard = Guard::new(address, admin_token).map_err(StartError::NoAdminToken)?;
    let organisation = Organisation::new(Arc::clone(&spec), setup).map_err(StartError::Store)?;
    let honest = Honest { contract, fixtures: Arc::new(fixtures), token, seed };
    let endpoint = Faulty::new(honest, fault, organisation);
    let served = Served::new(Parted { endpoint, contract: spec, header, guard, limits, redact });
    Ok(Listening { runtime, listener, address, served })
}
