//! Reads what a target kept, and says what it should have kept.
//!
//! An answer says which records passed. Only what is kept tells whether a default was filled in, an update
//! left the rest alone, or the last of several duplicates counts. A [`Reader`] reads that, [`Model`] says
//! from the spec what a request makes of what was there before it, and the two are compared.
//! Nothing here knows how the mock keeps its state.
//!
//! # A reader for another target
//!
//! [`MockReader`] reads the mock. To observe a real organisation, implement [`Reader`] over whatever reads its
//! records (a query API, a replica of its tables), translate its columns into the contract's field names, and
//! give it to [`crate::run::conform_observed`]; [`reader_named`] is where `--observe NAME` finds it. What a
//! reader cannot tell it leaves out: a record without `instants`, `attached` or `sent`, or no answer to
//! [`Reader::today`] or [`Reader::created`]. What is left out is not judged.

mod date;
mod due;
mod effects;
mod foresee;
mod judge;
mod key;
mod mock_reader;
mod model;
mod reader;
pub mod scenario;
mod slots;
mod value;

pub use self::judge::Question;
pub use self::mock_reader::MockReader;
pub use self::model::{Became, Foreseen, Model, Request, World};
pub use self::reader::{Attached, Delivered, Kept, Reader, Unreadable, Wanted};

use crate::client::{Secret, Target};
use tally_spec::model::Contract;

/// The readers that `--observe` takes, by name.
pub const READERS: &[&str] = &["mock"];

/// The reader of that name for a target; `admin` is the token that reading needs, if it needs one.
///
/// # Errors
///
/// A text for a person: there is no such reader, or the target is none that it can read.
pub fn reader_named(
    name: &str,
    contract: &Contract,
    target: &Target,
    admin: Option<Secret>,
) -> Result<Box<dyn Reader>, String> {
    match name {
        "mock" => Ok(Box::new(MockReader::new(contract, target.clone(), admin)?)),
        _ => Err(format!("there is no reader {name:?}; there are: {}", READERS.join(", "))),
    }
}
