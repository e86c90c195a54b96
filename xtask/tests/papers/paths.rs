//! Every path that a guide names exists.

use crate::markdown::{code_spans, root, text};

/// The guides, by their paths below the root.
const GUIDES: &[&str] = &[
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "README.md",
    "conformance/ADDING.md",
    "spec/WRITING-A-CONTRACT.md",
];

/// Whether a code span looks like a path of this repository: it begins with a folder or file at the top level,
/// and holds nothing that a path has not.
fn is_path(span: &str) -> bool {
    let first = span.split('/').next().unwrap_or_default();
    let is_plain = span.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    // Upper-case words such as NAME stand for a reader's own, as do files that a command writes.
    let is_placeholder = span.split(['/', '.']).any(|part| part == "NAME");
    is_plain && span.contains('/') && !is_placeholder && TOP.contains(&first)
}

/// What stands at the top level and can begin a path.
const TOP: &[&str] = &[".ci", "codegen", "conformance", "generated", "spec", "xtask"];

#[test]
fn every_path_exists() {
    let mut missing = Vec::new();
    for guide in GUIDES {
        let text = text(guide);
        let spans = code_spans(&text);
        let paths: Vec<&str> = spans.into_iter().filter(|span| is_path(span)).collect();
        for path in paths.iter().filter(|path| !root().join(path).exists()) {
            missing.push(format!("{guide}: `{path}`"));
        }
    }
    // The folder that a reader of the tutorial makes.
    missing.retain(|line| line != "spec/WRITING-A-CONTRACT.md: `spec/library-v1`");
    assert!(missing.is_empty(), "not there:\n{}", missing.join("\n"));
}

#[test]
fn every_link_leads_to_a_file() {
    let mut missing = Vec::new();
    for guide in GUIDES {
        let text = text(guide);
        let folder = root().join(guide).parent().unwrap().to_owned();
        for rest in text.split("](").skip(1) {
            let target = rest.split(')').next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            if !file.contains("://") && !file.is_empty() && !folder.join(file).exists() {
                missing.push(format!("{guide}: {target}"));
            }
        }
    }
    assert!(missing.is_empty(), "not there:\n{}", missing.join("\n"));
}

#[test]
fn the_guides_keep_their_lengths() {
    for (guide, most) in [("ARCHITECTURE.md", 120), ("README.md", 199), ("spec/WRITING-A-CONTRACT.md", 570)] {
        let lines = text(guide).lines().count();
        assert!(lines <= most, "{guide} has {lines} lines, more than {most}");
    }
}
