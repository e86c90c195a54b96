//! Runs of the runner at the endpoint.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tally_conformance::client::{Connection, Secret, Target};
use tally_conformance::fixtures::Fixtures;
use tally_conformance::outcome::{Report, Severity, Silent, Verdict};
use tally_conformance::run::{Config, Profile, Subject, conform};
use tally_conformance::{cli, embedded};
use tally_spec::model::Contract;

use crate::endpoint::{BASE, Endpoint};
use crate::http::Server;
use crate::table::Variant;

const TOKEN: &str = "another-endpoint's-token";

/// The contract, and what the endpoint's organisation holds.
pub(crate) struct Setup {
    pub(crate) contract: Arc<Contract>,
    fixtures: Fixtures,
}

impl Setup {
    pub(crate) fn read() -> Self {
        let name = embedded::names().next().expect("a contract is embedded");
        let (contract, _) = cli::contract(Some(name)).expect("it can be read");
        let fixtures = Fixtures::sample(&contract).expect("the sample can be read");
        Self { contract, fixtures }
    }

    /// A run at an endpoint of a variant's habits. If they give no cause for a warning, a warning is a violation.
    pub(crate) fn run(&self, variant: &Variant, profile: Profile, seed: u64) -> Report {
        let habits = variant.habits;
        // A short run has time for the areas that show what is particular about the variant.
        let is_short = profile == Profile::Smoke;
        let areas = variant.areas.iter().filter(|_| is_short).map(|area| (*area).to_owned()).collect();
        let endpoint = Endpoint::new(habits, &self.fixtures, TOKEN);
        let server = Server::start(habits.wire, move |heard| endpoint.answer(heard));
        let config = Config { areas, profile, strict: !variant.remarks, workers: 2, ..Config::new(seed) };
        let target = Target {
            root: format!("{}{BASE}", server.origin()),
            token: Secret::new(TOKEN),
            timeout: Duration::from_secs(30),
            connection: Connection::default(),
        };
        let subject = Subject { contract: &self.contract, fixtures: &self.fixtures };
        conform(subject, &config, target, &Silent, &AtomicBool::new(false))
    }

    /// What is wrongly said of a variant; empty where nothing is.
    pub(crate) fn alarms(&self, variant: &Variant, profile: Profile, seed: u64) -> String {
        let report = self.run(variant, profile, seed);
        let mut alarms = String::new();
        for finding in report.findings.iter().filter(|found| found.severity == Severity::Violation) {
            let (check, statement, message) = (&finding.check, &finding.statement, &finding.message);
            let _ = writeln!(
                alarms,
                "{}, seed {seed}: {check} {statement} {:?} in {}: {message}\n    {}\n    {:?}",
                variant.name,
                finding.premises,
                finding.area,
                finding.request.body.chars().take(600).collect::<String>(),
                finding.response.as_ref().map(|response| response.body.chars().take(400).collect::<String>()),
            );
        }
        if alarms.is_empty() && report.verdict != Verdict::Pass {
            let _ = writeln!(alarms, "{}, seed {seed}: {:?}", variant.name, report.verdict);
        }
        alarms
    }
}
