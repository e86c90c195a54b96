//! The workspace's commands: `cargo xtask COMMAND`.
//!
//! This crate parses arguments, reads and writes files and starts processes. It never links `generated` or
//! `conformance`: a bad generation could then not be generated away.

#![allow(clippy::print_stdout, reason = "a command speaks on standard output")]

mod bench;
mod contracts;
mod diff;
mod folder;
mod fuzz;
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
    /// Test an endpoint against its contract: the built-in mock, or the one given with --target
    Conform(tally::Args),
    /// Compare decoder, JSON Schema and oracle with each other on generated instances (release build)
    Differential(tally::Args),
    /// Draw small contracts; generate, compile and check what the linter accepts
    Contracts(tally::Args),
    /// Merge the reports of sharded runs
    MergeReports(tally::Args),
    /// Serve a mock endpoint
    Mock(tally::Args),
    /// Run the runner against every fault of the mock, and print which it detects
    Mutants(tally::Args),
    /// Write a folder for any static host: schemas, packages, reference pages
    Publish(publish::Args),
    /// Classify what changed between two versions of a contract: what breaks senders, endpoints, both or neither
    Diff(diff::Args),
    /// Validate a request body before you send it
    Validate(tally::Args),
    /// Measure what checking a body costs, compared with other ways to read the same bytes
    Bench(bench::Args),
    /// Search, guided by coverage, for inputs that break what reads or writes a stranger's text
    Fuzz(fuzz::Args),
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask gen --check
  cargo xtask conform
  cargo xtask conform --help
  cargo xtask validate AREA body.json --format json
  cargo xtask publish --out dist
  cargo xtask diff v1.0:spec/NAME spec/NAME --format markdown";

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Gen(args) => generate::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Conform(args) => tally::run("conform", &args),
        Command::Differential(args) => tally::run_differential(&args),
        Command::Contracts(args) => contracts::run(&args),
        Command::MergeReports(args) => tally::run("merge-reports", &args),
        Command::Mock(args) => tally::run("mock", &args),
        Command::Mutants(args) => tally::run("mutants", &args),
        Command::Diff(args) => diff::run(&args),
        Command::Publish(args) => publish::run(&args),
        Command::Validate(args) => tally::run("validate", &args),
        Command::Bench(args) => bench::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
    }
}
