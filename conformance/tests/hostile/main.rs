//! `tally conform` against targets that mean harm: what it takes, whether it ends, and what it lets out.

#![cfg(target_os = "linux")]

mod busy;
mod long;
mod memory;
mod secrets;
mod server;
mod stopping;
