//! Lets the runner test a mock with one mutant.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tally_fixtures::{Fixtures, Secret};
use tally_generated::runtime;
use tally_mock::Mock;
use tally_runner::client::{Connection, Target};
use tally_runner::outcome::{AreaDone, Finding, Observer, Severity, Verdict};
use tally_runner::run::{self as runner, Config, Profile};
use tally_spec::model::Contract;

use crate::Mutant;

/// How long a run waits for a mock that is away or does not answer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// What runs are made of.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The contract.
    pub contract: Arc<Contract>,
    /// The code generated from it.
    pub generated: &'static runtime::Contract,
    /// What exists at the mock.
    pub fixtures: Fixtures,
    /// How thorough each run is.
    pub profile: Profile,
    /// The seed of each run.
    pub seed: u64,
}

/// How a run against a mutant ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The first finding that counts, or `None` if the mutant survived.
    pub found: Option<Found>,
    /// Why the run could not judge, if it says so.
    pub inconclusive: Option<String>,
    /// How many requests the run sent.
    pub requests: u64,
    /// How long it took.
    pub taken: Duration,
}

/// A finding, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The check that found it.
    pub check: String,
    /// The statement that it names first.
    pub statement: String,
    /// Whether the mutant breaks that statement.
    pub is_own: bool,
    /// Whether it is only a warning.
    pub is_warning: bool,
    /// The number of requests after which it showed.
    pub requests: u64,
}

impl Outcome {
    /// Whether the run detected the mutant.
    #[must_use]
    pub const fn is_killed(&self) -> bool {
        self.found.is_some()
    }

    /// Whether it did so under a statement that the mutant breaks.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.found.as_ref().is_some_and(|found| found.is_own)
    }

    /// The outcome as reports show it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let found = self.found.as_ref().map(|found| {
            json!({
                "check": found.check,
                "statement": found.statement,
                "own_statement": found.is_own,
                "by_remark": found.is_warning,
                "requests": found.requests,
            })
        });
        json!({
            "killed": self.is_killed(),
            "found": found,
            "inconclusive": self.inconclusive,
            "requests": self.requests,
            "duration_s": self.taken.as_secs_f64(),
        })
    }
}

/// Runs the runner against a mock with a mutant, until the first finding that counts: a violation, or a warning under a
/// statement that the mutant breaks.
///
/// # Errors
///
/// If the mock cannot be started.
pub fn run(subject: &Subject, mutant: &Mutant) -> Result<Outcome, String> {
    let started = Instant::now();
    let contract = tally_mock::Contract::new(Arc::clone(&subject.contract), subject.generated)
        .map_err(|error| error.to_string())?;
    let token = Secret::new(format!("tally-mutants-{}", subject.seed));
    let mock = Mock::builder(contract)
        .fixtures(subject.fixtures.clone())
        .token(token.reveal())
        .mutation(mutant.mutation())
        .seed(subject.seed)
        .start()
        .map_err(|error| format!("cannot start the mock: {error}"))?;
    // With one worker, requests come in the same order in every run.
    let config = Config { profile: subject.profile, workers: 1, ..Config::new(subject.seed) };
    let mut connection = Connection::default();
    connection.wait_for_outages(TIMEOUT);
    let target = Target { root: mock.root().to_owned(), token, timeout: TIMEOUT, connection };
    let tested = runner::Subject { contract: &subject.contract, fixtures: &subject.fixtures };
    let stop = AtomicBool::new(false);
    let watch = Watch { mutant, stop: &stop, first: Mutex::new(None) };
    let report = runner::conform(tested, &config, target, &watch, &stop);
    let found = watch.first.into_inner().unwrap_or_else(PoisonError::into_inner);
    let reason = if let Verdict::Error { reason } = report.verdict { Some(reason) } else { None };
    let inconclusive = reason.filter(|_| found.is_none());
    Ok(Outcome { found, inconclusive, requests: report.requests, taken: started.elapsed() })
}

/// Stops the run at the first finding that counts.
struct Watch<'a> {
    mutant: &'a Mutant,
    stop: &'a AtomicBool,
    first: Mutex<Option<Found>>,
}

impl Observer for Watch<'_> {
    fn sent(&self, _: &str, _: &str) {}

    fn area_done(&self, _: &AreaDone<'_>) {}

    fn found(&self, finding: &Finding, requests: u64) {
        let is_own = self.mutant.label.statements().contains(&finding.statement);
        let is_warning = finding.severity == Severity::Warning;
        if is_warning && !is_own {
            return;
        }
        let (check, statement) = (finding.check.clone(), finding.statement.clone());
        let found = Found { check, statement, is_own, is_warning, requests };
        self.first.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(found);
        self.stop.store(true, Ordering::Relaxed);
    }
}
