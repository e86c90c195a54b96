//! Rounds of requests at a server, and what they cost it.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tally_bench::sender::{Sender, request};

use crate::servers::Server;

/// Connections that send at the same time.
const CONNECTIONS: usize = 2;

/// The bodies that take turns.
const BODIES: usize = 64;

/// Accounts that the mock's sample organisation holds.
const ACCOUNTS: &str = include_str!("../../../../spec/gsapi-v1/fixtures/accounts.txt");

/// The path of the area that is measured, below the API's root.
pub use tally_generated::gsapi_v1::usage::PATH;

/// Request bodies of one size.
pub struct Load {
    bodies: Vec<Vec<u8>>,
    next: AtomicUsize,
}

/// What one round showed.
pub struct Round {
    pub requests_per_second: f64,
    /// Of the latency, in seconds.
    pub median: f64,
    pub ninety_ninth: f64,
    /// CPU seconds of the server; `None` if it can't be measured.
    pub cpu_per_request: Option<f64>,
}

/// What a million records cost.
pub struct Memory {
    pub mebibytes: f64,
    /// Seconds from the start of the process to its first answer.
    pub first_answer: f64,
}

/// The records `from..from + count` of an endless list, each with a key of its own.
#[must_use]
pub fn records(from: usize, count: usize) -> Vec<Value> {
    let accounts: Vec<&str> = ACCOUNTS.lines().collect();
    let record = |number: usize| {
        let day = number / accounts.len();
        json!({
            "account": accounts[number % accounts.len()],
            "usageLevel": "ACCOUNTLEVEL",
            "usageDate": format!("{:04}-{:02}-{:02}", 2000 + day / 336, day / 28 % 12 + 1, day % 28 + 1),
            "obj": { "attributes": { "type": "JBCXM__UsageData__c" }, "PageView__c": number, "Visits__c": 7 },
        })
    };
    (from..from + count).map(record).collect()
}

fn body(from: usize, count: usize) -> Vec<u8> {
    serde_json::to_vec(&json!({ "data": { "usage": records(from, count) } })).unwrap_or_default()
}

impl Load {
    /// Bodies of so many records.
    #[must_use]
    pub fn new(records: usize) -> Self {
        let bodies = (0..BODIES).map(|turn| body(turn * records, records)).collect();
        Self { bodies, next: AtomicUsize::new(0) }
    }

    /// Sends for so long, from several connections.
    ///
    /// # Errors
    ///
    /// Where the server ends a connection, or answers anything but success.
    pub fn round(&self, server: &Server, length: Duration) -> Result<Round, String> {
        let path = format!("{}{PATH}", server.base_path);
        let requests: Vec<Vec<u8>> =
            self.bodies.iter().map(|body| request(server.address, "POST", &path, body)).collect();
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
            if status != 200 {
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
/// Where it can't be started, or does not take them.
pub fn memory(tally: &Path) -> Result<Memory, String> {
    let started = Instant::now();
    let server = Server::tally("a million records", tally, &[])?;
    let mut sender = Sender::connect(server.address)?;
    let path = format!("{}{PATH}", server.base_path);
    let mut first_answer = None;
    for turn in 0..5000 {
        let (status, answer) =
            sender.send(&request(server.address, "POST", &path, &body(turn * 200, 200)))?;
        let passed = serde_json::from_slice::<Value>(&answer).ok().map(|answer| answer["passCount"].clone());
        if status != 200 || passed != Some(json!(200)) {
            return Err(format!("not all were taken: {}", String::from_utf8_lossy(&answer)));
        }
        first_answer.get_or_insert_with(|| started.elapsed().as_secs_f64());
    }
    let mebibytes = server.resident().ok_or("its memory can't be told")?;
    Ok(Memory { mebibytes, first_answer: first_answer.unwrap_or(f64::NAN) })
}
