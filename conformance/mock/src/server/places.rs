//! The places that connections take, and which connections are closed if there are too few.
//!
//! A connection that waits for its client costs the client nothing, so one client could take every place. If all are
//! taken, the connection that has waited longest is closed: first one that never sent a request, then one that sends or
//! reads too slowly, then one between two requests, which its client can open again, and last one that has just been
//! opened. A connection whose request is being processed keeps its place.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

use super::seldom::Seldom;

/// How long a connection keeps its place while its client is waited for.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long a new connection keeps its place.
const FRESH: Duration = Duration::from_millis(100);
/// The age from which a connection without a request is closed before all others.
const SILENCE: Duration = Duration::from_secs(1);
/// The slowest that a client may send or read without losing its place. Unit: bytes a second.
const LEAST_RATE: usize = 16 * 1024;
/// One in so many places is freed at a time if its connections never sent a request, or are too slow.
const AT_A_TIME: usize = 16;
/// One in so many places is freed at a time if its connections are between two requests: they may be about to send one.
const AT_A_TIME_BETWEEN: usize = 64;
/// How long to wait for a place before looking for connections to close again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The places that connections take.
pub(super) struct Places {
    number: usize,
    free: Arc<Semaphore>,
    taken: Mutex<Taken>,
    dropped: Seldom,
}

/// The places that are taken, in the order in which they were.
#[derive(Default)]
struct Taken {
    next: u64,
    places: BTreeMap<u64, Arc<Place>>,
}

/// The right to a place, until it is dropped.
pub(super) struct Ticket {
    places: Arc<Places>,
    number: u64,
    place: Arc<Place>,
    _permit: OwnedSemaphorePermit,
}

/// A connection's place.
pub(super) struct Place {
    progress: Mutex<Progress>,
    task: OnceLock<AbortHandle>,
}

/// What a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// It has not sent a request yet.
    Fresh,
    /// It sends a request's body.
    Sending,
    /// Its request is being processed, or its answer has no end.
    Working,
    /// It reads its answer, or sends the head of another request.
    Answered,
    /// It was closed to make room.
    Dropped,
}

/// Why a connection may be closed to make room, in the order in which connections are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// It never sent a request.
    Silent,
    /// It sends or reads too slowly.
    Slow,
    /// It is between two requests.
    Between,
    /// It was opened a moment ago, and has sent no request yet.
    New,
}

/// Which connections are closed first: the smallest, by why and since when.
type Rank = (Reason, Instant);

/// How far a connection has come in its phase.
#[derive(Debug, Clone, Copy)]
struct Progress {
    phase: Phase,
    since: Instant,
    /// When a byte last went in the direction of the phase.
    last: Instant,
    /// The bytes that went in that direction.
    bytes: usize,
    /// Since when it has waited for its client to send or to read more; `None` if it does not wait.
    awaited: Option<Instant>,
    /// How long it waited for its client before.
    waited: Duration,
}

impl Places {
    /// Creates that many places.
    pub(super) fn new(number: usize) -> Arc<Self> {
        let number = number.min(Semaphore::MAX_PERMITS);
        Arc::new(Self {
            number,
            free: Arc::new(Semaphore::new(number)),
            taken: Mutex::default(),
            dropped: Seldom::default(),
        })
    }

    /// Takes a place, once there is one.
    pub(super) async fn take(self: &Arc<Self>) -> Ticket {
        loop {
            let free = Arc::clone(&self.free);
            if let Ok(permit) = Arc::clone(&free).try_acquire_owned() {
                return self.ticket(permit);
            }
            if let Some(number) = self.dropped.more(self.make_room()) {
                tracing::warn!(
                    "{} connections are open, the maximum: closed {number} that waited longest, to make room",
                    self.number,
                );
            }
            if let Ok(Ok(permit)) = tokio::time::timeout(LOOK_AGAIN, free.acquire_owned()).await {
                return self.ticket(permit);
            }
        }
    }

    fn ticket(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Ticket {
        let place = Arc::new(Place::new());
        let mut taken = lock(&self.taken);
        let number = taken.next;
        taken.next += 1;
        taken.places.insert(number, Arc::clone(&place));
        drop(taken);
        Ticket { places: Arc::clone(self), number, place, _permit: permit }
    }

    /// Closes the connections that come first, all for one reason, and returns their number. Several are closed at a
    /// time, since many may be waiting.
    pub(super) fn make_room(&self) -> u64 {
        let now = Instant::now();
        let mut ranked: Vec<(Rank, Arc<Place>)> = {
            let taken = lock(&self.taken);
            taken.places.values().filter_map(|place| Some((place.rank(now)?, Arc::clone(place)))).collect()
        };
        ranked.sort_unstable_by_key(|(rank, _)| *rank);
        let Some(((reason, _), _)) = ranked.first() else { return 0 };
        let part = if *reason == Reason::Between { AT_A_TIME_BETWEEN } else { AT_A_TIME };
        let alike = ranked.iter().take_while(|((other, _), _)| other == reason);
        // The request of one may have come meanwhile.
        let closed = alike.filter(|(_, place)| place.give_up()).take((self.number / part).max(1)).count();
        u64::try_from(closed).unwrap_or(u64::MAX)
    }
}

impl Ticket {
    pub(super) fn place(&self) -> &Arc<Place> {
        &self.place
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        lock(&self.places.taken).places.remove(&self.number);
    }
}

impl Place {
    fn new() -> Self {
        Self { progress: Mutex::new(Progress::new(Phase::Fresh, Instant::now())), task: OnceLock::new() }
    }

    /// Sets the task that is aborted to close the connection.
    pub(super) fn set_task(&self, task: AbortHandle) {
        // It is set once.
        let _ = self.task.set(task);
    }

    /// Begins a phase. Returns false if the connection was closed.
    pub(super) fn begin(&self, phase: Phase) -> bool {
        let mut progress = lock(&self.progress);
        if progress.phase == Phase::Dropped {
            return false;
        }
        *progress = Progress::new(phase, Instant::now());
        true
    }

    /// Notes that bytes came from the client.
    pub(super) fn received(&self, bytes: usize) {
        lock(&self.progress).moved(&[Phase::Fresh, Phase::Sending], bytes, Instant::now());
    }

    /// Notes that the connection waits for its client to send more.
    pub(super) fn waits_to_read(&self) {
        lock(&self.progress).waits(&[Phase::Fresh, Phase::Sending], Instant::now());
    }

    /// Notes that bytes went to the client.
    pub(super) fn sent(&self, bytes: usize) {
        lock(&self.progress).moved(&[Phase::Answered], bytes, Instant::now());
    }

    /// Notes that the connection waits for its client to read more.
    pub(super) fn waits_to_write(&self) {
        lock(&self.progress).waits(&[Phase::Answered], Instant::now());
    }

    fn rank(&self, now: Instant) -> Option<Rank> {
        // Without a task it cannot be closed yet: it was opened a moment ago.
        self.task.get().and_then(|_| lock(&self.progress).rank(now))
    }

    /// Closes the connection, and returns true, unless by now it keeps its place.
    fn give_up(&self) -> bool {
        let mut progress = lock(&self.progress);
        let (Some(_), Some(task)) = (progress.rank(Instant::now()), self.task.get()) else { return false };
        progress.phase = Phase::Dropped;
        task.abort();
        true
    }
}

impl Progress {
    const fn new(phase: Phase, now: Instant) -> Self {
        Self { phase, since: now, last: now, bytes: 0, awaited: None, waited: Duration::ZERO }
    }

    /// The connection waits for its client.
    fn waits(&mut self, phases: &[Phase], now: Instant) {
        if phases.contains(&self.phase) {
            self.awaited.get_or_insert(now);
        }
    }

    /// Bytes came or went.
    fn moved(&mut self, phases: &[Phase], bytes: usize, now: Instant) {
        if phases.contains(&self.phase) {
            if bytes > 0 {
                self.last = now;
            }
            self.bytes = self.bytes.saturating_add(bytes);
            self.waited += self.awaited.take().map_or(Duration::ZERO, |since| age(since, now));
        }
    }

    /// Returns when its turn to be closed comes, or `None` if it keeps its place.
    fn rank(&self, now: Instant) -> Option<Rank> {
        match (self.phase, self.awaited) {
            (Phase::Fresh, Some(_)) if age(self.since, now) >= SILENCE => Some((Reason::Silent, self.since)),
            (Phase::Fresh, Some(_)) => (age(self.since, now) >= FRESH).then_some((Reason::New, self.since)),
            (Phase::Answered, None) => {
                (age(self.last, now) >= PATIENCE).then_some((Reason::Between, self.last))
            }
            (Phase::Sending | Phase::Answered, Some(since)) => {
                let pause = age(since, now);
                let waited = self.waited + pause;
                let least =
                    LEAST_RATE.saturating_mul(usize::try_from(waited.as_millis()).unwrap_or(usize::MAX));
                let is_slow = waited >= PATIENCE && self.bytes < least / 1000;
                let waits_since = if is_slow { self.since } else { since };
                (is_slow || pause >= PATIENCE).then_some((Reason::Slow, waits_since))
            }
            // Its client waits for the mock.
            (Phase::Fresh | Phase::Sending | Phase::Working | Phase::Dropped, _) => None,
        }
    }
}

fn age(since: Instant, now: Instant) -> Duration {
    now.saturating_duration_since(since)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Why a connection in a phase is closed at `now`, if `bytes` came or went `times` times, `every` so often. Unit of
    /// times: milliseconds.
    fn reason(phase: Phase, bytes: usize, every: u64, times: u64, now: u64) -> Option<Reason> {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut progress = Progress::new(phase, start);
        for turn in 0..times {
            progress.waits(&[phase], at(turn * every));
            progress.moved(&[phase], bytes, at((turn + 1) * every));
        }
        if phase != Phase::Answered {
            progress.waits(&[phase], at(times * every));
        }
        progress.rank(at(now)).map(|(reason, _)| reason)
    }

    #[test]
    fn a_connection_that_waits_for_its_client_gives_up_its_place() {
        let cases = [
            (Phase::Fresh, 0, 0, 0, 99, None),
            (Phase::Fresh, 0, 0, 0, 100, Some(Reason::New)),
            // A byte of its head now and then is not enough.
            (Phase::Fresh, 1, 100, 10, 1000, Some(Reason::Silent)),
            (Phase::Fresh, 0, 0, 0, 1000, Some(Reason::Silent)),
            (Phase::Answered, 90, 10, 1, 259, None),
            (Phase::Answered, 90, 10, 1, 260, Some(Reason::Between)),
            (Phase::Sending, 0, 0, 0, 249, None),
            (Phase::Sending, 0, 0, 0, 250, Some(Reason::Slow)),
            // Little now and then is not enough.
            (Phase::Sending, 10, 100, 2, 249, None),
            (Phase::Sending, 10, 100, 2, 250, Some(Reason::Slow)),
            (Phase::Sending, 3200, 100, 300, 30_000, None),
            (Phase::Sending, 3200, 100, 300, 30_249, None),
            (Phase::Sending, 3200, 100, 300, 30_250, Some(Reason::Slow)),
            (Phase::Working, 0, 0, 0, 3_600_000, None),
            (Phase::Dropped, 0, 0, 0, 3_600_000, None),
        ];
        for (phase, bytes, every, times, now, expected) in cases {
            let found = reason(phase, bytes, every, times, now);
            assert_eq!(found, expected, "{phase:?} {bytes} {every} {times} {now}");
        }
    }

    #[test]
    fn a_connection_whose_client_waits_keeps_its_place() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        // The mock has not read from it yet.
        assert_eq!(Progress::new(Phase::Fresh, start).rank(at(20_000)), None);
        // The mock waits for room before it reads the body.
        let mut progress = Progress::new(Phase::Sending, start);
        assert_eq!(progress.rank(at(20_000)), None);
        progress.moved(&[Phase::Sending], 100, at(20_000));
        progress.waits(&[Phase::Sending], at(20_000));
        assert_eq!(progress.rank(at(20_249)), None);
        assert_eq!(progress.rank(at(20_250)), Some((Reason::Slow, start)));
        // Its client reads some of the answer, and then stops.
        let mut progress = Progress::new(Phase::Answered, start);
        progress.moved(&[Phase::Answered], 1_000_000, at(10));
        progress.waits(&[Phase::Answered], at(10));
        progress.waits(&[Phase::Sending], at(200));
        assert_eq!([at(259), at(260)].map(|now| progress.rank(now)), [None, Some((Reason::Slow, at(10)))]);
    }

    #[tokio::test]
    async fn the_connection_that_waited_longest_is_closed() {
        let places = Places::new(2);
        let (first, second) = (places.take().await, places.take().await);
        let task = tokio::spawn(async move {
            let _first = first;
            std::future::pending::<()>().await;
        });
        let held = Arc::clone(&lock(&places.taken).places[&0]);
        held.set_task(task.abort_handle());
        held.waits_to_read();
        second.place().set_task(tokio::spawn(std::future::pending::<()>()).abort_handle());
        assert!(second.place().begin(Phase::Working));
        let third = places.take().await;
        assert!(task.await.is_err_and(|error| error.is_cancelled()), "the first was closed");
        assert!(second.place().begin(Phase::Answered) && third.place().begin(Phase::Sending));
        assert_eq!(lock(&places.taken).places.len(), 2);
    }
}
