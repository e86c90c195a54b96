//! What was asked before the fixtures were known to be right: it is judged with the rest once they are.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tally_oracle::strategy::Batch;
use tally_spec::model::Area;

use super::Checked;
use crate::check::platform_errors::Probe;
use crate::client::Exchange;
use crate::run::Run;
use crate::run::session::Sent;

/// A request to an area, with its answer.
pub(in crate::run) struct Asked<'a> {
    pub(in crate::run) area: &'a Area,
    pub(in crate::run) question: Question,
    /// The requests sent by then, and how long after the run's start.
    pub(in crate::run) answered: (u64, Duration),
    /// Whether this shard judges it. Every shard asks, since each needs to know.
    pub(in crate::run) is_mine: bool,
}

pub(in crate::run) enum Question {
    Batch {
        batch: Batch,
        sent: Sent,
    },
    Probe {
        /// Its place among the area's probes.
        place: usize,
        probe: Probe,
        /// The batch that it spoils.
        good: Batch,
        exchange: Exchange,
    },
}

impl<'a> Run<'a> {
    /// Keeps what was asked of an area just now, unless only counterexamples are judged.
    pub(super) fn keep(&self, checked: &mut Checked<'a>, area: &'a Area, question: Question) {
        if !self.config.only_counterexamples {
            let answered = (self.sent.load(Ordering::Relaxed), self.started.elapsed());
            let is_mine = self.config.is_mine(checked.asked.len() as u64);
            checked.asked.push(Asked { area, question, answered, is_mine });
        }
    }
}
