//! `tally conform`: tests an endpoint against its contract.

mod args;
mod counted;
mod keep;
mod outline;
mod prepare;
mod replayed;
mod rerun;
mod stop;
mod target;
mod token_command;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

pub use self::args::{Args, Format};
use self::prepare::{Prepared, prepare};
pub use self::rerun::Given;
use self::stop::stopped_by_hand;
use self::target::target;
use tally_fixtures::private;
use tally_mock::{Fault, Mock};
use tally_runner::client::{Secret, Target};
use tally_runner::observe::reader_named;
use tally_runner::outcome::{Observer, Report, Silent, Verdict, to_text};
use tally_runner::report::{Colour, Terminal, Verbosity, append_summary, escaped_lines};
use tally_runner::run::{self, Subject};

/// The exit code for wrong usage.
const USAGE: u8 = 2;
/// The exit code for an inconclusive run.
const INCONCLUSIVE: u8 = 3;

/// Runs the command and returns the exit code.
#[must_use]
pub fn run(args: &Args, given: Given<'_>) -> ExitCode {
    match judge(args, given) {
        Ok(code) => ExitCode::from(code),
        Err(Failed { code, message }) => {
            // If standard error is closed, the exit code must do.
            let _ = writeln!(io::stderr(), "{}", escaped_lines(&message));
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

fn judge(args: &Args, given: Given<'_>) -> Result<u8, Failed> {
    if let Some(path) = &args.init_fixtures {
        prepare::init_fixtures(args, path)?;
        let path = path.display();
        let next =
            format!("{path} is written. Fill it in, then run: tally conform --target URL --fixtures {path}");
        ignore_broken_pipe(writeln!(io::stdout(), "{next}")).map_err(cannot_write)?;
        return Ok(0);
    }
    let named = args.target.as_deref().map(|root| target(args, root)).transpose().map_err(usage)?;
    let prepared = prepare(args, given, named.as_ref())?;
    if args.dry_run {
        ignore_broken_pipe(write!(io::stdout(), "{}", outline::table(&outline::outline(&prepared)?)))
            .map_err(cannot_write)?;
        return Ok(0);
    }
    let Some(target) = named else {
        // Unless TALLY_TOKEN is set, the mock gets a random token of its own.
        let target = target(args, "").map_err(usage)?;
        let mock = start_mock(&prepared, args.fault, &target.token)?;
        return run_and_report(args, &prepared, Target { root: mock.root().to_owned(), ..target });
    };
    if !prepared.here {
        confirm_remote(args, &prepared, &target)?;
    }
    run_and_report(args, &prepared, target)
}

/// Asks for confirmation before writing test data to a remote target.
fn confirm_remote(args: &Args, prepared: &Prepared, target: &Target) -> Result<(), Failed> {
    let outline = outline::outline(prepared)?;
    let (requests, records, root) = (outline.report.requests, outline.report.records, target.shown_root());
    let sends = format!("about {requests} requests with {records} records to {root}");
    if args.write_test_data {
        // If standard error is closed, nobody wants to know.
        let _ = writeln!(io::stderr(), "sending {sends}; this test data cannot be deleted");
        return Ok(());
    }
    Err(usage(format!(
        "Remote target: a run sends {sends},\n\
         and this test data cannot be deleted. Test values contain \"tally-{}\".\n\
         Add --write-test-data to go ahead; --dry-run shows details.",
        prepared.config.seed
    )))
}

/// Starts the built-in mock on a free port.
fn start_mock(prepared: &Prepared, fault: Option<Fault>, token: &Secret) -> Result<Mock, Failed> {
    let failed = |error: &dyn std::fmt::Display| Failed {
        code: INCONCLUSIVE,
        message: format!("cannot start the built-in mock: {error}"),
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
fn cannot_write(error: io::Error) -> Failed {
    Failed { code: INCONCLUSIVE, message: format!("cannot write: {error}") }
}

/// Runs against the target, prints the result and writes the report.
fn run_and_report(args: &Args, prepared: &Prepared, target: Target) -> Result<u8, Failed> {
    let verbosity = match (args.quiet, args.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, 0) => Verbosity::Normal,
        (_, 1) => Verbosity::Checks,
        _ => Verbosity::Verbose,
    };
    let report = match args.format {
        // A replay is told in a line for each counterexample.
        Format::Human if !prepared.replayed.is_empty() && args.verbose == 0 => {
            let mut report = conform(prepared, target, &Silent)?;
            keep::keep(args, prepared, &mut report).map_err(cannot_write)?;
            report
        }
        Format::Human => {
            let colour = colour();
            let bar = io::stderr().is_terminal() && !args.quiet;
            let terminal = Terminal::new(io::stdout(), colour, verbosity, bar);
            let mut report = conform(prepared, target, &terminal)?;
            keep::keep(args, prepared, &mut report).map_err(cannot_write)?;
            ignore_broken_pipe(terminal.finish(&report)).map_err(cannot_write)?;
            report
        }
        Format::Json => {
            let mut report = conform(prepared, target, &Silent)?;
            keep::keep(args, prepared, &mut report).map_err(cannot_write)?;
            ignore_broken_pipe(writeln!(io::stdout(), "{}", to_text(&report))).map_err(cannot_write)?;
            report
        }
    };
    summarise(&report).map_err(cannot_write)?;
    if let Some(folder) = &args.report {
        write(folder, &report).map_err(cannot_write)?;
    }
    if prepared.replayed.is_empty() {
        return Ok(report.verdict.exit_code());
    }
    if args.format == Format::Human {
        ignore_broken_pipe(replayed::print(&mut io::stdout(), prepared, &report)).map_err(cannot_write)?;
    }
    Ok(replayed::exit_code(prepared, &report))
}

/// Treats a closed pipe as success.
pub(super) fn ignore_broken_pipe(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn conform(prepared: &Prepared, target: Target, observer: &dyn Observer) -> Result<Report, Failed> {
    let subject = Subject { contract: &prepared.contract, fixtures: &prepared.fixtures };
    let admin = std::env::var("TALLY_ADMIN_TOKEN").ok().filter(|token| !token.is_empty()).map(Secret::new);
    let (stop, mut target) = (stopped_by_hand(), target);
    target.connection.stop_with(Arc::clone(&stop));
    if let Some(most) = prepared.config.budget.time {
        target.connection.end_at(Instant::now() + most);
    }
    let reader = |name: &String| reader_named(name, &prepared.contract, &target, admin);
    let reader = prepared.observe.as_ref().map(reader).transpose().map_err(usage)?;
    let started = jiff::Timestamp::now();
    let mut report =
        run::conform_observed(subject, &prepared.config, target, observer, (&stop, reader.as_deref()));
    report.started = written(started);
    if let Some(outage) = &mut report.outage {
        outage.at = jiff::SignedDuration::try_from(outage.after)
            .ok()
            .and_then(|after| started.checked_add(after).ok())
            .map(written);
        report.verdict = Verdict::inconclusive(outage.reason());
    }
    Ok(report)
}

fn written(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

pub(super) fn write(folder: &Path, report: &Report) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    report.each_file(&mut |name, text| private::write(&folder.join(name), text.as_bytes()))
}

/// Appends the summary to the file that a CI service names for it, if it does.
pub(super) fn summarise(report: &Report) -> io::Result<()> {
    std::env::var_os("GITHUB_STEP_SUMMARY").map_or(Ok(()), |path| append_summary(Path::new(&path), report))
}

pub(super) fn colour() -> Colour {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if io::stdout().is_terminal() && !refused { Colour::Always } else { Colour::Never }
}

/// A random number.
fn drawn() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    // Short enough to retype.
    std::hash::RandomState::new().build_hasher().finish() % 1_000_000_000
}
