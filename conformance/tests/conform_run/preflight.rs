//! Fixtures that are wrong are found before anything is judged, and a faulty endpoint is not taken for wrong fixtures.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tally_conformance::client::{Connection, Secret, Target};
use tally_conformance::fixtures::{Fixtures, Thing};
use tally_conformance::outcome::{AreaDone, Observer, Report, Verdict};
use tally_conformance::run::{Config, Profile};
use tally_spec::model::{Area, Contract, Field, UnknownThing};

use crate::support::{Setup, TOKEN, config};

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

/// What the fixtures list for a kind that must exist and that more than one area names, as often as asked.
fn made_wrong(setup: &Setup, fixtures: &mut Fixtures, kind: &str, count: usize) {
    let like = nothings(setup, kind);
    let wrong = (0..count).map(|nth| {
        // The end of an ID counts, and the whole of a name.
        let name = format!("{}{nth:03}", &like[..like.len() - 3]);
        Thing { name, entry: format!("wrong-{kind}[{nth}]"), row: 1_000 + nth, members: BTreeMap::default() }
    });
    fixtures.things.get_mut(kind).expect("it is there").splice(0..0, wrong);
}

#[test]
fn wrong_entries_of_every_kind_at_once_are_named_or_said_to_be_unchecked() {
    let setup = Setup::read();
    let kinds = setup.contract.file.kinds.iter();
    let of_kinds = kinds.filter(|(kind, _)| must_exist(&setup.contract, kind));
    let kinds: Vec<&String> =
        of_kinds.map(|(kind, _)| kind).filter(|kind| !setup.fixtures.things[*kind].is_empty()).collect();
    assert!(kinds.len() > 2);
    for count in [1, 20] {
        let mut fixtures = setup.fixtures.clone();
        for kind in &kinds {
            made_wrong(&setup, &mut fixtures, kind, count);
        }
        let report = run_with(&setup, fixtures, &config(16));
        let Verdict::Error { reason } = &report.verdict else { panic!("{:?}", report.verdict) };
        assert!(report.findings.is_empty() && report.requests <= MOST, "{} requests", report.requests);
        let named = |kind: &String| reason.contains(&format!("`wrong-{kind}[0]` "));
        assert!(kinds.iter().filter(|kind| named(kind)).count() > 2, "{reason}");
        for kind in kinds.iter().filter(|kind| !named(kind)) {
            let title = &setup.contract.file.kinds[*kind].title;
            let is_said = report.notes.iter().any(|note| note.contains(title.as_str()));
            assert!(is_said, "{kind}: {reason}; {:?}", report.notes);
        }
        if count > 5 {
            assert!(reason.contains(&format!("{} more of its kind", count - 5)), "{reason}");
        }
    }
}

#[test]
fn a_list_that_is_looked_at_in_part_has_a_note() {
    let mut setup = Setup::read();
    let area =
        setup.contract.areas.iter().min_by_key(|area| area.limit.maximum).expect("there is one").clone();
    let kind = setup.contract.file.kinds.iter().find(|(kind, of_kind)| {
        must_exist(&setup.contract, kind)
            && of_kind.identity.is_some()
            && area.fields.iter().any(|field| field.kind.as_ref() == Some(*kind))
    });
    let (kind, title) =
        kind.map(|(kind, of_kind)| (kind.clone(), of_kind.title.clone())).expect("there is one");
    let long = 4 * area.limit.maximum;
    let things = setup.fixtures.things.get_mut(&kind).expect("it is there");
    assert!(things.len() > long);
    for (length, is_partial) in [(long, true), (area.limit.maximum, false)] {
        setup.fixtures.things.get_mut(&kind).expect("it is there").truncate(length);
        let config = Config { areas: vec![area.name.clone()], profile: Profile::Smoke, ..config(17) };
        let report = setup.conform_with(setup.mock(None).root().to_owned(), &config);
        assert_eq!(report.verdict, Verdict::Pass);
        let is_told = |note: &String| note.contains(&format!(" of {length} listed for {title}"));
        assert_eq!(report.notes.iter().any(is_told), is_partial, "{length}: {:?}", report.notes);
        let files = report.files().expect("they can be made");
        assert_eq!(
            files["report.json"].contains(&format!(" of {length} listed for")),
            is_partial,
            "{length}"
        );
    }
}

/// Does something once so many requests were sent.
struct Turn<F: Fn() + Sync> {
    after: u64,
    sent: AtomicU64,
    act: F,
}

impl<F: Fn() + Sync> Observer for Turn<F> {
    fn sent(&self, _: &str, _: &str) {
        if self.sent.fetch_add(1, Ordering::Relaxed) + 1 == self.after {
            (self.act)();
        }
    }

    fn area_done(&self, _: &AreaDone<'_>) {}
}

#[test]
fn an_outage_in_the_check_of_fixtures_ends_the_run_in_time() {
    const MOST: Duration = Duration::from_secs(2);
    let setup = Setup::read();
    // The first four requests show that there is somebody.
    for (turn, fault) in [(5, "too-many-requests"), (8, "session-expired"), (9, "stopped")] {
        let mock = Mutex::new(Some(setup.mock(None)));
        let root = mock.lock().expect("no panic").as_ref().expect("it runs").root().to_owned();
        let day = Turn {
            after: turn,
            sent: AtomicU64::new(0),
            act: || {
                let mut mock = mock.lock().expect("no panic");
                match (fault.parse(), &*mock) {
                    (Ok(fault), Some(mock)) => mock.set_fault(Some(fault)),
                    _ => drop(mock.take()),
                }
            },
        };
        let mut connection = Connection::default();
        connection.wait_for_outages(MOST);
        let target = Target { root, token: Secret::new(TOKEN), timeout: MOST, connection };
        let report = setup.conform_at(target, &config(18), &day);
        let Verdict::Error { reason } = &report.verdict else { panic!("{fault}: {:?}", report.verdict) };
        assert_eq!(report.verdict.exit_code(), 3);
        assert!(!reason.contains("check the fixtures"), "{fault}: {reason}");
        let outage = report.outage.as_ref().unwrap_or_else(|| panic!("{fault}: {reason}"));
        assert!((turn..turn + 5).contains(&outage.request), "{fault}: {outage:?}");
        assert!(report.findings.is_empty() && report.areas.iter().all(|area| area.requests == 0), "{fault}");
        let waited = report.duration.saturating_sub(outage.after);
        assert!(waited < MOST + Duration::from_secs(10), "{fault}: {waited:?}");
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
        let profile = Profile::Smoke;
        setup.conform_with(
            mock.root().to_owned(),
            &Config { is_own_mock: true, skip_preflight, profile, strict: true, ..config(15) },
        )
    };
    let (with, without) = (run(false), run(true));
    assert_eq!((with.verdict, without.verdict), (Verdict::Pass, Verdict::Pass));
    let more = with.requests - without.requests;
    assert!((5..=26).contains(&more), "{more} more requests");
    assert_eq!(with.notes, without.notes);
}
