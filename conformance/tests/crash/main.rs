//! The mock with a store is killed again and again while it is written to, and loses nothing that it
//! answered for.

mod killed;
mod trouble;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use killed::{Killed, Store};

/// How often the process is killed.
const KILLS: u64 = 50;

/// Kills after which a new file is begun, so that each restart has little to read.
const KILLS_OF_A_FILE: u64 = 10;

/// Clients that send at the same time.
const CLIENTS: u64 = 4;

/// What was sent: the name of each record, and whether it was answered for.
type Sent = Mutex<BTreeMap<String, bool>>;

/// A number that looks drawn by chance: the same one for the same seed.
fn drawn(seed: u64) -> u64 {
    let mut number = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Records without a key, so that one written twice is there twice. One request in eight is over the limit
/// of 200, and a job's.
fn names(client: u64, kill: u64, turn: u64) -> Vec<String> {
    let count = if drawn(client << 40 | kill << 20 | turn).is_multiple_of(8) { 230 } else { 1 + turn % 7 };
    (0..count).map(|index| format!("{kill}-{client}-{turn}-{index}")).collect()
}

fn body(names: &[String]) -> String {
    let record = |name: &String| json!({ "account": "001F000001NH5isIAD", "name": name, "reason": "Risk", "priority": "high" });
    json!({ "data": { "ctas": names.iter().map(record).collect::<Vec<_>>() } }).to_string()
}

/// Sends until the mock is gone.
fn load(mock: &Killed, client: u64, kill: u64, sent: &Sent) {
    for turn in 0.. {
        let names = names(client, kill, turn);
        let mark = |answered: bool| {
            let mut sent = sent.lock().expect("no client panics while it holds this");
            sent.extend(names.iter().map(|name| (name.clone(), answered)));
        };
        mark(false);
        match mock.post("/cta/upsert", &body(&names)) {
            Ok(answer) => {
                assert_eq!(answer["status"], "SUCCESS", "{answer}");
                mark(true);
            }
            Err(_) => return,
        }
    }
}

/// How often each record is there.
fn kept(mock: &Killed) -> BTreeMap<String, usize> {
    let mut kept = BTreeMap::new();
    loop {
        let seen: usize = kept.values().sum();
        let page = mock.get(&format!("/_tally/state/ctas?limit=1000&offset={seen}"));
        let records = page["records"].as_array().expect("records are listed");
        for entry in records {
            let name = entry["record"]["name"].as_str().expect("each has a name").to_owned();
            *kept.entry(name).or_default() += 1;
        }
        if records.is_empty() {
            return kept;
        }
    }
}

#[test]
fn nothing_that_was_answered_for_is_lost_or_there_twice() {
    let (mut answered, mut all) = (0, 0);
    for first in (0..KILLS).step_by(usize::try_from(KILLS_OF_A_FILE).expect("it is small")) {
        let store = Store::new(first);
        let sent = Sent::default();
        for kill in first..first + KILLS_OF_A_FILE {
            let mock = Killed::start(&store);
            thread::scope(|scope| {
                for client in 0..CLIENTS {
                    let (mock, sent) = (&mock, &sent);
                    scope.spawn(move || load(mock, client, kill, sent));
                }
                let instant = Instant::now() + Duration::from_micros(2000 + drawn(kill) % 120_000);
                while Instant::now() < instant {
                    thread::yield_now();
                }
                mock.kill();
            });
        }
        // A job that was begun twice and killed each time before it made progress was set aside.
        let mock = Killed::with(&store, &["--job-pause", "5", "--retry-jobs"]);
        let drained: Value = mock.post("/_tally/drain", "").expect("it drains");
        assert!(drained["drained"].is_u64(), "{drained}");
        let kept = kept(&mock);
        let sent = sent.into_inner().expect("no client panics while it holds this");
        let lost: Vec<_> = sent.iter().filter(|(name, sure)| **sure && !kept.contains_key(*name)).collect();
        assert!(lost.is_empty(), "{} of {} are lost: {:?}", lost.len(), sent.len(), lost.first());
        let twice: Vec<_> = kept.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "{} are there twice: {:?}", twice.len(), twice.first());
        let unknown: Vec<_> = kept.keys().filter(|name| !sent.contains_key(*name)).collect();
        assert!(unknown.is_empty(), "nobody sent {:?}", unknown.first());
        answered += sent.values().filter(|sure| **sure).count();
        all += sent.len();
    }
    // A mock that answers nothing would lose nothing.
    assert!(answered > 1000, "only {answered} of {all} records were answered for");
}
