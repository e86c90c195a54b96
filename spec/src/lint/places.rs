//! Where the API's document says what a statement says, and where the product shows an ID.

use super::Linter;
use crate::model::{Provenance, Statement};

/// The mark between a section and its part.
const BELOW: char = '›';

pub(super) fn check(linter: &mut Linter<'_>) {
    let contract = linter.contract;
    for (index, statement) in contract.statements.iter().enumerate() {
        location(linter, &format!("/statements/{index}"), statement);
    }
    for (name, kind) in &contract.file.kinds {
        if let Some(found) = &kind.found {
            place(linter, "contract.toml", &format!("/kinds/{name}/found"), found);
        }
    }
}

fn location(linter: &mut Linter<'_>, pointer: &str, statement: &Statement) {
    let file = "statements.toml";
    let (id, word) = (&statement.id, statement.provenance.as_str());
    match (statement.provenance, &statement.location) {
        (Provenance::Stated | Provenance::Shown, None) => {
            let message = format!("{id} is {word} and has no `where`, the place in the API's document");
            let cure = format!("add `where = \"Section {BELOW} part\"`, or make it assumed");
            linter.newly_required(file, &format!("{pointer}/provenance"), message, Some(cure));
        }
        (Provenance::Assumed, Some(_)) => {
            let message = format!("{id} is assumed, so no place of the API's document says it");
            let cure = "take `where` away, or make it stated or shown".to_owned();
            linter.report(file, &format!("{pointer}/where"), message, Some(cure));
        }
        (Provenance::Stated | Provenance::Shown | Provenance::Platform, Some(text)) => {
            place(linter, file, &format!("{pointer}/where"), text);
        }
        (Provenance::Platform | Provenance::Assumed, None) => {}
    }
}

/// Reports a place of which a part is blank or has blanks around it.
fn place(linter: &mut Linter<'_>, file: &str, pointer: &str, text: &str) {
    let sound = |part: &str| !part.trim().is_empty();
    if text.trim() != text || !text.split(';').flat_map(|one| one.split(BELOW)).all(sound) {
        let cure = format!("write `Section {BELOW} part`, and `; ` between places");
        linter.report(file, pointer, format!("`{text}` has a blank part"), Some(cure));
    }
}
