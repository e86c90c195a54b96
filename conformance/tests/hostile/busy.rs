//! Honest answers, and then nothing but requests to try again later: nothing is found, and nothing is shown to conform.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::server::{Act, answer, conform, contract, folder, serve, wait};

const GIB: usize = 1024 * 1024 * 1024;

/// How the target asks for patience, with its status and headers.
const WAYS: [(&str, u16, &str); 4] = [
    ("bare", 429, ""),
    ("soon", 429, "Retry-After: 0\r\n"),
    ("later", 429, "Retry-After: 3600\r\n"),
    ("maintenance", 503, "Retry-After: 1\r\n"),
];

#[test]
fn honest_answers_followed_by_nothing_but_429_are_inconclusive() {
    // At first, in the check of the fixtures, and in the run.
    for (turn, way) in [(0, 0), (2, 2), (10, 0), (10, 1), (60, 0), (60, 1), (60, 2), (60, 3)] {
        let (way, status, headers) = WAYS[way];
        let name = format!("busy-{turn}-{way}");
        let asked = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&asked);
        let address = serve(move |number| {
            count.store(number + 1, Ordering::Relaxed);
            if number < turn { Act::Honest } else { answer(status, headers, b"[]") }
        });
        let root = format!("http://{address}{}", contract().file.service.base_path());
        let (folder, started) = (folder(&name), Instant::now());
        let options = ["--profile", "smoke", "--max-outage", "1"];
        let child = conform(&root, &folder, &options).spawn().expect("it starts");
        let took = wait(child, Duration::from_mins(1), GIB);
        assert_eq!(took.code, Some(3), "{name}");
        // A second of waiting, and what a busy machine adds.
        assert!(started.elapsed() < Duration::from_secs(20), "{name}: {:?}", started.elapsed());
        let text = std::fs::read_to_string(folder.join("report/report.json")).expect("there is a report");
        let report: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(report["verdict"], "error", "{name}");
        assert_eq!(report["findings"].as_array().map(Vec::len), Some(0), "{name}: {}", report["findings"]);
        let saved = std::fs::read_dir(folder.join("counterexamples")).map_or(0, Iterator::count);
        assert_eq!(saved, 0, "{name}");
        // Whatever it asks for, it is left alone for longer and longer.
        let asked = asked.load(Ordering::Relaxed);
        assert!(asked < turn + 20, "{name}: {asked} requests");
    }
}
