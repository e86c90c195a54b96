//! The first contract, the embedded mock, and runs of one against the other.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tally_conformance::client::{Connection, Secret, Target};
use tally_conformance::fixtures::Fixtures;
use tally_conformance::mock::{Fault, Mock};
use tally_conformance::outcome::{Observer, Report, Silent};
use tally_conformance::run::{Config, Subject, conform};
use tally_conformance::{cli, embedded};
use tally_spec::model::Contract;

/// The token of every run here; no report may show it.
pub(crate) const TOKEN: &str = "token-that-no-report-may-show";

/// A contract with its sample fixtures.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) contract: Arc<Contract>,
    pub(crate) generated: &'static tally_generated::runtime::Contract,
    pub(crate) fixtures: Fixtures,
}

impl Setup {
    /// Of a contract that no binary embeds.
    pub(crate) fn of(contract: Contract, generated: &'static tally_generated::runtime::Contract) -> Self {
        let fixtures = Fixtures::sample(&contract).expect("the sample can be read");
        Self { contract: Arc::new(contract), generated, fixtures }
    }

    /// Of the first contract, which is read once.
    pub(crate) fn read() -> Self {
        static FIRST: LazyLock<Setup> = LazyLock::new(|| {
            let (contract, generated) =
                cli::contract(embedded::names().next()).expect("a contract is embedded");
            let fixtures = Fixtures::sample(&contract).expect("the sample can be read");
            Setup { contract, generated, fixtures }
        });
        FIRST.clone()
    }

    pub(crate) fn mock(&self, fault: Option<Fault>) -> Mock {
        let contract = tally_mock::Contract::new(Arc::clone(&self.contract), self.generated);
        let mock = Mock::builder(contract.expect("the halves belong together"));
        let mock = mock.fixtures(self.fixtures.clone()).token(TOKEN).fault(fault).seed(1);
        mock.start().expect("the mock starts")
    }

    /// Runs against a root that is not expected to answer.
    pub(crate) fn conform_in_haste(&self, root: String) -> Report {
        self.conform_within(root, &config(1), Duration::from_millis(300))
    }

    pub(crate) fn conform_with(&self, root: String, config: &Config) -> Report {
        self.conform_within(root, config, Duration::from_secs(30))
    }

    fn conform_within(&self, root: String, config: &Config, timeout: Duration) -> Report {
        let target = Target { root, token: Secret::new(TOKEN), timeout, connection: Connection::default() };
        self.conform_at(target, config, &Silent)
    }

    pub(crate) fn conform_at(&self, target: Target, config: &Config, observer: &dyn Observer) -> Report {
        let subject = Subject { contract: &self.contract, fixtures: &self.fixtures };
        conform(subject, config, target, observer, &AtomicBool::new(false))
    }
}

pub(crate) fn config(seed: u64) -> Config {
    Config { cases: 4, workers: 2, ..Config::new(seed) }
}
