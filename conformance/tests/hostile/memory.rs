//! What an answer costs: at most eight times its bytes, in addition to 64 MiB for the whole run.

use std::time::Duration;

use tally_spec::model::Response;

use super::server::{answer, conform, contract, folder, serve, wait};

const MIB: usize = 1024 * 1024;

/// Lists nested in lists, far deeper than any reader of JSON follows.
fn nested(size: usize) -> Vec<u8> {
    [vec![b'['; size / 2], vec![b']'; size / 2]].concat()
}

/// The same, as deep as readers follow, over and over.
fn nested_in_turn(size: usize) -> Vec<u8> {
    let one = nested(240);
    [b"[".to_vec(), vec![one; size / 241].join(&b','), b"]".to_vec()].concat()
}

fn repeated(one: &str, size: usize) -> Vec<u8> {
    format!("[{}]", vec![one; size / (one.len() + 1)].join(",")).into_bytes()
}

/// Entries for failed records, as documented.
fn entries(size: usize) -> Vec<u8> {
    let contract = contract();
    let shapes = contract.areas.iter().find_map(|area| match contract.response(area) {
        Response::Counting(shape) => Some((shape.errors.clone(), shape.entry.message.clone())),
        _ => None,
    });
    let (list, message) = shapes.expect("an answer that counts");
    let one = format!(r#"{{"{message}":"no","index":1}}"#);
    let entries = vec![one.as_str(); size / (one.len() + 1)].join(",");
    format!(r#"{{"{list}":[{entries}]}}"#).into_bytes()
}

fn long_text(size: usize) -> Vec<u8> {
    format!("\"{}\"", "\\u0001é\u{202e}".repeat(size / 11)).into_bytes()
}

fn no_text(size: usize) -> Vec<u8> {
    vec![0xff; size]
}

/// Runs against a target that gives that answer with a number of its own to each request.
fn measure(name: &str, body: Vec<u8>) {
    let (length, bound) = (body.len(), 64 * MIB + 8 * body.len());
    let address = serve(move |number| {
        let body = [format!("{{\"n\":{number},\"x\":").as_bytes(), &body, b"}"].concat();
        answer(if number % 3 == 0 { 500 } else { 200 }, "", &body)
    });
    let folder = folder(&format!("memory-{}", name.replace(' ', "-")));
    let run = conform(&format!("http://{address}"), &folder, &["--max-requests", "60"]);
    let child = { run }.spawn().expect("it starts");
    let took = wait(child, Duration::from_mins(3), 4 * bound.max(256 * MIB));
    eprintln!("{name}: {length} bytes, peak {} KiB of {} KiB", took.peak / 1024, bound / 1024);
    assert_eq!(took.code, Some(1), "{name}: {} MiB", took.peak / MIB);
    assert!(took.peak <= bound, "{name} of {length} bytes: {} MiB of {} MiB", took.peak / MIB, bound / MIB);
    assert!(folder.join("report/report.json").is_file(), "{name}");
}

#[test]
fn an_answer_costs_no_more_than_eight_times_its_bytes() {
    measure("nested lists", nested(200_000));
    measure("nested lists in turn", nested_in_turn(200_000));
    measure("empty objects", repeated("{}", 2_000_000));
    measure("numbers", repeated("0", 4_000_000));
    measure("entries", entries(15_000_000));
    measure("long text", long_text(3_900_000));
    measure("no text", no_text(15_000_000));
}
