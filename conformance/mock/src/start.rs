//! Starts a mock.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread;

use http::HeaderName;
use tally_fixtures::{Fixtures, FixturesProblem, Secret};
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;

use crate::builder::Builder;
use crate::fault::{FaultyEndpoint, Honest};
use crate::memory::Memory;
use crate::mock::Mock;
use crate::organisation::{self, Organisation};
use crate::server::{self, Backend, Door, Guard, Redact, Served, Transport};
#[cfg(feature = "tls")]
use crate::server::{Tls, TlsError};
use crate::store::StoreError;

impl Builder {
    /// Starts the mock on threads of its own, and returns once it listens. May be called from async code, too.
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    ///
    /// ```
    /// use tally_mock::{Contract, Mock, StartError};
    ///
    /// # fn main() -> Result<(), tally_mock::ContractError> {
    /// let contract = Contract::from_generated(tally_generated::CONTRACTS[0])?;
    /// let error = Mock::builder(contract).addr(([0, 0, 0, 0], 0)).start().unwrap_err();
    /// assert!(matches!(error, StartError::NoAdminToken(_)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn start(self) -> Result<Mock, StartError> {
        start(self)
    }

    /// What the mock speaks.
    #[cfg(feature = "tls")]
    fn transport(&self) -> Result<Transport, StartError> {
        match &self.tls {
            None => Ok(Transport::Plain),
            Some(pem) => Tls::new(pem).map(Transport::Tls).map_err(StartError::Tls),
        }
    }

    /// What the mock speaks.
    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "with TLS it needs both")]
    const fn transport(&self) -> Result<Transport, StartError> {
        Ok(Transport::Plain)
    }
}

/// A mock that listens.
struct Listening {
    runtime: Runtime,
    door: Door,
    address: SocketAddr,
    served: Arc<Served>,
    endpoint: Arc<FaultyEndpoint>,
}

/// Starts a mock on threads of its own, and returns once it listens.
///
/// A runtime may neither block nor be dropped inside another one, so it lives and ends on the mock's thread.
fn start(builder: Builder) -> Result<Mock, StartError> {
    let (contract, limits) = (builder.contract.clone(), builder.limits);
    let (report, started) = mpsc::sync_channel(1);
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = thread::Builder::new()
        .name("mock".to_owned())
        .spawn(move || {
            let Listening { runtime, door, address, served, endpoint } = match listen(builder) {
                Ok(listening) => listening,
                Err(error) => {
                    let _ = report.send(Err(error));
                    return;
                }
            };
            let scheme = door.transport.scheme();
            let _ = report.send(Ok((scheme, address, Arc::clone(&served), endpoint)));
            let stopped = async {
                let _ = stopped.await;
            };
            runtime.block_on(server::serve(door, served, limits, stopped));
            // What outlived the grace would hold up the end for ever.
            runtime.shutdown_background();
        })
        .map_err(StartError::Thread)?;
    match started.recv() {
        Ok(Ok((scheme, address, served, endpoint))) => {
            let root = format!("{scheme}://{address}{}", contract.spec().file.service.base_path());
            Ok(Mock { contract, address, root, served, endpoint, stop: Some(stop), thread: Some(thread) })
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
    let transport = builder.transport()?;
    let Builder {
        contract,
        token,
        admin_token,
        address,
        fixtures,
        wrong,
        store,
        limits,
        job_pause,
        retry_jobs,
        seed,
        ..
    } = builder;
    // Before it listens: an address that may not be served must not be reachable for a moment either.
    Guard::new(address, &transport, admin_token.clone()).map_err(StartError::NoAdminToken)?;
    let spec = Arc::clone(contract.spec());
    let fixtures = fixtures.map_or_else(|| Fixtures::sample(&spec).map_err(StartError::Fixtures), Ok)?;
    let named = &spec.file.service.authentication.header;
    let header = HeaderName::try_from(named.as_str()).map_err(|_| StartError::Header(named.clone()))?;
    let tokens = token.iter().chain(&admin_token).map(Secret::reveal);
    let redact = Arc::new(Redact::new(tokens, header.as_str()));
    let of_jobs = Arc::clone(&redact);
    let memory = Memory::share(limits.memory, limits.body, limits.connections).map_err(StartError::Memory)?;
    let setup = organisation::Setup {
        fixtures: fixtures.clone(),
        store,
        job_pause,
        retry_jobs,
        now: jiff::Timestamp::now,
        memory: memory.clone(),
        most_records: limits.records,
        clean: Box::new(move |credentials, text| of_jobs.with(credentials).text(text)),
    };
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(StartError::Thread)?;
    let opened = {
        let _within = runtime.enter();
        Door::open(address, transport)
    };
    let opened = opened.and_then(|door| Ok((door.listener.local_addr()?, door)));
    let (address, door) = opened.map_err(|error| StartError::Address(address, error))?;
    let guard = Guard::new(address, &door.transport, admin_token).map_err(StartError::NoAdminToken)?;
    let organisation = Organisation::new(Arc::clone(&spec), setup).map_err(StartError::Store)?;
    let honest = Honest { contract, fixtures: Arc::new(fixtures), token, seed };
    let endpoint = Arc::new(FaultyEndpoint::new(honest, wrong, organisation));
    let backend = Arc::clone(&endpoint) as Arc<dyn Backend>;
    let setup = server::Setup { endpoint: backend, contract: spec, header, guard, limits, redact, memory };
    Ok(Listening { runtime, door, address, served: Served::new(setup), endpoint })
}

/// Why a mock could not be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// Other machines can reach the address, and no admin token was given.
    NoAdminToken(&'static str),
    /// The contract's sample fixtures cannot be read.
    Fixtures(Vec<FixturesProblem>),
    /// The contract names a header for credentials that HTTP does not allow.
    Header(String),
    /// The certificate or its key can't be used.
    #[cfg(feature = "tls")]
    Tls(TlsError),
    /// The address cannot be listened on.
    Address(SocketAddr, io::Error),
    /// The memory that it may take is too little for its limits: so many bytes are enough.
    Memory(usize),
    /// The store cannot be opened.
    Store(StoreError),
    /// The system has no buffer for another thread.
    Thread(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAdminToken(why) => formatter.write_str(why),
            Self::Fixtures(problems) => {
                formatter.write_str("the sample fixtures cannot be read")?;
                problems.iter().try_for_each(|problem| write!(formatter, "\n{problem}"))
            }
            Self::Header(name) => write!(formatter, "{name:?} is not the name of an HTTP header"),
            #[cfg(feature = "tls")]
            Self::Tls(error) => error.fmt(formatter),
            Self::Address(address, error) => write!(formatter, "cannot listen on {address}: {error}"),
            Self::Memory(enough) => {
                let enough = enough.div_ceil(1 << 20);
                write!(
                    formatter,
                    "too little memory for bodies and connections of these limits: at least {enough} MiB"
                )
            }
            Self::Store(error) => error.fmt(formatter),
            Self::Thread(error) => write!(formatter, "cannot start a thread: {error}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Address(_, error) | Self::Thread(error) => Some(error),
            Self::Store(error) => Some(error),
            #[cfg(feature = "tls")]
            Self::Tls(error) => Some(error),
            Self::NoAdminToken(_) | Self::Fixtures(_) | Self::Header(_) | Self::Memory(_) => None,
        }
    }
}
