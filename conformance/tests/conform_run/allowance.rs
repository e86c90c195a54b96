//! If a run is limited, every area gets its share.

use tally_conformance::run::{Budget, Config, Profile};

use crate::support::{Setup, config};

const REQUESTS: u64 = 1_500;

#[test]
fn every_area_has_its_share_of_the_requests() {
    let setup = Setup::read();
    let mock = setup.mock(None);
    let budget = Budget { requests: Some(REQUESTS), time: None };
    let config = Config { profile: Profile::Thorough, budget, ..config(1) };
    let report = setup.conform_with(mock.root().to_owned(), &config);
    let shares: Vec<(&str, u64)> =
        report.areas.iter().map(|area| (area.name.as_str(), area.requests)).collect();
    // Each worker may be in the midst of a request when another one spends the last.
    let most = REQUESTS + config.workers as u64 - 1;
    assert!((REQUESTS..=most).contains(&report.requests), "{} requests", report.requests);
    let equal = REQUESTS / shares.len() as u64;
    assert!(shares.iter().all(|(_, share)| *share >= equal / 2), "{shares:?}");
}
