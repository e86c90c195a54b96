//! The workspace's commands: `cargo xtask COMMAND`.
//!
//! This crate parses arguments, reads and writes files and starts processes. It never links `generated` or
//! `conformance`: a bad generation could then not be generated away.

#![allow(clippy::print_stdout, reason = "a command speaks on standard output")]

mod bench;
mod contracts;
mod diff;
mod folder;
mod generate;
mod lint;
mod publish;
mod tally;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The commands of Tally's workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, about, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the crate `generated` whole from the specs, or check that it is what they make
    Gen(generate::Args),
    /// Check every contract under spec/ and report all problems at once
    Lint(lint::Args),
    /// Fire generated batches at an endpoint and prove whether it keeps its word (the embedded mock's
    /// without --target)
    Conform(tally::Args),
    /// Hold decoder, JSON Schema and oracle against each other over generated instances, built in release
    /// profile
    Differential(tally::Args),
    /// Draw small contracts; generate, compile and check what the linter accepts
    Contracts(tally::Args),
    /// Join the reports of a run's shards into one
    MergeReports(tally::Args),
    /// Serve a mock endpoint
    Mock(tally::Args),
    /// Run the runner against every fault of the mock, and print which it kills
    Mutants(tally::Args),
    /// Write a folder for any static host: schemas, packages, reference pages
    Publish(publish::Args),
    /// Say what changed between two versions of a contract, and whom it breaks
    Diff(diff::Args),
    /// Judge one request body before it is sent
    Validate(tally::Args),
    /// Measure what checking a body costs, compared with other ways to read the same bytes
    Bench(bench::Args),
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask gen --check
  cargo xtask conform
  cargo xtask conform --help
  cargo xtask validate npsResponse/upsert body.json --format json
  cargo xtask publish --out dist
  cargo xtask diff v1.0:spec/NAME spec/NAME --format markdown";

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Gen(args) => generate::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Conform(args) => tally::run("conform", &args),
        Command::Differential(args) => tally::run_optimised("differential", &args),
        Command::Contracts(args) => contracts::run(&args),
        Command::MergeReports(args) => tally::run("merge-reports", &args),
        Command::Mock(args) => tally::run("mock", &args),
        Command::Mutants(args) => tally::run("mutants", &args),
        Command::Diff(args) => diff::run(&args),
        Command::Publish(args) => publish::run(&args),
        Command::Validate(args) => tally::run("validate", &args),
        Command::Bench(args) => bench::run(&args),
    }
}
