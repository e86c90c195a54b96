//! The specs that the binary carries, so that it works outside the repository.

use tally_spec::SourceFile;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The files of the contract of that name, or none where there is no such contract.
#[must_use]
pub fn files(contract: &str) -> Option<Vec<SourceFile>> {
    let (_, files) = CONTRACTS.iter().find(|(name, _)| *name == contract)?;
    let source = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).to_owned(),
        shown_as: format!("spec/{contract}/{path}"),
        text: (*text).to_owned(),
    };
    Some(files.iter().map(source).collect())
}

/// The names of the contracts, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    CONTRACTS.iter().map(|(name, _)| *name)
}
