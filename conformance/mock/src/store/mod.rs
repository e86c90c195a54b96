//! Where what is written is kept beyond the process.

mod sqlite;

use std::collections::BTreeMap;
use std::fmt;

use tokio::sync::oneshot;

use super::state::Sent;
pub(super) use sqlite::Sqlite;

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A record was made or written over.
    Record(SavedRecord),
    /// A thing was made.
    Thing { kind: String, name: String },
    /// A job was taken or went on.
    Job(SavedJob),
    /// The day was set; none where the clock runs again.
    Today(Option<String>),
    /// Everything was forgotten.
    Reset,
}

/// A record as a store holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SavedRecord {
    pub(crate) area: String,
    /// Its place among the area's records, from 0.
    pub(crate) number: u32,
    pub(crate) key: Option<String>,
    pub(crate) text: String,
    pub(crate) zoned: u64,
    pub(crate) created: u32,
    pub(crate) updated: u32,
    pub(crate) sent: Option<BTreeMap<String, Sent>>,
    pub(crate) attached: Option<BTreeMap<String, String>>,
}

/// A job as a store holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SavedJob {
    pub(crate) id: u32,
    pub(crate) area: String,
    pub(crate) exchange: u32,
    /// The request's body; none where the store has it already, or the job is done.
    pub(crate) body: Option<Vec<u8>>,
    /// How far it is: a JSON text of the job's own.
    pub(crate) progress: String,
    pub(crate) done: bool,
}

/// All that a store holds.
#[derive(Debug, Default)]
pub(crate) struct Saved {
    /// In the order of each area's numbers.
    pub(crate) records: Vec<SavedRecord>,
    pub(crate) things: Vec<(String, String)>,
    /// In the order of their ids.
    pub(crate) jobs: Vec<SavedJob>,
    pub(crate) today: Option<String>,
}

/// Why a store could not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError(String);

impl StoreError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for StoreError {}

/// Resolves once the changes are durable, or could not be made so.
pub(crate) type Receipt = oneshot::Receiver<Result<(), StoreError>>;
