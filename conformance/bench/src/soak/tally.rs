//! What senders share, and what they count.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tally_bench::process::Mock;
use tally_bench::subject::Subject;

use crate::verdict::Answers;

/// What every sender needs.
pub(crate) struct Load {
    pub(crate) subject: Subject,
    pub(crate) address: SocketAddr,
    pub(crate) base_path: String,
    pub(crate) stopped: AtomicBool,
    pub(crate) tally: Tally,
}

impl Load {
    pub(crate) fn new(subject: Subject, mock: &Mock) -> Self {
        let (address, base_path) = (mock.address, mock.base_path.clone());
        Self { subject, address, base_path, stopped: AtomicBool::new(false), tally: Tally::default() }
    }

    /// Whether senders go on.
    pub(crate) fn goes_on(&self) -> bool {
        !self.stopped.load(Ordering::Relaxed)
    }

    /// Waits, unless the run is over meanwhile.
    pub(crate) fn pause(&self, length: Duration) {
        let until = Instant::now() + length;
        while self.goes_on() && Instant::now() < until {
            let left = until.saturating_duration_since(Instant::now());
            std::thread::sleep(left.min(Duration::from_millis(50)));
        }
    }
}

/// What was sent and answered.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) honest: Latencies,
    pub(crate) health: Latencies,
    /// The marks of records that were acknowledged.
    acknowledged: Mutex<BTreeSet<String>>,
    /// The marks of records in requests that no answer came to: they may be stored.
    unknown: Mutex<BTreeSet<String>>,
    /// What was answered to each kind of hostile request, and how often.
    hostile: Mutex<Answers>,
    first_wrong: Mutex<Option<String>>,
    connections: Mutex<Connections>,
}

/// The connections that stand, by what they do, and the most that there were.
#[derive(Default)]
struct Connections {
    now: BTreeMap<&'static str, usize>,
    most: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tally {
    pub(crate) fn acknowledge(&self, marks: Vec<String>) {
        lock(&self.acknowledged).extend(marks);
    }

    pub(crate) fn leave_open(&self, marks: Vec<String>) {
        lock(&self.unknown).extend(marks);
    }

    /// The marks of records that must be stored, and of those that may be.
    pub(crate) fn marks(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        (lock(&self.acknowledged).clone(), lock(&self.unknown).clone())
    }

    /// Notes what an honest request was answered in place of its answer.
    pub(crate) fn wrong(&self, what: String) {
        self.honest.wrong();
        lock(&self.first_wrong).get_or_insert(what);
    }

    pub(crate) fn first_wrong(&self) -> String {
        lock(&self.first_wrong)
            .as_ref()
            .map_or_else(String::new, |wrong| format!(", the first: {wrong:.300}"))
    }

    /// Counts an answer to a hostile request.
    pub(crate) fn answered(&self, kind: &'static str, answer: String) {
        *lock(&self.hostile).entry(kind).or_default().entry(answer).or_default() += 1;
    }

    /// Notes how many connections stand that do the same.
    pub(crate) fn stand(&self, what: &'static str, number: usize) {
        let mut connections = lock(&self.connections);
        connections.now.insert(what, number);
        let all = connections.now.values().sum();
        connections.most = connections.most.max(all);
    }

    /// The most connections that stood at one time.
    pub(crate) fn most_connections(&self) -> usize {
        lock(&self.connections).most
    }

    /// What each kind of hostile request was answered.
    pub(crate) fn hostile_answers(&self) -> Answers {
        lock(&self.hostile).clone()
    }

    /// Each kind of hostile request, with what it was answered.
    pub(crate) fn hostile(&self) -> Vec<(&'static str, String)> {
        let hostile = lock(&self.hostile);
        let text = |answers: &BTreeMap<String, u64>| {
            let parts: Vec<_> = answers.iter().map(|(answer, times)| format!("{answer} ×{times}")).collect();
            parts.join(", ")
        };
        hostile.iter().map(|(kind, answers)| (*kind, text(answers))).collect()
    }

    /// A line about how far the run has come.
    pub(crate) fn progress(&self) -> String {
        let (honest, health) = (self.honest.summary(), self.health.summary());
        let hostile: u64 = lock(&self.hostile).values().flat_map(BTreeMap::values).sum();
        format!(
            "{} honest requests, {} wrong, p99 {:.1} ms; {} acknowledged records; /healthz p99 {:.1} ms; {hostile} hostile",
            honest.count,
            honest.wrong,
            honest.ninety_ninth,
            lock(&self.acknowledged).len(),
            health.ninety_ninth,
        )
    }

    pub(crate) fn to_json(&self) -> Value {
        let (honest, health) = (self.honest.summary(), self.health.summary());
        json!({
            "honest": honest.count, "wrong": honest.wrong, "honest_p99_ms": honest.ninety_ninth,
            "health": health.count, "health_p99_ms": health.ninety_ninth,
            "acknowledged": lock(&self.acknowledged).len(), "open": lock(&self.unknown).len(),
            "hostile": *lock(&self.hostile),
        })
    }
}

/// How long answers took.
#[derive(Default)]
pub(crate) struct Latencies(Mutex<(Vec<u32>, u64)>);

/// How long answers took, summed up.
pub(crate) struct Summary {
    pub(crate) count: usize,
    pub(crate) wrong: u64,
    /// Unit: milliseconds.
    pub(crate) ninety_ninth: f64,
}

impl Latencies {
    pub(crate) fn add(&self, taken: Duration) {
        lock(&self.0).0.push(u32::try_from(taken.as_micros()).unwrap_or(u32::MAX));
    }

    fn wrong(&self) {
        lock(&self.0).1 += 1;
    }

    pub(crate) fn summary(&self) -> Summary {
        let (mut all, wrong) = {
            let held = lock(&self.0);
            (held.0.clone(), held.1)
        };
        all.sort_unstable();
        let ninety_ninth = all.get(all.len() * 99 / 100).copied().unwrap_or(0);
        Summary { count: all.len(), wrong, ninety_ninth: f64::from(ninety_ninth) / 1000.0 }
    }
}
