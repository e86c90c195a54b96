//! Kinds of mutants that a run detects, each under a statement that it breaks.

mod common;

use tally_fixtures::Fixtures;
use tally_mutants::{Outcome, Subject, run};
use tally_runner::run::Profile;

/// Runs the runner against mutants of the small contract, and returns those that it does not detect under a statement
/// that they break.
fn missed(names: &[&str]) -> Vec<String> {
    let generated = &common::tiny::CONTRACT;
    let contract = common::spec(generated);
    let fixtures = Fixtures::sample(&contract).expect("the sample can be read");
    let subject = Subject { contract, generated, fixtures, profile: Profile::Standard, seed: 1 };
    let mutants = common::mutants(generated);
    let outcome = |name: &&str| -> (String, Outcome) {
        let mutant = mutants.iter().find(|mutant| mutant.name == *name);
        let mutant = mutant.unwrap_or_else(|| panic!("there is no mutant {name}"));
        (mutant.to_string(), run(&subject, mutant).expect("the mock starts"))
    };
    let outcomes = names.iter().map(outcome).filter(|(_, outcome)| !outcome.is_named());
    outcomes.map(|(mutant, outcome)| format!("{mutant}: {outcome:?}")).collect()
}

#[test]
fn echoes_that_are_missing_or_renamed_are_detected() {
    let missed = missed(&[
        "notes/errors/id/left-out",
        "notes/errors/id/left-out/first",
        "notes/errors/id/left-out/last",
        "notes/errors/id/renamed",
        "notes/errors/day/left-out",
        "notes/errors/day/renamed/over-2",
    ]);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn echoes_that_are_null_are_detected() {
    let missed =
        missed(&["notes/errors/id/null", "notes/errors/id/null/first", "notes/errors/day/null/last"]);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn members_that_no_answer_shows_are_detected() {
    let missed = missed(&[
        "notes/body/one-more",
        "notes/errors/each/one-more/first",
        "notes/errors/each/one-more/over-2",
        "notes/over-limit/body/one-more",
    ]);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn tokens_that_are_almost_right_are_detected() {
    let missed = missed(&[
        "platform/token/last-character-ignored",
        "platform/token/longer-taken",
        "platform/token/scheme-not-needed",
    ]);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_media_type_in_capitals_that_is_refused_is_detected() {
    let missed = missed(&["platform/media-type/other-case-refused"]);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn connections_that_break_now_and_then_are_detected() {
    let missed = missed(&["notes/each-seventh/closed", "notes/each-seventh/cut-short"]);
    assert!(missed.is_empty(), "{missed:#?}");
}
