//! The contracts under test, with what their sample organisations hold.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use tally_conformance::fixtures::Fixtures;
use tally_conformance::oracle::{Expectation, Expected, Oracle};
use tally_spec::SourceFile;
use tally_spec::model::{Area, Contract};

/// A contract with its sample organisation.
pub(crate) struct Subject {
    pub(crate) contract: Contract,
    pub(crate) fixtures: Fixtures,
    pub(crate) oracle: Oracle,
}

impl Subject {
    fn new(files: &[SourceFile]) -> Self {
        let contract = tally_spec::read(files).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let fixtures = Fixtures::sample(&contract).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let oracle = Oracle::new(&contract, &fixtures);
        Self { contract, fixtures, oracle }
    }
}

/// Every contract that the binary carries, and the one kept as test data.
pub(crate) fn subjects() -> &'static [Subject] {
    static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(read_subjects);
    &SUBJECTS
}

fn read_subjects() -> Vec<Subject> {
    let mut subjects: Vec<Subject> = tally_conformance::embedded::names()
        .map(|name| Subject::new(&tally_conformance::embedded::files(name).unwrap()))
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/tests/parcels-v2");
    let mut files = Vec::new();
    collect(&folder, &folder, &mut files);
    subjects.push(Subject::new(&files));
    subjects
}

/// Runs a test over every area of every contract.
pub(crate) fn each_area(mut test: impl FnMut(&Subject, &Area)) {
    for subject in subjects() {
        subject.contract.areas.iter().for_each(|area| test(subject, area));
    }
}

/// What is expected of each record, or of the request as if it were one.
pub(crate) fn expected(expectation: &Expectation) -> Vec<Expected> {
    match expectation {
        Expectation::Records { .. } | Expectation::Whole(_) => expectation.expected().to_vec(),
        other => panic!("no fates: {other:?}"),
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let below = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).unwrap();
            files.push(SourceFile { shown_as: below.clone(), path: below, text });
        }
    }
}
