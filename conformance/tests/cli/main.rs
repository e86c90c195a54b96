//! The command `tally`, run as a user runs it.

#[path = "../support/command.rs"]
mod command;
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
