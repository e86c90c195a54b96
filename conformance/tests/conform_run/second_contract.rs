//! The contract kept as test data goes the whole way: generated, compiled, mocked, proven.

use std::fs;
use std::path::Path;

use tally_conformance::mock::Fault;
use tally_conformance::mock::fault::CATALOGUE;
use tally_conformance::report::{Severity, Verdict};
use tally_conformance::run::Config;
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
        assert_eq!(report.areas.len(), 2);
        assert!(report.areas.iter().all(|area| area.sizes.len() == 6), "{:?}", report.areas);
    }
}

/// The faults that this contract's endpoint shows: those of answers that it does not give are left out.
#[test]
fn its_faults_are_found_too() {
    let setup = setup();
    let mut missed = Vec::new();
    let mut found = 0;
    for entry in CATALOGUE {
        let broken = (entry.breaks)(&setup.contract);
        if broken.is_empty() || NOT_ITS_OWN.contains(&entry.name) {
            continue;
        }
        let fault: Fault = entry.name.parse().expect("a name of the catalogue");
        let mock = setup.mock(Some(fault));
        let report = setup.conform_with(mock.root().to_owned(), &Config { strict: true, ..config(3) });
        let violations = report.findings.iter().filter(|found| found.severity == Severity::Violation);
        if violations.count() == 0 {
            missed.push(entry.name);
        }
        found += 1;
    }
    assert!(missed.is_empty(), "{missed:?}");
    assert!(found >= 15, "only {found} faults apply");
}

/// Faults that change nothing here: its limits are refused already, its requests stand or fall together, and
/// it echoes no field.
const NOT_ITS_OWN: &[&str] = &[
    "over-limit-refused",
    "one-failure-fails-all",
    "status-misspelt",
    "echo-of-another-record",
    "dates-off-by-one",
    "text-escaped",
];
