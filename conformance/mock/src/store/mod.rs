//! Stores: where a mock keeps its data beyond the process.

#[cfg(feature = "sqlite")]
mod hold;
mod memory;
mod receipt;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::memory::Memory;
pub use self::receipt::{Committed, Receipt};
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;

/// A place that keeps what requests write, such as [`Memory`] or a `SQLite` file.
///
/// The mock answers from its own memory. It reads a store once, when it starts, and hands it every change from
/// then on.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use tally_mock::{Change, Contract, Mock, Receipt, Saved, Store, StoreError};
///
/// /// Keeps every change as a line of JSON.
/// #[derive(Debug, Default)]
/// struct Log(Arc<Mutex<Vec<String>>>);
///
/// impl Store for Log {
///     fn name(&self) -> &'static str {
///         "log"
///     }
///
///     fn open(&mut self, _contract: &str) -> Result<Saved, StoreError> {
///         Ok(Saved::default())
///     }
///
///     fn commit(&self, changes: Vec<Change>) -> Receipt {
///         let lines = changes.iter().map(|change| serde_json::to_string(change).unwrap());
///         self.0.lock().unwrap().extend(lines);
///         Receipt::ready(Ok(()))
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (log, contract) = (Log::default(), Contract::from_generated(tally_generated::CONTRACTS[0])?);
/// let lines = Arc::clone(&log.0);
/// let mock = Mock::builder(contract).store(log).start()?;
/// mock.reset()?;
/// assert_eq!(*lines.lock().unwrap(), ["\"Reset\""]);
/// # Ok(())
/// # }
/// ```
pub trait Store: fmt::Debug + Send + Sync {
    /// The store's name, as `/_tally/state` shows it.
    fn name(&self) -> &'static str;

    /// Opens the store for the contract of that name, and returns what it holds. Called once, before anything
    /// is committed.
    ///
    /// # Errors
    ///
    /// If the store cannot be opened, or holds data of another contract.
    fn open(&mut self, contract: &str) -> Result<Saved, StoreError>;

    /// Writes changes, after those of earlier calls and all or none of them. Called under the mock's lock, so it
    /// should queue the work and return: the receipt resolves once the changes are durable.
    fn commit(&self, changes: Vec<Change>) -> Receipt;

    /// Returns all that is durable, once every change handed over so far is, or has failed. Called after a change has
    /// failed: the mock goes back to what it answered for.
    ///
    /// # Errors
    ///
    /// If the store cannot be read again. The mock then keeps what it has in memory, and writes nothing more.
    fn read_again(&self) -> Result<Saved, StoreError> {
        Err(StoreError::new(format!("a store of the kind {} cannot be read again", self.name())))
    }

    /// Tries to write again after a change has failed.
    ///
    /// # Errors
    ///
    /// If nothing can be written still.
    fn resume(&self) -> Result<(), StoreError> {
        Err(StoreError::new(format!("a store of the kind {} cannot be written to again", self.name())))
    }

    /// Whether the store keeps changes at all. If not, none are collected for it.
    fn keeps_changes(&self) -> bool {
        true
    }
}

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// A record was created or updated.
    Record(SavedRecord),
    /// A request created an entity, such as a survey that did not exist.
    Thing {
        /// Its kind.
        kind: String,
        /// Its name.
        name: String,
    },
    /// A job was accepted or made progress.
    Job(SavedJob),
    /// The day was set, or unset (`None`) so that the clock runs again.
    Today(Option<String>),
    /// Everything was deleted.
    Reset,
}

/// A record as a store holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedRecord {
    /// The area's name.
    pub area: String,
    /// Its index among the area's records, from 0.
    pub number: u32,
    /// Its key, or `None` if it has none.
    pub key: Option<String>,
    /// Its JSON.
    pub text: String,
    /// A bit for each field, by index: whether its date is in the organisation's own time zone.
    pub zoned: u64,
    /// The number of the exchange that created it.
    pub created: u32,
    /// The number of the exchange that updated it last.
    pub updated: u32,
    /// What was sent because of it, by the recipient's identity.
    pub sent: Option<BTreeMap<String, Sent>>,
    /// What was attached to it, by field.
    pub attached: Option<BTreeMap<String, String>>,
}

/// How often something was sent to a recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The recipient's name, as the record had it.
    pub to: String,
    /// How often.
    pub times: u32,
}

/// A job as a store holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedJob {
    /// Its number.
    pub id: u32,
    /// The area's name.
    pub area: String,
    /// The number of the exchange that it belongs to.
    pub exchange: u32,
    /// The request's body, or `None` if the store already has it or the job is done.
    pub body: Option<Vec<u8>>,
    /// How far it is, as JSON that only the mock reads.
    pub progress: String,
    /// Whether it is done; a store may then drop the body.
    pub done: bool,
}

/// All that a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saved {
    /// The records, each area's in the order of their numbers.
    pub records: Vec<SavedRecord>,
    /// The entities that requests created, as kind and name, in the order of their creation.
    pub things: Vec<(String, String)>,
    /// The jobs, in the order of their ids.
    pub jobs: Vec<SavedJob>,
    /// The day that was set, if one was.
    pub today: Option<String>,
}

/// Why a store failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError(String);

impl StoreError {
    /// An error with that message.
    ///
    /// ```
    /// let error = tally_mock::StoreError::new("records.db: the disk is full");
    /// assert_eq!(error.to_string(), "records.db: the disk is full");
    /// ```
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for StoreError {}
