//! The mock as it listens: over TLS, to a crowd of connections, and at a limited rate.

mod crowd;
mod process;
mod rate;
mod tls;
