//! What a replay says: of each counterexample whether it is fixed, in a line.

use std::io::{self, Write};

use super::prepare::Prepared;
use tally_runner::outcome::{Counterexample, Finding, Report, Verdict};
use tally_runner::report::escaped;
use tally_runner::run::why_left_out;

/// What became of a counterexample.
#[derive(Debug, Clone, PartialEq)]
enum Became<'r> {
    /// Its finding does not show any more.
    Fixed,
    /// Its finding, or another one in its place, still shows.
    StillFails(&'r Finding),
    /// The target could not be judged by it.
    Unknown(String),
}

fn became<'r>(saved: &Counterexample, prepared: &Prepared, report: &'r Report) -> Became<'r> {
    let same = report.findings.iter().find(|finding| saved.is_shown_by(finding));
    let in_its_place = || {
        let is_other =
            |finding: &&Finding| !prepared.replayed.iter().any(|(_, other)| other.is_shown_by(finding));
        let mut others = report.findings.iter().filter(is_other);
        others.find(|finding| finding.severity <= saved.severity && finding.areas.contains(&saved.area))
    };
    let left_out = || why_left_out(&prepared.contract, &prepared.config, saved);
    if let Some(finding) = same {
        Became::StillFails(finding)
    } else if let Some(why) = left_out() {
        Became::Unknown(why)
    } else if let Some(finding) = in_its_place() {
        Became::StillFails(finding)
    } else if let Verdict::Error { reason } = &report.verdict {
        Became::Unknown(reason.clone())
    } else if was_checked(saved, report) {
        Became::Fixed
    } else {
        Became::Unknown("nothing of it was checked".to_owned())
    }
}

/// Whether anything was checked in the counterexample's area.
fn was_checked(saved: &Counterexample, report: &Report) -> bool {
    report.checks.iter().any(|check| check.area == saved.area && check.cases > 0)
}

/// Prints a line for each counterexample.
///
/// # Errors
///
/// If the output is closed.
pub(super) fn print(out: &mut impl Write, prepared: &Prepared, report: &Report) -> io::Result<()> {
    for (file, saved) in &prepared.replayed {
        let (word, message) = match became(saved, prepared, report) {
            Became::Fixed => ("FIXED", None),
            Became::StillFails(finding) => ("STILL FAILS", Some(finding.message.clone())),
            Became::Unknown(reason) => ("INCONCLUSIVE", Some(reason)),
        };
        let file = file.display().to_string();
        let message = message.map_or_else(String::new, |message| format!(": {}", escaped(&message)));
        let Counterexample { area, check, statement, .. } = saved;
        let what = format!("{statement} {check} in {area} ({file})");
        writeln!(out, "{word}  {}{message}", escaped(&what))?;
    }
    Ok(())
}

/// The exit code: 0 if all are fixed, 1 if one still fails, 3 if that is unknown of one.
pub(super) fn exit_code(prepared: &Prepared, report: &Report) -> u8 {
    let all = prepared.replayed.iter().map(|(_, saved)| became(saved, prepared, report));
    let (mut fails, mut unknown) = (false, false);
    for one in all {
        fails |= matches!(one, Became::StillFails(_));
        unknown |= matches!(one, Became::Unknown(_));
    }
    match (unknown, fails) {
        (true, _) => 3,
        (_, true) => 1,
        (false, false) => 0,
    }
}
