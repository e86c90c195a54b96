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
use std::path::PathBuf;
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
pub(super) use self::table::Sent;
pub use self::view::{CreatedView, Query, RecordView, RecordsView};
pub(super) use self::worker::JobWatch;
use super::clerk::Clerk;
use super::plan::Plans;
use super::store::{Change, Receipt, Sqlite, StoreError};
use super::things::Things;
use tally_fixtures::Fixtures;

/// The most bytes of bodies over their limit that wait; beyond, such a request is asked to come again.
const WAITING: usize = 256 * 1024 * 1024;

/// What an organisation is made with.
pub struct Setup {
    /// What it holds at first.
    pub fixtures: Fixtures,
    /// A `SQLite` file that keeps what is written; in memory alone where none is named.
    pub store: Option<PathBuf>,
    /// How long a job rests between two pieces.
    pub job_pause: Duration,
    /// The time.
    pub now: fn() -> Timestamp,
    /// Keeps tokens out of what is told of jobs.
    pub clean: Clean,
}

/// Takes tokens out of a text: those that the mock has, and the one of the credentials given.
pub(super) type Clean = Box<dyn Fn(Option<&str>, String) -> String + Send + Sync>;

impl fmt::Debug for Setup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Setup").field("store", &self.store).finish_non_exhaustive()
    }
}

/// An organisation: shared by all that answer for it.
pub struct Organisation {
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
    store: Option<Sqlite>,
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

impl Organisation {
    /// An organisation as the fixtures say it, and as its store says it went on.
    ///
    /// # Errors
    ///
    /// Where the store can't be opened, or is another contract's.
    pub fn new(contract: Arc<Contract>, setup: Setup) -> Result<Arc<Self>, StoreError> {
        let first_things = Things::new(&contract, &setup.fixtures);
        let on = setup.fixtures.switches.iter().filter(|(_, on)| **on);
        let switches: BTreeSet<String> = on.map(|(name, _)| name.clone()).collect();
        let opened =
            setup.store.as_deref().map(|path| Sqlite::open(path, &contract.file.name)).transpose()?;
        let hasher = RandomState::default();
        let mut held = Held {
            book: Book::new(&contract, first_things.clone(), switches.clone(), &hasher, opened.is_some()),
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
        let mut store = None;
        if let Some((opened, saved)) = opened {
            for (kind, name) in &saved.things {
                if let Some(kind) = held.book.things.kind(kind) {
                    held.book.things.create(kind, name);
                }
            }
            for record in saved.records {
                held.book.restore(&plans, record);
            }
            for job in saved.jobs {
                held.jobs.restore(job);
            }
            held.today = saved.today.and_then(|today| today.parse().ok());
            store = Some(opened);
        }
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
        let store = self.store.as_ref()?;
        let mut changes = held.book.take_changes();
        changes.extend(more);
        if changes.is_empty() { None } else { Some(store.commit(changes)) }
    }

    /// Why nothing can be written any more, where the store failed.
    #[must_use]
    pub fn broken(&self) -> Option<StoreError> {
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
        let (id, saved) = (job.view.id, self.store.as_ref().map(|_| job.saved(true)));
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
    pub fn drain(&self, longest: Duration) -> (usize, usize) {
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
        held.book = Book::new(&self.contract, things, switches, &self.hasher, self.store.is_some());
        held.jobs.clear();
        held.today = None;
        held.resets += 1;
        self.changed.notify_all();
        self.keep(&mut held, [Change::Reset])
    }

    /// The day in the organisation's time zone, and whether it was set by hand.
    #[must_use]
    pub fn today(&self) -> (Date, bool) {
        let held = self.hold();
        (self.today_in(&held), held.today.is_some())
    }

    fn today_in(&self, held: &Held) -> Date {
        held.today.unwrap_or_else(|| (self.now)().to_zoned_datetime(self.time_zone.clone()).date())
    }

    /// Sets the day, or lets the clock run again.
    pub fn set_today(&self, today: Option<Date>) -> Option<Receipt> {
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
