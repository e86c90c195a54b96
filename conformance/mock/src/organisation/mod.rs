//! What the mock's organisation holds: what exists, what was written, and the jobs under way.

mod jobs;
mod listing;
mod room;
mod summary;
mod view;
mod worker;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use foldhash::fast::RandomState;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tally_spec::model::Contract;

use self::jobs::Jobs;
pub(crate) use self::jobs::NewJob;
pub use self::jobs::{JobState, JobView};
pub(crate) use self::room::Full;
pub(crate) use self::summary::StateView;
pub use self::view::{Query, RecordView, RecordsView};
pub(crate) use self::worker::JobWatch;
use crate::entities::Entities;
use crate::memory::Memory;
use crate::plan::Plans;
use crate::processor::Processor;
use crate::records::{Records, Session};
use crate::store::{Change, Receipt, Saved, Store, StoreError};
use tally_fixtures::Fixtures;

/// How long to wait before a store that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// What an organisation is made with.
pub(crate) struct Setup {
    /// What it holds at first.
    pub(crate) fixtures: Fixtures,
    /// The store of its data.
    pub(crate) store: Box<dyn Store>,
    /// How long a job pauses between two chunks.
    pub(crate) job_pause: Duration,
    /// The time.
    pub(crate) now: fn() -> Timestamp,
    /// Removes tokens from the messages of jobs.
    pub(crate) clean: Clean,
    /// Whether jobs that were set aside are tried again.
    pub(crate) retry_jobs: bool,
    /// What it may take in memory.
    pub(crate) memory: Memory,
    /// The most records that are stored.
    pub(crate) most_records: usize,
}

/// Takes tokens out of a text: those that the mock has, and the one of the credentials given.
pub(crate) type Clean = Box<dyn Fn(Option<&str>, String) -> String + Send + Sync>;

/// An organisation: shared by all that answer for it.
pub(crate) struct Organisation {
    contract: Arc<Contract>,
    plans: Plans,
    time_zone: TimeZone,
    session_user: Option<String>,
    switches: BTreeSet<String>,
    first_entities: Entities,
    /// What keys are found by.
    hasher: RandomState,
    now: fn() -> Timestamp,
    clean: Clean,
    job_pause: Duration,
    memory: Memory,
    most_records: usize,
    state: Mutex<State>,
    /// Signalled when a job was added, ended, or is to hurry.
    changed: Condvar,
    store: Box<dyn Store>,
    /// Whether the store keeps changes.
    is_stored: bool,
}

/// Whether jobs may complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobCompletion {
    /// They may.
    Runs,
    /// The last chunk of each is not processed.
    Paused,
}

/// What changes.
pub(crate) struct State {
    pub(crate) records: Records,
    jobs: Jobs,
    today: Option<Date>,
    /// How many callers wait for every job to end.
    drains: usize,
    /// Whether the mock stops.
    ended: bool,
    /// Whether a thread works on jobs.
    works: bool,
    /// Whether jobs may complete.
    completion: JobCompletion,
    /// How often everything was deleted.
    resets: u64,
    watch: Option<JobWatch>,
    /// Since when nothing can be written, and why.
    broken: Option<Broken>,
}

/// A store that failed.
struct Broken {
    error: StoreError,
    /// When it was last tried.
    tried: Instant,
    /// Whether what is in memory may go beyond what was answered for.
    is_ahead: bool,
}

impl State {
    /// Restores what a store held.
    fn restore(&mut self, plans: &Plans, saved: Saved, retry_jobs: bool) {
        for (kind, name) in &saved.things {
            if let Some(kind) = self.records.entities.kind(kind) {
                self.records.entities.create(kind, name);
            }
        }
        for record in saved.records {
            self.records.restore(plans, record);
        }
        for job in saved.jobs {
            let plan = plans.of(&job.area);
            self.jobs.restore(job, plan, retry_jobs);
        }
        self.today = saved.today.and_then(|today| today.parse().ok());
    }
}

impl Organisation {
    /// An organisation as the fixtures say it, and as its store says it went on.
    ///
    /// # Errors
    ///
    /// If the store cannot be opened, or holds data of another contract.
    pub(crate) fn new(contract: Arc<Contract>, setup: Setup) -> Result<Arc<Self>, StoreError> {
        let first_entities = Entities::new(&contract, &setup.fixtures);
        let on = setup.fixtures.switches.iter().filter(|(_, on)| **on);
        let switches: BTreeSet<String> = on.map(|(name, _)| name.clone()).collect();
        let mut store = setup.store;
        let saved = store.open(&contract.file.name)?;
        let is_stored = store.keeps_changes();
        let hasher = RandomState::default();
        let mut state = State {
            records: Records::new(&contract, first_entities.clone(), switches.clone(), &hasher, is_stored),
            jobs: Jobs::default(),
            today: None,
            drains: 0,
            ended: false,
            works: false,
            completion: JobCompletion::Runs,
            resets: 0,
            watch: None,
            broken: None,
        };
        let plans = Plans::new(&contract);
        state.restore(&plans, saved, setup.retry_jobs);
        let taken = state.records.bytes().saturating_add(state.jobs.promised().bytes);
        if taken > setup.memory.state {
            let (taken, most) = (taken >> 20, setup.memory.state >> 20);
            return Err(StoreError::new(format!(
                "what the store holds takes {taken} MiB, and --max-memory leaves {most} MiB for it; give it more"
            )));
        }
        Ok(Arc::new(Self {
            contract,
            plans,
            time_zone: setup.fixtures.time_zone,
            session_user: setup.fixtures.session_user,
            switches,
            first_entities,
            hasher,
            now: setup.now,
            clean: setup.clean,
            job_pause: setup.job_pause,
            memory: setup.memory,
            most_records: setup.most_records,
            state: Mutex::new(state),
            changed: Condvar::new(),
            store,
            is_stored,
        }))
    }

    /// The largest number of an exchange that anything is marked with; 0 if nothing is.
    pub(crate) fn last_exchange(&self) -> u32 {
        let state = self.lock();
        let records = (0..self.contract.areas.len()).flat_map(|place| state.records.records(place));
        let exchanges = records.map(|kept| kept.created.max(kept.updated));
        exchanges.chain(state.jobs.all().map(|job| job.view.exchange)).max().unwrap_or_default()
    }

    /// The organisation's time zone.
    pub(crate) const fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// The entities that exist before any request creates others.
    pub(crate) const fn first_entities(&self) -> &Entities {
        &self.first_entities
    }

    /// Whether a store keeps changes.
    pub(crate) const fn is_stored(&self) -> bool {
        self.is_stored
    }

    /// What keys are found by.
    pub(crate) const fn hasher(&self) -> &RandomState {
        &self.hasher
    }

    /// What changes, for as long as nobody else may change it.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a default may need to know.
    pub(crate) fn session(&self, state: &State) -> Session {
        Session { today: self.today_in(state), user: self.session_user.clone() }
    }

    /// Has the store keep what changed. `None` if there is nothing to wait for.
    pub(crate) fn keep(&self, state: &mut State, more: impl IntoIterator<Item = Change>) -> Option<Receipt> {
        if !self.is_stored {
            return None;
        }
        let mut changes = state.records.take_changes();
        changes.extend(more);
        if changes.is_empty() { None } else { Some(self.store.commit(changes)) }
    }

    /// Why nothing can be written any more, if the store failed.
    #[must_use]
    pub(crate) fn broken(&self) -> Option<StoreError> {
        self.lock().broken.as_ref().map(|broken| broken.error.clone())
    }

    /// Goes back to what the store has, because a change could not be made durable. Nothing is written until the
    /// store can be written to again.
    pub(crate) fn give_up(&self, error: StoreError) {
        let mut state = self.lock();
        if state.broken.is_some() {
            return;
        }
        tracing::error!("{error}; what is sent from now on is answered with 503 and not kept");
        let is_ahead = !self.go_back(&mut state);
        state.broken = Some(Broken { error, tried: Instant::now(), is_ahead });
    }

    /// Reads again what the store has. Returns whether it could be read.
    fn go_back(&self, state: &mut State) -> bool {
        match self.store.read_again() {
            Ok(saved) => {
                self.empty(state);
                state.restore(&self.plans, saved, false);
                true
            }
            Err(error) => {
                tracing::error!("{error}; what is shown may go beyond what was answered for");
                false
            }
        }
    }

    /// Whether anything can be written. A store that failed is tried again once a second.
    pub(crate) fn may_write(&self, state: &mut State) -> bool {
        let Some(broken) = &mut state.broken else { return true };
        if broken.tried.elapsed() < RETRY {
            return false;
        }
        broken.tried = Instant::now();
        let is_ahead = broken.is_ahead;
        if let Err(error) = self.store.resume() {
            broken.error = error;
            return false;
        }
        if is_ahead && !self.go_back(state) {
            return false;
        }
        tracing::warn!("the store can be written to again");
        state.broken = None;
        true
    }

    /// Goes on with the jobs that a store held.
    pub(crate) fn resume(self: &Arc<Self>, processor: &Arc<Processor>) {
        let state = self.lock();
        if state.jobs.next().is_some() {
            self.work(state, processor);
        }
    }

    /// Calls `watch` with each job that is taken or makes progress.
    pub(crate) fn watch_jobs(&self, watch: JobWatch) {
        self.lock().watch = Some(watch);
    }

    /// Waits until no job is under way, for so long at most. How many there were, and how many are left.
    pub(crate) fn drain(&self, longest: Duration) -> (usize, usize) {
        let mut state = self.lock();
        let waiting = state.jobs.waiting();
        state.drains += 1;
        self.changed.notify_all();
        let goes_on = |state: &mut State| state.works && state.jobs.next().is_some() && !state.ended;
        let waited = self.changed.wait_timeout_while(state, longest, goes_on);
        state = waited.unwrap_or_else(PoisonError::into_inner).0;
        state.drains -= 1;
        (waiting, state.jobs.waiting())
    }

    /// Pauses or resumes the completion of jobs: while it is paused, the last chunk of each is not processed.
    pub(crate) fn pause_jobs(&self, completion: JobCompletion) {
        self.lock().completion = completion;
        self.changed.notify_all();
    }

    /// Deletes everything but the fixtures. Returns the receipt if a store deletes it too.
    pub(crate) fn reset(&self) -> Option<Receipt> {
        let mut state = self.lock();
        if !self.may_write(&mut state) {
            return Some(Self::unwritten(&state));
        }
        self.empty(&mut state);
        self.keep(&mut state, [Change::Reset])
    }

    /// Empties what is in memory, down to the fixtures; a job under way ends.
    fn empty(&self, state: &mut State) {
        let (entities, switches) = (self.first_entities.clone(), self.switches.clone());
        state.records = Records::new(&self.contract, entities, switches, &self.hasher, self.is_stored);
        state.jobs.clear();
        state.today = None;
        state.resets += 1;
        self.changed.notify_all();
    }

    /// The receipt for a change that is not made, since nothing can be written.
    fn unwritten(state: &State) -> Receipt {
        Receipt::ready(state.broken.as_ref().map_or(Ok(()), |broken| Err(broken.error.clone())))
    }

    /// The day in the organisation's time zone, and whether it was set by hand.
    #[must_use]
    pub(crate) fn today(&self) -> (Date, bool) {
        let state = self.lock();
        (self.today_in(&state), state.today.is_some())
    }

    fn today_in(&self, state: &State) -> Date {
        state.today.unwrap_or_else(|| (self.now)().to_zoned_datetime(self.time_zone.clone()).date())
    }

    /// Sets the day, or lets the clock run again.
    pub(crate) fn set_today(&self, today: Option<Date>) -> Option<Receipt> {
        let mut state = self.lock();
        if !self.may_write(&mut state) {
            return Some(Self::unwritten(&state));
        }
        state.today = today;
        self.keep(&mut state, [Change::Today(today.map(|today| today.to_string()))])
    }

    /// Ends the work on jobs; what is left of them a store keeps. A job that is begun did not end the process.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.ended = true;
        let begun = state.jobs.begun().map(|job| {
            job.attempts = 0;
            Change::Job(job.saved(false))
        });
        let begun: Vec<_> = begun.collect();
        let kept = if self.is_stored && state.broken.is_none() { self.keep(&mut state, begun) } else { None };
        drop(state);
        self.changed.notify_all();
        if let Some(Err(error)) = kept.map(Receipt::wait) {
            tracing::error!("{error}");
        }
    }
}

impl fmt::Debug for Organisation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Organisation").finish_non_exhaustive()
    }
}
