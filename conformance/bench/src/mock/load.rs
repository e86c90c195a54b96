//! Rounds of requests at a server, and what they cost it.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tally_bench::sender::Sender;

use crate::measured::{Measured, RECORDS};
use crate::servers::Server;

/// Connections that send at the same time.
const CONNECTIONS: usize = 2;

/// The bodies that take turns.
const BODIES: usize = 64;

/// The records of one request to a mock that is to keep many.
const BATCH: usize = 200;

/// Requests of one size.
pub(crate) struct Load<'m> {
    measured: &'m Measured<'m>,
    records: usize,
    next: AtomicUsize,
}

/// What one round showed.
pub(crate) struct Round {
    pub(crate) requests_per_second: f64,
    /// Of the latency, in seconds.
    pub(crate) median: f64,
    pub(crate) ninety_ninth: f64,
    /// CPU seconds of the server; `None` if it can't be measured.
    pub(crate) cpu_per_request: Option<f64>,
}

/// What a million records cost.
pub(crate) struct Memory {
    pub(crate) mebibytes: f64,
    /// Seconds from the start of the process to its first answer.
    pub(crate) first_answer: f64,
}

impl<'m> Load<'m> {
    /// Requests of so many records.
    #[must_use]
    pub(crate) const fn new(measured: &'m Measured<'m>, records: usize) -> Self {
        Self { measured, records, next: AtomicUsize::new(0) }
    }

    /// Sends for so long, from several connections.
    ///
    /// # Errors
    ///
    /// If the server ends a connection, or answers anything but success.
    pub(crate) fn round(&self, server: &Server, length: Duration) -> Result<Round, String> {
        let requests: Vec<Vec<u8>> = (0..BODIES)
            .map(|turn| self.measured.request(&server.base_path, turn * self.records, self.records))
            .collect();
        let before = server.cpu();
        let started = Instant::now();
        let lines = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..CONNECTIONS)
                .map(|_| scope.spawn(|| self.send(server, &requests, started + length)))
                .collect();
            senders
                .into_iter()
                .map(|sender| sender.join().map_err(|_| "a sender failed".to_owned())?)
                .collect::<Result<Vec<_>, String>>()
        })?;
        let taken = started.elapsed().as_secs_f64();
        let after = server.cpu();
        let mut latencies: Vec<f64> = lines.into_iter().flatten().collect();
        latencies.sort_unstable_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "a count of requests is small")]
        let count = latencies.len() as f64;
        let at = |share: usize| latencies.get(latencies.len() * share / 100).copied().unwrap_or(f64::NAN);
        Ok(Round {
            requests_per_second: count / taken,
            median: at(50),
            ninety_ninth: at(99),
            cpu_per_request: before.zip(after).map(|(before, after)| (after - before) / count),
        })
    }

    fn send(&self, server: &Server, requests: &[Vec<u8>], until: Instant) -> Result<Vec<f64>, String> {
        let mut sender = Sender::connect(server.address)?;
        let mut latencies = Vec::new();
        while Instant::now() < until {
            let turn = self.next.fetch_add(1, Ordering::Relaxed) % requests.len();
            let sent = Instant::now();
            let (status, answer) = sender.send(&requests[turn])?;
            latencies.push(sent.elapsed().as_secs_f64());
            if status != self.measured.status {
                let answer = String::from_utf8_lossy(&answer).into_owned();
                return Err(format!("{} answers {status}: {answer:.300}", server.name));
            }
        }
        Ok(latencies)
    }
}

/// Starts a mock, has it keep a million records, and looks at its memory.
///
/// # Errors
///
/// If it can't be started, or does not take them.
pub(crate) fn memory(measured: &Measured<'_>, tally: &Path) -> Result<Memory, String> {
    let started = Instant::now();
    let server = Server::tally("a million records", measured.contract, tally, &[])?;
    let mut sender = Sender::connect(server.address)?;
    let mut first_answer = None;
    for turn in 0..RECORDS / BATCH {
        let sent = measured.request(&server.base_path, turn * BATCH, BATCH);
        let (status, answer) = sender.send(&sent)?;
        let answered: Option<Value> = serde_json::from_slice(&answer).ok();
        let passed = answered.and_then(|answer| answer[measured.passed].as_u64());
        if status != measured.status || passed != Some(BATCH as u64) {
            return Err(format!("not all were taken: {}", String::from_utf8_lossy(&answer)));
        }
        first_answer.get_or_insert_with(|| started.elapsed().as_secs_f64());
    }
    let mebibytes = server.resident().ok_or("the system does not report its memory")?;
    Ok(Memory { mebibytes, first_answer: first_answer.unwrap_or(f64::NAN) })
}
