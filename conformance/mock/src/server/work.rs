//! Room and turns for the work that takes much of either.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task;
use tokio::time::{Instant, timeout};

use super::wire::Closed;
use crate::memory::{Room, Taken};

/// How many large bodies are read at the same time. Connections are served by other threads.
const AT_ONCE: usize = 2;

/// How many may wait for jobs at the same time, each on a thread of its own.
const WAITERS: usize = 32;

/// Gives out room and turns.
pub(super) struct Work {
    room: Room,
    turns: Arc<Semaphore>,
    searches: Arc<Semaphore>,
    waiters: Arc<Semaphore>,
    /// How long either is waited for.
    longest: Duration,
}

/// A turn, until it is dropped.
pub(super) struct Turn(Arc<OwnedSemaphorePermit>);

impl Work {
    pub(super) fn new(room: Room, longest: Duration) -> Self {
        let places = |count| Arc::new(Semaphore::new(count));
        let (turns, searches, waiters) = (places(AT_ONCE), places(AT_ONCE), places(WAITERS));
        Self { room, turns, searches, waiters, longest }
    }

    /// Searches on a thread of its own once it is its turn, or `None` if that does not come in time.
    pub(super) async fn search<T: Send + 'static>(
        &self,
        search: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let turn = timeout(self.longest, Arc::clone(&self.searches).acquire_owned()).await.ok()?.ok()?;
        Turn(Arc::new(turn)).run(search).await.ok()
    }

    /// A place for somebody who waits on a thread of its own; `None` if too many wait.
    pub(super) fn waiter(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.waiters).try_acquire_owned().ok()
    }

    /// Waits for room for so many bytes, or `None` if there is none in time.
    pub(super) async fn take(&self, bytes: usize) -> Option<Taken> {
        self.room.take_by(bytes, Instant::now() + self.longest).await
    }

    /// Waits for a turn, or `None` if none comes in time.
    pub(super) async fn turn(&self) -> Option<Turn> {
        let turn = timeout(self.longest, Arc::clone(&self.turns).acquire_owned()).await;
        turn.ok()?.ok().map(|turn| Turn(Arc::new(turn)))
    }
}

impl Turn {
    /// Runs something on a thread of its own. It keeps the turn to its end, even if nobody waits for it any more.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Closed> {
        let turn = Arc::clone(&self.0);
        let run = move || {
            let _turn = turn;
            work()
        };
        task::spawn_blocking(run).await.map_err(|_| Closed)
    }
}
