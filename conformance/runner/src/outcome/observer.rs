//! How a run reports its progress.

use super::{AreaTally, CheckTally};

/// Receives the progress of a run, from several threads.
pub trait Observer: Sync {
    /// Called for each request sent to an area, with its verb.
    fn sent(&self, area: &str, verb: &str);

    /// Called when an area is done, with the result of each of its checks.
    fn area_done(&self, area: &AreaTally, checks: &[CheckTally]);
}

/// An observer that ignores everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn sent(&self, _: &str, _: &str) {}

    fn area_done(&self, _: &AreaTally, _: &[CheckTally]) {}
}
