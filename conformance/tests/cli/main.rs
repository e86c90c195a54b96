//! The command `tally`, run as a user runs it.

mod remote;
mod validate;
