//! "conforms" only if it was shown: a run that was cut short is inconclusive, in every report alike.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tally_conformance::client::{Connection, Secret, Target};
use tally_conformance::outcome::{AreaDone, Counterexample, How, Observer, Report, Verdict};
use tally_conformance::run::{Budget, Config, OtherVerbs, Profile, unknown_name, why_left_out};

use crate::support::{Setup, TOKEN, config};

fn limited(requests: Option<u64>, skip_preflight: bool) -> Report {
    let setup = Setup::read();
    let mock = setup.mock(None);
    let budget = Budget { requests, time: None };
    let config = Config { budget, skip_preflight, profile: Profile::Smoke, ..config(4) };
    setup.conform_with(mock.root().to_owned(), &config)
}

fn assert_inconclusive(report: &Report, said: &str) {
    let Verdict::Error { reason } = &report.verdict else { panic!("{said}: {:?}", report.verdict) };
    assert!(reason.contains(said), "{said}: {reason}");
    assert_eq!(report.verdict.exit_code(), 3);
}

#[test]
fn a_run_that_its_limit_cuts_short_is_inconclusive() {
    for (requests, skip_preflight) in [(0, true), (1, false), (5, false), (5, true), (40, false), (40, true)]
    {
        let report = limited(Some(requests), skip_preflight);
        assert_inconclusive(&report, &format!("the limit of {requests} requests was reached"));
        // Two areas are tested at once.
        assert!(report.requests <= requests + 1, "{} of {requests}", report.requests);
    }
}

#[test]
fn a_limit_that_the_run_does_not_pass_changes_nothing() {
    let setup = Setup::read();
    let mock = setup.mock(None);
    let run = |requests| {
        let budget = Budget { requests, time: None };
        let areas = vec![setup.contract.areas[0].name.clone()];
        let config = Config { budget, areas, profile: Profile::Smoke, workers: 1, ..config(4) };
        setup.conform_with(mock.root().to_owned(), &config)
    };
    let whole = run(None);
    assert_eq!(whole.verdict, Verdict::Pass);
    assert_eq!(run(Some(whole.requests)).verdict, Verdict::Pass, "all {} were sent", whole.requests);
    assert_inconclusive(&run(Some(whole.requests - 1)), "requests was reached");
}

#[test]
fn a_thorough_run_goes_on_with_pairs_and_new_seeds_for_as_long_as_it_may() {
    let setup = Setup::read();
    let mock = setup.mock(None);
    let area = setup.contract.areas.iter().min_by_key(|area| area.limit.maximum).expect("there is one");
    let run = |requests| {
        let budget = Budget { requests: Some(requests), time: None };
        let areas = vec![area.name.clone()];
        let config = Config { budget, areas, profile: Profile::Thorough, ..config(4) };
        setup.conform_with(mock.root().to_owned(), &config)
    };
    assert_inconclusive(&run(100), "was not tested to the end");
    let report = run(1_000);
    assert_eq!(report.verdict, Verdict::Pass);
    let left_out = report.areas.iter().flat_map(|area| &area.left_out);
    assert_eq!(left_out.filter(|reason| reason.contains("requests was reached")).count(), 1);
}

#[test]
fn every_report_says_that_it_is_inconclusive() {
    let report = limited(Some(40), false);
    assert_eq!(report.title(), "inconclusive");
    let files = report.files().expect("they can be made");
    let json: serde_json::Value = serde_json::from_str(&files["report.json"]).expect("it is JSON");
    assert_eq!(json["verdict"], "error");
    assert!(files["junit.xml"].contains("<error"), "JUnit has no error");
    for name in ["report.json", "report.sarif", "wfc-report.json", "report.html", "summary.md", "junit.xml"] {
        assert!(files[name].contains("the limit of 40 requests was reached"), "{name}");
    }
}

/// After so many requests, the target does nothing but ask to try again later.
const TURN: u64 = 60;

struct Busy<'m> {
    mock: &'m tally_conformance::mock::Mock,
    fault: &'static str,
    sent: AtomicU64,
}

impl Observer for Busy<'_> {
    fn sent(&self, _: &str, _: &str) {
        if self.sent.fetch_add(1, Ordering::Relaxed) + 1 == TURN {
            self.mock.set_fault(Some(self.fault.parse().expect("there is such a fault")));
        }
    }

    fn area_done(&self, _: &AreaDone<'_>) {}
}

#[test]
fn honest_answers_followed_by_nothing_but_refusals_of_the_day_are_inconclusive() {
    let setup = Setup::read();
    for fault in ["too-many-requests", "maintenance-after=0"] {
        let mock = setup.mock(None);
        let busy = Busy { mock: &mock, fault, sent: AtomicU64::new(0) };
        let mut connection = Connection::default();
        connection.wait_for_outages(Duration::from_secs(1));
        let timeout = Duration::from_secs(10);
        let target = Target { root: mock.root().to_owned(), token: Secret::new(TOKEN), timeout, connection };
        let config = Config { profile: Profile::Smoke, ..config(6) };
        let report = setup.conform_at(target, &config, &busy);
        assert!(matches!(report.verdict, Verdict::Error { .. }), "{fault}: {:?}", report.verdict);
        assert!(report.findings.is_empty(), "{fault}: {:?}", report.findings);
    }
}

#[test]
fn a_counterexample_that_names_what_does_not_exist_is_told() {
    let setup = Setup::read();
    let mock = setup.mock(Some("limit-plus-one".parse().expect("there is such a fault")));
    let areas = vec![setup.contract.areas[0].name.clone()];
    let config = Config { areas, profile: Profile::Smoke, ..config(3) };
    let report = setup.conform_with(mock.root().to_owned(), &config);
    let saved = report.findings.iter().find_map(|finding| finding.counterexample.clone()).expect("a finding");
    assert_eq!(unknown_name(&setup.contract, &saved), None);
    let related = How::Related { relation: "no_such_relation".to_owned(), added: serde_json::Value::Null };
    for (wrong, said) in [
        (Counterexample { check: "over_limit_is_acknowledge".to_owned(), ..saved.clone() }, "did you mean"),
        (Counterexample { area: "nowhere".to_owned(), ..saved.clone() }, "no area \"nowhere\""),
        (Counterexample { contract: "other-v1".to_owned(), ..saved.clone() }, "\"other-v1\""),
        (Counterexample { how: related, ..saved.clone() }, "no relation"),
        (Counterexample { how: How::Probe("a full moon".to_owned()), ..saved.clone() }, "\"a full moon\""),
        (Counterexample { how: How::OddBody("a haiku".to_owned()), ..saved.clone() }, "no odd body"),
        (
            Counterexample { how: How::Scenario { number: 9_999, from: 0, to: 1 }, ..saved.clone() },
            "no scenario 9999",
        ),
    ] {
        let told = unknown_name(&setup.contract, &wrong);
        assert!(told.as_ref().is_some_and(|told| told.contains(said)), "{said}: {told:?}");
    }
    let careful = Config { token_is_real: false, verbs: OtherVerbs::ReadOnly, ..config };
    for (how, is_sent) in [("the verb PUT", false), ("a made-up token", false), ("no token", true)] {
        let saved = Counterexample { how: How::Probe(how.to_owned()), ..saved.clone() };
        assert_eq!(unknown_name(&setup.contract, &saved), None, "{how}");
        assert_eq!(why_left_out(&setup.contract, &careful, &saved).is_none(), is_sent, "{how}");
    }
}
