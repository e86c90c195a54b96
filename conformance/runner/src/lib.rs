//! Sends generated batches to an endpoint and checks whether it behaves as documented.
//!
//! [`run`] conducts a run, [`check`] looks at its exchanges, [`observe`] reads back the records that the target
//! stored, [`outcome`] holds the result and [`report`] renders it. Expectations come from [`tally_oracle`] alone.

mod bounded_json;
pub mod check;
pub mod client;
pub mod emit;
pub mod observe;
pub mod outcome;
pub mod report;
pub mod run;
