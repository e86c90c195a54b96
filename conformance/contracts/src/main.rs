//! `tally-contracts`: draws contracts and checks that what the linter accepts works.

#![allow(clippy::print_stdout, reason = "a command speaks on standard output")]

use std::process::ExitCode;

use clap::Parser;
use tally_contracts::run::{Order, run};

/// Draw small contracts, and generate, compile and judge what the linter accepts.
#[derive(Parser)]
struct Args {
    /// How many contracts are drawn
    #[arg(long, default_value_t = 500)]
    number: usize,
    /// The number of the first contract
    #[arg(long, default_value_t = 0)]
    first: usize,
    /// The seed: the same seed draws the same contracts
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Instances of each area that are judged three ways
    #[arg(long, default_value_t = 200)]
    instances: u64,
}

fn main() -> ExitCode {
    let Args { number, first, seed, instances } = Args::parse();
    let outcome = match run(Order { seed, first, number, instances }) {
        Ok(outcome) => outcome,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    for (name, failures) in &outcome.failures {
        println!("{name}:\n  {}", failures.join("\n").replace('\n', "\n  "));
    }
    println!(
        "{number} contracts of seed {seed}: {} accepted, {} refused as they must be, {} failed",
        outcome.accepted,
        outcome.refused,
        outcome.failures.len()
    );
    if outcome.failures.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("the contracts that failed are kept in {}", outcome.kept.display());
    ExitCode::FAILURE
}
