//! The thread that works on jobs.

use std::ops::ControlFlow;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::thread;

use bytes::Bytes;

use super::jobs::{FAILURES, Job, JobState, JobView};
use super::{JobCompletion, Organisation, RETRY, State};
use crate::entities::Entities;
use crate::processor::{Growth, Piece, Pieces, Processor};
use crate::store::{Change, Receipt};
use tally_fixtures::Secret;

/// Is called with a job that was taken or made progress.
pub(crate) type JobWatch = Box<dyn Fn(&JobView) + Send + Sync>;

/// A job's progress is shown so often at the least, unless it has fewer records, and at the most.
const TURNS: (usize, usize) = (10, 100);

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

    /// Processes the rest of a job piece by piece. The lock is held for a few records at a time.
    fn process(&self, processor: &Arc<Processor>, mut job: Job, resets: u64) {
        let (body, area) = (job.body.clone(), job.view.area.clone());
        let plan = processor.plan(&area);
        let Some(mut pieces) = plan.and_then(|plan| Pieces::read(processor, plan, &body, FAILURES)) else {
            // A contract without the area cannot say what becomes of the records.
            job.view.state = JobState::Done;
            drop(self.put(&mut self.lock(), job));
            return;
        };
        let exists = |look: &mut dyn FnMut(&Entities)| look(&self.lock().records.entities);
        pieces.decide(&self.first_entities, &self.hasher, &exists, FAILURES);
        job.view.failures = pieces.take_failures();
        let credentials = job.credentials.take();
        for failure in &mut job.view.failures {
            let message = std::mem::take(&mut failure.message);
            failure.message = (self.clean)(credentials.as_ref().map(Secret::reveal), message);
        }
        let (from, length) = (job.view.processed, pieces.records);
        job.view.records = length;
        if from >= length {
            job.view.state = JobState::Done;
            let receipt = self.put(&mut self.lock(), job);
            self.settles(receipt);
            return;
        }
        let turn = pieces.plan.limit.maximum.max(1).min(length.div_ceil(TURNS.0));
        let turn = turn.max(length.div_ceil(TURNS.1));
        let mut run = Run { organisation: self, processor, job, resets, from, turn };
        pieces.each(from, turn, &mut |piece| run.take(piece));
    }

    /// Updates a job, and has the store keep it.
    fn put(&self, state: &mut State, mut job: Job) -> Option<Receipt> {
        let is_done = job.view.state == JobState::Done;
        if is_done {
            (job.body, job.growth) = (Bytes::new(), Growth::default());
            job.processor = None;
        }
        let saved = self.is_stored.then(|| Change::Job(job.saved(false)));
        if let Some(watch) = &state.watch {
            watch(&job.view);
        }
        state.jobs.put(job, self.memory.views);
        let receipt = self.keep(state, saved);
        if is_done {
            self.changed.notify_all();
        }
        receipt
    }

    /// Pauses between two chunks, unless somebody waits for the job or many others are queued.
    fn rest<'h>(&self, state: MutexGuard<'h, State>) -> MutexGuard<'h, State> {
        let may_rest = |state: &mut State| state.drains == 0 && !state.ended && state.jobs.waiting() <= HURRY;
        self.changed
            .wait_timeout_while(state, self.job_pause, may_rest)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }
}

/// A job under way.
struct Run<'r> {
    organisation: &'r Organisation,
    processor: &'r Processor,
    job: Job,
    /// How often everything had been deleted when it began.
    resets: u64,
    /// The first record that was not processed before.
    from: usize,
    /// The records after which it shows its progress, and rests.
    turn: usize,
}

impl Run<'_> {
    /// Writes a piece's records, together with how far the job is then.
    fn take(&mut self, piece: &Piece<'_, '_>) -> ControlFlow<()> {
        let organisation = self.organisation;
        let keys = piece.keys(&organisation.first_entities, &organisation.hasher);
        let due = keys.due();
        let mut state = organisation.lock();
        loop {
            if state.ended || state.resets != self.resets || state.broken.is_some() {
                return ControlFlow::Break(());
            }
            if !(state.completion == JobCompletion::Paused && piece.is_last()) {
                break;
            }
            state = organisation.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let session = organisation.session(&state);
        let exchange = self.job.view.exchange;
        self.processor.write(piece.rows(), &mut state.records, &session, exchange, &due);
        let (view, fails) = (&mut self.job.view, piece.failed());
        view.processed += piece.len();
        view.failed += fails;
        view.passed += piece.len() - fails;
        view.state = if piece.is_last() { JobState::Done } else { JobState::Running };
        self.job.attempts = 0;
        let is_turn = piece.is_last() || (self.job.view.processed - self.from).is_multiple_of(self.turn);
        // A store has what a piece wrote together with how far the job is.
        if !is_turn && (due.is_empty() || !organisation.is_stored) {
            return ControlFlow::Continue(());
        }
        let receipt = organisation.put(&mut state, self.job.clone());
        drop(state);
        if !organisation.settles(receipt) {
            return ControlFlow::Break(());
        }
        if is_turn && !piece.is_last() {
            drop(organisation.rest(organisation.lock()));
        }
        ControlFlow::Continue(())
    }
}
