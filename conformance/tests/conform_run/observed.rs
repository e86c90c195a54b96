//! Checks of stored records: none fails on the mock without a fault, and each fault in what is stored is found.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tally_conformance::client::{Connection, Secret, Target};
use tally_conformance::observe::{MockReader, reader_named};
use tally_conformance::outcome::{Report, Severity, Silent, Verdict};
use tally_conformance::run::{Config, Profile, Subject, conform_observed};

use crate::support::{Setup, TOKEN, config};

fn observed(setup: &Setup, root: &str, observed_root: &str, config: &Config) -> Report {
    let target = |root: &str| Target {
        root: root.to_owned(),
        token: Secret::new(TOKEN),
        timeout: Duration::from_secs(30),
        connection: Connection::default(),
    };
    let reader = MockReader::new(&setup.contract, target(observed_root), None).expect("a URL");
    let subject = Subject { contract: &setup.contract, fixtures: &setup.fixtures };
    let stop = AtomicBool::new(false);
    conform_observed(subject, config, target(root), &Silent, (&stop, Some(&reader)))
}

fn few(area: &str) -> Config {
    Config { areas: vec![area.to_owned()], profile: Profile::Smoke, strict: true, ..config(3) }
}

#[test]
fn the_honest_mock_keeps_what_it_should() {
    let setup = Setup::read();
    for area in &setup.contract.areas {
        // Jobs are alike in every area; the smaller ones tell as much.
        let allow_jobs = area.limit.maximum <= 300;
        let (area, mock) = (&area.name, setup.mock(None));
        let report = observed(&setup, mock.root(), mock.root(), &Config { allow_jobs, ..few(area) });
        assert_eq!(report.findings, [], "{area}");
        assert_eq!(report.verdict, Verdict::Pass, "{area}");
        let is_checked =
            report.checks.iter().any(|check| check.id == "values_are_kept_as_sent" && check.cases > 0);
        assert!(is_checked, "{area}: no stored record was checked");
    }
}

#[test]
fn what_only_shows_in_what_is_kept_is_exercised_and_found() {
    let setup = Setup::read();
    let area = setup.contract.areas.iter().find(|area| area.defaults.iter().any(|one| one.always));
    let area = &area.expect("an area has a default that always counts").name;
    let mock = setup.mock(None);
    let report = observed(&setup, mock.root(), mock.root(), &few(area));
    let hidden = setup.contract.statements.iter().filter(|statement| statement.unobservable.is_some());
    let exercised = |id: &str| report.coverage.iter().any(|one| one.statement == id && one.exercised > 0);
    assert!(hidden.filter(|statement| exercised(&statement.id)).count() > 3, "{:?}", report.coverage);

    let mock = setup.mock(Some("default-other-value".parse().expect("a name of the catalogue")));
    let report = observed(&setup, mock.root(), mock.root(), &few(area));
    let found =
        report.findings.iter().find(|found| found.severity == Severity::Violation).expect("it is found");
    assert_eq!(found.check, "defaults_fill_in_what_is_absent");
    assert!(found.message.starts_with("Expected `"), "{}", found.message);
}

#[test]
fn jobs_that_do_not_end_and_attachments_that_are_lost_are_told_by_their_own_statements() {
    use tally_conformance::mock::Fault;
    use tally_spec::model::{Area, Behaviour};
    let setup = Setup::read();
    let attaches = |area: &&Area| area.behaviours.iter().any(|one| matches!(one, Behaviour::Attaches { .. }));
    let attaches = setup.contract.areas.iter().find(attaches).expect("an area attaches");
    let least = setup.contract.areas.iter().min_by_key(|area| area.limit.maximum).expect("an area");
    for (fault, area, check) in
        [("attachment-lost", attaches, "attachments_are_added"), ("job-never-ends", least, "job_ends")]
    {
        let fault: Fault = fault.parse().expect("a name of the catalogue");
        let mock = setup.mock(Some(fault));
        let report = observed(&setup, mock.root(), mock.root(), &few(&area.name));
        let own = (fault.entry().breaks)(&setup.contract);
        let found: Vec<_> = report.findings.iter().map(|found| (&found.check, &found.statement)).collect();
        assert!(!found.is_empty(), "{fault}");
        assert!(found.iter().all(|(by, id)| *by == check && own.contains(id)), "{fault}: {found:?}");
    }
}

#[test]
fn a_target_that_cannot_be_read_is_not_judged() {
    let setup = Setup::read();
    let mock = setup.mock(None);
    let elsewhere =
        crate::targets::alike("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]");
    let area = &setup.contract.areas[0].name;
    let report = observed(&setup, mock.root(), &elsewhere, &few(area));
    let Verdict::Error { reason } = report.verdict else { panic!("{:?}", report.verdict) };
    assert!(reason.contains("could not be read") && reason.contains("404"), "{reason}");
    assert_eq!(Verdict::Error { reason }.exit_code(), 3);
}

#[test]
fn an_unknown_reader_is_told() {
    let setup = Setup::read();
    let target = Target {
        root: "http://127.0.0.1:1/x".to_owned(),
        token: Secret::new(TOKEN),
        timeout: Duration::from_secs(1),
        connection: Connection::default(),
    };
    let error = reader_named("nobody", &setup.contract, &target, None).err().expect("there is none");
    assert!(error.contains("mock"), "{error}");
}
