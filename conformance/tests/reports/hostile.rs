//! Every text of a report may come from a stranger: from the target, from a contract, from a report that is merged.

use serde_json::Value;
use tally_conformance::outcome::{AreaDone, Observer as _};
use tally_conformance::report::{
    Colour, Report, Terminal, Verbosity, from_json, to_html, to_json, to_junit, to_summary,
};

use crate::samples;

/// Members that hold one of a few words, or a time.
const WORDS: [&str; 4] = ["verdict", "provenance", "severity", "started"];

/// The value with hostile text added to every text and every name of a header.
fn hostile(value: Value) -> Value {
    match value {
        Value::String(text) => format!("{text}\u{1b}[31m{}\r\n", samples::HOSTILE).into(),
        Value::Array(list) => list.into_iter().map(hostile).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| {
                let value = if WORDS.contains(&name.as_str()) { value } else { hostile(value) };
                (name, value)
            })
            .collect(),
        other => other,
    }
}

fn report() -> Report {
    let report = from_json(hostile(to_json(&samples::report(12)))).expect("it is a report");
    assert!(report.areas[0].name.contains('\u{1b}') && report.findings[0].check.contains('\u{202e}'));
    report
}

fn printed(report: &Report, verbosity: Verbosity) -> String {
    let mut out = Vec::new();
    let terminal = Terminal::new(&mut out, Colour::Never, verbosity, false);
    for area in &report.areas {
        let checks: Vec<_> = report.checks.iter().filter(|check| check.area == area.name).cloned().collect();
        terminal.area_done(&AreaDone { area, checks: &checks, boundaries: &report.boundaries, timings: &[] });
    }
    terminal.finish(report).expect("memory takes it");
    String::from_utf8(out).expect("it is text")
}

#[test]
fn no_text_of_a_report_steers_a_terminal_or_hides_in_a_form() {
    let report = report();
    let forms = [
        ("terminal", printed(&report, Verbosity::Normal)),
        ("terminal, quiet", printed(&report, Verbosity::Quiet)),
        ("terminal, verbose", printed(&report, Verbosity::Verbose)),
        ("summary.md", to_summary(&report)),
        ("junit.xml", to_junit(&report).expect("it can be written")),
        ("report.html", to_html(&report)),
    ];
    for (form, text) in forms {
        for line in text.lines() {
            let unseen = line.chars().find(|letter| tally_spec::is_unseen(*letter));
            assert_eq!(unseen, None, "{form}: {line}");
        }
    }
}
