//! The thread that works on jobs.

use std::ops::Range;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::thread;

use super::jobs::{FAILURES, Job, JobState, JobView};
use super::{JobCompletion, Organisation, State};
use crate::processor::{Batch, Processor};
use crate::records::RecordToWrite;
use crate::store::Change;
use tally_fixtures::Secret;

/// Is called with a job that was taken or made progress.
pub(crate) type JobWatch = Box<dyn Fn(&JobView) + Send + Sync>;

/// The number of chunks of a job, unless it is over its limit many times.
const PIECES: usize = 10;

/// With more jobs than this waiting, none pauses.
const HURRY: usize = 4;

impl Organisation {
    /// Starts a thread that works on the jobs, unless one runs. It ends when there is nothing left to do. The processor does
    /// the jobs that have none of their own.
    pub(crate) fn work(self: &Arc<Self>, mut state: MutexGuard<'_, State>, processor: &Arc<Processor>) {
        if state.works || state.ended {
            self.changed.notify_all();
            return;
        }
        state.works = true;
        let (organisation, processor) = (Arc::downgrade(self), Arc::clone(processor));
        let spawned =
            thread::Builder::new().name("jobs".to_owned()).spawn(move || work(&organisation, &processor));
        if spawned.is_err() {
            state.works = false;
        }
    }
}

fn work(organisation: &Weak<Organisation>, processor: &Arc<Processor>) {
    loop {
        let Some(organisation) = organisation.upgrade() else { return };
        let mut state = organisation.lock();
        let Some(job) = state.jobs.next().filter(|_| !state.ended && state.broken.is_none()).cloned() else {
            state.works = false;
            organisation.changed.notify_all();
            return;
        };
        let resets = state.resets;
        drop(state);
        let processor = job.processor.clone().unwrap_or_else(|| Arc::clone(processor));
        organisation.process(&processor, job, resets);
    }
}

impl Organisation {
    /// Processes the rest of a job in chunks, each kept together with how far the job is.
    fn process(&self, processor: &Arc<Processor>, mut job: Job, resets: u64) {
        let (body, area) = (Arc::clone(&job.body), job.view.area.clone());
        let Some(batch) = processor.plan(&area).and_then(|plan| processor.read(plan, &body)) else {
            // A contract without the area cannot say what becomes of the records.
            job.view.state = JobState::Done;
            self.put(&mut self.lock(), job);
            return;
        };
        let plan = batch.plan;
        let mut state = self.lock();
        let decision = batch.decide(&state.records.entities, &self.hasher);
        let (failed, all_due) = (&decision.failed, decision.keys.due());
        job.view.failures = batch.failures(failed, FAILURES);
        let credentials = job.credentials.take();
        for failure in &mut job.view.failures {
            let message = std::mem::take(&mut failure.message);
            failure.message = (self.clean)(credentials.as_ref().map(Secret::reveal), message);
        }
        job.view.records = batch.table.len();
        let piece = plan.limit.maximum.max(1).min(batch.table.len().div_ceil(PIECES)).max(1);
        while !state.ended && state.resets == resets && state.broken.is_none() {
            let range = job.view.processed..(job.view.processed + piece).min(batch.table.len());
            if state.completion == JobCompletion::Paused && range.end == batch.table.len() {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let due = within(&all_due, &range);
            let session = self.session(&state);
            batch.write(&mut state.records, &session, job.view.exchange, due, true);
            let fails = Batch::failed_in(failed, &range);
            job.view.processed = range.end;
            job.view.failed += fails;
            job.view.passed += range.len() - fails;
            let is_done = job.view.processed == batch.table.len();
            job.view.state = if is_done { JobState::Done } else { JobState::Running };
            self.put(&mut state, job.clone());
            if is_done {
                return;
            }
            state = self.rest(state);
        }
    }

    /// Updates a job, and has the store keep it.
    fn put(&self, state: &mut State, mut job: Job) {
        let is_done = job.view.state == JobState::Done;
        if is_done {
            job.body = Arc::from([]);
            job.processor = None;
        }
        let saved = self.is_stored.then(|| Change::Job(job.saved(false)));
        if let Some(watch) = &state.watch {
            watch(&job.view);
        }
        if let Some(known) = state.jobs.get_mut(job.view.id) {
            *known = job;
        }
        // Nobody waits for a chunk: one that is not kept is done again when the mock starts again.
        drop(self.keep(state, saved));
        if is_done {
            self.changed.notify_all();
        }
    }

    /// Pauses between two chunks, unless somebody waits for the job or many others are queued.
    fn rest<'h>(&self, state: MutexGuard<'h, State>) -> MutexGuard<'h, State> {
        let may_rest =
            |state: &mut State| state.drains == 0 && !state.ended && state.jobs.waiting().0 <= HURRY;
        self.changed
            .wait_timeout_while(state, self.job_pause, may_rest)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }
}

/// The records whose indices lie in a range.
fn within<'d, 'k>(due: &'d [RecordToWrite<'k>], range: &Range<usize>) -> &'d [RecordToWrite<'k>] {
    let start = due.partition_point(|one| one.index < range.start);
    let end = due.partition_point(|one| one.index < range.end);
    &due[start..end]
}
