//! Known failures: accepted while they fail, and a run's verdict, counts, cells and exit code agree on them.

use tally_conformance::mock::fault::CATALOGUE;
use tally_conformance::outcome::{AreaDone, CheckTally, Observer, Report, Severity, Shard};
use tally_conformance::report::{Colour, Terminal, Verbosity, to_html, to_junit, to_summary};
use tally_conformance::run::{Config, KnownFailure, KnownFailures, Profile};

use crate::support::{Setup, config};

/// Has findings in every area.
const FAULT: &str = "message-empty";

struct Runs {
    setup: Setup,
    areas: Vec<String>,
}

impl Runs {
    /// In the two areas with the smallest limits.
    fn new() -> Self {
        let setup = Setup::read();
        let mut areas: Vec<_> = setup.contract.areas.iter().collect();
        areas.sort_by_key(|area| area.limit.maximum);
        let areas = areas.iter().take(2).map(|area| area.name.clone()).collect();
        Self { setup, areas }
    }

    fn run(&self, fault: Option<&str>, patterns: &[String], change: impl FnOnce(&mut Config)) -> Report {
        let known = |pattern: &String| KnownFailure {
            pattern: pattern.clone(),
            reason: "mended in May".to_owned(),
            link: "https://example.com/1".to_owned(),
        };
        let known = KnownFailures { failures: patterns.iter().map(known).collect() };
        let mut config = Config { known, areas: self.areas.clone(), ..config(5) };
        change(&mut config);
        let mock = self.setup.mock(fault.map(|fault| fault.parse().expect("a fault of the catalogue")));
        let report = self.setup.conform_with(mock.root().to_owned(), &config);
        agree(&report);
        report
    }
}

/// The patterns of a report's violations, area by area.
fn patterns(report: &Report) -> Vec<String> {
    let violations = report.findings.iter().filter(|finding| finding.severity == Severity::Violation);
    let of = |finding: &tally_conformance::outcome::Finding| -> Vec<String> {
        let pattern = |area: &String| format!("{area}/{}/{}", finding.check, finding.statement);
        finding.areas.iter().map(pattern).collect()
    };
    violations.flat_map(of).collect()
}

/// The verdict, the counts, the cells and the exit code say the same, in every form of the report.
fn agree(report: &Report) {
    let is_held = |severity: Severity| {
        report.findings.iter().filter(|found| found.severity == severity && found.known.is_none()).count()
    };
    let (violations, warnings) = (is_held(Severity::Violation), is_held(Severity::Warning));
    let fails = violations > 0 || !report.stale.is_empty();
    assert_eq!(report.verdict.exit_code(), u8::from(fails), "{:?} {:?}", report.verdict, report.stale);
    let cells = |count: fn(&CheckTally) -> u64| report.checks.iter().map(count).sum::<u64>();
    assert_eq!(cells(|check| check.violations) > 0, violations > 0);
    assert!(cells(|check| check.warnings) == 0 || warnings + violations > 0);
    let word = match (violations, report.stale.len()) {
        (0, 0) => "conforms",
        (0, _) => "stale known failures",
        _ => "does not conform",
    };
    let terminal = printed(report);
    let counted = format!("\n{violations} violation{}, ", if violations == 1 { "" } else { "s" });
    assert!(terminal.contains(&format!("verdict: {word}\n")) && terminal.contains(&counted), "{terminal}");
    let page = to_html(report).to_lowercase();
    assert!(page.contains(&format!("<strong>{word}</strong>")), "{word}");
    assert_eq!(page.contains("<td class=\"bad\">"), violations > 0);
    let junit = to_junit(report).expect("memory takes it");
    let failures = junit.matches("<testcase").count()
        - junit.split("<testcase").skip(1).filter(|case| !case.contains("<failure ")).count();
    assert!(junit.contains(&format!("failures=\"{failures}\"")), "{failures} in {junit}");
    assert_eq!(failures > 0, violations > 0);
    let summary = to_summary(report);
    assert!(summary.contains(word) && summary.contains("❌ violation") == (violations > 0), "{summary}");
}

/// The areas, the findings and the verdict, as the terminal shows them.
fn printed(report: &Report) -> String {
    let mut out = Vec::new();
    let terminal = Terminal::new(&mut out, Colour::Never, Verbosity::Normal, false);
    for area in &report.areas {
        let checks: Vec<_> = report.checks.iter().filter(|check| check.area == area.name).cloned().collect();
        terminal.area_done(&AreaDone { area, checks: &checks, boundaries: &[], timings: &[] });
    }
    terminal.finish(report).expect("memory takes it");
    String::from_utf8(out).expect("it is text")
}

#[test]
fn what_is_known_is_accepted_everywhere_or_nowhere() {
    let runs = Runs::new();
    assert!(CATALOGUE.iter().any(|entry| entry.name == FAULT));
    let all = patterns(&runs.run(Some(FAULT), &[], |_| {}));
    assert!(all.len() > 1, "{all:?}");
    let accepted = runs.run(Some(FAULT), &all, |_| {});
    assert_eq!((accepted.verdict.exit_code(), accepted.stale.as_slice()), (0, &[][..]));
    assert!(accepted.known() > 0 && printed(&accepted).contains(" known\n"));
    let one_less = runs.run(Some(FAULT), &all[1..], |_| {});
    assert_eq!(one_less.verdict.exit_code(), 1);
}

#[test]
fn an_entry_for_what_a_run_does_not_cover_is_no_error() {
    let runs = Runs::new();
    let all = patterns(&runs.run(Some(FAULT), &[], |_| {}));
    let one = |part| move |config: &mut Config| config.shard = Some(Shard { part, of: 2 });
    // The honest mock: nothing of the list fails.
    for part in [1, 2] {
        assert_eq!(runs.run(None, &all, one(part)).verdict.exit_code(), 0, "shard {part}");
    }
    let first = runs.areas[0].clone();
    let elsewhere: Vec<_> =
        all.iter().filter(|pattern| !pattern.starts_with(&format!("{first}/"))).cloned().collect();
    assert!(!elsewhere.is_empty(), "{all:?}");
    let anywhere = vec![format!("*/{}", all[0].split_once('/').expect("three parts").1)];
    for list in [elsewhere, anywhere] {
        let report = runs.run(None, &list, |config| config.areas = vec![first.clone()]);
        assert_eq!((report.verdict.exit_code(), report.stale.as_slice()), (0, &[][..]), "{list:?}");
    }
    let smoke = runs.run(None, &all, |config| config.profile = Profile::Smoke);
    assert_eq!(smoke.stale, Vec::<String>::new());
}

#[test]
fn an_entry_that_passes_or_names_nothing_is_stale() {
    let runs = Runs::new();
    let area = &runs.areas[0];
    let passes = format!("{area}/response_has_documented_shape/G1");
    let lists = [
        (passes, "but passes"),
        ("no-such-area/counts_add_up/G1".to_owned(), "no such area"),
        (format!("{area}/no_such_check/G1"), "no such check"),
    ];
    for (pattern, why) in lists {
        let report = runs.run(None, std::slice::from_ref(&pattern), |_| {});
        assert!(report.stale.len() == 1 && report.stale[0].contains(why), "{pattern}: {:?}", report.stale);
    }
}
