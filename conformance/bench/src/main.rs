//! Measures what checking a body costs, compared with other ways to read the same bytes.
//!
//! One thread's CPU time; rounds that take turns; medians. A table for each body, then a line for each goal.
//! `--format json` prints JSON lines. Exits 1 if a goal is missed.

use std::process::ExitCode;

use serde_json::json;
use tally_bench::contestants::AJV;
use tally_bench::contract::Contract;
use tally_bench::goals::Goal;
use tally_bench::growth::Linear;
use tally_bench::options::Options;
use tally_bench::samples::Samples;
use tally_bench::{bodies, contestants, goals, growth};

mod ajv;

/// Rounds of each contestant, unless `--rounds` says otherwise.
const ROUNDS: usize = 15;

fn main() -> ExitCode {
    match run(&Options::of_this_process()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether every goal was held.
fn run(options: &Options) -> Result<bool, String> {
    let contract = Contract::of(options)?;
    let rounds = options.value("--rounds").and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
    let only = options.value("--area");
    let bodies = bodies::all(&contract, only);
    let mut ajv = ajv::Ajv::start(contract.generated);
    if let Err(reason) = &ajv {
        eprintln!("ajv is left out: {reason}");
    }
    let mut seconds_of_ajv = |body: &bodies::Body| ajv.as_mut().ok()?.seconds(body.area.name, &body.bytes);
    let mut all = Vec::new();
    for body in &bodies {
        let contestants = contestants::all(&contract, body.area);
        let samples = Samples::take(body, &contestants, rounds, (AJV, &mut seconds_of_ajv));
        print(options, &samples);
        all.push(samples);
    }
    if all.is_empty() {
        let areas: Vec<&str> = bodies::areas(&contract).map(|area| area.name.as_str()).collect();
        return Err(format!("no body of that area can be measured; there are {}", areas.join(", ")));
    }
    let hostile = if only.is_none() { growth::measure(&contract) } else { Vec::new() };
    print_hostile(options, &hostile);
    let goals = goals::all(&all, &hostile);
    print_goals(options, &goals);
    Ok(goals.iter().all(|goal| goal.held() != Some(false)))
}

#[expect(clippy::cast_precision_loss, reason = "bodies are far smaller than 2^52 bytes")]
fn print(options: &Options, samples: &Samples<'_>) {
    let body = samples.body;
    let size = body.bytes.len() as f64;
    if !options.as_json() {
        println!("\n{}: {} records, {}, {} bytes", body.area.name, body.records, body.form, body.bytes.len());
        println!("  {:<22} {:>9} {:>14} {:>8}", "", "MB/s", "records/s", "ratio");
    }
    for (name, _) in &samples.times {
        let (Some(time), Some(ratio)) = (samples.time(name), samples.ratio(name)) else { continue };
        let (megabytes, records) = (size / time / 1e6, body.records as f64 / time);
        if options.as_json() {
            let line = json!({
                "area": body.area.name, "form": body.form, "bytes": body.bytes.len(), "contestant": name,
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
    if !options.as_json() && !hostile.is_empty() {
        println!("\nhostile bodies, nanoseconds a byte\n  {:<42} {:>8} {:>8}", "", "100 kB", "1 MB");
    }
    for Linear { name, small, large } in hostile {
        if options.as_json() {
            println!("{}", json!({ "hostile": name, "nsPerByte100kB": small, "nsPerByte1MB": large }));
        } else {
            println!("  {name:<42} {small:>8.2} {large:>8.2}");
        }
    }
}

fn print_goals(options: &Options, goals: &[Goal]) {
    if !options.as_json() {
        println!(
            "\ngoals\n  {:<60} {:>7} {:>7}  {:<8} {:>7}  worst body",
            "", "bound", "worst", "", "bodies"
        );
    }
    for goal in goals {
        let (worst, at) =
            goal.worst.as_ref().map_or((f64::NAN, "not measured"), |(worst, at)| (*worst, at.as_str()));
        let (kept, of) = goal.kept;
        if options.as_json() {
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
