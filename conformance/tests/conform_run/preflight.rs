//! Fixtures that are wrong are found before anything is judged, and a faulty endpoint is not taken for wrong fixtures.

use std::collections::BTreeMap;

use tally_conformance::fixtures::{Fixtures, Thing};
use tally_conformance::outcome::{Report, Verdict};
use tally_conformance::run::Config;
use tally_spec::model::{Area, Contract, Field, UnknownThing};

use crate::support::{Setup, config};

/// The most requests of a run that ends because of its fixtures.
const MOST: u64 = 30;

/// Whether some area says that a record which names nothing of the kind fails.
fn must_exist(contract: &Contract, kind: &str) -> bool {
    let of_kind = |area: &Area, path: &str| {
        area.field_at(path).and_then(|field: &Field| field.kind.as_deref()) == Some(kind)
    };
    contract.areas.iter().any(|area| {
        let mut rules = area.rules.iter();
        rules.any(|rule| {
            rule.constraint.exists() == Some(UnknownThing::Fails)
                && rule.constraint.field().is_some_and(|path| of_kind(area, path))
        })
    })
}

/// The report of a run with these fixtures at a mock that has the sample's.
fn run_with(setup: &Setup, fixtures: Fixtures, config: &Config) -> Report {
    let mock = setup.mock(None);
    let other = Setup { contract: setup.contract.clone(), generated: setup.generated, fixtures };
    other.conform_with(mock.root().to_owned(), config)
}

fn assert_names(report: &Report, entry: &str, said: &str) {
    let Verdict::Error { reason } = &report.verdict else {
        panic!("{entry}: {:?}, {:?}", report.verdict, report.notes)
    };
    assert!(reason.contains(&format!("`{entry}` ")) && reason.contains(said), "{entry}: {reason}");
    assert!(report.findings.is_empty() && report.requests <= MOST, "{entry}: {} requests", report.requests);
    assert_eq!(report.verdict.exit_code(), 3);
}

/// Like the name of a thing, but nothing's.
fn nothings(setup: &Setup, kind: &str) -> String {
    let like = &setup.fixtures.things[kind][0].name;
    match setup.contract.file.kinds[kind].identity {
        Some(_) => format!("{}QQQQQQQQQ", &like[..6]),
        None => format!("{like}, and nothing's"),
    }
}

#[test]
fn one_wrong_entry_of_each_kind_is_named() {
    let setup = Setup::read();
    for (kind, of_kind) in &setup.contract.file.kinds {
        if setup.fixtures.things[kind].is_empty() {
            continue;
        }
        let entry = of_kind
            .member
            .as_ref()
            .map_or_else(|| "wrong[1]".to_owned(), |member| format!("wrong[1].{member}"));
        let mut fixtures = setup.fixtures.clone();
        let row = fixtures.things[kind].len();
        let wrong =
            Thing { name: nothings(&setup, kind), entry: entry.clone(), row, members: BTreeMap::default() };
        fixtures.things.get_mut(kind).expect("it is there").insert(1, wrong);
        let exists = must_exist(&setup.contract, kind);
        let config = if exists { config(11) } else { Config { budget: few(60), ..config(11) } };
        let report = run_with(&setup, fixtures, &config);
        if exists {
            assert_names(&report, &entry, "was rejected with");
        } else {
            // The target takes what is left open: nothing says that the entry is wrong.
            assert!(report.findings.is_empty(), "{kind}: {:?}", report.findings);
        }
    }
}

fn few(requests: u64) -> tally_conformance::run::Budget {
    tally_conformance::run::Budget { requests: Some(requests), time: None }
}

#[test]
fn one_that_exists_among_the_unknown_of_each_kind_is_named() {
    let setup = Setup::read();
    for (kind, of_kind) in &setup.contract.file.kinds {
        let Some(key) = of_kind.unknown.as_ref().filter(|_| must_exist(&setup.contract, kind)) else {
            continue;
        };
        let mut fixtures = setup.fixtures.clone();
        let things = fixtures.things.get_mut(kind).expect("it is there");
        let thing = if things.len() > 1 { things.pop() } else { None };
        let Some(thing) = thing else { continue };
        let unknown = fixtures.unknown.get_mut(kind).expect("it is there");
        unknown.insert(0, thing.name);
        assert_names(&run_with(&setup, fixtures, &config(12)), &format!("{key}[0]"), "was accepted");
    }
}

#[test]
fn wrong_entries_of_several_kinds_are_named_together() {
    let setup = Setup::read();
    let mut fixtures = setup.fixtures.clone();
    let kinds = setup.contract.file.kinds.iter().filter(|(kind, of_kind)| {
        of_kind.member.is_none()
            && must_exist(&setup.contract, kind)
            && !setup.fixtures.things[*kind].is_empty()
    });
    let kinds: Vec<&String> = kinds.map(|(kind, _)| kind).take(2).collect();
    assert!(kinds.len() > 1);
    for kind in &kinds {
        let wrong = Thing {
            name: nothings(&setup, kind),
            entry: format!("{kind}[0]"),
            row: 0,
            members: BTreeMap::default(),
        };
        fixtures.things.get_mut(*kind).expect("it is there").insert(0, wrong);
    }
    let report = run_with(&setup, fixtures, &config(13));
    for kind in kinds {
        assert_names(&report, &format!("{kind}[0]"), "was rejected");
    }
}

#[test]
fn a_fault_of_the_endpoint_is_not_taken_for_wrong_fixtures() {
    let setup = Setup::read();
    for name in
        ["any-of-wants-all", "additional-members-refused", "booleans-refused", "text-beyond-ascii-fails"]
    {
        let mock = setup.mock(Some(name.parse().expect("it is in the catalogue")));
        let profile = tally_conformance::run::Profile::Smoke;
        let report = setup.conform_with(mock.root().to_owned(), &Config { profile, ..config(1) });
        assert!(!matches!(report.verdict, Verdict::Error { .. }), "{name}: {:?}", report.verdict);
    }
}

#[test]
fn a_wrong_entry_of_every_kind_at_once_takes_few_requests() {
    let setup = Setup::read();
    let mut fixtures = setup.fixtures.clone();
    let mut wrong = Vec::new();
    for kind in setup.contract.file.kinds.keys().filter(|kind| must_exist(&setup.contract, kind)) {
        let things = fixtures.things.get_mut(kind).expect("it is there");
        let name = nothings(&setup, kind);
        let entry = format!("wrong-{kind}");
        let row = things.len();
        things.insert(0, Thing { name, entry: entry.clone(), row, members: BTreeMap::default() });
        wrong.push(entry);
    }
    let report = run_with(&setup, fixtures, &config(16));
    let Verdict::Error { reason } = &report.verdict else { panic!("{:?}", report.verdict) };
    // What takes too many requests is said.
    let unnamed = wrong.iter().filter(|entry| !reason.contains(&format!("`{entry}` "))).count();
    assert!(unnamed <= report.notes.len() && unnamed <= 1, "{reason}; {:?}", report.notes);
    assert!(report.requests <= MOST, "{} requests", report.requests);
}

#[test]
fn without_the_preflight_wrong_fixtures_are_judged() {
    let setup = Setup::read();
    let (kind, _) =
        setup.contract.file.kinds.iter().find(|(kind, _)| must_exist(&setup.contract, kind)).expect("one");
    let mut fixtures = setup.fixtures.clone();
    let wrong = Thing {
        name: nothings(&setup, kind),
        entry: "wrong[0]".to_owned(),
        row: 0,
        members: BTreeMap::default(),
    };
    fixtures.things.insert(kind.clone(), vec![wrong]);
    let config = Config { skip_preflight: true, budget: few(60), ..config(14) };
    assert_eq!(run_with(&setup, fixtures, &config).verdict, Verdict::Fail);
}

#[test]
fn fixtures_that_are_right_take_few_requests_and_no_note() {
    let setup = Setup::read();
    let mock = setup.mock(None);
    let run = |skip_preflight| {
        let profile = tally_conformance::run::Profile::Smoke;
        setup.conform_with(
            mock.root().to_owned(),
            &Config { skip_preflight, profile, strict: true, ..config(15) },
        )
    };
    let (with, without) = (run(false), run(true));
    assert_eq!((with.verdict, without.verdict), (Verdict::Pass, Verdict::Pass));
    let more = with.requests - without.requests;
    assert!((5..=26).contains(&more), "{more} more requests");
    assert_eq!(with.notes, without.notes);
}
