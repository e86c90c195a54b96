//! A running mock.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::civil::Date;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::contract::Contract;
use crate::endpoint::{Received, Reply};
use crate::fault::{Fault, FaultyEndpoint, Mutation, Wrong};
use crate::organisation::{JobView, Query, RecordView, RecordsView};
use crate::server::{Backend as _, Delivery, Exchange, Served, Wire};
use crate::store::StoreError;

/// A mock endpoint that serves until it is stopped or dropped.
///
/// It runs on threads of its own, so that it can be used from blocking and from async tests alike:
///
/// ```
/// use tally_mock::{Contract, Mock};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let contract = Contract::from_generated(tally_generated::CONTRACTS[0])?;
/// let mock = Mock::builder(contract).token("secret").start()?;
///
/// // Point the code under test at `mock.root()`. Here, one request without credentials:
/// let area = &mock.contract().spec().areas[0];
/// let reply = ureq::post(format!("{}{}", mock.root(), area.path))
///     .config().http_status_as_error(false).build()
///     .send("{}")?;
///
/// assert_eq!(reply.status(), 401);
/// assert_eq!(mock.requests(), 1);
/// assert_eq!(mock.journal()[0].status, 401);
/// assert!(mock.records(&area.name).is_empty());
/// # Ok(())
/// # }
/// ```
///
/// ```
/// use tally_mock::{Contract, Mock};
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let contract = Contract::from_generated(tally_generated::CONTRACTS[0])?;
/// let mock = Mock::builder(contract).start()?;
///
/// let mut connection = tokio::net::TcpStream::connect(mock.address()).await?;
/// let head = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", mock.address());
/// connection.write_all(head.as_bytes()).await?;
/// let mut answer = String::new();
/// connection.read_to_string(&mut answer).await?;
///
/// assert!(answer.starts_with("HTTP/1.1 200 OK"));
/// assert_eq!(mock.requests(), 0, "the mock's own pages are not part of the API");
/// # Ok(())
/// # }
/// ```
pub struct Mock {
    pub(crate) contract: Contract,
    pub(crate) address: SocketAddr,
    pub(crate) root: String,
    pub(crate) served: Arc<Served>,
    pub(crate) endpoint: Arc<FaultyEndpoint>,
    pub(crate) stop: Option<oneshot::Sender<()>>,
    pub(crate) thread: Option<JoinHandle<()>>,
}

impl Mock {
    /// The URL of the API's root, including the base path, without a slash at the end.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The address that the mock listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The contract that the mock answers by.
    #[must_use]
    pub const fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Returns every record kept of an area, in the order of their creation.
    ///
    /// # Panics
    ///
    /// If the contract has no area of that name. [`Mock::query`] returns an error instead.
    #[must_use]
    pub fn records(&self, area: &str) -> Vec<RecordView> {
        match self.query(area, &Query::default()) {
            Ok(view) => view.records,
            Err(error) => panic!("{error}"),
        }
    }

    /// Returns the records of an area that match a query. A query without a limit returns all of them.
    ///
    /// # Errors
    ///
    /// If the contract has no area of that name, or the area no field that the query names.
    ///
    /// ```
    /// use tally_mock::{Contract, Mock, Query, QueryError};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = Mock::builder(Contract::from_generated(tally_generated::CONTRACTS[0])?).start()?;
    /// let area = &mock.contract().spec().areas[0].name;
    ///
    /// let first_ten = mock.query(area, &Query { limit: Some(10), ..Query::default() })?;
    /// assert_eq!((first_ten.total, first_ten.records.len()), (0, 0));
    ///
    /// let error = mock.query("no-such-area", &Query::default()).unwrap_err();
    /// assert!(matches!(error, QueryError::UnknownArea { .. }));
    /// # Ok(())
    /// # }
    /// ```
    pub fn query(&self, area: &str, query: &Query) -> Result<RecordsView, QueryError> {
        let found = self.served.organisation().records(area, query);
        let areas = || self.contract.spec().areas.iter().map(|area| area.name.clone()).collect();
        found
            .ok_or_else(|| QueryError::UnknownArea { area: area.to_owned(), known: areas() })?
            .map_err(|field| QueryError::UnknownField { area: area.to_owned(), field })
    }

    /// Returns the exchanges with the API in the order of their numbers: the last thousand, or fewer if their
    /// bodies are large. Tokens in them are redacted.
    #[must_use]
    pub fn journal(&self) -> Vec<Arc<Exchange>> {
        self.served.journal.all()
    }

    /// The number of requests that the API received since the mock started or was last reset.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.served.journal.seen()
    }

    /// Deletes every record, job and exchange, and returns to the fixtures and to the present day.
    ///
    /// # Errors
    ///
    /// If the store fails.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let contract = tally_mock::Contract::from_generated(tally_generated::CONTRACTS[0])?;
    /// let mock = tally_mock::Mock::builder(contract).start()?;
    /// mock.set_today(Some("2024-02-29".parse()?))?;
    /// mock.reset()?;
    /// assert!(mock.journal().is_empty());
    /// assert_eq!(mock.requests(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn reset(&self) -> Result<(), StoreError> {
        let receipt = self.served.organisation().reset();
        self.durable(receipt)?;
        self.served.has_reset();
        Ok(())
    }

    /// Gives the mock another fault, or none. Requests under way keep the fault that they began with.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let contract = tally_mock::Contract::from_generated(tally_generated::CONTRACTS[0])?;
    /// let mock = tally_mock::Mock::builder(contract).start()?;
    /// mock.set_fault(Some("read-timeout".parse()?));
    /// assert!(mock.fault().is_some());
    /// mock.set_fault(None);
    /// assert!(mock.fault().is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.endpoint.switch(fault);
        self.served.fault_changed();
    }

    /// Gives the mock a way to misbehave that is not in the catalogue, in place of what was wrong with it.
    pub fn set_mutation(&self, mutation: Arc<dyn Mutation>) {
        self.endpoint.switch(Wrong::Mutation(mutation));
        self.served.fault_changed();
    }

    /// Answers a request of this process, as if it had come over HTTP; the journal does not note it. `None` if the
    /// connection would be closed without an answer.
    #[must_use]
    pub fn answer(&self, request: Received) -> Option<Reply> {
        let Delivery { answered, wire, .. } = self.endpoint.answer(request);
        let mut reply = if self.durable(answered.receipt).is_ok() {
            answered.reply
        } else {
            self.endpoint.busy("Come again later")
        };
        match wire {
            None | Some(Wire::Waits(_)) => Some(reply),
            Some(Wire::Closed | Wire::Hangs) => None,
            Some(Wire::Cut) => {
                reply.body.truncate(reply.body.len() / 2);
                Some(reply)
            }
        }
    }

    /// The fault of the catalogue that the mock has.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        self.endpoint.fault()
    }

    /// Sets the mock's day, or with `None` lets its clock run again.
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub fn set_today(&self, today: Option<Date>) -> Result<(), StoreError> {
        let receipt = self.served.organisation().set_today(today);
        self.durable(receipt)
    }

    /// Returns the jobs of requests over their limit, the newest first.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobView> {
        self.served.organisation().jobs()
    }

    /// Waits until no job is under way, for at most `longest`. Returns the number of jobs that are left.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let contract = tally_mock::Contract::from_generated(tally_generated::CONTRACTS[0])?;
    /// let mock = tally_mock::Mock::builder(contract).start()?;
    /// assert_eq!(mock.drain(std::time::Duration::from_secs(5)), 0);
    /// assert!(mock.jobs().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn drain(&self, longest: Duration) -> usize {
        self.served.organisation().drain(longest).1
    }

    /// Returns the number of records of each area, by name.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let contract = tally_mock::Contract::from_generated(tally_generated::CONTRACTS[0])?;
    /// let mock = tally_mock::Mock::builder(contract).start()?;
    /// assert!(mock.record_counts().values().all(|count| *count == 0));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn record_counts(&self) -> BTreeMap<String, usize> {
        self.served.organisation().record_counts()
    }

    /// Returns what the mock holds, as `GET /_tally/state` does.
    #[must_use]
    pub fn summary(&self) -> Value {
        serde_json::json!(self.served.organisation().summary())
    }

    /// The error with which the store failed. Since then the mock answers that it is unavailable.
    #[must_use]
    pub fn store_error(&self) -> Option<StoreError> {
        self.served.organisation().broken()
    }

    /// Stops the mock and waits until it has stopped: it accepts no more connections, and lets the requests under
    /// way finish within [`Limits::grace`](crate::Limits::grace). Dropping it does the same.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let contract = tally_mock::Contract::from_generated(tally_generated::CONTRACTS[0])?;
    /// let mock = tally_mock::Mock::builder(contract).start()?;
    /// let address = mock.address();
    /// mock.stop();
    /// assert!(std::net::TcpStream::connect(address).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn stop(mut self) {
        self.halt();
    }

    fn halt(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A server that has ended by itself receives nothing, and has stopped all the same.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.served.organisation().end();
    }

    fn durable(&self, receipt: Option<crate::store::Receipt>) -> Result<(), StoreError> {
        let Some(receipt) = receipt else { return Ok(()) };
        receipt.wait().inspect_err(|error| self.served.organisation().give_up(error.clone()))
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.halt();
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Mock").field("root", &self.root).finish_non_exhaustive()
    }
}

/// Why a query cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryError {
    /// The contract has no such area.
    UnknownArea {
        /// The name that was asked for.
        area: String,
        /// The names of the contract's areas.
        known: Vec<String>,
    },
    /// The area has no such field.
    UnknownField {
        /// The area's name.
        area: String,
        /// The field that was asked for.
        field: String,
    },
}

impl fmt::Display for QueryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownArea { area, known } => {
                write!(formatter, "there is no area {area:?}; there are {}", known.join(", "))
            }
            Self::UnknownField { area, field } => write!(formatter, "{area:?} has no field {field:?}"),
        }
    }
}

impl std::error::Error for QueryError {}
