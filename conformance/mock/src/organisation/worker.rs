//! The thread that works on jobs.

use std::ops::Range;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::thread;

use super::jobs::{FAILURES, Job, JobState, JobView};
use super::{JobCompletion, Organisation, RETRY, State};
use crate::processor::{Batch, Processor};
use crate::records::RecordToWrite;
use crate::store::{Change, Receipt};
use tally_fixtures::Secret;

/// Is called with a job that was taken or made progress.
pub(crate) type JobWatch = Box<dyn Fn(&JobView) + Send + Sync>;

/// The number of chunks of a job, unless it is over its limit many times.
const PIECES: usize = 10;

/// The records that are written before others may have the lock: at a microsecond or two each, far below 5 ms.
const AT_ONCE: usize = 250;

/// The records of a chunk that is written whole, for a store.
const WHOLE: usize = 1000;

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
        let Some(id) = state.jobs.next().filter(|_| !state.ended).map(|job| job.view.id) else {
            state.works = false;
            organisation.changed.notify_all();
            return;
        };
        if !organisation.may_write(&mut state) {
            drop(organisation.changed.wait_timeout(state, RETRY));
            continue;
        }
        let resets = state.resets;
        let (job, begun) = organisation.begin(&mut state, id);
        drop(state);
        let Some(job) = job else { continue };
        if organisation.settles(begun) {
            let processor = job.processor.clone().unwrap_or_else(|| Arc::clone(processor));
            organisation.process(&processor, job, resets);
        }
    }
}

impl Organisation {
    /// Records that a job is begun, before it is: if it ends the process, the next start knows.
    fn begin(&self, state: &mut State, id: u32) -> (Option<Job>, Option<Receipt>) {
        let Some(job) = state.jobs.get_mut(id) else { return (None, None) };
        job.attempts += 1;
        let job = job.clone();
        let saved = self.is_stored.then(|| Change::Job(job.saved(false)));
        (Some(job), self.keep(state, saved))
    }

    /// Waits until a change is durable; goes back to what is if it can't be made so. Returns whether it is.
    fn settles(&self, receipt: Option<Receipt>) -> bool {
        let settled = receipt.map_or(Ok(()), Receipt::wait);
        settled.map_err(|error| self.give_up(error)).is_ok()
    }

    /// Processes the rest of a job in chunks, each kept together with how far the job is. The lock is held for a few
    /// records at a time: whatever depends on all of them is done before.
    fn process(&self, processor: &Arc<Processor>, mut job: Job, resets: u64) {
        let (body, area) = (Arc::clone(&job.body), job.view.area.clone());
        let Some(batch) = processor.plan(&area).and_then(|plan| processor.read(plan, &body)) else {
            // A contract without the area cannot say what becomes of the records.
            job.view.state = JobState::Done;
            drop(self.put(&mut self.lock(), job));
            return;
        };
        // What is created from here on is not seen: the job is judged as of its start.
        let entities = self.lock().records.entities.clone();
        let decision = batch.decide(&entities, &self.hasher);
        drop(entities);
        let (failed, all_due) = (&decision.failed, decision.keys.due());
        job.view.failures = batch.failures(failed, FAILURES);
        let credentials = job.credentials.take();
        for failure in &mut job.view.failures {
            let message = std::mem::take(&mut failure.message);
            failure.message = (self.clean)(credentials.as_ref().map(Secret::reveal), message);
        }
        let length = batch.table.len();
        job.view.records = length;
        let piece = batch.plan.limit.maximum.max(1).min(length.div_ceil(PIECES)).max(1);
        let piece = if self.is_stored { piece.min(WHOLE) } else { piece };
        let mut state = self.lock();
        while !state.ended && state.resets == resets && state.broken.is_none() {
            let range = job.view.processed..(job.view.processed + piece).min(length);
            if state.completion == JobCompletion::Paused && range.end == length {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let Some(held) = self.write_piece(state, &batch, &job, within(&all_due, &range), resets) else {
                return;
            };
            state = held;
            let fails = Batch::failed_in(failed, &range);
            job.view.processed = range.end;
            job.view.failed += fails;
            job.view.passed += range.len() - fails;
            job.attempts = 0;
            let is_done = job.view.processed == length;
            job.view.state = if is_done { JobState::Done } else { JobState::Running };
            let receipt = self.put(&mut state, job.clone());
            drop(state);
            if !self.settles(receipt) || is_done {
                return;
            }
            state = self.rest(self.lock());
        }
    }

    /// Writes a chunk's records, and lets others have their turn between a few of them. `None` if there was a reset in
    /// between.
    fn write_piece<'h>(
        &'h self,
        mut state: MutexGuard<'h, State>,
        batch: &Batch<'_>,
        job: &Job,
        due: &[RecordToWrite<'_>],
        resets: u64,
    ) -> Option<MutexGuard<'h, State>> {
        let session = self.session(&state);
        for (turn, few) in due.chunks(AT_ONCE).enumerate() {
            // A store has a chunk whole or not at all, so nobody else's changes may come between its records.
            if turn > 0 && !self.is_stored {
                drop(state);
                state = self.lock();
                if state.resets != resets {
                    return None;
                }
            }
            batch.write(&mut state.records, &session, job.view.exchange, few, true);
        }
        Some(state)
    }

    /// Updates a job, and has the store keep it.
    fn put(&self, state: &mut State, mut job: Job) -> Option<Receipt> {
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
        let receipt = self.keep(state, saved);
        if is_done {
            self.changed.notify_all();
        }
        receipt
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
