//! Whether there is room for what is to be stored, and the batches that are taken if there is.

use std::sync::Arc;

use super::jobs::NewJob;
use super::{Organisation, State};
use crate::processor::Growth;
use crate::store::{Change, Receipt};

/// Why nothing more is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Full {
    /// The store failed.
    Store,
    /// There is no room in memory.
    Memory,
    /// There are as many records as there may be.
    Records(usize),
}

impl Organisation {
    /// Whether there is room for so much more.
    ///
    /// # Errors
    ///
    /// What there is no room for.
    pub(crate) fn has_room(&self, state: &State, growth: Growth) -> Result<(), Full> {
        let promised = state.jobs.promised();
        if state.records.count() + promised.records + growth.records > self.most_records {
            return Err(Full::Records(self.most_records));
        }
        let bytes = state.records.bytes().saturating_add(promised.bytes).saturating_add(growth.bytes);
        if bytes > self.memory.state { Err(Full::Memory) } else { Ok(()) }
    }

    /// Takes a batch over its limit. Returns its job's number, and the receipt if a store keeps it.
    ///
    /// # Errors
    ///
    /// Why it can't be taken. Nothing of it is stored then.
    pub(crate) fn take_job(self: &Arc<Self>, taken: NewJob<'_>) -> Result<(u32, Option<Receipt>), Full> {
        if taken.cost > self.memory.job {
            return Err(Full::Memory);
        }
        let mut state = self.lock();
        if !self.may_write(&mut state) {
            return Err(Full::Store);
        }
        let Growth { records, bytes } = taken.growth;
        self.has_room(&state, Growth { records, bytes: bytes.saturating_add(taken.body.len()) })?;
        let processor = taken.processor;
        let job = state.jobs.add(taken);
        let (id, saved) = (job.view.id, self.is_stored.then(|| job.saved(true)));
        if let (Some(watch), Some(job)) = (&state.watch, state.jobs.all().next_back()) {
            watch(&job.view);
        }
        let receipt = self.keep(&mut state, saved.map(Change::Job));
        self.work(state, processor);
        Ok((id, receipt))
    }
}
