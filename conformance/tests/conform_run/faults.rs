//! Each fault of the mock is found, by a statement that it breaks.

use tally_conformance::mock::Fault;
use tally_conformance::outcome::{Severity, Verdict};
use tally_conformance::run::{Config, Profile};

use crate::shrinking::dearest;
use crate::support::{Setup, config};

/// One of each group whose findings shrink to few records, so that the test stays short.
const FAULTS: &[&str] = &[
    "status-always-success",
    "status-misspelt",
    "fail-count-too-high",
    "next-batch-size-halved",
    "err-log-drops-last",
    "message-empty",
    "any-of-not-checked",
    "range-not-checked",
    "one-failure-fails-all",
    "unauthorized-is-403",
];

#[test]
fn each_fault_is_found_by_a_statement_that_it_breaks() {
    let setup = Setup::read();
    let mut missed = Vec::new();
    for name in FAULTS {
        let fault: Fault = name.parse().expect("a name of the catalogue");
        let entry = fault.entry();
        let mock = setup.mock(Some(fault));
        let config = Config { profile: Profile::Smoke, ..config(3) };
        let report = setup.conform_with(mock.root().to_owned(), &config);
        dearest(entry.name, &report);
        let broken = (entry.breaks)(&setup.contract);
        let violations: Vec<_> =
            report.findings.iter().filter(|found| found.severity == Severity::Violation).collect();
        let named = violations.iter().any(|found| broken.contains(&found.statement));
        if report.verdict != Verdict::Fail || !named {
            let statements: Vec<_> = report
                .findings
                .iter()
                .map(|found| (&found.check, &found.statement, found.severity))
                .collect();
            missed.push(format!("{} breaks {broken:?}: {:?} {statements:?}", entry.name, report.verdict));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
