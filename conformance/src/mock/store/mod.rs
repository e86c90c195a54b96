//! Where what is written is kept beyond the process.

mod sqlite;

use std::collections::BTreeMap;
use std::fmt;

use tokio::sync::oneshot;

use super::state::Sent;
pub(super) use sqlite::Sqlite;

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) enum Change {
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
pub(in crate::mock) struct SavedRecord {
    pub(in crate::mock) area: String,
    /// Its place among the area's records, from 0.
    pub(in crate::mock) number: u32,
    pub(in crate::mock) key: Option<String>,
    pub(in crate::mock) text: String,
    pub(in crate::mock) zoned: u64,
    pub(in crate::mock) created: u32,
    pub(in crate::mock) updated: u32,
    pub(in crate::mock) sent: Option<BTreeMap<String, Sent>>,
    pub(in crate::mock) attached: Option<BTreeMap<String, String>>,
}

/// A job as a store holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct SavedJob {
    pub(in crate::mock) id: u32,
    pub(in crate::mock) area: String,
    pub(in crate::mock) exchange: u32,
    /// The request's body; none where the store has it already, or the job is done.
    pub(in crate::mock) body: Option<Vec<u8>>,
    /// How far it is: a JSON text of the job's own.
    pub(in crate::mock) progress: String,
    pub(in crate::mock) done: bool,
}

/// All that a store holds.
#[derive(Debug, Default)]
pub(in crate::mock) struct Saved {
    /// In the order of each area's numbers.
    pub(in crate::mock) records: Vec<SavedRecord>,
    pub(in crate::mock) things: Vec<(String, String)>,
    /// In the order of their ids.
    pub(in crate::mock) jobs: Vec<SavedJob>,
    pub(in crate::mock) today: Option<String>,
}

/// Why a store could not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError(String);

impl StoreError {
    pub(in crate::mock) fn new(message: impl Into<String>) -> Self {
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
pub(in crate::mock) type Receipt = oneshot::Receiver<Result<(), StoreError>>;
