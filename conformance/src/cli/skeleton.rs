//! A fixtures file to be filled in, made from a contract's kinds.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use tally_spec::model::{Contract, Kind};

/// The text of a fixtures file with a line for each thing that the contract's records name.
#[must_use]
pub fn skeleton(contract: &Contract) -> String {
    let mut text = String::from("# session_user = \"\"\n# time_zone = \"UTC\"\n");
    let mut tables: BTreeSet<&str> = BTreeSet::new();
    for kind in contract.file.kinds.values() {
        match &kind.member {
            Some(_) => {
                tables.insert(&kind.fixtures);
            }
            None => line(&mut text, &kind.fixtures, &format!("{}: they exist", kind.title)),
        }
        if let Some(unknown) = &kind.unknown {
            line(&mut text, unknown, &format!("{}: well formed, and naming nothing", kind.title));
        }
    }
    for (name, switch) in &contract.file.switches {
        // Writing to a String does not fail.
        let _ = writeln!(text, "{name} = {}  # {}", switch.default, switch.description);
    }
    for table in tables {
        let _ = writeln!(text, "\n[[{table}]]");
        for kind in contract.file.kinds.values().filter(|kind| kind.fixtures == table) {
            member(&mut text, kind);
        }
    }
    text
}

fn line(text: &mut String, key: &str, what: &str) {
    let _ = writeln!(text, "{key} = []  # {what}");
}

fn member(text: &mut String, kind: &Kind) {
    if let Some(member) = &kind.member {
        let _ = writeln!(text, "{member} = \"\"  # {}", kind.title);
    }
}
