//! `tally conform`: holds an endpoint to its contract.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::ValueEnum;
use tally_spec::model::Contract;

use super::skeleton::skeleton;
use super::{contract, suggestion};
use crate::client::{Secret, Target};
use crate::fixtures::Fixtures;
use crate::mock::{self, Fault, MockConfig, RunningMock};
use crate::report::{Colour, Report, Telling, Terminal, append_summary, to_json};
use crate::run::{self, Budget, Config, Observer, Profile, Silent, Subject};

/// The exit code of wrong usage.
const USAGE: u8 = 2;
/// The exit code where the target could not be judged.
const UNJUDGED: u8 = 3;

const EXAMPLES: &str = "\
Examples:
  tally conform                              prove the embedded mock
  tally conform --fault NAME                 the embedded mock, with a fault to be found
  TALLY_TOKEN=… tally conform --target http://127.0.0.1:8080/base --fixtures org.toml
  tally conform --area NAME --cases 100 --seed 7 --report out

The token is read from TALLY_TOKEN. Exit codes: 0 conforms, 1 violations, 2 wrong usage, 3 could not judge.";

/// The command's arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Args {
    /// The contract; needed where there is more than one.
    #[arg(long, value_name = "NAME")]
    contract: Option<String>,
    /// The root of the API under test, base path included. Without it, the embedded mock is started.
    #[arg(long, value_name = "URL", conflicts_with = "fault")]
    target: Option<String>,
    /// What the target's organisation holds. Needed with --target.
    #[arg(long, value_name = "FILE")]
    fixtures: Option<PathBuf>,
    /// An area, by its name or its path; all of them where none is given.
    #[arg(long = "area", value_name = "AREA")]
    areas: Vec<String>,
    /// Mixed batches generated for each area, beside those that a run always has.
    #[arg(long, value_name = "N", default_value_t = 8)]
    cases: usize,
    /// The seed: the same seed makes the same requests. Drawn, and told, where it is left out.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Writes the report to a folder: report.html, report.json, summary.md, junit.xml, exchanges.har.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Counts remarks as violations.
    #[arg(long)]
    strict: bool,
    /// A fault of the embedded mock, to see it found.
    #[arg(long, value_name = "NAME")]
    fault: Option<Fault>,
    /// Agrees to write test data to a target that is not on this machine. It cannot be deleted.
    #[arg(long)]
    write_test_data: bool,
    /// Calls areas with effects outside the data (such as mail) at a target that is not on this machine.
    #[arg(long)]
    allow_effects: bool,
    /// Sends batches over the limit to a target that is not on this machine.
    #[arg(long)]
    allow_jobs: bool,
    /// How long one answer may take, in seconds.
    #[arg(long, value_name = "S", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// What goes to standard output.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Tells the findings and the verdict only.
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Tells the statements of each check and the coverage, too.
    #[arg(long, short)]
    verbose: bool,
}

/// What goes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for a person
    Human,
    /// The report as one JSON object
    Json,
}

/// Runs the command, and says how the process is to end.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    match prepare(args).and_then(|prepared| judge(args, &prepared)) {
        Ok(code) => ExitCode::from(code),
        Err(Failed { code, message }) => {
            // Where standard error is closed, the exit code alone tells.
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::from(code)
        }
    }
}

struct Failed {
    code: u8,
    message: String,
}

fn usage(message: impl Into<String>) -> Failed {
    Failed { code: USAGE, message: message.into() }
}

struct Prepared {
    contract: Arc<Contract>,
    generated: &'static tally_generated::runtime::Contract,
    fixtures: Fixtures,
    config: Config,
}

fn prepare(args: &Args) -> Result<Prepared, Failed> {
    let (contract, generated) = contract(args.contract.as_deref()).map_err(usage)?;
    let areas = areas(&contract, &args.areas)?;
    let fixtures = fixtures(args, &contract)?;
    let seed = args.seed.unwrap_or_else(drawn);
    let here = args.target.as_deref().is_none_or(|root| target(args, root.to_owned()).is_loopback());
    if !here && !args.write_test_data {
        return Err(usage(
            "the target is not on this machine. A run writes test data there, which the API cannot delete.\n\
             Add --write-test-data if that is what you want.",
        ));
    }
    let token_is_real = args.target.is_none() || token().is_some();
    if !here && !token_is_real {
        return Err(usage("TALLY_TOKEN is not set: the target's token is read from there"));
    }
    let config = Config {
        seed,
        areas,
        profile: Profile::Standard,
        budget: Budget::default(),
        shard: None,
        cases: args.cases,
        strict: args.strict,
        allow_effects: here || args.allow_effects,
        allow_jobs: here || args.allow_jobs,
        token_is_real,
        workers: if here { 2 } else { 1 },
        again: again(args, seed),
    };
    Ok(Prepared { contract, generated, fixtures, config })
}

fn judge(args: &Args, prepared: &Prepared) -> Result<u8, Failed> {
    match &args.target {
        Some(root) => told(args, prepared, target(args, root.trim_end_matches('/').to_owned())),
        None => {
            // Without the environment's, the mock takes a token drawn for it alone.
            let target = target(args, String::new());
            let mock = embedded(args, prepared, &target.token)?;
            told(args, prepared, Target { root: mock.root().to_owned(), ..target })
        }
    }
}

/// Starts the embedded mock on a free port.
fn embedded(args: &Args, prepared: &Prepared, token: &Secret) -> Result<RunningMock, Failed> {
    let config = MockConfig {
        contract: Arc::clone(&prepared.contract),
        generated: prepared.generated,
        fixtures: prepared.fixtures.clone(),
        token: Some(token.reveal().to_owned()),
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        fault: args.fault,
        seed: prepared.config.seed,
    };
    mock::start(config).map_err(|error| Failed {
        code: UNJUDGED,
        message: format!("the embedded mock could not be started: {error}"),
    })
}

/// Runs, tells and writes the report.
fn told(args: &Args, prepared: &Prepared, target: Target) -> Result<u8, Failed> {
    let unwritten = |error: io::Error| Failed { code: UNJUDGED, message: format!("cannot write: {error}") };
    let telling = match (args.quiet, args.verbose) {
        (true, _) => Telling::Quiet,
        (_, true) => Telling::Verbose,
        _ => Telling::Normal,
    };
    let report = match args.format {
        Format::Human => {
            let colour = colour();
            let bar = io::stderr().is_terminal() && !args.quiet;
            let terminal = Terminal::new(io::stdout(), colour, telling, bar);
            let report = conform(prepared, target, &terminal);
            heard(terminal.finish(&report)).map_err(unwritten)?;
            report
        }
        Format::Json => {
            let report = conform(prepared, target, &Silent);
            heard(writeln!(io::stdout(), "{:#}", to_json(&report))).map_err(unwritten)?;
            report
        }
    };
    if let Some(folder) = &args.report {
        write(folder, &report).map_err(unwritten)?;
    }
    summarise(&report).map_err(unwritten)?;
    Ok(report.verdict.exit_code())
}

/// A reader that has heard enough is no failure.
pub(super) fn heard(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn conform(prepared: &Prepared, target: Target, observer: &dyn Observer) -> Report {
    let subject = Subject { contract: &prepared.contract, fixtures: &prepared.fixtures };
    let started = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    Report { started, ..run::conform(subject, &prepared.config, target, observer, &stopped_by_hand()) }
}

/// Becomes true at the first interrupt, so that the report tells what was done; the second ends the process.
fn stopped_by_hand() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    std::thread::spawn(move || -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            tokio::signal::ctrl_c().await?;
            told.store(true, Ordering::Relaxed);
            tokio::signal::ctrl_c().await?;
            std::process::exit(130)
        })
    });
    stop
}

pub(super) fn write(folder: &Path, report: &Report) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, text) in report.files()? {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// Adds the summary to the file that a CI service names for it, where one does.
pub(super) fn summarise(report: &Report) -> io::Result<()> {
    std::env::var_os("GITHUB_STEP_SUMMARY").map_or(Ok(()), |path| append_summary(Path::new(&path), report))
}

pub(super) fn colour() -> Colour {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if io::stdout().is_terminal() && !refused { Colour::Always } else { Colour::Never }
}

fn token() -> Option<Secret> {
    std::env::var("TALLY_TOKEN").ok().filter(|token| !token.is_empty()).map(Secret::new)
}

fn target(args: &Args, root: String) -> Target {
    let token = token().unwrap_or_else(|| Secret::new(format!("tally-{:016x}", drawn())));
    Target { root, token, timeout: Duration::from_secs(args.timeout) }
}

/// The names of the areas asked for, be it by name or path.
fn areas(contract: &Contract, asked: &[String]) -> Result<Vec<String>, Failed> {
    let known: Vec<_> = contract.areas.iter().map(|area| area.name.as_str()).collect();
    let find = |name: &String| match contract.area(name) {
        Some(area) => Ok(area.name.clone()),
        None => Err(usage(format!("there is no area {name:?}{}", suggestion(name, &known)))),
    };
    asked.iter().map(find).collect()
}

/// A number that differs from run to run.
fn drawn() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    // Short enough to be typed again.
    std::hash::RandomState::new().build_hasher().finish() % 1_000_000_000
}

/// The command that makes the run again.
fn again(args: &Args, seed: u64) -> String {
    let mut words = vec!["tally conform".to_owned()];
    let mut option = |name: &str, value: &dyn std::fmt::Display| words.push(format!("--{name} {value}"));
    if let Some(contract) = &args.contract {
        option("contract", contract);
    }
    if let Some(target) = &args.target {
        option("target", target);
    }
    if let Some(fixtures) = &args.fixtures {
        option("fixtures", &fixtures.display());
    }
    args.areas.iter().for_each(|area| option("area", area));
    if let Some(fault) = &args.fault {
        option("fault", &fault.entry().name);
    }
    option("cases", &args.cases);
    option("seed", &seed);
    let switches = [
        (args.strict, "--strict"),
        (args.write_test_data, "--write-test-data"),
        (args.allow_effects, "--allow-effects"),
        (args.allow_jobs, "--allow-jobs"),
    ];
    words.extend(switches.iter().filter(|(on, _)| *on).map(|(_, word)| (*word).to_owned()));
    words.join(" ")
}

/// The fixtures that the arguments name, or the sample for the embedded mock.
fn fixtures(args: &Args, contract: &Contract) -> Result<Fixtures, Failed> {
    if args.target.is_some() && args.fixtures.is_none() {
        return Err(usage(format!(
            "--fixtures is missing: a file that says what the target's organisation holds.\n\
             Fill this in and name the file; the more things, the fewer repeated keys:\n\n{}",
            skeleton(contract)
        )));
    }
    super::mock::fixtures(contract, args.fixtures.as_deref()).map_err(usage)
}
