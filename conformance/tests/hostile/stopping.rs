//! A run ends when it is told to, whatever it waits for, and its report is written.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::server::{Act, answer, conform, folder, serve, wait};

const GIB: usize = 1024 * 1024 * 1024;
/// How long the end may take: a second, and what a busy machine adds.
const SOON: Duration = Duration::from_secs(10);

fn report(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("report/report.json")).expect("there is a report");
    serde_json::from_str(&text).expect("it is JSON")
}

/// A target that is as it should be for some requests, and then does nothing, or asks to wait.
fn stuck(after: u64, is_busy: bool) -> String {
    let address = serve(move |number| match (number < after, is_busy) {
        (true, _) => Act::Honest,
        (false, true) => answer(429, "Retry-After: 20\r\n", b"[]"),
        (false, false) => Act::Hang,
    });
    let base = super::command::contract().file.service.base_path().to_owned();
    format!("http://{address}{base}")
}

#[test]
fn a_signal_ends_a_run_that_waits_and_its_report_is_written() {
    for (name, after, is_busy, signal) in [
        ("hang-term", 30, false, "TERM"),
        ("hang-at-first", 0, false, "HUP"),
        ("busy-int", 30, true, "INT"),
        ("busy-at-first", 0, true, "TERM"),
    ] {
        let folder = folder(name);
        let mut child = conform(&stuck(after, is_busy), &folder, &["--timeout", "60"]);
        let child = child.spawn().expect("it starts");
        std::thread::sleep(Duration::from_secs(3));
        let sent = Instant::now();
        let kill =
            Command::new("kill").args(["-s", signal, &child.id().to_string()]).stdout(Stdio::null()).status();
        assert!(kill.expect("it starts").success(), "{name}");
        let took = wait(child, Duration::from_secs(20), GIB);
        eprintln!("{name}: {:?}", sent.elapsed());
        assert!(sent.elapsed() < SOON, "{name}: {:?}", sent.elapsed());
        assert_eq!(took.code, Some(3), "{name}");
        let report = report(&folder);
        assert!(report.to_string().contains("the run was stopped"), "{name}: {}", report["reason"]);
    }
}

#[test]
fn the_longest_time_is_kept_whatever_is_waited_for() {
    for (name, after, is_busy, more) in [
        ("time-hang", 30, false, &[][..]),
        ("time-busy", 30, true, &[][..]),
        ("time-slow", 1000, true, &["--rate", "0.2"][..]),
    ] {
        let folder = folder(name);
        let options = [&["--timeout", "60", "--max-time", "3"][..], more].concat();
        let started = Instant::now();
        let child = conform(&stuck(after, is_busy), &folder, &options).spawn().expect("it starts");
        wait(child, Duration::from_secs(30), GIB);
        eprintln!("{name}: {:?}", started.elapsed());
        assert!(started.elapsed() < Duration::from_secs(3) + SOON, "{name}: {:?}", started.elapsed());
        assert!(report(&folder).to_string().contains("the limit of 3 s was reached"), "{name}");
    }
}
