//! A target that goes away midway: the run stops in time, and blames the endpoint for nothing.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tally_conformance::client::{Connection, Secret, Target};
use tally_conformance::mock::{Fault, Mock};
use tally_conformance::outcome::{AreaDone, Observer, Report, Silent, Verdict, to_json};
use tally_conformance::run::{Config, Profile};

use crate::support::{Setup, TOKEN, config};

/// After so many requests the target goes away.
const TURN: u64 = 30;
/// How long a run waits for it.
const MAX_OUTAGE: Duration = Duration::from_secs(1);

/// A smoke run of few areas. Without the preflight, so that the target goes away among requests that are judged; and
/// one request at a time, since of two the one that was counted first may arrive last.
fn short(setup: &Setup) -> Config {
    let areas = setup.contract.areas.iter().take(3).map(|area| area.name.clone()).collect();
    Config { profile: Profile::Smoke, areas, skip_preflight: true, workers: 1, ..config(5) }
}

fn target(root: &str, max_outage: Duration) -> Target {
    let mut connection = Connection::default();
    connection.wait_for_outages(max_outage);
    Target { root: root.to_owned(), token: Secret::new(TOKEN), timeout: Duration::from_secs(30), connection }
}

/// Runs at the mock with a fault that comes after [`TURN`] requests.
fn run(setup: &Setup, fault: &str) -> Report {
    let fault: Fault = format!("{fault}={TURN}").parse().expect("a fault");
    let mock = setup.mock(Some(fault));
    setup.conform_at(target(mock.root(), MAX_OUTAGE), &short(setup), &Silent)
}

/// Checks that a run was ended by an outage at that request, or at one that was under way, and soon.
fn assert_ended(report: &Report, turn: u64, name: &str) {
    let outage = report.outage.as_ref().unwrap_or_else(|| panic!("{name}: {:?}", report.verdict));
    assert!((turn..turn + 5).contains(&outage.request), "{name}: {outage:?}");
    let Verdict::Error { reason } = &report.verdict else { panic!("{name}: {:?}", report.verdict) };
    assert!(reason.contains(&format!("request {} ", outage.request)), "{name}: {reason}");
    let waited = report.duration.saturating_sub(outage.after);
    assert!(waited < Duration::from_secs(20), "{name}: {waited:?}");
    for check in &report.checks {
        assert_eq!((check.violations, check.warnings), (0, 0), "{name}: {check:?}");
    }
}

#[test]
fn a_fault_of_the_day_ends_a_run_without_a_finding() {
    let setup = Setup::read();
    for (fault, said) in [
        ("token-expires-after", "--token-command"),
        ("quota-after", "--max-outage"),
        ("maintenance-after", "try again in 60 s"),
    ] {
        let report = run(&setup, fault);
        assert_ended(&report, TURN + 1, fault);
        assert!(report.findings.is_empty(), "{fault}: {:#?}", report.findings);
        assert!(report.verdict.reason().is_some_and(|reason| reason.contains(said)), "{:?}", report.verdict);
    }
}

#[test]
fn what_was_found_before_the_turn_is_still_told() {
    let setup = Setup::read();
    let fault: Fault = "next-batch-size-halved".parse().expect("a fault");
    let broken = (fault.entry().breaks)(&setup.contract);
    for day in ["token-expires-after", "quota-after", "maintenance-after"] {
        let report = run(&setup, &format!("next-batch-size-halved,{day}"));
        assert!(matches!(report.verdict, Verdict::Error { .. }) && report.outage.is_some(), "{day}");
        assert!(!report.findings.is_empty(), "{day}: the fault is found before");
        for finding in &report.findings {
            assert!(broken.contains(&finding.statement), "{day}: {finding:#?}");
            let status = finding.response.as_ref().map(|response| response.status);
            assert_eq!(status, Some(200), "{day}: {finding:#?}");
        }
    }
}

/// Does something to the mock once so many requests were sent.
struct At<F: Fn(u64) + Sync> {
    sent: AtomicU64,
    act: F,
}

impl<F: Fn(u64) + Sync> At<F> {
    fn new(act: F) -> Self {
        Self { sent: AtomicU64::new(0), act }
    }
}

impl<F: Fn(u64) + Sync> Observer for At<F> {
    fn sent(&self, _: &str, _: &str) {
        (self.act)(self.sent.fetch_add(1, Ordering::Relaxed) + 1);
    }

    fn area_done(&self, _: &AreaDone<'_>) {}
}

#[test]
fn a_refused_connection_ends_a_run_without_a_finding() {
    let setup = Setup::read();
    let mock: Mutex<Option<Mock>> = Mutex::new(Some(setup.mock(None)));
    let root = mock.lock().expect("no panic").as_ref().expect("it runs").root().to_owned();
    let stop = At::new(|sent| {
        if sent == TURN {
            drop(mock.lock().expect("no panic").take());
        }
    });
    let config = Config { workers: 1, ..short(&setup) };
    let report = setup.conform_at(target(&root, MAX_OUTAGE), &config, &stop);
    assert_ended(&report, TURN, "stopped");
    assert_eq!(report.outage.as_ref().and_then(|outage| outage.status), None);
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}

#[test]
fn a_target_that_hangs_ends_a_run_as_soon_as_one_that_refuses() {
    const MOST: Duration = Duration::from_secs(4);
    let setup = Setup::read();
    let mock: Mutex<Option<Mock>> = Mutex::new(Some(setup.mock(None)));
    let root = mock.lock().expect("no panic").as_ref().expect("it runs").root().to_owned();
    let address = root.trim_start_matches("http://").split('/').next().expect("a host").to_owned();
    let deaf = Mutex::new(None);
    let stop = At::new(|sent| {
        if sent == TURN {
            drop(mock.lock().expect("no panic").take());
            // It takes connections, and never answers.
            *deaf.lock().expect("no panic") = Some(TcpListener::bind(&address).expect("the mock's port"));
        }
    });
    let config = Config { workers: 1, ..short(&setup) };
    let target = Target { timeout: MOST, ..target(&root, MOST) };
    let report = setup.conform_at(target, &config, &stop);
    assert_ended(&report, TURN, "hanging");
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    let waited = report.duration.saturating_sub(report.outage.as_ref().expect("an outage").after);
    eprintln!("{waited:?}");
    // One second to look once more.
    assert!(waited < MOST + Duration::from_secs(3), "{waited:?}");
}

#[test]
fn a_target_that_comes_back_in_time_is_tested_to_the_end() {
    let setup = Setup::read();
    let mock = setup.mock(None);
    // The client asks a few times before the run takes it for an outage; probes are counted like requests.
    let day = At::new(|sent| match sent {
        TURN => mock.set_fault(Some("too-many-requests".parse().expect("a fault"))),
        sent if sent == TURN + 3 => mock.set_fault(None),
        _ => {}
    });
    let config = Config { workers: 1, strict: true, ..short(&setup) };
    let report = setup.conform_at(target(mock.root(), Duration::from_secs(20)), &config, &day);
    assert_eq!(report.verdict, Verdict::Pass, "{:#?}", report.findings);
    assert_eq!(report.outage, None);
    let whole = setup.conform_at(target(mock.root(), MAX_OUTAGE), &config, &Silent);
    let cases = |report: &Report| -> Vec<u64> { report.checks.iter().map(|check| check.cases).collect() };
    assert_eq!(cases(&report), cases(&whole), "nothing is left out");
}

#[test]
fn a_finding_by_the_first_refusals_is_taken_back() {
    const REFUSED: u64 = 8;
    let setup = Setup::read();
    let mock = setup.mock(None);
    let expired = || Some("session-expired".parse().expect("a fault"));
    // One refusal, after which the next request passes; then nothing does.
    let day = At::new(|sent| match sent {
        REFUSED => mock.set_fault(expired()),
        sent if sent == REFUSED + 1 => mock.set_fault(None),
        sent if sent == REFUSED + 2 => mock.set_fault(expired()),
        _ => {}
    });
    let config = Config { workers: 1, ..short(&setup) };
    let report = setup.conform_at(target(mock.root(), MAX_OUTAGE), &config, &day);
    assert_ended(&report, REFUSED, "now and then");
    assert_eq!(report.outage.as_ref().map(|outage| (outage.request, outage.taken_back)), Some((REFUSED, 1)));
    assert!(report.findings.is_empty() && report.first.is_none(), "{:#?}", report.findings);
}

#[test]
fn a_fresh_token_lets_the_run_go_on() {
    let setup = Setup::read();
    // A mock without a token of its own takes any; each expires after a while.
    let contract =
        tally_mock::Contract::new(Arc::clone(&setup.contract), setup.generated).expect("they match");
    let fault: Fault = "token-expires-after=20".parse().expect("a fault");
    let mock =
        Mock::builder(contract).fixtures(setup.fixtures.clone()).fault(fault).start().expect("it starts");
    let fetched = Arc::new(AtomicU64::new(0));
    let mut target = target(mock.root(), MAX_OUTAGE);
    let count = Arc::clone(&fetched);
    target.connection.refresh_tokens(Arc::new(move || {
        let number = count.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(Secret::new(format!("fresh-token-{number:04}")))
    }));
    let config = Config { token_is_real: false, ..short(&setup) };
    let report = setup.conform_at(target, &config, &Silent);
    assert_eq!(report.outage, None);
    assert_eq!(report.verdict, Verdict::Pass, "{:#?}", report.findings);
    let fetched = fetched.load(Ordering::Relaxed);
    assert!((2..20).contains(&fetched), "{fetched}");
    let text = to_json(&report).to_string();
    assert!(!text.contains("fresh-token-") && !text.contains(TOKEN), "{text}");
}

#[test]
fn without_a_fresh_token_the_run_says_why() {
    let setup = Setup::read();
    for (fetch, said) in [
        (None, "There is no fresh token: the command failed"),
        (Some(TOKEN), "A fresh token is refused, too"),
    ] {
        let fault: Fault = format!("token-expires-after={TURN}").parse().expect("a fault");
        let mock = setup.mock(Some(fault));
        let mut target = target(mock.root(), MAX_OUTAGE);
        target.connection.refresh_tokens(Arc::new(move || {
            fetch.map(Secret::new).ok_or_else(|| "the command failed".to_owned())
        }));
        let report = setup.conform_at(target, &short(&setup), &Silent);
        assert_ended(&report, TURN + 1, said);
        assert!(report.verdict.reason().is_some_and(|reason| reason.contains(said)), "{:?}", report.verdict);
    }
}
