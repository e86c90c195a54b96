//! The mock as it listens: over TLS, to a crowd of connections, and at a limited rate.

#[path = "../support/command.rs"]
mod command;
mod crowd;
mod process;
mod rate;
mod tls;
