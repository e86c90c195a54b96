//! The thread that works on jobs.

use std::ops::Range;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::thread;

use super::super::clerk::{Batch, Clerk};
use super::super::store::Change;
use super::jobs::{FAILURES, Job, JobState, JobView};
use super::{Due, Held, Organisation};
use tally_fixtures::Secret;

/// Is told of a job that was taken or went on.
pub(crate) type JobWatch = Box<dyn Fn(&JobView) + Send + Sync>;

/// The pieces that a job is done in, where it is not over its limit many times.
const PIECES: usize = 10;

/// With more jobs than this waiting, none rests.
const HURRY: usize = 4;

impl Organisation {
    /// Has a thread work on the jobs, unless one does. It ends when there is nothing left to do. The clerk does
    /// the jobs that have none of their own.
    pub(super) fn work(self: &Arc<Self>, mut held: MutexGuard<'_, Held>, clerk: &Arc<Clerk>) {
        if held.works || held.ended {
            self.changed.notify_all();
            return;
        }
        held.works = true;
        let (organisation, clerk) = (Arc::downgrade(self), Arc::clone(clerk));
        let spawned =
            thread::Builder::new().name("jobs".to_owned()).spawn(move || work(&organisation, &clerk));
        if spawned.is_err() {
            held.works = false;
        }
    }
}

fn work(organisation: &Weak<Organisation>, clerk: &Arc<Clerk>) {
    loop {
        let Some(organisation) = organisation.upgrade() else { return };
        let mut held = organisation.hold();
        let Some(job) = held.jobs.next().filter(|_| !held.ended && held.broken.is_none()).cloned() else {
            held.works = false;
            organisation.changed.notify_all();
            return;
        };
        let resets = held.resets;
        drop(held);
        let clerk = job.clerk.clone().unwrap_or_else(|| Arc::clone(clerk));
        organisation.process(&clerk, job, resets);
    }
}

impl Organisation {
    /// Processes a job from where it stands, piece by piece, each kept together with how far the job is.
    fn process(&self, clerk: &Arc<Clerk>, mut job: Job, resets: u64) {
        let (body, area) = (Arc::clone(&job.body), job.view.area.clone());
        let Some(batch) = clerk.plan(&area).and_then(|plan| clerk.read(plan, &body)) else {
            // A contract without the area can't say what becomes of the records.
            job.view.state = JobState::Done;
            self.put(&mut self.hold(), job);
            return;
        };
        let plan = batch.plan;
        let mut held = self.hold();
        let fate = batch.fate(&held.book.things, &self.hasher);
        let (failed, all_due) = (&fate.failed, fate.keys.due());
        job.view.failures = batch.failures(failed, FAILURES);
        let credentials = job.credentials.take();
        for failure in &mut job.view.failures {
            let message = std::mem::take(&mut failure.message);
            failure.message = (self.clean)(credentials.as_ref().map(Secret::reveal), message);
        }
        job.view.records = batch.sheet.len();
        let piece = plan.limit.maximum.max(1).min(batch.sheet.len().div_ceil(PIECES)).max(1);
        while !held.ended && held.resets == resets && held.broken.is_none() {
            let range = job.view.processed..(job.view.processed + piece).min(batch.sheet.len());
            if held.stalls && range.end == batch.sheet.len() {
                held = self.changed.wait(held).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let due = within(&all_due, &range);
            let session = self.session(&held);
            batch.write(&mut held.book, &session, job.view.exchange, due, true);
            let fails = Batch::failed_in(failed, &range);
            job.view.processed = range.end;
            job.view.failed += fails;
            job.view.passed += range.len() - fails;
            let is_done = job.view.processed == batch.sheet.len();
            job.view.state = if is_done { JobState::Done } else { JobState::Running };
            self.put(&mut held, job.clone());
            if is_done {
                return;
            }
            held = self.rest(held);
        }
    }

    /// Puts a job in its own place, and has it kept.
    fn put(&self, held: &mut Held, mut job: Job) {
        let is_done = job.view.state == JobState::Done;
        if is_done {
            job.body = Arc::from([]);
            job.clerk = None;
        }
        let saved = self.is_stored.then(|| Change::Job(job.saved(false)));
        if let Some(watch) = &held.watch {
            watch(&job.view);
        }
        if let Some(known) = held.jobs.get_mut(job.view.id) {
            *known = job;
        }
        // Nobody waits for a piece: one that is not kept is done again when the mock starts again.
        drop(self.keep(held, saved));
        if is_done {
            self.changed.notify_all();
        }
    }

    /// Rests between two pieces, unless somebody waits for the job or many others do.
    fn rest<'h>(&self, held: MutexGuard<'h, Held>) -> MutexGuard<'h, Held> {
        let may_rest = |held: &mut Held| held.drains == 0 && !held.ended && held.jobs.waiting().0 <= HURRY;
        self.changed
            .wait_timeout_while(held, self.job_pause, may_rest)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }
}

/// The records whose indices lie in a range.
fn within<'d, 'k>(due: &'d [Due<'k>], range: &Range<usize>) -> &'d [Due<'k>] {
    let start = due.partition_point(|one| one.index < range.start);
    let end = due.partition_point(|one| one.index < range.end);
    &due[start..end]
}
