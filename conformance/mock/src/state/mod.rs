//! What the mock's organisation holds: what exists, what was written, and the jobs under way.

mod book;
mod jobs;
mod key;
mod merge;
mod table;
mod view;
mod worker;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tally_spec::model::Contract;

pub(super) use self::book::{Book, Due, Keys, Writing};
use self::jobs::Jobs;
pub(super) use self::jobs::Taken;
pub use self::jobs::{JobState, JobView};
pub(super) use self::key::key_of;
pub(super) use self::merge::Session;
pub(crate) use self::view::CreatedView;
pub use self::view::{Query, RecordView, RecordsView};
pub(super) use self::worker::JobWatch;
use super::clerk::Clerk;
use super::plan::Plans;
use super::store::{Change, Receipt, Saved, Store, StoreError};
use super::things::Things;
use tally_fixtures::Fixtures;

/// The most bytes of bodies over their limit that wait; beyond, such a request is asked to come again.
const WAITING: usize = 256 * 1024 * 1024;

/// What an organisation is made with.
pub(super) struct Setup {
    /// What it holds at first.
    pub(super) fixtures: Fixtures,
    /// Where its data is kept.
    pub(super) store: Box<dyn Store>,
    /// How long a job pauses between two chunks.
    pub(super) job_pause: Duration,
    /// The time.
    pub(super) now: fn() -> Timestamp,
    /// Removes tokens from the messages of jobs.
    pub(super) clean: Clean,
}

/// Takes tokens out of a text: those that the mock has, and the one of the credentials given.
pub(super) type Clean = Box<dyn Fn(Option<&str>, String) -> String + Send + Sync>;

/// An organisation: shared by all that answer for it.
pub(crate) struct Organisation {
    contract: Arc<Contract>,
    plans: Plans,
    time_zone: TimeZone,
    session_user: Option<String>,
    switches: BTreeSet<String>,
    first_things: Things,
    /// What keys are found by.
    hasher: RandomState,
    now: fn() -> Timestamp,
    clean: Clean,
    job_pause: Duration,
    held: Mutex<Held>,
    /// Told when a job was added, ended, or is to hurry.
    changed: Condvar,
    store: Box<dyn Store>,
    /// Whether the store keeps changes.
    is_stored: bool,
}

/// What changes.
pub(super) struct Held {
    pub(super) book: Book,
    jobs: Jobs,
    today: Option<Date>,
    /// How many wait for every job to end.
    drains: usize,
    /// Whether the organisation is given up.
    ended: bool,
    /// Whether a thread works on jobs.
    works: bool,
    /// Whether no job comes to its end.
    stalls: bool,
    /// How often everything was forgotten.
    resets: u64,
    watch: Option<JobWatch>,
    /// What the store said when it failed.
    broken: Option<StoreError>,
}

impl Held {
    /// Puts back what a store held.
    fn restore(&mut self, plans: &Plans, saved: Saved) {
        for (kind, name) in &saved.things {
            if let Some(kind) = self.book.things.kind(kind) {
                self.book.things.create(kind, name);
            }
        }
        for record in saved.records {
            self.book.restore(plans, record);
        }
        for job in saved.jobs {
            self.jobs.restore(job);
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
    pub(super) fn new(contract: Arc<Contract>, setup: Setup) -> Result<Arc<Self>, StoreError> {
        let first_things = Things::new(&contract, &setup.fixtures);
        let on = setup.fixtures.switches.iter().filter(|(_, on)| **on);
        let switches: BTreeSet<String> = on.map(|(name, _)| name.clone()).collect();
        let mut store = setup.store;
        let saved = store.open(&contract.file.name)?;
        let is_stored = store.keeps_changes();
        let hasher = RandomState::default();
        let mut held = Held {
            book: Book::new(&contract, first_things.clone(), switches.clone(), &hasher, is_stored),
            jobs: Jobs::default(),
            today: None,
            drains: 0,
            ended: false,
            works: false,
            stalls: false,
            resets: 0,
            watch: None,
            broken: None,
        };
        let plans = Plans::new(&contract);
        held.restore(&plans, saved);
        Ok(Arc::new(Self {
            contract,
            plans,
            time_zone: setup.fixtures.time_zone,
            session_user: setup.fixtures.session_user,
            switches,
            first_things,
            hasher,
            now: setup.now,
            clean: setup.clean,
            job_pause: setup.job_pause,
            held: Mutex::new(held),
            changed: Condvar::new(),
            store,
            is_stored,
        }))
    }

    /// The largest number of an exchange that anything is marked with; 0 where nothing is.
    pub(super) fn last_exchange(&self) -> u32 {
        let held = self.hold();
        let records = (0..self.contract.areas.len()).flat_map(|place| held.book.records(place));
        let exchanges = records.map(|kept| kept.created.max(kept.updated));
        exchanges.chain(held.jobs.all().map(|job| job.view.exchange)).max().unwrap_or_default()
    }

    /// The organisation's time zone.
    pub(super) const fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// The things that exist before any request makes others.
    pub(super) const fn first_things(&self) -> &Things {
        &self.first_things
    }

    /// What keys are found by.
    pub(super) const fn hasher(&self) -> &RandomState {
        &self.hasher
    }

    /// What changes, for as long as nobody else may change it.
    pub(super) fn hold(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a default may need to know.
    pub(super) fn session(&self, held: &Held) -> Session {
        Session { today: self.today_in(held), user: self.session_user.clone() }
    }

    /// Has the store keep what changed. None where there is nothing to wait for.
    pub(super) fn keep(&self, held: &mut Held, more: impl IntoIterator<Item = Change>) -> Option<Receipt> {
        if !self.is_stored {
            return None;
        }
        let mut changes = held.book.take_changes();
        changes.extend(more);
        if changes.is_empty() { None } else { Some(self.store.commit(changes)) }
    }

    /// Why nothing can be written any more, where the store failed.
    #[must_use]
    pub(crate) fn broken(&self) -> Option<StoreError> {
        self.hold().broken.clone()
    }

    /// Remembers that the store failed.
    pub(super) fn give_up(&self, error: StoreError) {
        self.hold().broken.get_or_insert(error);
    }

    /// Takes a batch over its limit. Its job's number, and the receipt where a store keeps it; none where too
    /// much waits already.
    pub(super) fn take_job(self: &Arc<Self>, taken: Taken<'_>) -> Option<(u32, Option<Receipt>)> {
        let mut held = self.hold();
        if held.jobs.waiting().1 + taken.body.len() > WAITING {
            return None;
        }
        let job = held.jobs.add(taken);
        let (id, saved) = (job.view.id, self.is_stored.then(|| job.saved(true)));
        if let (Some(watch), Some(job)) = (&held.watch, held.jobs.all().next_back()) {
            watch(&job.view);
        }
        let receipt = self.keep(&mut held, saved.map(Change::Job));
        self.work(held, taken.clerk);
        Some((id, receipt))
    }

    /// Goes on with the jobs that a store held.
    pub(super) fn resume(self: &Arc<Self>, clerk: &Arc<Clerk>) {
        let held = self.hold();
        if held.jobs.next().is_some() {
            self.work(held, clerk);
        }
    }

    /// Has somebody told of each job as it goes on.
    pub(super) fn watch_jobs(&self, watch: JobWatch) {
        self.hold().watch = Some(watch);
    }

    /// Waits until no job is under way, for so long at most. How many there were, and how many are left.
    pub(crate) fn drain(&self, longest: Duration) -> (usize, usize) {
        let mut held = self.hold();
        let waiting = held.jobs.waiting().0;
        held.drains += 1;
        self.changed.notify_all();
        let goes_on = |held: &mut Held| held.works && held.jobs.next().is_some() && !held.ended;
        let waited = self.changed.wait_timeout_while(held, longest, goes_on);
        held = waited.unwrap_or_else(PoisonError::into_inner).0;
        held.drains -= 1;
        (waiting, held.jobs.waiting().0)
    }

    /// Has no job come to its end, or lets them again.
    pub(super) fn stall(&self, stalls: bool) {
        self.hold().stalls = stalls;
        self.changed.notify_all();
    }

    /// Forgets everything but the fixtures. The receipt where a store forgets it too.
    pub(super) fn reset(&self) -> Option<Receipt> {
        let mut held = self.hold();
        let (things, switches) = (self.first_things.clone(), self.switches.clone());
        held.book = Book::new(&self.contract, things, switches, &self.hasher, self.is_stored);
        held.jobs.clear();
        held.today = None;
        held.resets += 1;
        self.changed.notify_all();
        self.keep(&mut held, [Change::Reset])
    }

    /// The day in the organisation's time zone, and whether it was set by hand.
    #[must_use]
    pub(crate) fn today(&self) -> (Date, bool) {
        let held = self.hold();
        (self.today_in(&held), held.today.is_some())
    }

    fn today_in(&self, held: &Held) -> Date {
        held.today.unwrap_or_else(|| (self.now)().to_zoned_datetime(self.time_zone.clone()).date())
    }

    /// Sets the day, or lets the clock run again.
    pub(crate) fn set_today(&self, today: Option<Date>) -> Option<Receipt> {
        let mut held = self.hold();
        held.today = today;
        self.keep(&mut held, [Change::Today(today.map(|today| today.to_string()))])
    }

    /// Ends the work on jobs; what is left of them a store keeps.
    pub(super) fn end(&self) {
        self.hold().ended = true;
        self.changed.notify_all();
    }
}

impl fmt::Debug for Organisation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Organisation").finish_non_exhaustive()
    }
}
