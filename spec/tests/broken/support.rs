//! The second contract, changed.

use std::path::Path;

use tally_spec::SourceFile;

use crate::common::files;

/// The second contract, which is sound.
pub(crate) fn sound() -> Vec<SourceFile> {
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parcels-v2"))
}

/// Replaces the first occurrence of a text in a file.
pub(crate) fn change(files: &mut [SourceFile], path: &str, from: &str, to: &str) {
    let file = files.iter_mut().find(|file| file.path == path).unwrap();
    assert!(file.text.contains(from), "{path} does not hold {from:?}");
    file.text = file.text.replacen(from, to, 1);
}

/// Checks the problems of the contract with one text changed.
pub(crate) fn check(path: &str, from: &str, to: &str, expected: &[&str]) {
    let mut files = sound();
    change(&mut files, path, from, to);
    check_files(&files, expected);
}

/// Checks the problems of a contract's files as they are printed.
pub(crate) fn check_files(files: &[SourceFile], expected: &[&str]) {
    let problems = tally_spec::read(files).expect_err("the spec is broken");
    let printed: Vec<String> =
        problems.iter().map(|problem| problem.to_string().replace("spec/parcels-v2/", "")).collect();
    assert_eq!(printed, expected);
    let rendered = tally_spec::render(&problems, files, false);
    assert!(problems.iter().all(|problem| rendered.contains(&problem.message)), "{rendered}");
}
