//! `SECURITY.md` promises nothing that no test holds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names in backticks of a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The sources below a folder, without what is built.
fn sources(folder: &Path, texts: &mut Vec<String>) {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    for path in entries.map(|entry| entry.expect("the entry can be read").path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            sources(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push(fs::read_to_string(&path).expect("the source can be read"));
        }
    }
}

/// The names of the functions behind `#[test]`.
fn tests(root: &Path) -> BTreeSet<String> {
    let mut texts = Vec::new();
    sources(root, &mut texts);
    let mut names = BTreeSet::new();
    for text in &texts {
        for after in text.split("#[test]").skip(1) {
            let name = after.split("fn ").nth(1).and_then(|rest| rest.split('(').next());
            names.extend(name.map(str::to_owned));
        }
    }
    names
}

#[test]
fn every_test_that_security_md_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = fs::read_to_string(root.join("SECURITY.md")).expect("it can be read");
    let tests = tests(&root);
    let targets = fs::read_dir(root.join("conformance/fuzz/fuzz_targets")).expect("the folder can be read");
    let targets: BTreeSet<String> = targets
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().strip_suffix(".rs")?.to_owned()))
        .collect();
    let mut named = 0;
    // A promise is a row of a table; its last cell names what holds it.
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    for row in rows.filter(|row| !row.starts_with("| promise")) {
        let cell = row.trim_end_matches(['|', ' ']).rsplit('|').next().unwrap_or_default();
        let known: Vec<&str> = quoted(cell).collect();
        assert!(!known.is_empty(), "no test holds this promise: {row}");
        for name in known {
            let is_target = cell.contains(&format!("fuzz target `{name}`"));
            let exists = if is_target { targets.contains(name) } else { tests.contains(name) };
            assert!(exists, "there is no test {name}, which holds: {row}");
            named += 1;
        }
    }
    assert!(named >= 40, "only {named} names were found");
}
