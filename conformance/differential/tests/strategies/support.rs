//! The contracts under test, with what their sample organisations hold.

use std::sync::{Arc, LazyLock};

use tally_fixtures::Fixtures;
use tally_generated::runtime;
use tally_oracle::oracle::{Expectation, Expected, Oracle};
use tally_spec::SourceFile;
use tally_spec::model::{Area, Contract};

mod parcels {
    tally_macros::contract!("../../spec/tests/parcels-v2", runtime = tally_generated::runtime);
}

mod rules {
    tally_macros::contract!(
        "../../codegen/tests/suite/rules/one-rule-each",
        runtime = tally_generated::runtime
    );
}

/// A contract with its sample organisation, and what was generated for it.
pub(crate) struct Subject {
    pub(crate) contract: Arc<Contract>,
    pub(crate) fixtures: Arc<Fixtures>,
    pub(crate) oracle: Oracle,
    pub(crate) generated: &'static runtime::Contract,
}

impl Subject {
    fn new(generated: &'static runtime::Contract) -> Self {
        let sources = generated.sources.iter().map(|source| (source.path, source.text));
        let files = SourceFile::all(generated.name, sources);
        let contract = tally_spec::read(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let fixtures = Fixtures::sample(&contract).unwrap_or_else(|problems| panic!("{problems:#?}"));
        Self::at(contract, fixtures, generated)
    }

    /// The contract at that organisation.
    pub(crate) fn at(contract: Contract, fixtures: Fixtures, generated: &'static runtime::Contract) -> Self {
        let (contract, fixtures) = (Arc::new(contract), Arc::new(fixtures));
        let oracle = Oracle::shared(Arc::clone(&contract), Arc::clone(&fixtures));
        Self { contract, fixtures, oracle, generated }
    }

    /// What was generated for an area.
    pub(crate) fn area(&self, area: &Area) -> &'static runtime::Area {
        self.generated.area(&area.name).expect("it was generated")
    }
}

/// Every contract that was generated, and the one kept as test data.
pub(crate) fn subjects() -> &'static [Subject] {
    static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(|| {
        let contracts = tally_generated::CONTRACTS.iter().copied().chain([&parcels::CONTRACT]);
        contracts.map(Subject::new).collect()
    });
    &SUBJECTS
}

/// The contract that is kept as test data for the engine.
pub(crate) fn parcels() -> &'static Subject {
    let name = parcels::CONTRACT.name;
    subjects().iter().find(|subject| subject.generated.name == name).expect("it is one")
}

/// The contract with an area for each constraint under each condition.
pub(crate) fn rules() -> &'static Subject {
    static RULES: LazyLock<Subject> = LazyLock::new(|| Subject::new(&rules::CONTRACT));
    &RULES
}

/// Runs a test over every area of every contract.
pub(crate) fn each_area(mut test: impl FnMut(&Subject, &Area)) {
    for subject in subjects() {
        subject.contract.areas.iter().for_each(|area| test(subject, area));
    }
}

/// Runs a test over every area of every contract, and of the one with each constraint under each condition.
pub(crate) fn each_area_and_rule(mut test: impl FnMut(&Subject, &Area)) {
    each_area(&mut test);
    rules().contract.areas.iter().for_each(|area| test(rules(), area));
}

/// What is expected of each record, or of the request as if it were one.
pub(crate) fn expected(expectation: &Expectation) -> Vec<Expected> {
    match expectation {
        Expectation::Records { .. } | Expectation::Whole(_) => expectation.expected().to_vec(),
        other => panic!("no fates: {other:?}"),
    }
}
