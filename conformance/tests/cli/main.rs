//! The command `tally`, run as a user runs it.

mod findings;
mod remote;
mod validate;
