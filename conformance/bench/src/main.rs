//! Measures what checking a body costs, beside other ways to read the same bytes.
//!
//! One thread's CPU time; rounds that take turns; the median of them. `--format json` prints JSON lines.

use std::time::Duration;

use cpu_time::ThreadTime;
use serde_json::json;
use tally_bench::contestants::{BASELINE, Contestant};
use tally_bench::{bodies, contestants, hostile};

mod ajv;

/// How long one round of one contestant lasts at least.
const ROUND: Duration = Duration::from_millis(4);

struct Options {
    json: bool,
    rounds: usize,
    area: Option<String>,
}

fn main() {
    let options = options();
    let wanted = |body: &&bodies::Body| options.area.as_deref().is_none_or(|area| area == body.area);
    let mut ajv = ajv::Ajv::start();
    if let Err(reason) = &ajv {
        eprintln!("ajv is left out: {reason}");
    }
    for body in bodies::all().iter().filter(wanted) {
        let contestants = contestants::all(body.area);
        let mut samples: Vec<(&str, Vec<f64>)> =
            contestants.iter().map(|contestant| (contestant.name, Vec::new())).collect();
        let mut theirs = Vec::new();
        for _ in 0..options.rounds {
            for (contestant, (_, samples)) in contestants.iter().zip(&mut samples) {
                samples.push(seconds(contestant, &body.bytes));
            }
            if let Ok(ajv) = &mut ajv {
                theirs.extend(ajv.seconds(body.area, &body.bytes));
            }
        }
        if !theirs.is_empty() {
            samples.push(("ajv, compiled", theirs));
        }
        let medians: Vec<(&str, f64)> =
            samples.into_iter().map(|(name, samples)| (name, median(samples))).collect();
        print(&options, body, &medians);
    }
    if options.area.is_none() {
        print_hostile(&options);
    }
}

fn options() -> Options {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let behind = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1).cloned()
    };
    Options {
        json: behind("--format").is_some_and(|format| format == "json"),
        rounds: behind("--rounds").and_then(|rounds| rounds.parse().ok()).unwrap_or(15),
        area: behind("--area"),
    }
}

/// CPU seconds of this thread for one run.
fn seconds(contestant: &Contestant, body: &[u8]) -> f64 {
    let start = ThreadTime::now();
    let mut runs = 0_u32;
    loop {
        std::hint::black_box((contestant.run)(std::hint::black_box(body)));
        runs += 1;
        let spent = start.elapsed();
        if spent >= ROUND {
            return spent.as_secs_f64() / f64::from(runs);
        }
    }
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

#[expect(clippy::cast_precision_loss, reason = "bodies are far smaller than 2^52 bytes")]
fn print(options: &Options, body: &bodies::Body, medians: &[(&str, f64)]) {
    let baseline = medians.iter().find(|(name, _)| *name == BASELINE).map_or(f64::NAN, |(_, time)| *time);
    let size = body.bytes.len() as f64;
    if !options.json {
        println!("\n{}: {} records, {}, {} bytes", body.area, body.records, body.form, body.bytes.len());
        println!("  {:<22} {:>9} {:>14} {:>8}", "", "MB/s", "records/s", "ratio");
    }
    for (name, time) in medians {
        let (megabytes, records, ratio) = (size / time / 1e6, body.records as f64 / time, time / baseline);
        if options.json {
            let line = json!({
                "area": body.area, "form": body.form, "bytes": body.bytes.len(), "contestant": name,
                "megabytesPerSecond": megabytes, "recordsPerSecond": records, "ratio": ratio,
            });
            println!("{line}");
        } else {
            println!("  {name:<22} {megabytes:>9.0} {records:>14.0} {ratio:>8.3}");
        }
    }
}

/// Two sizes of each hostile body: linear time is the same time a byte.
#[expect(clippy::cast_precision_loss, reason = "bodies are far smaller than 2^52 bytes")]
fn print_hostile(options: &Options) {
    let judge = tally_generated::gsapi_v1::CONTRACT.area("usage").map(|area| area.judge);
    let Some(judge) = judge else { return };
    let contestant =
        Contestant { name: "ours", run: Box::new(move |body| judge(body).violations.len()) };
    if !options.json {
        println!("\nhostile bodies, nanoseconds a byte\n  {:<42} {:>8} {:>8}", "", "100 kB", "1 MB");
    }
    for (name, make) in hostile::ALL {
        let a_byte = |size: usize| {
            let body = make(size);
            let samples = (0..5).map(|_| seconds(&contestant, &body)).collect();
            median(samples) / body.len() as f64 * 1e9
        };
        let (small, large) = (a_byte(100_000), a_byte(1_000_000));
        if options.json {
            println!("{}", json!({ "hostile": name, "nsPerByte100kB": small, "nsPerByte1MB": large }));
        } else {
            println!("  {name:<42} {small:>8.2} {large:>8.2}");
        }
    }
}
