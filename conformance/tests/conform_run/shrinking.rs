//! Making a finding small takes no more requests than it may.

use tally_conformance::outcome::Report;
use tally_conformance::run::{Config, Profile};

use crate::support::{Setup, config};

/// The most requests for one finding, from the moment that it has shown.
const MOST: u64 = 60;

/// What a finding is found by, and a fault that only this finds: large batches, relations between requests,
/// sequences over areas, and what shows only sometimes.
const FAULTS: &[&str] = &[
    "limit-minus-one",
    "neighbour-fails-too",
    "checks-end-at-99",
    "first-failure-only",
    "required-not-checked",
    "message-empty",
    "repeated-records-fail",
    "after-over-limit-500",
    "other-area-in-between-500",
    "flaky=0.2",
    "connection-closed",
];

#[test]
fn a_finding_takes_60_requests_at_most() {
    let setup = Setup::read();
    let areas: Vec<String> = setup.contract.areas.iter().take(2).map(|area| area.name.clone()).collect();
    let mut most = 0;
    for name in FAULTS {
        let mock = setup.mock(Some(name.parse().expect("a name of the catalogue")));
        let config = Config { areas: areas.clone(), profile: Profile::Standard, ..config(3) };
        let report = setup.conform_with(mock.root().to_owned(), &config);
        assert!(!report.findings.is_empty(), "{name} is not found");
        most = most.max(dearest(name, &report));
    }
    assert!(most > 20, "some finding takes trouble, or nothing is counted: {most}");
}

/// What the dearest finding of a report took.
pub(crate) fn dearest(fault: &str, report: &Report) -> u64 {
    for found in &report.findings {
        let spent = found.shrink_requests;
        assert!(spent <= MOST, "{fault}: {} {} took {spent} requests", found.check, found.statement);
    }
    let spent: u64 = report.findings.iter().map(|found| found.shrink_requests).sum();
    assert!(spent < report.requests, "{fault}: {spent} of {} requests", report.requests);
    report.findings.iter().map(|found| found.shrink_requests).max().unwrap_or_default()
}
