//! The command `tally`, run as a user runs it.

mod validate;
