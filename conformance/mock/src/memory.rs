//! What a mock may take in memory: shares of one amount, and what is taken of them.
//!
//! What a thing takes is counted before it is spent. Counts are upper bounds: a share is never passed, and what is
//! left of it may be more than is said.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// A mebibyte.
const MIB: usize = 1 << 20;

/// The least that a mock can do with.
pub(crate) const LEAST: usize = 16 * MIB;

/// The unit in which room is counted, since a semaphore counts no further than `u32` does.
const UNIT: usize = 1024;

/// Bodies up to this size share a room of their own, so that larger ones don't keep them waiting.
pub(crate) const MIDDLE: usize = 512 * 1024;

/// The shares of what a mock may take. Unit: bytes.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    /// For what is stored, and for the jobs that are not done.
    pub(crate) state: usize,
    /// For one job while its records are judged.
    pub(crate) job: usize,
    /// For the failures of all jobs that are remembered.
    pub(crate) views: usize,
    /// For the journal.
    pub(crate) journal: usize,
    /// For the body that each connection may send without waiting for room.
    pub(crate) small: usize,
    /// For bodies above that.
    pub(crate) middle: Room,
    /// For bodies above [`MIDDLE`].
    pub(crate) large: Room,
    /// For answers that are written while they are sent.
    pub(crate) listings: Room,
    /// For reading the values of bodies, and for answers until they are sent.
    pub(crate) work: Room,
}

impl Memory {
    /// The shares of `all`, for bodies of at most `body` bytes and for so many connections.
    ///
    /// # Errors
    ///
    /// If that is too little: the least that is enough.
    pub(crate) fn share(all: usize, body: usize, connections: usize) -> Result<Self, usize> {
        let part = |parts: usize, most: usize| (all / 64 * parts).min(most);
        let small = (part(2, 32 * MIB) / connections.max(1)).clamp(4 * 1024, 64 * 1024);
        let large = part(5, usize::MAX).max(body.saturating_add(MIB));
        // One of the largest bodies fits, and a copy of it.
        let (middle, work) = (part(1, usize::MAX).max(MIDDLE), large);
        let (job, views, journal) = (part(3, usize::MAX), part(1, 16 * MIB), part(4, 32 * MIB));
        let listings = part(1, 16 * MIB);
        let others = [small.saturating_mul(connections), large, middle, work, job, views, journal, listings];
        let others = others.into_iter().fold(0, usize::saturating_add);
        // What is stored has a third at least.
        if all < LEAST || others > all / 3 * 2 {
            let more = others.saturating_add(others / 2).saturating_add(MIB).max(LEAST).max(all);
            let is_enough = more == all || Self::share(more, body, connections).is_ok();
            return if is_enough { Err(more) } else { Self::share(more, body, connections) };
        }
        let (middle, large, work) = (Room::new(middle), Room::new(large), Room::new(work));
        let listings = Room::new(listings);
        Ok(Self { state: all - others, job, views, journal, small, middle, large, listings, work })
    }
}

/// Room that is taken for a while, in the order in which it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    units: Arc<Semaphore>,
    most: usize,
}

/// Room that is taken, until it is dropped.
#[derive(Debug)]
pub(crate) struct Taken(OwnedSemaphorePermit);

impl Room {
    fn new(bytes: usize) -> Self {
        let units = (bytes / UNIT).min(Semaphore::MAX_PERMITS);
        Self { units: Arc::new(Semaphore::new(units)), most: units * UNIT }
    }

    /// Takes room, or `None` if there is never so much, or none in time.
    pub(crate) async fn take_by(&self, bytes: usize, by: Instant) -> Option<Taken> {
        if bytes > self.most {
            return None;
        }
        let units = u32::try_from(bytes.div_ceil(UNIT)).ok()?;
        let taken = Arc::clone(&self.units).acquire_many_owned(units);
        tokio::time::timeout_at(by, taken).await.ok()?.ok().map(Taken)
    }
}

impl Taken {
    /// Gives back what is taken beyond so many bytes.
    fn keep(&mut self, bytes: usize) {
        let rest = self.0.num_permits().saturating_sub(bytes.div_ceil(UNIT));
        drop(self.0.split(rest));
    }

    /// Bytes that hold the room that they take, until the last of them is dropped.
    pub(crate) fn hold(mut self, bytes: Vec<u8>) -> Bytes {
        self.keep(bytes.capacity());
        Bytes::from_owner(Held { bytes, _taken: self })
    }
}

struct Held {
    bytes: Vec<u8>,
    _taken: Taken,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// What a text of so many bytes takes in memory, with what an allocator adds.
pub(crate) const fn of_text(length: usize) -> usize {
    length.saturating_add(8 + 15) / 16 * 16
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_shares_are_no_more_than_the_whole() {
        for all in [32, 64, 128, 512, 4096] {
            let memory = Memory::share(all * MIB, 6 * MIB, 512).expect("it is enough");
            let Memory { state, job, views, journal, small, middle, large, listings, work } = memory;
            let rooms = middle.most + large.most + listings.most + work.most;
            let sum = state + job + views + journal + small * 512 + rooms;
            assert!(sum <= all * MIB && sum + 2 * UNIT * 4 > all * MIB, "{all} MiB: {sum}");
            assert!(state >= all * MIB / 3 && large.most >= 7 * MIB, "{all} MiB: {state}");
        }
        for body in [6 * MIB, 100 * MIB] {
            let least = Memory::share(MIB, body, 512).expect_err("a body does not fit");
            assert!(least < 6 * body && Memory::share(least, body, 512).is_ok(), "{body}: {least}");
        }
        assert_eq!(Memory::share(MIB, usize::MAX, 512).expect_err("nothing is enough"), usize::MAX);
    }

    #[tokio::test]
    async fn room_is_given_back_once_the_bytes_are_gone() {
        let room = Room::new(10 * UNIT);
        let now = Instant::now;
        assert!(room.take_by(11 * UNIT, now()).await.is_none());
        let taken = room.take_by(10 * UNIT, now()).await.expect("there is room");
        let bytes = taken.hold(vec![1; 3 * UNIT]);
        assert!(room.take_by(8 * UNIT, now() + Duration::from_millis(1)).await.is_none());
        let rest = room.take_by(7 * UNIT, now()).await.expect("the rest was given back");
        let part = bytes.slice(1..2);
        drop((bytes, rest));
        assert!(room.take_by(8 * UNIT, now() + Duration::from_millis(1)).await.is_none());
        drop(part);
        assert!(room.take_by(10 * UNIT, now()).await.is_some());
    }
}
