//! What a target kept, as something reads it.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde_json::{Map, Value};
use tally_spec::model::Area;

/// Reads what a target kept.
///
/// It must see every record that was answered for before it is asked; what a job has still to process, once
/// [`Reader::drain`] has returned.
pub trait Reader: Sync {
    /// The target's date; none where it cannot be told.
    ///
    /// # Errors
    ///
    /// Where the target cannot be read.
    fn today(&self) -> Result<Option<Date>, Unreadable>;

    /// The records of an area that have these values, all of them together; every record where none is given.
    /// It may give more than those, and none twice.
    ///
    /// # Errors
    ///
    /// Where the target cannot be read.
    fn records(&self, area: &Area, wanted: &[Wanted]) -> Result<Vec<Kept>, Unreadable>;

    /// The names of things of a kind (a key of the contract's `kinds`) that requests made; none where that
    /// cannot be told.
    ///
    /// # Errors
    ///
    /// Where the target cannot be read.
    fn created(&self, kind: &str) -> Result<Option<Vec<String>>, Unreadable>;

    /// Returns once no job has records to process: true; or once it is clear that they do not go on: false,
    /// which is a finding.
    ///
    /// # Errors
    ///
    /// Where the target cannot be read.
    fn drain(&self) -> Result<bool, Unreadable>;
}

/// A value that wanted records have.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The field, or `object/member`.
    pub field: String,
    /// The value, compared as keys are.
    pub value: Value,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept {
    /// What the reader knows it by. It stays the same while the record is there.
    pub id: String,
    /// By the contract's names; absent where there is no value.
    pub record: Map<String, Value>,
    /// By date field, the instant that the day began: milliseconds since 1970-01-01T00:00:00Z. None where
    /// that cannot be told.
    pub instants: Option<BTreeMap<String, i64>>,
    /// What was added for things that its fields name. None where that cannot be told.
    pub attached: Option<Vec<Attached>>,
    /// How often each was sent something for it. None where that cannot be told.
    pub sent: Option<Vec<Delivered>>,
}

/// Something added for a thing that a field names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The field.
    pub field: String,
    /// The thing, by ID or name.
    pub to: String,
}

/// Something sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// To whom, by ID or name.
    pub to: String,
    /// How often.
    pub times: u64,
}

/// Basis a target's records cannot be read, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
