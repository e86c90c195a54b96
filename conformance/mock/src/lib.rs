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
//! With the feature `sqlite`, `Sqlite` keeps the records in a file.
//!
//! Faults stand apart, in [`fault`]: the honest modules know nothing of them.

mod answer;
mod builder;
mod clerk;
mod contract;
mod echo;
mod endpoint;
pub mod fault;
mod judge;
mod mock;
mod plan;
mod server;
mod sheet;
mod state;
mod store;
mod things;

pub use builder::{Builder, StartError};
pub use contract::{Contract, ContractError};
pub use endpoint::Outcome;
pub use fault::Fault;
pub use judge::Failure;
pub use mock::{Mock, QueryError};
pub use server::{Exchange, Limits, Message};
pub use state::{JobState, JobView, Query, RecordView, RecordsView};
#[cfg(feature = "sqlite")]
pub use store::Sqlite;
pub use store::{Change, Committed, Memory, Receipt, Saved, SavedJob, SavedRecord, Sent, Store, StoreError};
pub use tally_fixtures::Fixtures;
