//! The reference site: pages that need no other file and no script.

mod area;
mod constraints;
mod html;
mod index;
mod snippets;

use tally_spec::model::Contract;

use crate::{Files, Options};

/// Adds the pages: one for the contract, and one for each area.
pub(super) fn pages(contract: &Contract, options: &Options, files: &mut Files) {
    files.insert("index.html".to_owned(), index::page(contract, options));
    for area in &contract.areas {
        files.insert(format!("{}.html", area.name), area::page(contract, area));
    }
}
