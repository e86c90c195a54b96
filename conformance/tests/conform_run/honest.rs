//! The honest mock yields nothing.

use tally_conformance::outcome::Verdict;
use tally_conformance::run::Config;

use crate::support::{Setup, config};

#[test]
fn the_honest_mock_conforms_in_every_area_whatever_the_seed() {
    let setup = Setup::read();
    for seed in [0, 1, 20_260] {
        let mock = setup.mock(None);
        let report = setup.conform_with(mock.root().to_owned(), &Config { strict: true, ..config(seed) });
        assert_eq!(report.findings, [], "seed {seed}");
        assert_eq!(report.verdict, Verdict::Pass, "seed {seed}");
        assert_eq!(report.areas.len(), setup.contract.areas.len());
        for (area, tally) in setup.contract.areas.iter().zip(&report.areas) {
            let limit = area.limit.maximum;
            for size in [0, 1, limit - 1, limit, limit + 1, 2 * limit] {
                assert!(tally.sizes.contains(&size), "{}: {size} of {:?}", area.name, tally.sizes);
            }
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_run() {
    let setup = Setup::read();
    let area = setup.contract.areas[0].name.clone();
    let run = || {
        let mock = setup.mock(None);
        let config = Config { areas: vec![area.clone()], ..config(5) };
        let report = setup.conform_with(mock.root().to_owned(), &config);
        (report.requests, report.records, report.checks, report.coverage)
    };
    assert_eq!(run(), run());
}

#[test]
fn an_area_with_effects_is_left_out_unless_allowed() {
    let setup = Setup::read();
    let mock = setup.mock(None);
    let outside = |area: &&tally_spec::model::Area| {
        area.behaviours.iter().any(tally_spec::model::Behaviour::is_outside_the_data)
    };
    let Some(area) = setup.contract.areas.iter().find(outside) else { return };
    let other = setup.contract.areas.iter().find(|area| !outside(area)).expect("an area without");
    let areas = vec![area.name.clone(), other.name.clone()];
    let config = Config { areas, allow_effects: false, allow_jobs: false, ..config(5) };
    let report = setup.conform_with(mock.root().to_owned(), &config);
    assert_eq!(report.verdict, Verdict::Pass);
    let tally =
        |name: &str| report.areas.iter().find(|tally| tally.name == name).expect("the area is listed");
    assert_eq!(tally(&area.name).requests, 0);
    assert!(tally(&area.name).left_out[0].contains("--allow-effects"));
    assert!(tally(&other.name).sizes.iter().all(|size| *size <= other.limit.maximum));
}
