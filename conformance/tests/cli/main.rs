//! The command `tally`, run as a user runs it.

mod findings;
mod help;
mod remote;
mod token_command;
mod validate;
