//! `tally mutants`: runs the runner against every fault of the mock, or against mutants derived from the contract, and
//! prints which it detects.

mod derived;

use std::io::{self, IsTerminal as _, Write as _};
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use tally_spec::model::Contract;

use tally_fixtures::Fixtures;
use tally_mock::fault::{CATALOGUE, Entry};
use tally_mock::{Fault, Mock};
use tally_runner::client::{Connection, Secret, Target};
use tally_runner::observe::reader_named;
use tally_runner::outcome::{Finding, Report, Severity, Silent, Verdict};
use tally_runner::run::{self, Config, Profile, Subject};

/// The least percentage of detected faults whose first finding names one of their own statements.
const NAMED: usize = 95;

/// How long a run waits for a mock that is away: as long as its timeout.
const MAX_OUTAGE: Duration = Duration::from_secs(2);

const EXAMPLES: &str = "\
Examples:
  tally mutants                       every fault, with standard runs
  tally mutants --profile smoke       every fault, with smoke runs
  tally mutants NAME NAME             only these faults
  tally mutants --observe             also checks the records that the mock stores
  tally mutants --honest 200          200 seeds on the mock without a fault: expects no findings
  tally mutants --jobs 4              four runs at the same time
  tally mutants --derived             every mutant that follows from the contract by rule
  tally mutants --sample 300 --seed 7 300 of them, drawn evenly
  tally mutants --list                lists them, with the statements that each breaks

Exit codes: 0 every visible fault was detected, 95% by one of their own statements, and runs that the day's
troubles end are inconclusive without a finding; 97% of the derived mutants were killed and 95% named by one of their
own statements; or no findings without a fault; 1 otherwise; 2 wrong usage.";

/// Run the runner against every fault of the mock
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Faults or derived mutants to test; all if omitted. The beginning of a mutant's name means all that begin so
    #[arg(value_name = "NAME")]
    pub faults: Vec<String>,
    /// Contract; required if there is more than one
    #[arg(long, value_name = "NAME")]
    pub contract: Option<String>,
    /// How thorough each run is
    #[arg(long, value_enum, default_value_t = Profile::Standard)]
    pub profile: Profile,
    /// Random seed of each run
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Run this many seeds on the mock without a fault instead, with warnings counted as violations
    #[arg(long, value_name = "N", conflicts_with = "faults")]
    pub honest: Option<u64>,
    /// Also check the records that the mock stores, for faults that no answer shows
    #[arg(long)]
    pub observe: bool,
    /// How many runs at the same time
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::MIN)]
    pub jobs: NonZeroUsize,
    /// Output format
    #[arg(long, value_enum, default_value_t = super::mock::Format::Human)]
    pub format: super::mock::Format,
    /// Mutants derived from the contract
    #[command(flatten)]
    pub options: derived::Options,
}

/// The outcome of a run against a fault.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
struct Outcome {
    entry: &'static Entry,
    /// Whether the run can detect it.
    can_be_seen: bool,
    detected: bool,
    /// Whether the run says that it could not judge.
    inconclusive: bool,
    /// Whether only a warning shows it.
    by_warning: bool,
    /// The statement that the first finding names, and whether it is one of the fault's own.
    named: Option<(String, bool)>,
    requests: u64,
    /// After how many requests and how long the first finding was there. Requests that checked the fixtures do not
    /// count.
    first: Option<(u64, Duration)>,
    taken: Duration,
    why: String,
}

/// What all runs of the command share.
struct Setup {
    contract: Arc<Contract>,
    generated: &'static tally_generated::runtime::Contract,
    fixtures: Fixtures,
    profile: Profile,
    observe: bool,
}

/// Runs the command and returns the exit code.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    match prepared(args).and_then(|setup| judge(args, &setup)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // If standard error is closed, the exit code must do.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

fn prepared(args: &Args) -> Result<Setup, String> {
    let (contract, generated) = super::contract(args.contract.as_deref())?;
    let fixtures = super::mock::fixtures(&contract, None)?;
    Ok(Setup { contract, generated, fixtures, profile: args.profile, observe: args.observe })
}

fn judge(args: &Args, setup: &Setup) -> Result<bool, String> {
    if let Some(seeds) = args.honest {
        return honest(args, setup, seeds);
    }
    if args.options.are_meant(&args.faults) {
        return derived::run(args, setup);
    }
    let faults: Vec<Fault> = if args.faults.is_empty() {
        let names = CATALOGUE.iter().filter(|entry| !(entry.breaks)(&setup.contract).is_empty());
        names.map(|entry| entry.name.parse()).collect::<Result<_, _>>()?
    } else {
        args.faults.iter().map(|name| name.parse()).collect::<Result<_, _>>()?
    };
    let name = |fault: &Fault| fault.entry().name.to_owned();
    let outcomes = each(args.jobs, &faults, name, |fault| outcome(setup, args.seed, *fault))?;
    let printed = match args.format {
        super::mock::Format::Json => writeln!(io::stdout(), "{:#}", to_json(&outcomes)),
        super::mock::Format::Human => table(&outcomes),
    };
    super::conform::ignore_broken_pipe(printed).map_err(|error| format!("standard output: {error}"))?;
    let seen: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.can_be_seen).collect();
    let named = seen.iter().filter(|outcome| outcome.is_named()).count();
    let alarms = outcomes.iter().any(Outcome::is_alarm);
    Ok(!alarms && seen.iter().all(|outcome| outcome.detected) && named * 100 >= seen.len() * NAMED)
}

/// Runs something for each item, some at the same time, and returns the results in the items' order.
fn each<T: Sync, R: Send>(
    jobs: NonZeroUsize,
    items: &[T],
    name: impl Fn(&T) -> String + Sync,
    run: impl Fn(&T) -> Result<R, String> + Sync,
) -> Result<Vec<R>, String> {
    let bar = bar(items.len());
    let next = AtomicUsize::new(0);
    let done: Vec<Mutex<Option<Result<R, String>>>> = items.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|scope| {
        for _ in 0..jobs.get().min(items.len()) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(item), Some(done)) = (items.get(place), done.get(place)) else { return };
                    bar.set_message(name(item));
                    let result = run(item);
                    *done.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish_and_clear();
    let results =
        done.into_iter().filter_map(|done| done.into_inner().unwrap_or_else(PoisonError::into_inner));
    results.collect()
}

fn bar(length: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length as u64);
    if let Ok(style) = ProgressStyle::with_template("{pos} of {len} in {elapsed}, now {msg}") {
        bar.set_style(style);
    }
    bar
}

fn report(setup: &Setup, seed: u64, strict: bool, fault: Option<Fault>) -> Result<Report, String> {
    let token = Secret::new(format!("tally-mutants-{seed}"));
    let contract = tally_mock::Contract::new(Arc::clone(&setup.contract), setup.generated)
        .map_err(|error| error.to_string())?;
    let mock = Mock::builder(contract)
        .fixtures(setup.fixtures.clone())
        .token(token.reveal())
        .fault(fault)
        .seed(seed)
        .start()
        .map_err(|error| format!("cannot start the mock: {error}"))?;
    let config = Config { profile: setup.profile, strict, workers: 2, ..Config::new(seed) };
    let mut connection = Connection::default();
    connection.wait_for_outages(MAX_OUTAGE);
    let target = Target { root: mock.root().to_owned(), token, timeout: Duration::from_secs(2), connection };
    let subject = Subject { contract: &setup.contract, fixtures: &setup.fixtures };
    let reader = |target: &Target| reader_named("mock", &setup.contract, target, None);
    let reader = setup.observe.then(|| reader(&target)).transpose()?;
    let stop = AtomicBool::new(false);
    Ok(run::conform_observed(subject, &config, target, &Silent, (&stop, reader.as_deref())))
}

fn outcome(setup: &Setup, seed: u64, fault: Fault) -> Result<Outcome, String> {
    let started = Instant::now();
    let report = report(setup, seed, false, Some(fault))?;
    let entry = fault.entry();
    let own = (entry.breaks)(&setup.contract);
    // A fault that breaks only an assumption leads to a warning: it counts if it names one of the fault's statements.
    let is_own = |found: &&Finding| own.contains(&found.statement);
    let first = report.findings.iter().find(|found| found.severity == Severity::Violation || is_own(found));
    let why = match (&report.verdict, first) {
        (Verdict::Error { reason }, None) => reason.clone(),
        (_, Some(found)) if found.severity == Severity::Warning => format!("warning: {}", found.check),
        (_, Some(found)) => found.check.clone(),
        (_, None) => {
            report.findings.first().map_or_else(String::new, |found| format!("warning: {}", found.check))
        }
    };
    Ok(Outcome {
        entry,
        can_be_seen: entry.hidden.is_none() || (setup.observe && entry.is_only_kept()),
        detected: first.is_some(),
        inconclusive: matches!(report.verdict, Verdict::Error { .. }),
        by_warning: first.is_some_and(|found| found.severity == Severity::Warning),
        named: first.map(|found| (found.statement.clone(), own.contains(&found.statement))),
        requests: report.requests,
        first: report.first.map(|first| (first.requests, first.after)),
        taken: started.elapsed(),
        why,
    })
}

impl Outcome {
    fn is_named(&self) -> bool {
        self.named.as_ref().is_some_and(|(_, own)| *own)
    }

    /// Whether a fault that is not the endpoint's is reported as if it were.
    fn is_alarm(&self) -> bool {
        self.entry.is_of_the_day() && (self.detected || !self.inconclusive)
    }

    fn word(&self) -> &'static str {
        if self.entry.is_of_the_day() {
            return if self.is_alarm() { "ALARM" } else { "stopped" };
        }
        match (self.detected, self.can_be_seen) {
            (true, _) => "detected",
            (false, false) => "hidden",
            (false, true) => "MISSED",
        }
    }
}

fn table(outcomes: &[Outcome]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{:<32} {:<8} {:>8} {:>7} {:<9} found by", "fault", "", "requests", "after", "statement")?;
    for outcome in outcomes {
        let (request, after) =
            outcome.first.map_or((String::from("-"), String::from("-")), |(request, after)| {
                (request.to_string(), format!("{:.1} s", after.as_secs_f64()))
            });
        let named = match &outcome.named {
            Some((statement, true)) => statement.clone(),
            Some((statement, false)) => format!("{statement} (!)"),
            None => "-".to_owned(),
        };
        writeln!(
            out,
            "{:<32} {:<8} {request:>8} {after:>7} {named:<9} {}",
            outcome.entry.name,
            outcome.word(),
            outcome.why
        )?;
    }
    let seen: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.can_be_seen).collect();
    let count = |holds: fn(&Outcome) -> bool| seen.iter().filter(|outcome| holds(outcome)).count();
    let mut requests: Vec<u64> = seen.iter().filter_map(|outcome| Some(outcome.first?.0)).collect();
    let mut seconds: Vec<f64> =
        seen.iter().filter_map(|outcome| Some(outcome.first?.1.as_secs_f64())).collect();
    requests.sort_unstable();
    seconds.sort_unstable_by(f64::total_cmp);
    let (detected, named) = (count(|outcome| outcome.detected), count(Outcome::is_named));
    let warned = count(|outcome| outcome.by_warning);
    let all = seen.len().max(1);
    writeln!(
        out,
        "\n{detected} of {} visible faults detected ({}%), {warned} of them by a warning; {named} by one of their \
         own statements ({}%)",
        seen.len(),
        detected * 100 / all,
        named * 100 / all
    )?;
    let sent: u64 = outcomes.iter().map(|outcome| outcome.requests).sum();
    let middle = requests.get(requests.len() / 2).copied().unwrap_or_default();
    let time = seconds.get(seconds.len() / 2).copied().unwrap_or_default();
    writeln!(
        out,
        "median first finding: after {middle} requests, {time:.1} s; (!) marks a statement of another fault"
    )?;
    #[expect(clippy::cast_precision_loss, reason = "counts of faults and requests are small")]
    let per_thousand = detected as f64 * 1000.0 / sent.max(1) as f64;
    writeln!(out, "{sent} requests in total: {per_thousand:.1} detections per thousand")
}

fn to_json(outcomes: &[Outcome]) -> Value {
    let outcome = |outcome: &Outcome| {
        json!({
            "fault": outcome.entry.name,
            "group": outcome.entry.group,
            "hidden": outcome.entry.hidden,
            "can_be_seen": outcome.can_be_seen,
            "killed": outcome.detected,
            "by_remark": outcome.by_warning,
            "statement": outcome.named.as_ref().map(|(statement, _)| statement),
            "own_statement": outcome.is_named(),
            "found_by": outcome.why,
            "requests": outcome.requests,
            "first_requests": outcome.first.map(|(requests, _)| requests),
            "first_s": outcome.first.map(|(_, after)| after.as_secs_f64()),
            "duration_s": outcome.taken.as_secs_f64(),
        })
    };
    Value::Array(outcomes.iter().map(outcome).collect())
}

/// Runs seeds on the mock without a fault. Returns whether none finds anything.
fn honest(args: &Args, setup: &Setup, seeds: u64) -> Result<bool, String> {
    let seeds: Vec<u64> = (args.seed..args.seed.saturating_add(seeds)).collect();
    let runs = each(
        args.jobs,
        &seeds,
        |_| "a run without a fault".to_owned(),
        // A strict run counts warnings as violations, so that one run shows both.
        |seed| Ok((*seed, report(setup, *seed, true, None)?)),
    )?;
    let alarm = |(seed, report): &(u64, Report)| {
        let found = report.findings.first().map_or_else(
            || format!("{:?}", report.verdict),
            |found| format!("{} {} {}: {}", found.area, found.check, found.statement, found.message),
        );
        (report.verdict != Verdict::Pass).then(|| format!("seed {seed}: {found}"))
    };
    let alarms: Vec<String> = runs.iter().filter_map(alarm).collect();
    let requests: u64 = runs.iter().map(|(_, report)| report.requests).sum();
    let records: u64 = runs.iter().map(|(_, report)| report.records).sum();
    let most = runs.iter().map(|(_, report)| report.requests).max().unwrap_or_default();
    let slowest = runs.iter().map(|(_, report)| report.duration).max().unwrap_or_default().as_secs_f64();
    let seeds = seeds.len();
    let mut out = io::stdout().lock();
    let printed = alarms.iter().try_for_each(|alarm| writeln!(out, "{alarm}")).and_then(|()| {
        writeln!(
            out,
            "{} of {seeds} {} runs on the mock without a fault found something; {requests} requests, at most \
             {most} per run, {records} records; the longest run took {slowest:.1} s",
            alarms.len(),
            setup.profile
        )
    });
    printed.map_err(|error| format!("standard output: {error}"))?;
    Ok(alarms.is_empty())
}
