//! Reads the spec of a batch API for a test run.
//!
//! [`strategy`] makes requests, [`oracle`] says what may become of them. Neither asks the generated
//! validators or the mock, so that one misreading of the spec cannot vouch for itself.

#![deny(clippy::wildcard_enum_match_arm)]

pub mod oracle;
pub mod strategy;
