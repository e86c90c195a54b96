//! The stored records of a target, as a reader gives them.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde_json::{Map, Value};
use tally_spec::model::Area;

/// Reads the records that a target stored.
///
/// It must see every record whose request was answered before the call, and those of jobs once
/// [`Reader::drain`] has returned.
pub trait Reader: Sync {
    /// The target's date; `None` if it is not known.
    ///
    /// # Errors
    ///
    /// If the target cannot be read.
    fn today(&self) -> Result<Option<Date>, Unreadable>;

    /// The stored records of an area that have all of these values; every record if no value is given.
    /// It may return more than those, but no record twice.
    ///
    /// # Errors
    ///
    /// If the target cannot be read.
    fn records(&self, area: &Area, wanted: &[Wanted]) -> Result<Vec<Kept>, Unreadable>;

    /// The names of entities of a kind (a key of the contract's `kinds`) that requests created; `None` if they
    /// are not known.
    ///
    /// # Errors
    ///
    /// If the target cannot be read.
    fn created(&self, kind: &str) -> Result<Option<Vec<String>>, Unreadable>;

    /// Waits until no job has records to process, and returns true; or returns false once it is clear that jobs
    /// have stopped, which is a finding.
    ///
    /// # Errors
    ///
    /// If the target cannot be read.
    fn drain(&self) -> Result<bool, Unreadable>;
}

/// A search term: a value that the wanted records have.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The field, or `object/member`.
    pub field: String,
    /// The value, compared as keys are.
    pub value: Value,
}

/// A stored record.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept {
    /// The id that the reader gives it. It stays the same while the record is stored.
    pub id: String,
    /// Its values by the contract's field names; a field without a value is absent.
    pub record: Map<String, Value>,
    /// By date field, the stored instant in milliseconds since 1970-01-01T00:00:00Z; `None` if it is not known.
    pub instants: Option<BTreeMap<String, i64>>,
    /// What was added for what its fields name; `None` if it is not known.
    pub attached: Option<Vec<Attached>>,
    /// How often a message was sent for it, by recipient; `None` if it is not known.
    pub sent: Option<Vec<Delivered>>,
}

/// Something added for what a field names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The field.
    pub field: String,
    /// What the field names, by ID or name.
    pub to: String,
}

/// Messages sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The recipient, by ID or name.
    pub to: String,
    /// How often.
    pub times: u64,
}

/// Why a target's stored records cannot be read, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
