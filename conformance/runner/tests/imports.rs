//! The direction of imports: outcome ← check ← run, and outcome ← report. Below all: `bounded_json`.

use std::fs;
use std::path::{Path, PathBuf};

/// A module, and the modules of this crate that it may import.
const MAY_IMPORT: [(&str, &[&str]); 4] = [
    ("outcome", &["outcome", "bounded_json"]),
    ("report", &["report", "outcome"]),
    ("client", &["client", "bounded_json"]),
    ("check", &["check", "client", "outcome"]),
];

#[test]
fn modules_import_only_what_stands_below_them() {
    for (module, allowed) in MAY_IMPORT {
        let files = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(module));
        assert!(files.len() > 2, "{module} has {} files", files.len());
        for file in files {
            let text = fs::read_to_string(&file).expect("it is text");
            for imported in imports(&text) {
                assert!(allowed.contains(&imported), "{} imports {imported}", file.display());
            }
        }
    }
}

#[test]
fn every_form_of_an_import_is_found() {
    let text =
        "use crate::run::Config;\nfn f(x: crate::report::Report) {}\nuse crate::{check, client::Client};\n";
    assert_eq!(imports(text), ["run", "report", "check", "client"]);
}

/// The modules of this crate that a source names.
fn imports(text: &str) -> Vec<&str> {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let name = |text: &'_ str| text.find(|letter| !is_letter(letter)).unwrap_or(text.len());
    let mut found = Vec::new();
    for (place, _) in text.match_indices("crate::") {
        let rest = &text[place + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.push(&rest[..name(rest)]),
            Some(list) => {
                let list = &list[..list.find('}').unwrap_or(list.len())];
                found.extend(list.split(',').map(str::trim).map(|one| &one[..name(one)]));
            }
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder exists");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let mut all: Vec<PathBuf> =
        files.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "rs")).collect();
    all.extend(folders.iter().flat_map(|folder| sources(folder)));
    all
}
