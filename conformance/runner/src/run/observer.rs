//! Who is told how a run goes.

use crate::report::{AreaTally, CheckTally};

/// Is told how a run goes, from several threads.
pub trait Observer: Sync {
    /// A request of that area was sent.
    fn sent(&self, area: &str);

    /// An area was done, with how each of its checks went.
    fn area_done(&self, area: &AreaTally, checks: &[CheckTally]);
}

/// Is told, and says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn sent(&self, _: &str) {}

    fn area_done(&self, _: &AreaTally, _: &[CheckTally]) {}
}
