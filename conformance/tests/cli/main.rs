//! The command `tally`, run as a user runs it.

mod findings;
mod help;
mod lists;
mod remote;
mod token_command;
mod validate;
#[cfg(target_os = "linux")]
mod validate_memory;
