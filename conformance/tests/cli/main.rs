//! The command `tally`, run as a user runs it.

mod help;
mod remote;
mod validate;
