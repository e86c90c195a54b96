//! `tally conform`: holds an endpoint to its contract.

mod args;
mod counted;
mod outline;
mod prepare;
mod target;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use self::args::{Args, Format};
use self::prepare::{Prepared, prepare};
use self::target::target;
use tally_mock::{Fault, Mock};
use tally_runner::client::{Secret, Target};
use tally_runner::observe::reader_named;
use tally_runner::report::{Colour, Report, Severity, Telling, Terminal, append_summary, to_json};
use tally_runner::run::{self, Observer, Silent, Subject};

/// The exit code of wrong usage.
const USAGE: u8 = 2;
/// The exit code where the target could not be judged.
const UNJUDGED: u8 = 3;

/// Runs the command, and says how the process is to end.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    match judge(args) {
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

fn judge(args: &Args) -> Result<u8, Failed> {
    let named = args.target.as_deref().map(|root| target(args, root)).transpose().map_err(usage)?;
    let prepared = prepare(args, named.as_ref())?;
    if args.dry_run {
        heard(write!(io::stdout(), "{}", outline::table(&outline::outline(&prepared)?)))
            .map_err(unwritten)?;
        return Ok(0);
    }
    let Some(target) = named else {
        // Without the environment's, the mock takes a token drawn for it alone.
        let target = target(args, "").map_err(usage)?;
        let mock = embedded(&prepared, args.fault, &target.token)?;
        return told(args, &prepared, Target { root: mock.root().to_owned(), ..target });
    };
    if !prepared.here {
        agree(args, &prepared, &target)?;
    }
    told(args, &prepared, target)
}

/// Says what a run writes to a target that is not on this machine, and wants it agreed to.
fn agree(args: &Args, prepared: &Prepared, target: &Target) -> Result<(), Failed> {
    let outline = outline::outline(prepared)?;
    let (requests, records, root) = (outline.report.requests, outline.report.records, &target.root);
    let sends = format!("about {requests} requests with {records} records to {root}");
    if args.write_test_data {
        // Where standard error is closed, nobody wants to know.
        let _ = writeln!(io::stderr(), "sending {sends}; the API cannot delete what they write");
        return Ok(());
    }
    Err(usage(format!(
        "the target is not on this machine. A run sends {sends},\n\
         and the API cannot delete what they write. Text in it bears the mark tally-{}.\n\
         Add --write-test-data if that is what you want; --dry-run tells more.",
        prepared.config.seed
    )))
}

/// Starts the built-in mock on a free port.
fn embedded(prepared: &Prepared, fault: Option<Fault>, token: &Secret) -> Result<Mock, Failed> {
    let failed = |error: &dyn std::fmt::Display| Failed {
        code: UNJUDGED,
        message: format!("the built-in mock could not be started: {error}"),
    };
    let contract = tally_mock::Contract::new(Arc::clone(&prepared.contract), prepared.generated)
        .map_err(|error| failed(&error))?;
    Mock::builder(contract)
        .fixtures(prepared.fixtures.clone())
        .token(token.reveal())
        .fault(fault)
        .seed(prepared.config.seed)
        .start()
        .map_err(|error| failed(&error))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
fn unwritten(error: io::Error) -> Failed {
    Failed { code: UNJUDGED, message: format!("cannot write: {error}") }
}

/// Runs, tells and writes the report.
fn told(args: &Args, prepared: &Prepared, target: Target) -> Result<u8, Failed> {
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
            let report = conform(prepared, target, &terminal)?;
            heard(terminal.finish(&report)).map_err(unwritten)?;
            report
        }
        Format::Json => {
            let report = conform(prepared, target, &Silent)?;
            heard(writeln!(io::stdout(), "{:#}", to_json(&report))).map_err(unwritten)?;
            report
        }
    };
    summarise(&report).map_err(unwritten)?;
    if let Some(folder) = &args.report {
        write(folder, &report).map_err(unwritten)?;
    }
    if let Some(folder) = &prepared.regressions {
        keep(folder, &report).map_err(unwritten)?;
    }
    Ok(report.verdict.exit_code())
}

/// A reader that has heard enough is no failure.
pub(super) fn heard(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn conform(prepared: &Prepared, target: Target, observer: &dyn Observer) -> Result<Report, Failed> {
    let subject = Subject { contract: &prepared.contract, fixtures: &prepared.fixtures };
    let admin = std::env::var("TALLY_ADMIN_TOKEN").ok().filter(|token| !token.is_empty()).map(Secret::new);
    let reader = |name: &String| reader_named(name, &prepared.contract, &target, admin);
    let reader = prepared.observe.as_ref().map(reader).transpose().map_err(usage)?;
    let stop = stopped_by_hand();
    let mut report =
        run::conform_observed(subject, &prepared.config, target, observer, (&stop, reader.as_deref()));
    report.started = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    if let Some(known) = &prepared.known {
        known.apply(&mut report);
    }
    Ok(report)
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

/// Keeps what shows a violation, to be run first next time.
fn keep(folder: &Path, report: &Report) -> io::Result<()> {
    let violations = report.findings.iter().filter(|found| found.severity == Severity::Violation);
    for regression in violations.filter_map(|found| found.regression.as_ref()) {
        std::fs::create_dir_all(folder)?;
        let text = serde_json::to_string_pretty(regression).map_err(io::Error::other)?;
        std::fs::write(folder.join(regression.file_stem()).with_extension("json"), text + "\n")?;
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

/// A number that differs from run to run.
fn drawn() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    // Short enough to be typed again.
    std::hash::RandomState::new().build_hasher().finish() % 1_000_000_000
}
