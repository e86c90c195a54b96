//! What a replay says: of each counterexample whether it is fixed, in a line.

use std::io::{self, Write};
use std::path::PathBuf;

use tally_runner::outcome::{Counterexample, Finding, Report, Verdict};
use tally_runner::report::escaped;

/// A counterexample with its file.
type Replayed = (PathBuf, Counterexample);

/// What became of a counterexample.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Became<'r> {
    /// Its finding does not show any more.
    Fixed,
    /// Its finding, or another one in its place, still shows.
    StillFails(&'r Finding),
    /// The target could not be judged.
    Unknown(&'r str),
}

fn became<'r>(saved: &Counterexample, replayed: &[Replayed], report: &'r Report) -> Became<'r> {
    let same = report.findings.iter().find(|finding| saved.is_shown_by(finding));
    let in_its_place = || {
        let is_other = |finding: &&Finding| !replayed.iter().any(|(_, other)| other.is_shown_by(finding));
        let mut others = report.findings.iter().filter(is_other);
        others.find(|finding| finding.severity <= saved.severity && finding.areas.contains(&saved.area))
    };
    match (same.or_else(in_its_place), &report.verdict) {
        (Some(finding), _) => Became::StillFails(finding),
        (None, Verdict::Error { reason }) => Became::Unknown(reason),
        (None, _) => Became::Fixed,
    }
}

/// Prints a line for each counterexample.
///
/// # Errors
///
/// If the output is closed.
pub(super) fn print(out: &mut impl Write, replayed: &[Replayed], report: &Report) -> io::Result<()> {
    for (file, saved) in replayed {
        let (word, message) = match became(saved, replayed, report) {
            Became::Fixed => ("FIXED", None),
            Became::StillFails(finding) => ("STILL FAILS", Some(finding.message.as_str())),
            Became::Unknown(reason) => ("INCONCLUSIVE", Some(reason)),
        };
        let file = file.display().to_string();
        let message = message.map_or_else(String::new, |message| format!(": {}", escaped(message)));
        let Counterexample { area, check, statement, .. } = saved;
        let what = format!("{statement} {check} in {area} ({file})");
        writeln!(out, "{word}  {}{message}", escaped(&what))?;
    }
    Ok(())
}

/// The exit code: 0 if all are fixed, 1 if one still fails, 3 if that is unknown of one.
pub(super) fn exit_code(replayed: &[Replayed], report: &Report) -> u8 {
    let all = replayed.iter().map(|(_, saved)| became(saved, replayed, report));
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
