//! The mock endpoint: answers requests as the contract says, by the generated validators and the fixtures.
//!
//! [`Endpoint`] turns a request into an answer and knows no network; [`start`] serves it. Faults stand
//! apart, in [`fault`]: nothing in the honest modules knows of them.

mod answer;
mod clerk;
mod echo;
mod endpoint;
pub mod fault;
mod judge;
mod plan;
mod server;
mod sheet;
mod state;
mod store;
mod things;

pub use endpoint::{Answered, Endpoint, Received, Reply, Told};
pub use fault::Fault;
pub use judge::Failure;
pub use server::{Limits, MockConfig, RunningMock, start};
pub use state::{CreatedView, JobState, JobView, Organisation, Query, RecordView, RecordsView, Setup};
pub use store::StoreError;
