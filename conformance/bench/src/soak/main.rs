//! `bench soak`: a mock with little memory under a mixed hostile load, while honest senders go on.
//!
//! Exits 1 if the mock aborts, takes more than its bound, leaves an honest request without its answer, or does not
//! hold exactly what it acknowledged.

mod honest;
mod hostile;
mod state;
mod tally;

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tally_bench::options::Options;
use tally_bench::process::Mock;
use tally_bench::size::{APART, MIB, in_mib, parse};
use tally_bench::subject::Subject;

use self::tally::{Load, Tally};

/// How often progress is shown.
const PROGRESS: Duration = Duration::from_secs(5);

/// How long a mock may take to end once it is asked to.
const END: Duration = Duration::from_secs(2);

/// Something that must hold.
struct Goal {
    name: &'static str,
    value: String,
    held: bool,
}

fn main() -> ExitCode {
    match run(&Options::of_this_process()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

/// Whether every goal was held.
fn run(options: &Options) -> Result<bool, String> {
    let seconds = options.value("--seconds").unwrap_or("30");
    let seconds: u64 = seconds.parse().map_err(|_| format!("{seconds:?} is no number of seconds"))?;
    let amount = options.value("--max-memory").unwrap_or("128MiB");
    let memory = parse(amount).ok_or_else(|| format!("{amount:?} is no amount such as 128MiB"))?;
    let subject = Subject::read(&options.contract()?)?;
    let tally = options.tally();
    let mut arguments = vec!["--contract".to_owned(), subject.contract().file.name.clone()];
    // Jobs of hostile bodies come to their end within the run, too.
    arguments.extend(["--job-pause", "1"].map(str::to_owned));
    if Mock::has_option(&tally, "--max-memory") {
        arguments.extend(["--max-memory".to_owned(), amount.to_owned()]);
    } else {
        eprintln!("note: this tally has no --max-memory");
    }
    let mut mock = Mock::start(&tally, &arguments, memory + APART + 1024 * MIB)?;
    let load = Load::new(subject, &mock);
    let baseline = honest::baseline(&load)?;
    let ended = sent(&load, &mut mock, &baseline, Duration::from_secs(seconds), memory);
    let goals = judged(&load, &mut mock, ended.as_ref(), memory);
    print(options, &load.tally, seconds, &goals);
    Ok(goals.iter().all(|goal| goal.held))
}

/// Sends for so long. How the mock came to an end, if it did.
fn sent(
    load: &Load,
    mock: &mut Mock,
    baseline: &honest::Baseline,
    length: Duration,
    memory: u64,
) -> Option<String> {
    let started = Instant::now();
    thread::scope(|scope| {
        for number in 0..honest::SENDERS {
            scope.spawn(move || honest::send(load, baseline, number));
        }
        scope.spawn(|| honest::ask_for_health(load));
        hostile::start(load, scope);
        let mut shown = Instant::now();
        let mut ended = None;
        while started.elapsed() < length && ended.is_none() {
            thread::sleep(Duration::from_millis(100));
            ended = mock.ended();
            if shown.elapsed() >= PROGRESS && std::io::stderr().is_terminal() {
                shown = Instant::now();
                let peak = mock.peak().map_or(0, in_mib);
                eprintln!(
                    "{:>5} s: {}; peak {peak} of {} MiB",
                    started.elapsed().as_secs(),
                    load.tally.progress(),
                    in_mib(memory + APART)
                );
            }
        }
        load.stopped.store(true, Ordering::Relaxed);
        ended
    })
}

fn judged(load: &Load, mock: &mut Mock, ended: Option<&String>, memory: u64) -> Vec<Goal> {
    let goal = |name, value: String, held| Goal { name, value, held };
    let (honest, health) = (load.tally.honest.summary(), load.tally.health.summary());
    let mut goals = vec![
        goal(
            "the mock does not end",
            ended.map_or_else(|| "it runs".to_owned(), String::clone),
            ended.is_none(),
        ),
        goal(
            "honest requests are answered as before the load",
            format!("{} of {} not{}", honest.wrong, honest.count, load.tally.first_wrong()),
            honest.wrong == 0 && honest.count > 0,
        ),
        goal(
            "honest requests: p99 below 250 ms",
            format!("{:.1} ms", honest.ninety_ninth),
            honest.ninety_ninth < 250.0,
        ),
        goal(
            "/healthz: p99 below 100 ms",
            format!("{:.1} ms", health.ninety_ninth),
            health.ninety_ninth < 100.0,
        ),
    ];
    if ended.is_none() {
        let exact = state::compare(load, mock);
        let held = exact.as_ref().is_ok_and(state::Comparison::is_exact);
        let value = exact.map_or_else(|error| error, |comparison| comparison.to_string());
        goals.push(goal("what was acknowledged is stored once, and nothing else", value, held));
    }
    let peak = mock.peak();
    goals.push(goal(
        "memory stays below --max-memory and 64 MiB",
        format!(
            "{} of {} MiB",
            peak.map_or_else(|| "?".to_owned(), |peak| in_mib(peak).to_string()),
            in_mib(memory + APART)
        ),
        peak.is_some_and(|peak| peak <= memory + APART),
    ));
    if ended.is_none() {
        hostile::send_largest(load);
        let taken = mock.terminate(Duration::from_secs(30));
        let value = match &taken {
            Ok(Some((taken, status))) => format!("{:.2} s, {status}", taken.as_secs_f64()),
            Ok(None) => "not in 30 s".to_owned(),
            Err(error) => error.clone(),
        };
        let held =
            taken.is_ok_and(|taken| taken.is_some_and(|(taken, status)| taken <= END && status.success()));
        goals.push(goal("SIGTERM ends it within 2 s while the largest job runs", value, held));
    }
    goals
}

fn print(options: &Options, tally: &Tally, seconds: u64, goals: &[Goal]) {
    if options.as_json() {
        let list: Vec<_> = goals
            .iter()
            .map(|goal| json!({ "goal": goal.name, "value": goal.value, "held": goal.held }))
            .collect();
        println!("{}", json!({ "soak": seconds, "load": tally.to_json(), "goals": list }));
        return;
    }
    println!("soak, {seconds} s: {}", tally.progress());
    for (name, counts) in tally.hostile() {
        println!("  {name:<28} {counts}");
    }
    for goal in goals {
        println!("{} {}: {}", if goal.held { "held    " } else { "NOT HELD" }, goal.name, goal.value);
    }
}
