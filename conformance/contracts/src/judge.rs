//! Judges contracts with the code that was generated for them: three ways, and by a run against their own mock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::Parser;
use serde_json::json;
use tally_differential::{Instances, Tally, Witnesses, smallest};
use tally_fixtures::{Fixtures, Secret};
use tally_generated::runtime;
use tally_mock::Mock;
use tally_oracle::oracle::Oracle;
use tally_runner::client::{Connection, Target};
use tally_runner::outcome::Silent;
use tally_runner::report::Verdict;
use tally_runner::run::{Config, Profile, Subject, conform};
use tally_spec::model::Contract;

/// The token of every run here.
const TOKEN: &str = "token-of-a-drawn-contract";

#[derive(Parser)]
struct Args {
    /// The folder that holds a folder for each contract
    specs: PathBuf,
    /// Instances of each area that are judged three ways
    #[arg(long, default_value_t = 100)]
    instances: u64,
}

/// Judges the contracts, each by its files below the folder that the command line names, and prints a line of
/// JSON for each.
#[must_use]
pub fn main(contracts: &[&'static runtime::Contract]) -> ExitCode {
    let args = Args::parse();
    let next = AtomicUsize::new(0);
    let messages = Arc::new(Mutex::new(Vec::new()));
    keep_panics(Arc::clone(&messages));
    let work = || {
        while let Some(generated) = contracts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let judged = catch_unwind(AssertUnwindSafe(|| judge(generated, &args)));
            let failures = judged.unwrap_or_else(|_| {
                let mut messages = messages.lock().unwrap_or_else(PoisonError::into_inner);
                let all: Vec<String> = messages.drain(..).collect();
                vec![format!("a panic: {}", all.join("; "))]
            });
            say(&json!({ "name": generated.name, "failures": failures }).to_string());
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    ExitCode::SUCCESS
}

#[expect(clippy::print_stdout, reason = "the process that started this one reads it")]
fn say(line: &str) {
    println!("{line}");
}

/// Has what panics say kept, in any thread.
fn keep_panics(messages: Arc<Mutex<Vec<String>>>) {
    std::panic::set_hook(Box::new(move |panic| {
        if let Ok(mut messages) = messages.lock() {
            messages.push(panic.to_string());
        }
    }));
}

/// What is wrong with a contract, in words.
fn judge(generated: &'static runtime::Contract, args: &Args) -> Vec<String> {
    let files = super::run::files_below(&args.specs.join(generated.name), generated.name);
    let contract = match tally_spec::read(&files) {
        Ok(contract) => contract,
        Err(problems) => return problems.iter().map(ToString::to_string).collect(),
    };
    let fixtures = match Fixtures::sample(&contract) {
        Ok(fixtures) => fixtures,
        Err(problems) => return problems.iter().map(ToString::to_string).collect(),
    };
    let mut failures = three_ways(&contract, &fixtures, generated, args.instances);
    failures.extend(against_its_mock(contract, &fixtures, generated));
    failures
}

/// Asks the generated validator, the JSON Schema and the oracle about instances of each area.
fn three_ways(
    contract: &Contract,
    fixtures: &Fixtures,
    generated: &'static runtime::Contract,
    instances: u64,
) -> Vec<String> {
    let oracle = Oracle::new(contract, fixtures);
    let mut failures = Vec::new();
    for area in &contract.areas {
        let Some(generated) = generated.area(&area.name) else {
            failures.push(format!("nothing was generated for the area {}", area.name));
            continue;
        };
        let witnesses = match Witnesses::new(contract, area, &oracle, generated) {
            Ok(witnesses) => witnesses,
            Err(message) => {
                failures.push(message);
                continue;
            }
        };
        let made = Instances::new(contract, area, fixtures, 1);
        let tally = Tally::of(&witnesses, &made, 0..instances);
        if let Some(found) = tally.disagreements.first() {
            let text = smallest(&found.text, |text| witnesses.compare(text).is_err());
            let about = witnesses.compare(&text).expect_err("the smallest disagrees too");
            failures.push(format!("{}: {about:#?}\n{}", area.name, String::from_utf8_lossy(&text)));
        }
    }
    failures
}

/// Starts the contract's own mock and runs against it; an honest mock has no finding.
fn against_its_mock(
    contract: Contract,
    fixtures: &Fixtures,
    generated: &'static runtime::Contract,
) -> Vec<String> {
    let contract = Arc::new(contract);
    let whole = match tally_mock::Contract::new(Arc::clone(&contract), generated) {
        Ok(whole) => whole,
        Err(error) => return vec![format!("its two halves do not belong together: {error}")],
    };
    let mock = Mock::builder(whole).fixtures(fixtures.clone()).token(TOKEN).seed(1).start();
    let mock = match mock {
        Ok(mock) => mock,
        Err(error) => return vec![format!("the mock does not start: {error}")],
    };
    let target = Target {
        root: mock.root().to_owned(),
        token: Secret::new(TOKEN),
        timeout: Duration::from_mins(1),
        connection: Connection::default(),
    };
    let subject = Subject { contract: &contract, fixtures };
    let report = conform(subject, &config(), target, &Silent, &AtomicBool::new(false));
    let mut failures: Vec<String> = report
        .findings
        .iter()
        .take(3)
        .map(|finding| format!("a finding at the own mock: {finding:#?}"))
        .collect();
    if failures.is_empty() && report.verdict != Verdict::Pass {
        failures.push(format!("the run at the own mock ends with {:?}", report.verdict));
    }
    failures
}

fn config() -> Config {
    Config { profile: Profile::Smoke, cases: 4, strict: true, ..Config::new(1) }
}
