//! The command `tally`.

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use tally_conformance::cli::{checks, conform, merge_reports, mock, mutants, validate};

/// Tests batch endpoints against their contract
#[derive(Debug, Parser)]
#[command(name = "tally", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List every check, with its statements and the faults that break them
    Checks(checks::Args),
    /// Test an endpoint against its contract: the built-in mock, or the one given with --target
    Conform(Box<conform::Args>),
    /// Merge the reports of sharded runs
    MergeReports(merge_reports::Args),
    /// Serve a mock endpoint
    Mock(mock::Args),
    /// Run the runner against every fault of the mock
    Mutants(mutants::Args),
    /// Validate a request body before you send it
    Validate(validate::Args),
}

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let (command, matches) = matches.subcommand().unwrap_or(("", &matches));
    match cli.command {
        Command::Checks(args) => checks::run(&args),
        Command::Conform(args) => conform::run(&args, conform::Given { command, matches }),
        Command::MergeReports(args) => merge_reports::run(&args),
        Command::Mock(args) => mock::run(&args),
        Command::Mutants(args) => mutants::run(&args),
        Command::Validate(args) => validate::run(&args),
    }
}
