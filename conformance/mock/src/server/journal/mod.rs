//! The exchanges that the mock had, the last thousand of them.

mod view;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

pub(super) use self::view::{ExchangeView, SummaryView};
use crate::endpoint::Outcome;
use crate::failure::Failure;

/// The most exchanges that are kept.
const MOST: usize = 1000;
/// The most bytes that are kept of a body.
pub(super) const BODY: usize = 64 * 1024;
/// The most failures of a summary.
const FAILURES: usize = 20;

/// The exchanges, in the order of their numbers.
pub(crate) struct Journal {
    last: AtomicU32,
    /// The last number before the journal was cleared.
    cleared: AtomicU32,
    /// The most bytes that are kept.
    most: usize,
    ring: Mutex<Ring>,
}

#[derive(Default)]
struct Ring {
    exchanges: VecDeque<Arc<Exchange>>,
    bytes: usize,
}

/// A request to the API and its answer, with tokens redacted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// Its number, counted from 1 and not reset.
    pub number: u32,
    /// When the request arrived.
    pub at: Timestamp,
    /// How long the answer took, in microseconds.
    pub micros: u64,
    /// The HTTP method.
    pub method: String,
    /// The path of the URL.
    pub path: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// What became of the request's records.
    pub outcome: Outcome,
    /// The fault that the mock had, as `--fault` takes it.
    pub fault: Option<String>,
    /// The request.
    pub request: Message,
    /// The answer.
    pub response: Message,
}

/// The headers and the body of a request or of an answer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Message {
    /// A line for each, as in HTTP: one text for all takes less memory than a text for each.
    headers: String,
    /// The first 64 KiB of the body.
    pub body: Bytes,
    /// The length of the whole body in bytes.
    pub length: usize,
}

/// Which exchanges are asked for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) after: Option<u32>,
    pub(super) before: Option<u32>,
    pub(super) limit: usize,
    pub(super) area: Option<String>,
    pub(super) failed: bool,
}

impl Journal {
    /// A journal whose first number follows that one.
    pub(super) fn new(last: u32, most: usize) -> Self {
        Self { last: AtomicU32::new(last), cleared: AtomicU32::new(last), most, ring: Mutex::default() }
    }

    /// The number of a new exchange.
    pub(super) fn number(&self) -> u32 {
        self.last.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// Keeps an exchange, and drops the oldest if there are too many.
    pub(super) fn keep(&self, exchange: Arc<Exchange>) {
        let mut ring = self.ring();
        ring.bytes += exchange.bytes();
        // Exchanges end in nearly the order in which they began.
        let later = ring.exchanges.iter().rev().take_while(|one| one.number > exchange.number).count();
        let at = ring.exchanges.len() - later;
        ring.exchanges.insert(at, exchange);
        while ring.exchanges.len() > MOST || ring.bytes > self.most && ring.exchanges.len() > 1 {
            let Some(oldest) = ring.exchanges.pop_front() else { break };
            ring.bytes -= oldest.bytes();
        }
    }

    /// Forgets every exchange. Numbers go on.
    pub(super) fn clear(&self) {
        self.cleared.store(self.last.load(Ordering::Relaxed), Ordering::Relaxed);
        *self.ring() = Ring::default();
    }

    /// The number of exchanges that began since the journal was made or cleared.
    pub(crate) fn seen(&self) -> u32 {
        self.last.load(Ordering::Relaxed).wrapping_sub(self.cleared.load(Ordering::Relaxed))
    }

    /// Every exchange that is kept, the oldest first.
    pub(crate) fn all(&self) -> Vec<Arc<Exchange>> {
        self.ring().exchanges.iter().cloned().collect()
    }

    /// An exchange by its number, if it is kept.
    pub(super) fn find(&self, number: u32) -> Option<Arc<Exchange>> {
        let ring = self.ring();
        let at = ring.exchanges.binary_search_by_key(&number, |exchange| exchange.number).ok()?;
        ring.exchanges.get(at).cloned()
    }

    /// The numbers of the oldest and of the newest exchange that are kept; 0 if there is none.
    pub(super) fn ends(&self) -> (u32, u32) {
        let ring = self.ring();
        let (oldest, newest) = (ring.exchanges.front(), ring.exchanges.back());
        (oldest.map_or(0, |one| one.number), newest.map_or(0, |one| one.number))
    }

    /// The next exchange that is wanted, which is not wanted any more then: the oldest first behind `after`, the newest
    /// first without it.
    pub(super) fn next(&self, wanted: &mut Wanted) -> Option<Arc<Exchange>> {
        wanted.limit = wanted.limit.checked_sub(1)?;
        let ring = self.ring();
        let below = |number: u32| ring.exchanges.partition_point(|exchange| exchange.number < number);
        let start = wanted.after.map_or(0, |after| below(after.saturating_add(1)));
        let end = wanted.before.map_or(ring.exchanges.len(), below);
        let mut among = ring.exchanges.range(start.min(end)..end);
        let is_wanted = |exchange: &&Arc<Exchange>| {
            wanted.area.as_ref().is_none_or(|area| exchange.outcome.area.as_ref() == Some(area))
                && (!wanted.failed || exchange.has_failed())
        };
        let found = if wanted.after.is_some() { among.find(is_wanted) } else { among.rfind(is_wanted) }?;
        match &mut wanted.after {
            Some(after) => *after = found.number,
            None => wanted.before = Some(found.number),
        }
        Some(Arc::clone(found))
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchange {
    /// What there is to know at a glance, as JSON.
    pub(super) fn summary(&self) -> Value {
        json!(SummaryView::new(self, FAILURES))
    }

    fn has_failed(&self) -> bool {
        self.outcome.failed > 0 || self.status >= 400
    }

    /// About the bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        let failures = self.outcome.failures.iter();
        let failures: usize = failures.map(Failure::bytes).sum();
        512 + failures + self.path.len() + self.request.bytes() + self.response.bytes()
    }
}

impl Message {
    pub(super) const fn new(headers: String, body: Bytes, length: usize) -> Self {
        Self { headers, body, length }
    }

    /// The headers as names and values, in their order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.lines().filter_map(|line| line.split_once(": "))
    }

    /// Whether the body is longer than what is kept of it.
    #[must_use]
    pub const fn is_truncated(&self) -> bool {
        self.length > BODY
    }

    fn bytes(&self) -> usize {
        self.body.len() + self.headers.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(number: u32, body: usize) -> Arc<Exchange> {
        let message =
            |length: usize| Message { headers: String::new(), body: vec![b'x'; length].into(), length };
        Arc::new(Exchange {
            number,
            at: Timestamp::UNIX_EPOCH,
            micros: 0,
            method: "POST".to_owned(),
            path: "/".to_owned(),
            status: 200,
            outcome: Outcome::default(),
            fault: None,
            request: message(body),
            response: message(0),
        })
    }

    fn numbers(journal: &Journal, mut wanted: Wanted) -> Vec<u32> {
        std::iter::from_fn(|| journal.next(&mut wanted)).map(|exchange| exchange.number).collect()
    }

    #[test]
    fn the_oldest_go_first_by_count_and_by_bytes() {
        let journal = Journal::new(0, 32 << 20);
        for number in 1..=1100 {
            journal.keep(exchange(number, 0));
        }
        assert_eq!(journal.ends(), (101, 1100));
        for number in 1101..=1700 {
            journal.keep(exchange(number, BODY));
        }
        assert_eq!(journal.ends().1, 1700);
        let kept = numbers(&journal, Wanted { limit: 1000, ..Wanted::default() }).len();
        assert!((400..=512).contains(&kept), "{kept} of 64 KiB each in 32 MiB");
    }

    #[test]
    fn exchanges_are_listed_by_their_numbers() {
        let journal = Journal::new(0, 32 << 20);
        for number in [1, 3, 2, 5, 4] {
            journal.keep(exchange(number, 0));
        }
        let limit = 3;
        assert_eq!(numbers(&journal, Wanted { limit, ..Wanted::default() }), [5, 4, 3]);
        assert_eq!(numbers(&journal, Wanted { limit, before: Some(3), ..Wanted::default() }), [2, 1]);
        assert_eq!(numbers(&journal, Wanted { limit, after: Some(1), ..Wanted::default() }), [2, 3, 4]);
        assert!(journal.find(4).is_some_and(|exchange| exchange.number == 4));
        assert!(journal.find(6).is_none());
    }
}
