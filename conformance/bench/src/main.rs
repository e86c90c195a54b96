//! Measures what checking a body costs, compared with other ways to read the same bytes.
//!
//! One thread's CPU time; rounds that take turns; medians. A table for each body, then a line for each goal.
//! `--format json` prints JSON lines. Exits 1 where a goal is missed.

use std::process::ExitCode;

use serde_json::json;
use tally_bench::contestants::AJV;
use tally_bench::goals::Goal;
use tally_bench::growth::Linear;
use tally_bench::samples::Samples;
use tally_bench::{bodies, contestants, goals, growth};

mod ajv;

struct Options {
    json: bool,
    rounds: usize,
    area: Option<String>,
}

fn main() -> ExitCode {
    let options = options();
    let wanted = |body: &&bodies::Body| options.area.as_deref().is_none_or(|area| area == body.area);
    let bodies = bodies::all();
    let mut ajv = ajv::Ajv::start();
    if let Err(reason) = &ajv {
        eprintln!("ajv is left out: {reason}");
    }
    let mut guest = |body: &bodies::Body| ajv.as_mut().ok()?.seconds(body.area, &body.bytes);
    let mut all = Vec::new();
    for body in bodies.iter().filter(wanted) {
        let contestants = contestants::all(body.area);
        let samples = Samples::take(body, &contestants, options.rounds, (AJV, &mut guest));
        print(&options, &samples);
        all.push(samples);
    }
    if all.is_empty() {
        eprintln!("error: no body of that area is measured; there are {}", bodies::areas().join(", "));
        return ExitCode::from(2);
    }
    let hostile = if options.area.is_none() { growth::measure() } else { Vec::new() };
    print_hostile(&options, &hostile);
    let goals = goals::all(&all, &hostile);
    print_goals(&options, &goals);
    if goals.iter().any(|goal| goal.held() == Some(false)) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
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

#[expect(clippy::cast_precision_loss, reason = "bodies are far smaller than 2^52 bytes")]
fn print(options: &Options, samples: &Samples<'_>) {
    let body = samples.body;
    let size = body.bytes.len() as f64;
    if !options.json {
        println!("\n{}: {} records, {}, {} bytes", body.area, body.records, body.form, body.bytes.len());
        println!("  {:<22} {:>9} {:>14} {:>8}", "", "MB/s", "records/s", "ratio");
    }
    for (name, _) in &samples.times {
        let (Some(time), Some(ratio)) = (samples.time(name), samples.ratio(name)) else { continue };
        let (megabytes, records) = (size / time / 1e6, body.records as f64 / time);
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
fn print_hostile(options: &Options, hostile: &[Linear]) {
    if !options.json && !hostile.is_empty() {
        println!("\nhostile bodies, nanoseconds a byte\n  {:<42} {:>8} {:>8}", "", "100 kB", "1 MB");
    }
    for Linear { name, small, large } in hostile {
        if options.json {
            println!("{}", json!({ "hostile": name, "nsPerByte100kB": small, "nsPerByte1MB": large }));
        } else {
            println!("  {name:<42} {small:>8.2} {large:>8.2}");
        }
    }
}

fn print_goals(options: &Options, goals: &[Goal]) {
    if !options.json {
        println!(
            "\ngoals\n  {:<60} {:>7} {:>7}  {:<8} {:>7}  worst body",
            "", "bound", "worst", "", "bodies"
        );
    }
    for goal in goals {
        let (worst, at) =
            goal.worst.as_ref().map_or((f64::NAN, "not measured"), |(worst, at)| (*worst, at.as_str()));
        let (kept, of) = goal.kept;
        if options.json {
            let line = json!({
                "goal": goal.wanted, "bound": goal.bound, "atLeast": goal.at_least, "worst": goal.worst.as_ref().map(|_| worst),
                "at": at, "kept": kept, "of": of, "held": goal.held(),
            });
            println!("{line}");
        } else {
            let held = match goal.held() {
                Some(true) => "held",
                Some(false) => "not held",
                None => "-",
            };
            let bound = format!("{} {:.2}", if goal.at_least { "≥" } else { "≤" }, goal.bound);
            println!(
                "  {:<60} {bound:>7} {worst:>7.3}  {held:<8} {:>7}  {at}",
                goal.wanted,
                format!("{kept}/{of}")
            );
        }
    }
}
