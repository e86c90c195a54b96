//! What a mock takes: whatever is sent to it, its memory stays within `--max-memory` and 64 MiB, and nothing waits for
//! the largest job.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tally_spec::model::{Area, ExampleKind, JsonType};

use super::mock::Mock;

/// What the mocks of these tests may take, which is little. Unit: mebibytes.
const MEMORY: usize = 32;

/// A record that passes, from an example.
fn template(mock: &Mock, area: &Area) -> Value {
    let mut examples = area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Request);
    let example = examples.next().expect("an example of a request");
    let record = area.records(&mock.contract, &example.value)[0].clone();
    assert!(record.is_object());
    record
}

/// An area with a field that takes any text and tells records apart, and that field: those of the first contract.
const FREE: (&str, &str) = ("ctas", "name");

/// A batch of records that pass, each with a text of that size that begins with its mark.
fn batch(mock: &Mock, marks: std::ops::Range<usize>, size: usize) -> (Area, String) {
    let area = mock.contract.area(FREE.0).expect("the area is there").clone();
    let mut record = template(mock, &area);
    let pad = "x".repeat(size);
    let records: Vec<String> = marks
        .map(|mark| {
            record[FREE.1] = json!(format!("{mark}-{pad}"));
            record.to_string()
        })
        .collect();
    let body = mock.body(&area, records.iter().map(String::as_str));
    (area, body)
}

/// Sends batches until one is refused. How many records were acknowledged.
fn fill(mock: &Mock, size: usize) -> usize {
    // A batch takes up to 4 MB, which is more than a third of the room for large bodies.
    let count = 199;
    for turn in 0..1000 {
        let (area, body) = batch(mock, turn * count..(turn + 1) * count, size);
        if !mock.send("POST", &mock.path(&area), &body).is_accepted() {
            return turn * count;
        }
    }
    panic!("{} MB were accepted", size * count / 1000);
}

#[test]
fn no_load_takes_more_memory_than_the_mock_may_have() {
    let mock = Mock::start(MEMORY, &["--job-pause", "0"]);
    let area = mock.area();
    let (path, empty) = (mock.path(area), mock.empty_records(2_000_000));
    thread::scope(|scope| {
        let senders: Vec<_> = (0..6).map(|_| scope.spawn(|| mock.send("POST", &path, &empty))).collect();
        for sender in senders {
            sender.join().expect("it was answered").is_accepted();
        }
    });
    mock.check_peak(MEMORY, "empty records, 2 MB, six times at once");
    let acknowledged = fill(&mock, 20_000);
    mock.check_peak(MEMORY, "records of 20 kB until there is no room");
    let (stored_in, _) = batch(&mock, 0..1, 1);
    assert_eq!(mock.stored(&stored_in), acknowledged);
    let state = format!("/_tally/state/{}?limit=1000", stored_in.name);
    let judge = format!("/_tally/judge/{}", area.name);
    let judged = mock.empty_records(500_000);
    let (_, long) = failing(&mock, 100, 20_000);
    let failing_path = mock.path(&stored_in);
    let held: Vec<_> = (0..30)
        .flat_map(|_| {
            [("GET", &state, ""), ("POST", &judge, judged.as_str()), ("POST", &failing_path, long.as_str())]
        })
        .filter_map(|(method, path, body)| mock.only_send(method, path, body))
        .collect();
    assert!(held.len() > 80, "{} were taken", held.len());
    thread::sleep(Duration::from_secs(3));
    mock.check_peak(MEMORY, "ninety readers that read nothing");
    assert_eq!(mock.get("/healthz")["status"], "ok");
    drop(held);
    assert_eq!(mock.stored(&stored_in), acknowledged);
}

/// A batch of records that fail, each with a text of that size in every field that takes text: answers may repeat it.
fn failing(mock: &Mock, count: usize, size: usize) -> (Area, String) {
    let (area, _) = batch(mock, 0..1, 1);
    let mut record = json!({});
    for field in area.fields.iter().filter(|field| field.types() == [JsonType::String]) {
        record[&field.name] = json!("y".repeat(size / area.fields.len()));
    }
    let record = record.to_string();
    let body = mock.body(&area, std::iter::repeat_n(record.as_str(), count));
    (area, body)
}

#[test]
fn what_there_is_no_room_for_is_refused_whole_until_there_is() {
    let mock = Mock::start(MEMORY, &["--job-pause", "0"]);
    let acknowledged = fill(&mock, 20_000);
    let (area, over) = batch(&mock, 0..area_limit(&mock) + 1, 22_000);
    let path = mock.path(&area);
    assert!(acknowledged > 100, "{acknowledged}");
    assert!(!mock.send("POST", &path, &over).is_accepted(), "no job is taken");
    let refused = mock.send("POST", &path, &batch(&mock, 0..199, 20_000).1);
    assert!(refused.body.contains("--max-memory"), "{refused:?}");
    mock.send("POST", "/_tally/drain", "");
    assert_eq!(mock.stored(&area), acknowledged, "what is refused is not stored, and the rest is");
    assert_eq!(mock.get("/_tally/jobs")["jobs"], json!([]));
    assert_eq!(mock.send("POST", "/_tally/reset", "").status, 200);
    assert!(mock.send("POST", &path, &over).is_accepted(), "there is room again");
    mock.send("POST", "/_tally/drain", "");
    assert_eq!(mock.stored(&area), area_limit(&mock) + 1);
}

fn area_limit(mock: &Mock) -> usize {
    mock.contract.area(FREE.0).expect("the area is there").limit.maximum
}

#[test]
fn records_beyond_their_number_are_refused() {
    let mock = Mock::start(MEMORY, &["--job-pause", "0", "--max-records", "10"]);
    let send = |marks| {
        let (area, body) = batch(&mock, marks, 1);
        mock.send("POST", &mock.path(&area), &body)
    };
    assert!(send(0..7).is_accepted());
    let refused = send(7..14);
    assert!(!refused.is_accepted() && refused.body.contains("--max-records"), "{refused:?}");
    assert!(!send(0..area_limit(&mock) + 1).is_accepted(), "nor by a job");
    assert!(send(7..10).is_accepted());
    assert!(!send(10..11).is_accepted());
    let (area, _) = batch(&mock, 0..1, 1);
    assert_eq!(mock.stored(&area), 10);
}

/// How long the health page takes while `work` is done: the 99th percentile, and the longest.
fn health(mock: &Mock, work: impl FnOnce()) -> (Duration, Duration) {
    let done = AtomicBool::new(false);
    let mut times = thread::scope(|scope| {
        let asks = scope.spawn(|| {
            let mut times = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let asked = Instant::now();
                mock.get("/healthz");
                times.push(asked.elapsed());
                thread::sleep(Duration::from_millis(10));
            }
            times
        });
        work();
        done.store(true, Ordering::Relaxed);
        asks.join().expect("it is well")
    });
    times.sort_unstable();
    (times[times.len() * 99 / 100], times[times.len() - 1])
}

#[test]
fn health_and_the_end_do_not_wait_for_the_largest_bodies() {
    // A machine under load takes a few times as long as the 100 ms and 2 s that are meant.
    let (soon, late, end) = (Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(8));
    let mock = Mock::start(512, &[]);
    let (path, body) = (mock.path(mock.area()), mock.empty_records(6_000_000));
    let (usual, longest) = health(&mock, || {
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| mock.send("POST", &path, &body).is_accepted());
            }
        });
        // Their jobs are under way.
        thread::sleep(Duration::from_secs(3));
    });
    eprintln!("health: p99 {usual:?}, the longest {longest:?}");
    assert!(usual < soon && longest < late, "{usual:?}, {longest:?}");
    let took = mock.terminate();
    eprintln!("end: {took:?}");
    assert!(took < end, "{took:?}");
}
