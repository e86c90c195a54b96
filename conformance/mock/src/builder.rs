//! Configures a mock.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tally_fixtures::{Fixtures, Secret};

use crate::contract::Contract;
use crate::fault::{Fault, Mutation, Wrong};
use crate::mock::Mock;
use crate::server::Limits;
#[cfg(feature = "tls")]
use crate::server::Pem;
use crate::store::{Memory, Store};

/// The settings of a mock. [`Mock::builder`] makes one, [`Builder::start`] starts the mock.
///
/// ```
/// use tally_mock::{Contract, Fault, Memory, Mock};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let contract = Contract::from_generated(tally_generated::CONTRACTS[0])?;
/// let fault: Fault = "read-timeout".parse()?;
/// let mock = Mock::builder(contract)
///     .token("secret")
///     .admin_token("another secret")
///     .fault(fault)
///     .store(Memory)
///     .addr(([127, 0, 0, 1], 0))
///     .start()?;
/// assert_eq!(mock.fault().map(|fault| fault.to_string()), Some(fault.to_string()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct Builder {
    pub(crate) contract: Contract,
    pub(crate) token: Option<Secret>,
    pub(crate) admin_token: Option<Secret>,
    pub(crate) address: SocketAddr,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<Pem>,
    pub(crate) fixtures: Option<Fixtures>,
    pub(crate) wrong: Wrong,
    pub(crate) store: Box<dyn Store>,
    pub(crate) limits: Limits,
    pub(crate) job_pause: Duration,
    pub(crate) retry_jobs: bool,
    pub(crate) seed: u64,
}

impl Builder {
    pub(crate) fn new(contract: Contract) -> Self {
        Self {
            contract,
            token: None,
            admin_token: None,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            #[cfg(feature = "tls")]
            tls: None,
            fixtures: None,
            wrong: Wrong::Nothing,
            store: Box::new(Memory),
            limits: Limits::default(),
            job_pause: Duration::ZERO,
            retry_jobs: false,
            seed: 0,
        }
    }

    /// The token that the API requires. By default it accepts any that is not empty.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Secret::new(token));
        self
    }

    /// Accepts any token that is not empty, as by default.
    pub fn any_token(mut self) -> Self {
        self.token = None;
        self
    }

    /// The token that the page and everything under `/_tally/` require. By default they are open, which is only
    /// allowed on a loopback address.
    pub fn admin_token(mut self, token: impl Into<String>) -> Self {
        self.admin_token = Some(Secret::new(token));
        self
    }

    /// What the organisation holds: by default, the contract's sample fixtures.
    ///
    /// ```
    /// use tally_mock::{Contract, Fixtures, Mock};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let contract = Contract::from_generated(tally_generated::CONTRACTS[0])?;
    /// let mut fixtures = Fixtures::sample(contract.spec()).unwrap();
    /// fixtures.switches.values_mut().for_each(|is_on| *is_on = true);
    /// let mock = Mock::builder(contract).fixtures(fixtures).start()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn fixtures(mut self, fixtures: Fixtures) -> Self {
        self.fixtures = Some(fixtures);
        self
    }

    /// A fault that the mock has; `None` for an honest mock, which is the default.
    pub fn fault(mut self, fault: impl Into<Option<Fault>>) -> Self {
        self.wrong = fault.into().into();
        self
    }

    /// A way to misbehave that is not in the catalogue of faults, in place of one that is.
    pub fn mutation(mut self, mutation: Arc<dyn Mutation>) -> Self {
        self.wrong = Wrong::Mutation(mutation);
        self
    }

    /// Where data is kept: [`Memory`] by default. See [`Store`] for others.
    pub fn store(mut self, store: impl Store + 'static) -> Self {
        self.store = Box::new(store);
        self
    }

    /// Where the mock listens: by default, on a free port (0) of 127.0.0.1.
    pub fn addr(mut self, address: impl Into<SocketAddr>) -> Self {
        self.address = address.into();
        self
    }

    /// Serves over TLS alone, with a certificate and its private key, both as PEM: the certificate of the server first,
    /// then those between it and its authority. By default the mock serves plain HTTP. [`Builder::start`] returns
    /// [`StartError::Tls`](crate::StartError::Tls) if they can't be used.
    ///
    /// ```
    /// use tally_mock::{Contract, Mock, StartError, TlsError};
    ///
    /// # fn main() -> Result<(), tally_mock::ContractError> {
    /// let contract = Contract::from_generated(tally_generated::CONTRACTS[0])?;
    /// let error = Mock::builder(contract).tls("no certificate", "no key").start().unwrap_err();
    /// assert!(matches!(error, StartError::Tls(TlsError::Certificate(_))));
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "tls")]
    pub fn tls(mut self, certificates: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.tls = Some(Pem { certificates: certificates.into(), key: key.into() });
        self
    }

    /// The limits after which the mock refuses a request, delays it or closes its connection.
    ///
    /// ```
    /// use tally_mock::{Contract, Limits, Mock};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let contract = Contract::from_generated(tally_generated::CONTRACTS[0])?;
    /// let limits = Limits { body: 1_000_000, ..Limits::default() };
    /// let mock = Mock::builder(contract).limits(limits).start()?;
    /// # Ok(())
    /// # }
    /// ```
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The most memory that the mock takes for what it stores and does, in bytes: 512 MiB by default. See
    /// [`Limits::memory`]; [`Builder::limits`] sets it, too.
    ///
    /// ```
    /// use tally_mock::{Contract, Mock, StartError};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let contract = Contract::from_generated(tally_generated::CONTRACTS[0])?;
    /// let mock = Mock::builder(contract.clone()).max_memory(64 << 20).max_records(1_000_000).start()?;
    ///
    /// let error = Mock::builder(contract).max_memory(1 << 20).start().unwrap_err();
    /// assert!(matches!(error, StartError::Memory(enough) if enough > 1 << 20));
    /// # Ok(())
    /// # }
    /// ```
    pub const fn max_memory(mut self, bytes: usize) -> Self {
        self.limits.memory = bytes;
        self
    }

    /// The most records that the mock stores: by default, as many as there is memory for. See [`Limits::records`].
    pub const fn max_records(mut self, records: usize) -> Self {
        self.limits.records = records;
        self
    }

    /// How long a job pauses between two chunks of its records: by default, not at all.
    pub const fn job_pause(mut self, pause: Duration) -> Self {
        self.job_pause = pause;
        self
    }

    /// Whether jobs that were set aside are tried again: a job is set aside if it was begun twice and the process
    /// ended both times without progress.
    pub const fn retry_jobs(mut self, retries: bool) -> Self {
        self.retry_jobs = retries;
        self
    }

    /// The seed of what a fault leaves to chance.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Mock {
    /// Configures a mock of that contract: on a free port of this machine, with the contract's sample fixtures,
    /// any token, no fault, and everything kept in memory.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let contract = tally_mock::Contract::from_generated(tally_generated::CONTRACTS[0])?;
    /// let mock = tally_mock::Mock::builder(contract).start()?;
    /// assert!(mock.root().starts_with("http://127.0.0.1:"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder(contract: Contract) -> Builder {
        Builder::new(contract)
    }
}
