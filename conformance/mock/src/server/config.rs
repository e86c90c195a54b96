//! What a mock is started with.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tally_generated::runtime;
use tally_spec::model::Contract;

use super::super::fault::Fault;
use tally_fixtures::Fixtures;
use tally_fixtures::Secret;

/// What a mock is started with.
#[derive(Debug, Clone)]
pub struct MockConfig {
    /// The contract that it answers by.
    pub contract: Arc<Contract>,
    /// What was generated for it.
    pub generated: &'static runtime::Contract,
    /// What its organisation holds.
    pub fixtures: Fixtures,
    /// The token that it takes; any where none is given.
    pub token: Option<String>,
    /// The token that the page and everything below `/_tally/` want; anyone may use them where none is
    /// given, which only an address of this machine's own is let to do.
    pub admin_token: Option<Secret>,
    /// Where it listens; port 0 for a free one.
    pub address: SocketAddr,
    /// What it bears.
    pub limits: Limits,
    /// A `SQLite` file that keeps what is written; in memory alone where none is named.
    pub store: Option<PathBuf>,
    /// How long a job rests between two pieces.
    pub job_pause: Duration,
    /// A fault that it has.
    pub fault: Option<Fault>,
    /// The seed of what a fault leaves to chance.
    pub seed: u64,
}

/// What a mock bears before it refuses, waits or hangs up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a request's body; a larger one is answered 413.
    pub body: usize,
    /// The most connections at one time. Further ones wait in the system's queue until one ends.
    pub connections: usize,
    /// How long a connection may take to send a request's head, the wait for a next request included;
    /// then it is closed.
    pub header_time: Duration,
    /// How long a request's body may take, which is then answered 408; and how long a client may take none of
    /// an answer, whose connection is then closed.
    pub body_time: Duration,
    /// How long a mock that stops waits for the requests in hand.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 6 * 1024 * 1024,
            connections: 512,
            header_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            grace: Duration::from_secs(5),
        }
    }
}
