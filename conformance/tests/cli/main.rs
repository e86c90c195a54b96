//! The command `tally`, run as a user runs it.

mod ends;
mod findings;
mod fixtures;
mod help;
mod lists;
mod remote;
mod token_command;
mod validate;
#[cfg(target_os = "linux")]
mod validate_memory;
