//! Reads the records that the mock stored, over `/_tally` at the target's origin.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tally_fixtures::shown_url;
use tally_spec::model::{Area, Contract};

use super::{Attached, Delivered, Kept, Reader, Unreadable, Wanted};
use crate::bounded_json;
use crate::client::{Client, Secret, Target};

/// The shortest timeout for requests to `/_tally`: jobs may have to end first.
const PATIENCE: Duration = Duration::from_mins(1);
/// Jobs that process nothing for this many seconds, although asked to finish, have stopped.
const STILL: u64 = 5;
/// What the values of an answer may take in memory, in addition to four times its bytes.
const VALUES: usize = 16 * 1024 * 1024;
/// The most records or names of a page.
const PAGE: usize = 1000;

/// Reads the records that the mock stored.
///
/// It sends its requests to the origin of the target's root with the runner's own client: with the same limit on
/// the size of answers, over the same proxy, and with a timeout of at least a minute. It does not send the
/// target's token, but the administrator's, if there is one.
#[derive(Debug)]
pub struct MockReader {
    client: Client,
    origin: String,
    admin: Option<Secret>,
    /// Whether jobs were found to have stopped.
    has_stopped: AtomicBool,
}

impl MockReader {
    /// Creates a reader for the mock at a target's origin.
    ///
    /// # Errors
    ///
    /// If the target's root is not a URL with a host.
    pub fn new(contract: &Contract, target: Target, admin: Option<Secret>) -> Result<Self, String> {
        let root: ureq::http::Uri = target
            .root
            .parse()
            .map_err(|error| format!("{:?} is not a URL: {error}", target.shown_root()))?;
        let (Some(scheme), Some(authority)) = (root.scheme_str(), root.authority()) else {
            return Err(format!("{:?} is not a URL with a host", target.shown_root()));
        };
        let origin = format!("{scheme}://{authority}");
        let timeout = target.timeout.max(PATIENCE);
        Ok(Self {
            client: Client::new(contract, Target { timeout, ..target }),
            origin,
            admin,
            has_stopped: AtomicBool::new(false),
        })
    }

    fn ask<T: DeserializeOwned>(&self, verb: &str, path: &str) -> Result<T, Unreadable> {
        let (status, body) = self.answer(verb, path)?;
        if status != 200 {
            return Err(self.unreadable(verb, path, status));
        }
        let most = VALUES + 4 * body.len();
        if bounded_json::cost(&body) > most {
            return Err(self.failed(verb, path, "not an answer of the mock: it holds too many values"));
        }
        serde_json::from_slice(&body)
            .map_err(|error| self.failed(verb, path, &format!("not an answer of the mock: {error}")))
    }

    /// The status and the body of an answer.
    fn answer(&self, verb: &str, path: &str) -> Result<(u16, Bytes), Unreadable> {
        let url = format!("{}{path}", self.origin);
        let answer = self.client.ask(verb, &url, self.admin.as_ref());
        let answer = answer.map_err(|why| self.failed(verb, path, &why.to_string()))?;
        Ok((answer.status, answer.body))
    }

    fn unreadable(&self, verb: &str, path: &str, status: u16) -> Unreadable {
        let hint = match status {
            401 => ": set TALLY_ADMIN_TOKEN to the mock's",
            404 => ": is the target a mock that stores records?",
            _ => "",
        };
        self.failed(verb, path, &format!("HTTP {status}{hint}"))
    }

    fn failed(&self, verb: &str, path: &str, why: &str) -> Unreadable {
        Unreadable(format!("{verb} {}{path}: {why}", shown_url(&self.origin)))
    }

    fn state(&self) -> Result<State, Unreadable> {
        self.ask("GET", "/_tally/state")
    }
}

#[derive(Deserialize)]
struct State {
    #[serde(default)]
    today: Option<String>,
}

#[derive(Deserialize)]
struct Names {
    total: usize,
    created: Vec<String>,
}

#[derive(Deserialize)]
struct Page {
    total: usize,
    records: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    number: u64,
    record: Map<String, Value>,
    #[serde(default)]
    instants: Option<BTreeMap<String, i64>>,
    #[serde(default)]
    attached: Option<Vec<AttachedEntry>>,
    #[serde(default)]
    sent: Option<Vec<SentEntry>>,
}

#[derive(Deserialize)]
struct AttachedEntry {
    field: String,
    to: String,
}

#[derive(Deserialize)]
struct SentEntry {
    to: String,
    times: u64,
}

#[derive(Deserialize)]
struct Jobs {
    jobs: Vec<Job>,
}

#[derive(Deserialize)]
struct Job {
    id: u64,
    processed: u64,
}

impl Reader for MockReader {
    fn today(&self) -> Result<Option<Date>, Unreadable> {
        let state = self.state()?;
        Ok(state.today.and_then(|today| today.parse().ok()))
    }

    fn records(&self, area: &Area, wanted: &[Wanted]) -> Result<Vec<Kept>, Unreadable> {
        let mut kept = Vec::new();
        loop {
            let mut path =
                format!("/_tally/state/{}?limit={PAGE}&offset={}", encoded(&area.name), kept.len());
            for wanted in wanted {
                let value = wanted.value.as_str().map_or_else(|| wanted.value.to_string(), str::to_owned);
                path.push_str("&where=");
                path.extend(encoded(&format!("{}:{value}", wanted.field)));
            }
            let page: Page = self.ask("GET", &path)?;
            let is_last = page.records.is_empty() || kept.len() + page.records.len() >= page.total;
            kept.extend(page.records.into_iter().map(Entry::kept));
            if is_last {
                return Ok(kept);
            }
        }
    }

    fn created(&self, kind: &str) -> Result<Option<Vec<String>>, Unreadable> {
        let mut created = Vec::new();
        loop {
            let path = format!("/_tally/things/{}?limit={PAGE}&offset={}", encoded(kind), created.len());
            let page: Names = self.ask("GET", &path)?;
            let is_last = page.created.is_empty() || created.len() + page.created.len() >= page.total;
            created.extend(page.created);
            if is_last {
                return Ok(Some(created));
            }
        }
    }

    fn drain(&self) -> Result<bool, Unreadable> {
        let mut before = None;
        loop {
            // Once jobs were found to have stopped, those queued after them need no long wait.
            let seconds = if self.has_stopped.load(Ordering::Relaxed) { 1 } else { STILL };
            let path = format!("/_tally/drain?seconds={seconds}");
            let status = self.answer("POST", &path)?.0;
            if status == 200 {
                self.has_stopped.store(false, Ordering::Relaxed);
                return Ok(true);
            }
            if status != 504 {
                return Err(self.unreadable("POST", &path, status));
            }
            let jobs: Jobs = self.ask("GET", "/_tally/jobs")?;
            let now: Vec<(u64, u64)> = jobs.jobs.iter().map(|job| (job.id, job.processed)).collect();
            if before.as_ref() == Some(&now) {
                self.has_stopped.store(true, Ordering::Relaxed);
                return Ok(false);
            }
            before = Some(now);
        }
    }
}

impl Entry {
    fn kept(self) -> Kept {
        let attached = |one: AttachedEntry| Attached { field: one.field, to: one.to };
        let sent = |one: SentEntry| Delivered { to: one.to, times: one.times };
        Kept {
            id: self.number.to_string(),
            record: self.record,
            instants: self.instants,
            attached: self.attached.map(|all| all.into_iter().map(attached).collect()),
            sent: self.sent.map(|all| all.into_iter().map(sent).collect()),
        }
    }
}

/// Every byte but the unreserved ones of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Text as part of a URL's query.
fn encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_for_a_query() {
        assert_eq!(encoded("name:a b&c/é").to_string(), "name%3Aa%20b%26c%2F%C3%A9");
    }
}
