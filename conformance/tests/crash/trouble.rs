//! What befalls a store while acknowledged writes go on: whatever it is, nothing that was acknowledged is lost or
//! there twice, nothing that was refused is there, and the log says what happened.

use std::collections::BTreeMap;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::killed::{Killed, Store};
use crate::{body, kept};

/// A batch within the limit. Whether it was acknowledged.
fn send(mock: &Killed, turn: usize, count: usize) -> (Vec<String>, bool) {
    let names: Vec<String> = (0..count).map(|index| format!("{turn}-{index}")).collect();
    let answer = mock.post("/cta/upsert", &body(&names));
    (names, answer.is_ok_and(|answer| answer["status"] == "SUCCESS"))
}

/// Sends until a batch is refused, which happens soon, and returns what was acknowledged.
fn fill(mock: &Killed, turns: std::ops::Range<usize>) -> BTreeMap<String, usize> {
    let mut acknowledged = BTreeMap::new();
    for turn in turns.clone() {
        let (names, answered) = send(mock, turn, 200);
        if !answered {
            return acknowledged;
        }
        acknowledged.extend(names.into_iter().map(|name| (name, 1)));
    }
    panic!("nothing was refused in {turns:?}");
}

/// Waits until batches are acknowledged again, and returns one that was.
fn resumed(mock: &Killed) -> BTreeMap<String, usize> {
    let end = Instant::now() + Duration::from_secs(10);
    for turn in 1_000_000.. {
        let (names, answered) = send(mock, turn, 3);
        if answered {
            return names.into_iter().map(|name| (name, 1)).collect();
        }
        assert!(Instant::now() < end, "service did not resume");
        thread::sleep(Duration::from_millis(100));
    }
    unreachable!("the loop has no end");
}

/// What is there is what was acknowledged, each record once; now, and after the process was killed.
fn exact(mock: &Killed, store: &Store, acknowledged: &BTreeMap<String, usize>) {
    assert_eq!(&kept(mock), acknowledged);
    mock.kill();
    let again = Killed::start(store);
    assert_eq!(&kept(&again), acknowledged);
}

#[test]
fn a_second_process_does_not_start_on_the_same_file() {
    let store = Store::new(100);
    let mock = Killed::start(&store);
    let (names, answered) = send(&mock, 0, 5);
    assert!(answered);
    let second = Killed::command(&store, &[]).output().expect("it is started");
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(2), "{said}");
    assert!(said.contains(&format!("is in use by process {}", mock.id())), "{said}");
    exact(&mock, &store, &names.into_iter().map(|name| (name, 1)).collect());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_refuses_what_it_cannot_hold_and_service_resumes() {
    let store = Store::new(101);
    let mock = Killed::within(&store, 2 * 1024 * 1024);
    let mut acknowledged = fill(&mock, 0..200);
    assert!(acknowledged.len() > 1000, "{}", acknowledged.len());
    assert_eq!(kept(&mock), acknowledged, "what was refused is not shown");
    let (_, answered) = send(&mock, 500, 200);
    assert!(!answered, "the disk is full");
    assert_eq!(kept(&mock), acknowledged);
    let more = Command::new("prlimit").args(["--pid", &mock.id().to_string(), "--fsize=unlimited"]).status();
    assert!(more.expect("prlimit, of util-linux, is there").success());
    acknowledged.extend(resumed(&mock));
    let log = mock.log();
    assert!(log.contains("ERROR") && log.contains("store.sqlite") && log.contains("503"), "{log}");
    assert!(log.contains("can be written to again"), "{log}");
    exact(&mock, &store, &acknowledged);
}

#[test]
fn a_store_removed_from_under_the_mock_stops_service_until_it_is_back() {
    let store = Store::new(102);
    let mock = Killed::start(&store);
    let (names, answered) = send(&mock, 0, 50);
    assert!(answered);
    let mut acknowledged: BTreeMap<String, usize> = names.into_iter().map(|name| (name, 1)).collect();
    let (file, away) = (store.file(), store.file().with_extension("away"));
    std::fs::rename(&file, &away).expect("it can be moved");
    let (_, answered) = send(&mock, 1, 50);
    assert!(!answered, "nobody could find these records again");
    assert_eq!(kept(&mock), acknowledged);
    std::fs::rename(&away, &file).expect("it can be moved back");
    acknowledged.extend(resumed(&mock));
    let log = mock.log();
    assert!(log.contains("was removed while the mock ran"), "{log}");
    exact(&mock, &store, &acknowledged);
}

#[test]
fn a_store_locked_by_another_program_refuses_until_it_is_free() {
    let store = Store::new(103);
    let mock = Killed::start(&store);
    let (names, answered) = send(&mock, 0, 50);
    assert!(answered);
    let mut acknowledged: BTreeMap<String, usize> = names.into_iter().map(|name| (name, 1)).collect();
    let other = rusqlite::Connection::open(store.file()).expect("it opens");
    other.execute_batch("begin immediate").expect("nobody else writes");
    let (_, answered) = send(&mock, 1, 50);
    assert!(!answered);
    assert_eq!(kept(&mock), acknowledged);
    other.execute_batch("rollback").expect("it ends");
    drop(other);
    acknowledged.extend(resumed(&mock));
    assert!(mock.log().contains("database is locked"), "{}", mock.log());
    exact(&mock, &store, &acknowledged);
}

#[test]
fn a_clock_that_jumps_changes_no_record() {
    let store = Store::new(104);
    let mock = Killed::start(&store);
    let mut acknowledged = BTreeMap::new();
    for (turn, day) in ["2038-01-19", "1970-01-01", "9999-12-31", "2015-02-28"].into_iter().enumerate() {
        mock.put("/_tally/clock", &format!("{{\"today\":\"{day}\"}}"));
        let (names, answered) = send(&mock, turn, 230 - turn);
        assert!(answered, "{day}");
        acknowledged.extend(names.into_iter().map(|name| (name, 1)));
    }
    mock.post("/_tally/drain", "").expect("it drains");
    exact(&mock, &store, &acknowledged);
}

#[test]
fn a_job_that_ends_the_process_twice_is_set_aside() {
    const RECORDS: usize = 40_000;
    let store = Store::new(105);
    let mock = Killed::with(&store, &["--max-body", "64000000"]);
    let names: Vec<String> = (0..RECORDS).map(|index| format!("job-{index}")).collect();
    let answer = mock.post("/cta/upsert", &body(&names)).expect("it is acknowledged");
    assert_eq!(answer["status"], "SUCCESS", "{answer}");
    end_in_job(&mock, &store, 1);
    end_in_job(&Killed::start(&store), &store, 2);
    let mock = Killed::start(&store);
    assert_eq!(job(&mock)["state"], "setAside");
    assert!(mock.log().contains("is set aside"), "{}", mock.log());
    let (_, answered) = send(&mock, 0, 7);
    assert!(answered, "the mock runs on");
    assert_eq!(kept(&mock).len(), 7);
    mock.kill();
    let mock = Killed::with(&store, &["--retry-jobs", "--job-pause", "0"]);
    mock.post("/_tally/drain", "").expect("it drains");
    let kept = kept(&mock);
    assert_eq!((kept.len(), kept.values().max()), (RECORDS + 7, Some(&1)));
}

/// The oldest job.
fn job(mock: &Killed) -> Value {
    mock.get("/_tally/jobs")["jobs"].as_array().and_then(|jobs| jobs.last().cloned()).expect("there is one")
}

/// Kills the mock once the store says that the job was begun so often. The job is large enough that it has made no
/// progress by then.
fn end_in_job(mock: &Killed, store: &Store, attempts: u64) {
    let connection = rusqlite::Connection::open(store.file()).expect("it opens");
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let progress: String =
            connection.query_row("select progress from job", [], |row| row.get(0)).expect("there is one job");
        let progress: Value = serde_json::from_str(&progress).expect("it is JSON");
        if progress["attempts"] == attempts {
            assert_eq!(progress["processed"], 0, "the job was too small for this test");
            break;
        }
        assert!(Instant::now() < end, "{progress}");
        thread::sleep(Duration::from_millis(2));
    }
    mock.kill();
}
