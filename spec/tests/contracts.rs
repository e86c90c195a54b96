//! Every contract under `spec/`, and the second one kept as test data, reads without a problem.

mod common;

use std::fs;
use std::path::Path;

#[test]
fn every_contract_reads() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut contracts = 0;
    for folder in [here.to_owned(), here.join("tests")] {
        for entry in fs::read_dir(folder).unwrap() {
            let folder = entry.unwrap().path();
            if folder.join("contract.toml").is_file() {
                let read = tally_spec::read(&common::files(&folder));
                let contract = read.unwrap_or_else(|problems| {
                    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
                    panic!("{}", lines.join("\n"))
                });
                assert!(!contract.areas.is_empty());
                contracts += 1;
            }
        }
    }
    assert!(contracts >= 2, "only {contracts} contracts were found");
}
