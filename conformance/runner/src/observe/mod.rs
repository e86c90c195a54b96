//! Reads the records that a target stored and compares them with what it should have stored.
//!
//! An answer says which records passed. Only the stored records show whether a default was filled in, an update
//! left the rest alone, or the last of several duplicates counts. A [`Reader`] reads them, [`Model`] predicts
//! them from the spec and what was stored before a request, and the two are compared.
//! Nothing here knows how the mock stores its records.
//!
//! # A reader for another target
//!
//! [`MockReader`] reads the mock. To observe a real organisation, implement [`Reader`] over whatever reads its
//! records (a query API, a replica of its tables), translate its columns into the contract's field names, and
//! give it to [`crate::run::conform_observed`]; [`reader_named`] finds it for `--observe NAME`. A
//! reader leaves out what it does not know: a record without `instants`, `attached` or `sent`, or no answer to
//! [`Reader::today`] or [`Reader::created`]. What is left out is not judged.

#![deny(clippy::wildcard_enum_match_arm)]

mod date;
mod defaults;
mod effects;
mod expected;
mod expected_fields;
mod judge;
mod key;
mod mock_reader;
mod model;
mod predict;
mod reader;
pub mod scenario;
mod value;

pub use self::judge::Question;
pub use self::mock_reader::MockReader;
pub use self::model::{Became, Model, Prediction, Request, World};
pub use self::reader::{Attached, Delivered, Kept, Reader, Unreadable, Wanted};

use crate::client::{Secret, Target};
use tally_spec::model::Contract;

/// The readers that `--observe` takes, by name.
pub const READERS: &[&str] = &["mock"];

/// The reader of that name for a target; `admin` is the token that reading needs, if it needs one.
///
/// # Errors
///
/// A text for people: there is no such reader, or it cannot read the target.
pub fn reader_named(
    name: &str,
    contract: &Contract,
    target: &Target,
    admin: Option<Secret>,
) -> Result<Box<dyn Reader>, String> {
    match name {
        "mock" => Ok(Box::new(MockReader::new(contract, target.clone(), admin)?)),
        _ => Err(format!("there is no reader {name:?}; readers: {}", READERS.join(", "))),
    }
}
