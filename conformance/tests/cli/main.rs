//! The command `tally`, run as a user runs it.

mod help;
mod remote;
mod token_command;
mod validate;
