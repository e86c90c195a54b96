//! Faults of the way that an answer goes over the wire.

use std::time::Duration;

/// How an answer goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// It waits before it goes.
    Waits(Duration),
    /// It never comes.
    Hangs,
    /// The connection is cut in the middle of the body, whose length was announced.
    Cut,
    /// The connection is cut before anything is answered.
    Closed,
}
