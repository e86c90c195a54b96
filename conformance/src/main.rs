//! The command `tally`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tally_conformance::cli::{conform, differential, merge_reports, mock, mutants, validate};

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
    Conform(Box<conform::Args>),
    /// Hold decoder, JSON Schema and oracle against each other over generated instances
    Differential(differential::Args),
    /// Join the reports of a run's shards into one
    MergeReports(merge_reports::Args),
    /// Serve a mock endpoint
    Mock(mock::Args),
    /// Run the runner against every fault of the mock
    Mutants(mutants::Args),
    /// Judge one request body before it is sent
    Validate(validate::Args),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Conform(args) => conform::run(&args),
        Command::Differential(args) => differential::run(&args),
        Command::MergeReports(args) => merge_reports::run(&args),
        Command::Mock(args) => mock::run(&args),
        Command::Mutants(args) => mutants::run(&args),
        Command::Validate(args) => validate::run(&args),
    }
}
