//! Sends generated batches to an endpoint and checks whether it behaves as documented.
//!
//! [`run`] conducts a run, [`check`] asks one question of each exchange, [`observe`] reads back what the target
//! kept, [`report`] writes what was found. What is expected comes from [`tally_oracle`] alone.

pub mod check;
pub mod client;
pub mod observe;
pub mod report;
pub mod run;
