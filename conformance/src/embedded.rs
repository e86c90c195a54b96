//! The specs that the binary carries, so that it works outside the repository.

use tally_generated::{CONTRACTS, contract};
use tally_spec::SourceFile;

/// The files of the contract of that name, or `None` if there is no such contract.
#[must_use]
pub fn files(name: &str) -> Option<Vec<SourceFile>> {
    let sources = contract(name)?.sources;
    Some(SourceFile::all(name, sources.iter().map(|source| (source.path, source.text))))
}

/// The names of the contracts, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    CONTRACTS.iter().map(|contract| contract.name)
}
