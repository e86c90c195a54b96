//! The contract kept as test data goes the whole way: generated, compiled, mocked, proven.

use std::fs;
use std::path::Path;

use tally_conformance::mock::Fault;
use tally_conformance::outcome::{Severity, Verdict};
use tally_conformance::run::{Config, Profile};
use tally_spec::SourceFile;

use crate::support::{Setup, config};

mod parcels {
    tally_macros::contract!("../spec/tests/parcels-v2", runtime = tally_generated::runtime);
}

fn setup() -> Setup {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/tests/parcels-v2");
    let mut files = Vec::new();
    for below in ["", "areas/", "examples/", "fixtures/"] {
        for entry in fs::read_dir(folder.join(below)).expect("the folder is there") {
            let path = entry.expect("it can be read").path();
            if path.is_file() {
                let name = format!("{below}{}", path.file_name().expect("a file").to_string_lossy());
                let text = fs::read_to_string(&path).expect("it is text");
                files.push(SourceFile { shown_as: name.clone(), path: name, text });
            }
        }
    }
    let contract = tally_spec::read(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    Setup::of(contract, &parcels::CONTRACT)
}

#[test]
fn the_honest_mock_conforms() {
    let setup = setup();
    for seed in 0..4 {
        let mock = setup.mock(None);
        let report = setup.conform_with(mock.root().to_owned(), &Config { strict: true, ..config(seed) });
        assert_eq!(report.findings, [], "seed {seed}");
        assert_eq!(report.verdict, Verdict::Pass, "seed {seed}");
        assert_eq!(report.areas.len(), 3);
        assert!(report.areas.iter().all(|area| area.sizes.len() == 6), "{:?}", report.areas);
    }
}

/// Faults of each group that this contract's endpoint can have.
const FAULTS: &[&str] = &[
    "limit-plus-one",
    "limit-minus-one",
    "next-batch-size-halved",
    "status-always-success",
    "counts-swapped",
    "err-log-drops-last",
    "message-empty",
    "required-not-checked",
    "condition-not-checked",
    "range-not-checked",
    "closed-list-not-checked",
    "length-not-checked",
    "forms-not-checked",
    "unknown-things-accepted",
    "last-record-not-checked",
    "token-not-checked",
    "unauthorized-other-code",
    "error-body-other-form",
    "wrong-verb-accepted",
    "error-without-code",
    "answers-as-text",
    "truncated-json",
];

#[test]
fn its_faults_are_found_too() {
    let setup = setup();
    let mut missed = Vec::new();
    for name in FAULTS {
        let fault: Fault = name.parse().expect("a name of the catalogue");
        assert!(!(fault.entry().breaks)(&setup.contract).is_empty(), "{name} is none of this contract's");
        let mock = setup.mock(Some(fault));
        let report = setup.conform_with(
            mock.root().to_owned(),
            &Config { strict: true, profile: Profile::Smoke, ..config(3) },
        );
        let violations = report.findings.iter().filter(|found| found.severity == Severity::Violation);
        if violations.count() == 0 {
            missed.push(name);
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}
