//! `tally mutants`: runs the runner against every fault of the mock, and prints which it kills.

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
use tally_runner::run::{self, Budget, Config, KnownFailures, OtherVerbs, Profile, Subject};

/// The least share of kills whose first finding names one of the fault's own statements, in percent.
const NAMED: usize = 95;

const EXAMPLES: &str = "\
Examples:
  tally mutants                       every fault, by a standard run
  tally mutants --profile smoke       by the smallest run
  tally mutants NAME NAME             these faults alone
  tally mutants --observe             what the mock keeps is judged too
  tally mutants --honest 200          200 seeds at the mock without a fault: no finding is wanted
  tally mutants --jobs 4              four runs at once: sooner done, each of them slower

Exit codes: 0 every fault that can be seen was killed, and 95% by name, or no finding at the honest mock;
1 not so; 2 wrong usage.";

/// Run the runner against every fault of the mock
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The faults; all of them where none is given
    #[arg(value_name = "FAULT")]
    pub faults: Vec<Fault>,
    /// The contract; needed where there is more than one
    #[arg(long, value_name = "NAME")]
    pub contract: Option<String>,
    /// How much each run does
    #[arg(long, value_enum, default_value_t = Profile::Standard)]
    pub profile: Profile,
    /// The seed of each run
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Runs at the mock without a fault instead, with so many seeds, each with and without --strict
    #[arg(long, value_name = "N", conflicts_with = "faults")]
    pub honest: Option<u64>,
    /// Judges what the mock keeps, too, so that faults which no answer shows are found
    #[arg(long)]
    pub observe: bool,
    /// How many runs are made at once
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::MIN)]
    pub jobs: NonZeroUsize,
    /// How the table is printed
    #[arg(long, value_enum, default_value_t = super::mock::Format::Human)]
    pub format: super::mock::Format,
}

/// How a fault fared.
struct Fate {
    entry: &'static Entry,
    /// Whether the run reads what tells of it.
    can_be_seen: bool,
    killed: bool,
    /// Whether no more than a remark tells of it.
    by_remark: bool,
    /// The statement that the first finding names, and whether it is one of the fault's own.
    named: Option<(String, bool)>,
    requests: u64,
    first: Option<(u64, Duration)>,
    taken: Duration,
    why: String,
}

/// What every run of the command has in common.
struct Bench {
    contract: Arc<Contract>,
    generated: &'static tally_generated::runtime::Contract,
    fixtures: Fixtures,
    profile: Profile,
    observe: bool,
}

/// Runs the command, and says how the process is to end.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    match prepared(args).and_then(|bench| judge(args, &bench)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Where standard error is closed, the exit code alone tells.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

fn prepared(args: &Args) -> Result<Bench, String> {
    let (contract, generated) = super::contract(args.contract.as_deref())?;
    let fixtures = super::mock::fixtures(&contract, None)?;
    Ok(Bench { contract, generated, fixtures, profile: args.profile, observe: args.observe })
}

fn judge(args: &Args, bench: &Bench) -> Result<bool, String> {
    if let Some(seeds) = args.honest {
        return honest(args, bench, seeds);
    }
    let faults: Vec<Fault> = if args.faults.is_empty() {
        let names = CATALOGUE.iter().filter(|entry| !(entry.breaks)(&bench.contract).is_empty());
        names.map(|entry| entry.name.parse()).collect::<Result<_, _>>()?
    } else {
        args.faults.clone()
    };
    let fates = each(args.jobs, &faults, |fault| fault.entry().name, |fault| fate(bench, args.seed, *fault))?;
    let told = match args.format {
        super::mock::Format::Json => writeln!(io::stdout(), "{:#}", to_json(&fates)),
        super::mock::Format::Human => table(&fates),
    };
    told.map_err(|error| format!("standard output: {error}"))?;
    let seen: Vec<&Fate> = fates.iter().filter(|fate| fate.can_be_seen).collect();
    let named = seen.iter().filter(|fate| fate.is_named()).count();
    Ok(seen.iter().all(|fate| fate.killed) && named * 100 >= seen.len() * NAMED)
}

/// Does something for each item, so many at once, and gives the results in the items' order.
fn each<T: Sync, R: Send>(
    jobs: NonZeroUsize,
    items: &[T],
    name: impl Fn(&T) -> &'static str + Sync,
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

fn report(bench: &Bench, seed: u64, strict: bool, fault: Option<Fault>) -> Result<Report, String> {
    let token = Secret::new(format!("tally-mutants-{seed}"));
    let contract = tally_mock::Contract::new(Arc::clone(&bench.contract), bench.generated)
        .map_err(|error| error.to_string())?;
    let mock = Mock::builder(contract)
        .fixtures(bench.fixtures.clone())
        .token(token.reveal())
        .fault(fault)
        .seed(seed)
        .start()
        .map_err(|error| format!("the mock could not be started: {error}"))?;
    let config = Config {
        seed,
        areas: Vec::new(),
        profile: bench.profile,
        budget: Budget::default(),
        shard: None,
        counterexamples: Vec::new(),
        only_counterexamples: false,
        cases: 8,
        strict,
        allow_effects: true,
        allow_jobs: true,
        token_is_real: true,
        known: KnownFailures::default(),
        verbs: OtherVerbs::Any,
        list_written: false,
        workers: 2,
        rerun: String::new(),
    };
    let connection = Connection::default();
    let target = Target { root: mock.root().to_owned(), token, timeout: Duration::from_secs(2), connection };
    let subject = Subject { contract: &bench.contract, fixtures: &bench.fixtures };
    let reader = |target: &Target| reader_named("mock", &bench.contract, target, None);
    let reader = bench.observe.then(|| reader(&target)).transpose()?;
    let stop = AtomicBool::new(false);
    Ok(run::conform_observed(subject, &config, target, &Silent, (&stop, reader.as_deref())))
}

fn fate(bench: &Bench, seed: u64, fault: Fault) -> Result<Fate, String> {
    let started = Instant::now();
    let report = report(bench, seed, false, Some(fault))?;
    let entry = fault.entry();
    let own = (entry.breaks)(&bench.contract);
    // What breaks no more than a reading earns a remark: it counts where it names what is broken.
    let is_own = |found: &&Finding| own.contains(&found.statement);
    let first = report.findings.iter().find(|found| found.severity == Severity::Violation || is_own(found));
    let why = match (&report.verdict, first) {
        (Verdict::Error { reason }, None) => reason.clone(),
        (_, Some(found)) if found.severity == Severity::Warning => format!("remark: {}", found.check),
        (_, Some(found)) => found.check.clone(),
        (_, None) => {
            report.findings.first().map_or_else(String::new, |found| format!("remark: {}", found.check))
        }
    };
    Ok(Fate {
        entry,
        can_be_seen: entry.hidden.is_none() || (bench.observe && entry.is_only_kept()),
        killed: first.is_some(),
        by_remark: first.is_some_and(|found| found.severity == Severity::Warning),
        named: first.map(|found| (found.statement.clone(), own.contains(&found.statement))),
        requests: report.requests,
        first: report.first.map(|first| (first.requests, first.after)),
        taken: started.elapsed(),
        why,
    })
}

impl Fate {
    fn is_named(&self) -> bool {
        self.named.as_ref().is_some_and(|(_, own)| *own)
    }

    fn word(&self) -> &'static str {
        match (self.killed, self.can_be_seen) {
            (true, _) => "killed",
            (false, false) => "hidden",
            (false, true) => "ALIVE",
        }
    }
}

fn table(fates: &[Fate]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{:<32} {:<7} {:>8} {:>7} {:<9} found by", "fault", "", "request", "after", "statement")?;
    for fate in fates {
        let (request, after) =
            fate.first.map_or((String::from("-"), String::from("-")), |(request, after)| {
                (request.to_string(), format!("{:.1} s", after.as_secs_f64()))
            });
        let named = match &fate.named {
            Some((statement, true)) => statement.clone(),
            Some((statement, false)) => format!("{statement} (!)"),
            None => "-".to_owned(),
        };
        writeln!(
            out,
            "{:<32} {:<7} {request:>8} {after:>7} {named:<9} {}",
            fate.entry.name,
            fate.word(),
            fate.why
        )?;
    }
    let seen: Vec<&Fate> = fates.iter().filter(|fate| fate.can_be_seen).collect();
    let count = |holds: fn(&Fate) -> bool| seen.iter().filter(|fate| holds(fate)).count();
    let mut requests: Vec<u64> = seen.iter().filter_map(|fate| Some(fate.first?.0)).collect();
    let mut seconds: Vec<f64> = seen.iter().filter_map(|fate| Some(fate.first?.1.as_secs_f64())).collect();
    requests.sort_unstable();
    seconds.sort_unstable_by(f64::total_cmp);
    let (killed, named) = (count(|fate| fate.killed), count(Fate::is_named));
    let remarked = count(|fate| fate.by_remark);
    let all = seen.len().max(1);
    writeln!(
        out,
        "\n{killed} of {} faults that can be seen killed ({}%), {remarked} of them by a remark; {named} by a \
         statement of their own ({}%)",
        seen.len(),
        killed * 100 / all,
        named * 100 / all
    )?;
    let sent: u64 = fates.iter().map(|fate| fate.requests).sum();
    let middle = requests.get(requests.len() / 2).copied().unwrap_or_default();
    let time = seconds.get(seconds.len() / 2).copied().unwrap_or_default();
    writeln!(
        out,
        "first finding, in the median: request {middle}, after {time:.1} s; (!) marks another's statement"
    )?;
    #[expect(clippy::cast_precision_loss, reason = "counts of faults and requests are small")]
    let per_thousand = killed as f64 * 1000.0 / sent.max(1) as f64;
    writeln!(out, "{sent} requests in all: {per_thousand:.1} kills for a thousand of them")
}

fn to_json(fates: &[Fate]) -> Value {
    let fate = |fate: &Fate| {
        json!({
            "fault": fate.entry.name,
            "group": fate.entry.group,
            "hidden": fate.entry.hidden,
            "can_be_seen": fate.can_be_seen,
            "killed": fate.killed,
            "by_remark": fate.by_remark,
            "statement": fate.named.as_ref().map(|(statement, _)| statement),
            "own_statement": fate.is_named(),
            "found_by": fate.why,
            "requests": fate.requests,
            "first_requests": fate.first.map(|(requests, _)| requests),
            "first_s": fate.first.map(|(_, after)| after.as_secs_f64()),
            "duration_s": fate.taken.as_secs_f64(),
        })
    };
    Value::Array(fates.iter().map(fate).collect())
}

/// Whether no seed finds anything at the honest mock.
fn honest(args: &Args, bench: &Bench, seeds: u64) -> Result<bool, String> {
    let seeds: Vec<u64> = (args.seed..args.seed.saturating_add(seeds)).collect();
    let runs = each(
        args.jobs,
        &seeds,
        |_| "a run without a fault",
        // A finding that is only a remark is a violation when strict, so that one run tells of both.
        |seed| Ok((*seed, report(bench, *seed, true, None)?)),
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
    let told = alarms.iter().try_for_each(|alarm| writeln!(out, "{alarm}")).and_then(|()| {
        writeln!(
            out,
            "{} of {seeds} {} runs at the mock without a fault found something; {requests} requests, at most \
             {most} a run, {records} records; the longest run took {slowest:.1} s",
            alarms.len(),
            bench.profile
        )
    });
    told.map_err(|error| format!("standard output: {error}"))?;
    Ok(alarms.is_empty())
}
