//! What the target's organisation holds, as a fixtures file says it.
//!
//! This module reads the format. Whether a record's reference names something is decided twice, apart:
//! by the mock and by the oracle.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

/// What an organisation holds.
#[derive(Debug, Clone)]
pub struct Fixtures {
    /// The ID of the user whose session sends.
    pub session_user: Option<String>,
    /// The organisation's time zone; UTC where the file names none.
    pub time_zone: TimeZone,
    /// What exists, by kind (a key of the contract's `kinds`), in the file's order.
    pub things: BTreeMap<String, Vec<Thing>>,
    /// Well-formed IDs or names that name nothing, by kind.
    pub unknown: BTreeMap<String, Vec<String>>,
    /// The organisation's settings, defaults filled in, by key of the contract's `switches`.
    pub switches: BTreeMap<String, bool>,
}

/// A thing that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// Its ID or name, as the file writes it.
    pub name: String,
    /// Of a thing listed as a table: the table's place in its list. The ID and the name of one thing are
    /// things of two kinds with the same row.
    pub row: usize,
    /// Of a thing listed as a table: what belongs to it, by the table's member (a key of the kind's
    /// `members`). A member left out owns all of its kind and is not in the map.
    pub members: BTreeMap<String, Vec<String>>,
}
