//! A mock endpoint and a conformance runner for batch APIs.
//!
//! The mock answers by the generated validators and the fixtures. The runner reads the spec: its
//! strategies make requests, its oracle says what may become of them, its checks hold the answers to that.
//! Neither asks the other.

pub mod check;
pub mod cli;
pub mod client;
pub mod differential;
pub mod embedded;
pub mod fixtures;
pub mod mock;
pub mod observe;
pub mod oracle;
pub mod report;
pub mod run;
pub mod strategy;
