//! What is written of a run.

use std::sync::LazyLock;

use serde_json::Value;
use tally_conformance::mock::fault::CATALOGUE;
use tally_conformance::outcome::Report;
use tally_conformance::report::{Colour, Terminal, Verbosity};
use tally_conformance::run::{Config, Profile};

use crate::support::{Setup, TOKEN, config};

/// Of a run that has findings.
static FAULTY: LazyLock<Report> = LazyLock::new(|| {
    let fault = CATALOGUE[0].name.parse().expect("a name of the catalogue");
    let setup = Setup::read();
    let mock = setup.mock(Some(fault));
    setup.conform_with(mock.root().to_owned(), &Config { strict: true, profile: Profile::Smoke, ..config(9) })
});

#[test]
fn the_report_holds_what_readers_count_on() {
    let report = &*FAULTY;
    let files = report.files().expect("it can be written");
    let json: Value = serde_json::from_str(&files["report.json"]).expect("it is JSON");
    for key in ["verdict", "seed", "requests", "records", "duration_s", "checks", "findings", "coverage"] {
        assert!(!json[key].is_null(), "{key}");
    }
    assert_eq!(json["verdict"], "fail");
    for key in ["id", "area", "statements", "provenance", "cases", "violations", "remarks"] {
        assert!(!json["checks"][0][key].is_null(), "{key}");
    }
    let finding = &json["findings"][0];
    for key in
        ["check", "area", "statement", "provenance", "severity", "message", "request", "response", "curl"]
    {
        assert!(!finding[key].is_null(), "{key}");
    }
    let covered = json["coverage"].as_array().expect("a list");
    assert_eq!(covered.len(), Setup::read().contract.statements.len());
    for statement in covered {
        assert!(statement["exercised"] != 0 || statement["reason"].is_string(), "{statement}");
    }
    assert!(files["junit.xml"].contains("<failure "), "a violation fails a case");
}

#[test]
fn the_token_is_in_no_text() {
    let report = &*FAULTY;
    let mut printed = Vec::new();
    Terminal::new(&mut printed, Colour::Never, Verbosity::Verbose, false)
        .finish(report)
        .expect("memory takes it");
    let printed = String::from_utf8(printed).expect("it is text");
    assert!(printed.contains("$TALLY_TOKEN") && printed.contains("verdict: does not conform"), "{printed}");
    for (name, text) in
        report.files().expect("it can be written").iter().chain([(&"terminal".to_owned(), &printed)])
    {
        assert!(!text.contains(TOKEN), "{name}");
    }
    assert!(!format!("{report:?}").contains(TOKEN));
}
