//! The mock endpoint: answers requests as the contract says, by the generated validators and the fixtures.
//!
//! [`Endpoint`] turns a request into an answer and knows no network; [`start`] serves it. Faults stand
//! apart, in [`fault`]: nothing in the honest modules knows of them.

mod answer;
mod echo;
mod endpoint;
pub mod fault;
mod judge;
mod server;
mod state;
mod things;
mod values;

pub use endpoint::{Endpoint, Received, Reply};
pub use fault::Fault;
pub use server::{MockConfig, RunningMock, start};
