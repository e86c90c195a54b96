//! What `tally validate` may take: at most eight times a body's bytes, and 64 MiB.

use std::fs;
use std::io::{self, Read, Write as _};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Unit: bytes.
const BODY: usize = 1 << 16;
const BESIDES: usize = 64 << 20;

/// Runs the command, throws its output away, and returns how it ended and the most memory that it held. Unit: bytes.
///
/// The kernel's high water mark only rises, so that the last look at it before the end is as good as its end.
fn peak(arguments: &[&str], input: &[u8]) -> (ExitStatus, usize) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tally"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let (mut stdin, mut stdout) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
    let (ended, mut most) = (AtomicBool::new(false), 0);
    let exit = thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input));
        scope.spawn(move || io::copy(&mut stdout.by_ref(), &mut io::sink()));
        let look = scope.spawn(|| {
            let mut most = 0;
            while !ended.load(Ordering::Relaxed) {
                most = high_water(&status).unwrap_or(0).max(most);
                thread::sleep(Duration::from_millis(2));
            }
            most
        });
        let exit = child.wait().expect("it ends");
        ended.store(true, Ordering::Relaxed);
        most = look.join().expect("it looks");
        exit
    });
    (exit, most)
}

fn high_water(status: &str) -> Option<usize> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<usize>().ok().map(|kilobytes| kilobytes << 10)
}

/// A body of the NPS area whose list, or whose record, is `piece` again and again.
fn body(before: &str, piece: &str, after: &str) -> Vec<u8> {
    let pieces = piece.repeat(BODY / piece.len());
    format!("{before}{}{after}", pieces.trim_end_matches(',')).into_bytes()
}

/// Names that differ.
fn members(value: &str) -> Vec<u8> {
    let members: Vec<String> = (0..BODY / (value.len() + 9)).map(|n| format!("\"{n:x}\":{value}")).collect();
    format!("{{\"data\":{{\"usage\":[{{\"obj\":{{{}}}}}]}}}}", members.join(",")).into_bytes()
}

#[test]
fn a_body_takes_eight_times_its_bytes_at_most() {
    let list = "{\"data\":{\"npsResponses\":[";
    let survey = "{\"data\":{\"distributionData\":[{\"participants\":[";
    let record = "{\"data\":{\"npsResponses\":[{\"account\":\"";
    for (what, area, body) in [
        ("empty records", "nps", body(list, "{},", "]}}")),
        ("records that are no objects", "nps", body(list, "1,", "]}}")),
        ("elements that are no objects", "survey", body(survey, "1,", "]}]}}")),
        ("members that are lists", "usage", members("[]")),
        ("members that are numbers but for one", "usage", members("0")),
        ("long text", "nps", body(record, "\\u0001", "\"}]}}")),
        ("deep nesting", "nps", body("", "[", "")),
        ("lists in place of the first", "nps", body("{\"data\":{", "\"npsResponses\":[{}],", "}}")),
    ] {
        for arguments in [
            &["validate", area][..],
            &["validate", area, "--format", "json"],
            &["validate", area, "--lines"],
            &["validate", area, "--lines", "--format", "json"],
            &["validate", area, "--lines", "--summary"],
        ] {
            let (exit, most) = peak(arguments, &body);
            let bound = 8 * body.len() + BESIDES;
            eprintln!("{what}, {arguments:?}: {} MiB of {}", most >> 20, bound >> 20);
            assert_eq!(exit.code(), Some(1), "{what}: {arguments:?}");
            assert!(most > 0 && most <= bound, "{what}: {arguments:?}: {most} bytes, {bound} at most");
        }
    }
}
