//! The service against the mock, in one process: no network but loopback, no fixtures to set up.

use tally_example_nightly_scores::{LoadError, Score, Summary, load};
use tally_generated::gsapi_v1;
use tally_mock::{Contract, Mock};

const TOKEN: &str = "a-session-of-the-night";

fn mock() -> Mock {
    let contract = Contract::from_generated(&gsapi_v1::CONTRACT).expect("its spec is sound");
    Mock::builder(contract).token(TOKEN).start().expect("a port is free")
}

fn score(number: usize) -> Score {
    Score {
        account: "001F000001NH5isIAD".to_owned(),
        email: format!("person{number}@example.com"),
        score: 9,
        day: "2015-02-03".to_owned(),
        survey: "NPS Survey2015".to_owned(),
        comment: None,
    }
}

#[test]
fn scores_are_loaded_in_batches_that_the_api_processes_at_once() {
    let (mock, scores) = (mock(), (0..250).map(score).collect::<Vec<_>>());
    let mut summary = Summary::default();
    load(mock.root(), TOKEN, &scores, &mut summary).expect("the mock answers");
    assert_eq!(summary, Summary { passed: 250, ..Summary::default() });
    assert_eq!(mock.records("nps").len(), 250);
    assert_eq!(mock.requests(), 3, "a request holds 100");
}

#[test]
fn a_score_that_fails_is_reported_and_the_others_are_kept() {
    let (mock, mut scores) = (mock(), (0..3).map(score).collect::<Vec<_>>());
    scores[1].account = "001000000000000AAA".to_owned();
    let mut summary = Summary::default();
    load(mock.root(), TOKEN, &scores, &mut summary).expect("the mock answers");
    assert_eq!((summary.passed, summary.failed.len()), (2, 1));
    assert!(summary.failed[0].starts_with("001000000000000AAA: "), "{:?}", summary.failed);
    assert_eq!(mock.records("nps").len(), 2);
}

#[test]
fn an_expired_token_stops_the_load() {
    let mock = mock();
    let mut summary = Summary::default();
    let stopped = load(mock.root(), "expired", &[score(0)], &mut summary).expect_err("the token is wrong");
    assert!(matches!(stopped, LoadError::Refused(refusal) if refusal.http_status == 401));
    assert_eq!(summary, Summary::default());
}

#[test]
fn what_the_api_never_answers_is_not_taken_for_success() {
    let contract = Contract::from_generated(&gsapi_v1::CONTRACT).expect("its spec is sound");
    let fault = "truncated-json".parse().expect("the mock has this fault");
    let mock = Mock::builder(contract).fault(Some(fault)).start().expect("a port is free");
    let mut summary = Summary::default();
    assert!(load(mock.root(), TOKEN, &[score(0)], &mut summary).is_err());
    assert_eq!(summary.passed, 0);
}
