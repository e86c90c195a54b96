//! What a sound file can still get wrong: names that name nothing, facts without a source, examples that
//! break their own rules.

mod area;
mod citations;
mod condition;
mod contract;
mod examples;
mod fixtures;
mod instance;
mod names;
mod pattern;
mod places;
mod rules;
mod service;
mod texts;
mod together;

use std::collections::BTreeMap;

pub use together::lint_together;

use crate::document::Document;
use crate::model::Contract;
use crate::{Problem, SourceFile};

/// Every problem of a contract whose files are sound.
pub(crate) fn lint(
    contract: &Contract,
    files: &[SourceFile],
    documents: &BTreeMap<String, Document<'_>>,
    edition: Edition,
) -> Vec<Problem> {
    let mut linter = Linter { contract, files, documents, edition, problems: Vec::new() };
    contract::check(&mut linter);
    service::check(&mut linter);
    names::contract(&mut linter);
    fixtures::check(&mut linter);
    citations::check(&mut linter);
    places::check(&mut linter);
    texts::check(&mut linter);
    for index in 0..contract.areas.len() {
        area::check(&mut linter, index);
        condition::check(&mut linter, index);
        examples::check(&mut linter, index);
    }
    linter.problems
}

/// Which versions of the spec format a contract may be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    /// Today's only.
    Current,
    /// Earlier ones too: what they did not require may be absent.
    Earlier,
}

/// The contract under examination, and what was found.
pub(crate) struct Linter<'a> {
    contract: &'a Contract,
    files: &'a [SourceFile],
    documents: &'a BTreeMap<String, Document<'a>>,
    edition: Edition,
    problems: Vec<Problem>,
}

impl Linter<'_> {
    /// Reports the absence of what earlier versions of the spec format did not require.
    fn newly_required(&mut self, file: &str, pointer: &str, message: String, cure: Option<String>) {
        match self.edition {
            Edition::Current => self.report(file, pointer, message, cure),
            Edition::Earlier => {}
        }
    }

    /// Reports a problem at the value that a JSON Pointer names in a file.
    fn report(&mut self, file: &str, pointer: &str, message: String, cure: Option<String>) {
        if let Some(document) = self.documents.get(file) {
            self.problems.push(document.problem(pointer, message, cure));
        }
    }
}
