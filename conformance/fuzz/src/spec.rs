//! The spec loader and the linter: a contract may come from a stranger.
//!
//! An input is a contract's name, and its files: a line `--- PATH`, then the file's text.

use std::path::Path;

use serde_json::Value;
use tally_codegen::publish::{Package, publish};
use tally_codegen::{Options, diff, generate};
use tally_fixtures::{Fixtures, Rng};
use tally_oracle::oracle::{Body, Oracle};
use tally_oracle::strategy::Maker;
use tally_spec::SourceFile;
use tally_spec::model::Contract;

use crate::text::assert_visible;
use crate::{paths, tree};

/// Reads the contract of an input. If it is accepted, all is made of it that the commands make.
///
/// # Panics
///
/// If the linter reports nothing that a person could mend, or what it accepts can't be generated or used.
pub fn ask(input: &[u8]) {
    let Some((name, files)) = split(input) else { return };
    let files = SourceFile::all(name, files);
    match tally_spec::read(&files) {
        Ok(contract) => use_it(&contract),
        Err(problems) => {
            assert!(!problems.is_empty(), "it is refused without a reason");
            for problem in &problems {
                assert!(problem.line > 0 && problem.column > 0, "{problem:?}");
            }
            assert_visible("the list of problems", &tally_spec::render(&problems, &files, false));
        }
    }
}

/// Generates and publishes what the linter accepted, compares it with itself, and makes a batch for each area.
fn use_it(contract: &Contract) {
    let options = Options::default();
    let mut made = match generate(std::slice::from_ref(contract), &options) {
        Ok(made) => made,
        Err(error) => panic!("the linter accepts what can't be generated: {error}"),
    };
    made.extend(publish(contract, &options, &Package::default()));
    made.keys().for_each(|path| paths::assert_plain(path));
    assert!(diff::compare(contract, contract).is_empty(), "a contract differs from itself");
    let Ok(fixtures) = Fixtures::sample(contract) else {
        panic!("the sample that the linter read is refused")
    };
    let oracle = Oracle::new(contract, &fixtures);
    for area in &contract.areas {
        let maker = Maker::new(contract, area, &fixtures, "mark");
        let body = Body::of(maker.batch(1, 2).body());
        let _ = oracle.expect_bytes(area, &body);
    }
}

/// The input with one of its files changed in one place.
#[must_use]
pub fn changed(input: &[u8], seed: u32) -> Option<Vec<u8>> {
    let (name, files) = split(input)?;
    let mut rng = Rng::new(u64::from(seed));
    let chosen = rng.below(files.len());
    let mut text = format!("{name}\n");
    for (place, (path, file)) in files.into_iter().enumerate() {
        let file = if place == chosen { changed_file(path, file, &mut rng)? } else { file.to_owned() };
        text.push_str(&format!("--- {path}\n{file}"));
    }
    Some(text.into_bytes())
}

fn changed_file(path: &str, text: &str, rng: &mut Rng) -> Option<String> {
    if Path::new(path).extension().is_some_and(|extension| extension == "json") {
        let mut value: Value = serde_json::from_str(text).ok()?;
        tree::change(&mut value, rng);
        return Some(format!("{value}\n"));
    }
    let table: toml::Table = text.parse().ok()?;
    let mut value = serde_json::to_value(table).ok()?;
    // Often several at once: a name and what cites it.
    for _ in 0..=rng.below(3) {
        tree::change(&mut value, rng);
    }
    toml::to_string(&value).ok()
}

/// The contract's name, and each file's path and text.
fn split(input: &[u8]) -> Option<(&str, Vec<(&str, &str)>)> {
    let text = std::str::from_utf8(input).ok()?;
    let mut parts = text.split("--- ");
    let name = parts.next()?.trim_end();
    let files: Vec<_> = parts.filter_map(|part| part.split_once('\n')).collect();
    (!files.is_empty()).then_some((name, files))
}
