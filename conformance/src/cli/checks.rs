//! `tally checks`: lists every check, with its statements and the faults that break them.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use serde_json::{Value, json};
use tally_mock::fault::{CATALOGUE, Entry};
use tally_runner::check::registry::{REGISTRY, Registered};
use tally_runner::report::wrapped;
use tally_spec::model::Contract;

use super::conform::ignore_broken_pipe;

/// The exit code for wrong usage.
const USAGE: u8 = 2;

/// The command's arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Contract; required if there is more than one
    #[arg(long, value_name = "NAME")]
    contract: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = super::mock::Format::Human)]
    format: super::mock::Format,
}

/// Runs the command and returns the exit code.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    let printed = super::contract(args.contract.as_deref()).and_then(|(contract, _)| {
        let text = match args.format {
            super::mock::Format::Human => table(&contract),
            super::mock::Format::Json => format!("{:#}\n", to_json(&contract)),
        };
        ignore_broken_pipe(write!(io::stdout(), "{text}")).map_err(|error| format!("cannot write: {error}"))
    });
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // If standard error is closed, the exit code must do.
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::from(USAGE)
        }
    }
}

/// The faults of the mock that break one of a check's statements and can be seen.
fn faults(check: &Registered, contract: &Contract) -> Vec<&'static str> {
    let statements = check.statements(contract);
    let breaks = |entry: &&Entry| (entry.breaks)(contract).iter().any(|broken| statements.contains(broken));
    let seen = CATALOGUE.iter().filter(|entry| entry.hidden.is_none() || entry.is_only_kept());
    seen.filter(breaks).map(|entry| entry.name).collect()
}

fn table(contract: &Contract) -> String {
    // Writing to a String does not fail.
    let mut text = String::new();
    let mut subject = None;
    for check in REGISTRY {
        if subject.replace(check.subject) != Some(check.subject) {
            let _ = writeln!(text, "{}", check.subject.title());
        }
        let _ = writeln!(text, "  {}\n      {}", check.id, check.sentence);
        let statements = check.statements(contract);
        if statements.is_empty() {
            text.push_str("      does not apply to this contract\n");
            continue;
        }
        let faults = faults(check, contract);
        let _ = writeln!(text, "      {}", wrapped(&format!("depends on {}", statements.join(" ")), 74, 6));
        if !faults.is_empty() {
            let _ = writeln!(text, "      {}", wrapped(&format!("faults: {}", faults.join(" ")), 74, 6));
        }
    }
    text
}

fn to_json(contract: &Contract) -> Value {
    let check = |check: &Registered| {
        json!({
            "id": check.id,
            "subject": check.subject.title(),
            "sentence": check.sentence,
            "statements": check.statements(contract),
            "faults": faults(check, contract),
        })
    };
    Value::Array(REGISTRY.iter().map(check).collect())
}
