//! How a run reports its progress.

use super::{AreaTally, Boundary, CheckTally, Finding, Timing};

/// Receives the progress of a run, from several threads.
pub trait Observer: Sync {
    /// Called for each request sent to an area, with its verb.
    fn sent(&self, area: &str, verb: &str);

    /// Called when an area is done.
    fn area_done(&self, done: &AreaDone<'_>);

    /// Called for each finding, once it was confirmed and shrunk, with the number of requests that the run had sent
    /// when it first showed. Does nothing by default.
    fn found(&self, _finding: &Finding, _requests: u64) {}
}

/// What is known of an area when it is done.
#[derive(Debug, Clone, Copy)]
pub struct AreaDone<'a> {
    /// How the area went.
    pub area: &'a AreaTally,
    /// How each of its checks went.
    pub checks: &'a [CheckTally],
    /// Its boundary values.
    pub boundaries: &'a [Boundary],
    /// How long each answer took.
    pub timings: &'a [Timing],
}

/// An observer that ignores everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn sent(&self, _: &str, _: &str) {}

    fn area_done(&self, _: &AreaDone<'_>) {}
}
