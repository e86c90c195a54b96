//! `tally merge-reports`: one report of the reports of a run's shards.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::conform::{colour, heard, summarise, write};
use tally_runner::report::{Report, Telling, Terminal, from_json, merge};

/// The exit code of reports that do not belong together.
const USAGE: u8 = 2;
/// The exit code where the merged report cannot be written.
const UNWRITTEN: u8 = 3;

/// The command's arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folders that `conform --shard I/N --report DIR` wrote, one for each shard
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// The folder for the merged report
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Goes without shards that are missing, and says so in the report
    #[arg(long)]
    allow_missing: bool,
}

/// Runs the command, and says how the process is to end: as the whole run would have.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let (message, code) = match merged(args) {
        Err(message) => (message, USAGE),
        Ok(report) => match told(args, &report) {
            Ok(()) => return ExitCode::from(report.verdict.exit_code()),
            Err(error) => (format!("cannot write: {error}"), UNWRITTEN),
        },
    };
    // Where standard error is closed, the exit code alone tells.
    let _ = writeln!(io::stderr(), "{message}");
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
        serde_json::from_str(&text).map_err(|error| format!("{}: it is no JSON: {error}", path.display()))?;
    from_json(value).map_err(|error| format!("{}: {error}", path.display()))
}

fn told(args: &Args, report: &Report) -> io::Result<()> {
    write(&args.out, report)?;
    summarise(report)?;
    heard(Terminal::new(io::stdout(), colour(), Telling::Normal, false).finish(report))
}
