//! `tally merge-reports`: merges the reports of a sharded run.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::conform::{colour, ignore_broken_pipe, summarise, write};
use tally_runner::outcome::{Report, from_json, merge};
use tally_runner::report::{Terminal, Verbosity, escaped_lines};

/// The exit code if the reports do not belong together.
const USAGE: u8 = 2;
/// The exit code if the merged report cannot be written.
const UNWRITTEN: u8 = 3;

/// The command's arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folders written by `conform --shard I/N --report DIR`, one per shard
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Folder for the merged report
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Allow missing shards (noted in the report)
    #[arg(long)]
    allow_missing: bool,
}

/// Runs the command and returns the exit code that the whole run would have had.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let (message, code) = match merged(args) {
        Err(message) => (message, USAGE),
        Ok(report) => match write_merged(args, &report) {
            Ok(()) => return ExitCode::from(report.verdict.exit_code()),
            Err(error) => (format!("cannot write: {error}"), UNWRITTEN),
        },
    };
    // If standard error is closed, the exit code must do.
    let _ = writeln!(io::stderr(), "{}", escaped_lines(&message));
    ExitCode::from(code)
}

fn merged(args: &Args) -> Result<Report, String> {
    let reports = args.folders.iter().map(|folder| read(folder)).collect::<Result<_, _>>()?;
    merge(reports, args.allow_missing).map_err(|error| error.to_string())
}

fn read(folder: &Path) -> Result<Report, String> {
    let path = if folder.is_dir() { folder.join("report.json") } else { folder.to_owned() };
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let value =
        serde_json::from_str(&text).map_err(|error| format!("{}: not JSON: {error}", path.display()))?;
    from_json(value).map_err(|error| format!("{}: {error}", path.display()))
}

fn write_merged(args: &Args, report: &Report) -> io::Result<()> {
    write(&args.out, report)?;
    summarise(report)?;
    ignore_broken_pipe(Terminal::new(io::stdout(), colour(), Verbosity::Normal, false).finish(report))
}
