//! `bench soak`: a mock with little memory under a mixed hostile load, while honest senders go on.
//!
//! Exits 1 if the mock aborts, takes more than its bound, leaves an honest request without its answer, or does not
//! hold exactly what it acknowledged; or if the load was less than it is meant to be. See `verdict` for every line.

mod honest;
mod hostile;
mod state;
mod tally;
mod verdict;

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
use self::verdict::{Goal, Seen, goals};

/// How often progress is shown.
const PROGRESS: Duration = Duration::from_secs(5);

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
    let goals = goals(&seen(&load, &mut mock, ended, memory));
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

/// What the run showed, once the load is over.
fn seen(load: &Load, mock: &mut Mock, ended: Option<String>, memory: u64) -> Seen {
    let stored = ended.is_none().then(|| state::compare(load, mock));
    let peak = mock.peak();
    let end = ended.is_none().then(|| {
        hostile::send_largest(load);
        let taken = mock.terminate(Duration::from_secs(30));
        taken.map(|taken| taken.map(|(taken, status)| (taken, status.success())))
    });
    Seen {
        ended,
        honest: load.tally.honest.summary(),
        health: load.tally.health.summary(),
        first_wrong: load.tally.first_wrong(),
        connections: load.tally.most_connections() + honest::SENDERS + 1 + hostile::KINDS.len(),
        hostile: load.tally.hostile_answers(),
        stored,
        peak,
        bound: memory + APART,
        end,
    }
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
