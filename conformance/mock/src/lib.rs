//! A mock endpoint for batch APIs: answers requests as a contract says, by the generated validators and the
//! fixtures, and keeps what they write.
//!
//! [`Mock::builder`] starts one, on threads of its own:
//!
//! ```
//! use tally_mock::{Contract, Mock};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let contract = Contract::from_generated(tally_generated::CONTRACTS[0])?;
//! let mock = Mock::builder(contract).token("secret").start()?;
//! println!("send requests to {}", mock.root());
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `sqlite`, `Sqlite` keeps the records in a file. With `tls`, `Builder::tls` serves over TLS.
//!
//! # Memory
//!
//! [`Limits::memory`] (`--max-memory`) bounds what a mock takes: each body, record, job, answer and listing is counted
//! before it is made, and what does not fit is answered with 503 and `Retry-After`. What is stored has the largest
//! share, about two thirds; a batch over its limit reserves what its records may add when it is acknowledged, so that
//! none of them is lost. [`Limits::records`] (`--max-records`) bounds the number of records. With `Sqlite`, the records
//! are in memory as well, and count.
//!
//! # Floors
//!
//! Each module builds on the ones before it alone:
//!
//! - `memory`: what may be taken in memory, and what of it is taken;
//! - `store`, `contract`, `failure`, `entities`, `plan`, `record_table` and `records`: what a mock keeps, and an
//!   area with its names looked up;
//! - `processor`: judges the records of a request and writes those that pass;
//! - `organisation`: what exists and what was written, the day, and the jobs;
//! - `endpoint`: from a request to its answer;
//! - `server`: the endpoint over HTTP, with the mock's own pages;
//! - [`fault`]: an endpoint that misbehaves in one way. No module below names a fault: they leave openings
//!   (`processor::Hooks`, `server::Backend`) that faults use;
//! - `mock`, `builder` and `start`: the front door.

mod builder;
mod contract;
mod endpoint;
mod entities;
mod failure;
pub mod fault;
mod memory;
mod mock;
mod organisation;
mod plan;
mod processor;
mod record_table;
mod records;
mod server;
mod start;
mod store;

pub use builder::Builder;
pub use contract::{Contract, ContractError};
pub use endpoint::{FirstReading, Outcome, Received, Reply};
pub use failure::Failure;
pub use fault::{Exchanged, Fault, Mutation};
pub use mock::{Mock, QueryError};
pub use organisation::{JobState, JobView, Query, RecordView, RecordsView};
#[cfg(feature = "tls")]
pub use server::TlsError;
pub use server::{Exchange, Limits, Message, RateLimit};
pub use start::StartError;
#[cfg(feature = "sqlite")]
pub use store::Sqlite;
pub use store::{Change, Committed, Memory, Receipt, Saved, SavedJob, SavedRecord, Sent, Store, StoreError};
pub use tally_fixtures::Fixtures;
