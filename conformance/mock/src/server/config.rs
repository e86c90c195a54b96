//! The limits of a mock.

use std::time::Duration;

use super::rate::RateLimit;

/// The limits after which a mock refuses a request, delays it or closes its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The maximum size of a request's body in bytes; a larger one is answered with 413.
    pub body: usize,
    /// The maximum number of connections at one time. If there are as many, a new one takes the place of the one that
    /// waits longest for its client: that one is closed. A connection whose request is worked on keeps its place; if
    /// they all do, new ones wait in the system's queue.
    pub connections: usize,
    /// The most requests that the API takes in a time, or `None` for any number. Others are refused as the contract
    /// refuses too many, or with 429; the mock's own pages are exempt.
    pub rate: Option<RateLimit>,
    /// How long a connection may take to send the head of a request, including the wait for it to start; then it
    /// is closed. A TLS handshake may take as long.
    pub header_time: Duration,
    /// How long a request's body may take before it is answered with 408, and how long a client may accept no
    /// bytes of an answer before its connection is closed.
    pub body_time: Duration,
    /// How long a mock that stops waits for the requests under way.
    pub grace: Duration,
    /// The most memory in bytes that is taken for all that the mock stores and does; what does not fit is answered
    /// with 503. The process takes up to 64 MiB more for itself.
    pub memory: usize,
    /// The most records that are stored; what would be more is answered with 503.
    pub records: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 6 * 1024 * 1024,
            connections: 512,
            rate: None,
            header_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            grace: Duration::from_secs(5),
            memory: 512 * 1024 * 1024,
            records: usize::MAX,
        }
    }
}
