//! `tally conform` against targets that mean harm, and `tally mock` under loads that do: what they take, whether they
//! end, and what they let out.

#![cfg(target_os = "linux")]

mod bounded;
mod busy;
mod long;
mod memory;
mod mock;
mod secrets;
mod server;
mod stopping;
