//! The command `tally`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tally_conformance::cli::{conform, merge_reports, mock, validate};

/// Proves batch endpoints against their contract
#[derive(Debug, Parser)]
#[command(name = "tally", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Hold an endpoint to its contract: the embedded mock, or the one that --target names
    Conform(conform::Args),
    /// Join the reports of a run's shards into one
    MergeReports(merge_reports::Args),
    /// Serve a mock endpoint
    Mock(mock::Args),
    /// Judge one request body before it is sent
    Validate(validate::Args),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Conform(args) => conform::run(&args),
        Command::MergeReports(args) => merge_reports::run(&args),
        Command::Mock(args) => mock::run(&args),
        Command::Validate(args) => validate::run(&args),
    }
}
