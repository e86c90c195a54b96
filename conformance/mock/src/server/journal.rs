//! The exchanges that the mock had, the last thousand of them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::endpoint::Told;

/// The most exchanges that are kept.
const MOST: usize = 1000;
/// The most bytes that are kept of them.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// The most bytes that are kept of a body.
pub(super) const BODY: usize = 64 * 1024;
/// The most failures of a summary.
const FAILURES: usize = 20;

/// The exchanges, in the order of their numbers.
pub(super) struct Journal {
    last: AtomicU32,
    ring: Mutex<Ring>,
}

#[derive(Default)]
struct Ring {
    exchanges: VecDeque<Arc<Exchange>>,
    bytes: usize,
}

/// A request and its answer, without any token.
pub(super) struct Exchange {
    pub(super) number: u32,
    pub(super) at: Timestamp,
    pub(super) micros: u64,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) status: u16,
    pub(super) told: Told,
    /// The fault that the endpoint had, as `--fault` takes it.
    pub(super) fault: Option<String>,
    pub(super) request: Message,
    pub(super) response: Message,
}

/// What is kept of a request or of an answer.
pub(super) struct Message {
    /// A line for each, as in HTTP: one text for all takes less than a text for each.
    pub(super) headers: String,
    pub(super) body: Bytes,
    /// The bytes of the body as it was.
    pub(super) length: usize,
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
    pub(super) fn new(last: u32) -> Self {
        Self { last: AtomicU32::new(last), ring: Mutex::default() }
    }

    /// The number of a new exchange.
    pub(super) fn number(&self) -> u32 {
        self.last.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// Keeps an exchange, and lets go of the oldest where there are too many.
    pub(super) fn keep(&self, exchange: Arc<Exchange>) {
        let mut ring = self.ring();
        ring.bytes += exchange.bytes();
        // Exchanges end in nearly the order in which they began.
        let later = ring.exchanges.iter().rev().take_while(|one| one.number > exchange.number).count();
        let at = ring.exchanges.len() - later;
        ring.exchanges.insert(at, exchange);
        while ring.exchanges.len() > MOST || ring.bytes > MOST_BYTES && ring.exchanges.len() > 1 {
            let Some(oldest) = ring.exchanges.pop_front() else { break };
            ring.bytes -= oldest.bytes();
        }
    }

    /// Forgets every exchange. Numbers go on.
    pub(super) fn clear(&self) {
        *self.ring() = Ring::default();
    }

    /// An exchange by its number, if it is kept.
    pub(super) fn find(&self, number: u32) -> Option<Arc<Exchange>> {
        let ring = self.ring();
        let at = ring.exchanges.binary_search_by_key(&number, |exchange| exchange.number).ok()?;
        ring.exchanges.get(at).cloned()
    }

    /// The exchanges that are wanted: the oldest first behind `after`, the newest first without it.
    pub(super) fn list(&self, wanted: &Wanted) -> Value {
        let ring = self.ring();
        let (oldest, newest) = (ring.exchanges.front(), ring.exchanges.back());
        let (oldest, newest) = (oldest.map_or(0, |one| one.number), newest.map_or(0, |one| one.number));
        let is_wanted = |exchange: &&Arc<Exchange>| {
            wanted.after.is_none_or(|after| exchange.number > after)
                && wanted.before.is_none_or(|before| exchange.number < before)
                && wanted.area.as_ref().is_none_or(|area| exchange.told.area.as_ref() == Some(area))
                && (!wanted.failed || exchange.has_failed())
        };
        let found: Vec<Arc<Exchange>> = if wanted.after.is_some() {
            ring.exchanges.iter().filter(is_wanted).take(wanted.limit).cloned().collect()
        } else {
            ring.exchanges.iter().rev().filter(is_wanted).take(wanted.limit).cloned().collect()
        };
        drop(ring);
        let entries: Vec<Value> = found.iter().map(|exchange| exchange.summary()).collect();
        json!({ "entries": entries, "oldest": oldest, "newest": newest })
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchange {
    /// What there is to know at a glance.
    pub(super) fn summary(&self) -> Value {
        self.with_failures(FAILURES)
    }

    /// All that is kept.
    pub(super) fn whole(&self) -> Value {
        let mut whole = self.with_failures(usize::MAX);
        whole["request"] = self.request.to_json();
        whole["response"] = self.response.to_json();
        whole
    }

    fn with_failures(&self, most: usize) -> Value {
        let told = &self.told;
        json!({
            "number": self.number,
            "at": self.at.to_string(),
            "method": self.method,
            "path": self.path,
            "area": told.area,
            "status": self.status,
            "micros": self.micros,
            "records": told.records,
            "passed": told.passed,
            "failed": told.failed,
            "acknowledged": told.acknowledged,
            "job": told.job,
            "fault": self.fault,
            "requestBytes": self.request.length,
            "responseBytes": self.response.length,
            "failures": told.failures.iter().take(most).collect::<Vec<_>>(),
        })
    }

    fn has_failed(&self) -> bool {
        self.told.failed > 0 || self.status >= 400
    }

    /// About the bytes that it takes.
    fn bytes(&self) -> usize {
        let failures = self.told.failures.iter();
        let failures: usize = failures.map(|one| 128 + one.message.len() + one.pointer.len()).sum();
        512 + failures + self.path.len() + self.request.bytes() + self.response.bytes()
    }
}

impl Message {
    fn to_json(&self) -> Value {
        let headers = self.headers.lines().filter_map(|line| line.split_once(": "));
        json!({
            "headers": headers.collect::<Vec<_>>(),
            "body": String::from_utf8_lossy(&self.body),
            "truncated": self.length > BODY,
        })
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
            told: Told::default(),
            fault: None,
            request: message(body),
            response: message(0),
        })
    }

    fn numbers(journal: &Journal, wanted: &Wanted) -> Vec<u64> {
        let list = journal.list(wanted);
        let entries = list["entries"].as_array().expect("a list");
        entries.iter().filter_map(|entry| entry["number"].as_u64()).collect()
    }

    #[test]
    fn the_oldest_go_first_by_count_and_by_bytes() {
        let journal = Journal::new(0);
        for number in 1..=1100 {
            journal.keep(exchange(number, 0));
        }
        let list = journal.list(&Wanted { limit: 1, ..Wanted::default() });
        assert_eq!((list["oldest"].as_u64(), list["newest"].as_u64()), (Some(101), Some(1100)));
        for number in 1101..=1700 {
            journal.keep(exchange(number, BODY));
        }
        let list = journal.list(&Wanted { limit: 1000, ..Wanted::default() });
        assert_eq!(list["newest"], 1700);
        let kept = list["entries"].as_array().map_or(0, Vec::len);
        assert!((400..=512).contains(&kept), "{kept} of 64 KiB each in 32 MiB");
    }

    #[test]
    fn exchanges_are_listed_by_their_numbers() {
        let journal = Journal::new(0);
        for number in [1, 3, 2, 5, 4] {
            journal.keep(exchange(number, 0));
        }
        let limit = 3;
        assert_eq!(numbers(&journal, &Wanted { limit, ..Wanted::default() }), [5, 4, 3]);
        assert_eq!(numbers(&journal, &Wanted { limit, before: Some(3), ..Wanted::default() }), [2, 1]);
        assert_eq!(numbers(&journal, &Wanted { limit, after: Some(1), ..Wanted::default() }), [2, 3, 4]);
        assert!(journal.find(4).is_some_and(|exchange| exchange.number == 4));
        assert!(journal.find(6).is_none());
    }
}
