//! The report for a person: lines of at most 80 columns, as the run goes and at its end.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

use super::cause::causes;
use super::escape::shortened;
use super::wrap::{folded, wrapped};
use super::{AreaTally, CheckTally, Finding, Report, Severity, Verdict, curl, escaped};
use crate::run::Observer;

const WIDTH: usize = 80;
/// The most characters shown of a body.
const BODY: usize = 330;

/// Whether lines are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// They are.
    Always,
    /// They are not.
    Never,
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Telling {
    /// The findings and the verdict.
    Quiet,
    /// A line for each area and check, too.
    Normal,
    /// The statements of each check, the coverage and the borders, too.
    Verbose,
}

/// Tells a run as it goes.
pub struct Terminal<W: Write + Send> {
    out: Mutex<W>,
    colour: Colour,
    telling: Telling,
    bar: Option<ProgressBar>,
}

impl<W: Write + Send> Terminal<W> {
    /// A teller that writes to `out`; with `bar`, a progress bar goes to standard error.
    #[must_use]
    pub fn new(out: W, colour: Colour, telling: Telling, bar: bool) -> Self {
        let style = ProgressStyle::with_template("{spinner} {pos} requests in {elapsed}, now {msg}");
        let bar = bar.then(ProgressBar::new_spinner);
        if let (Some(bar), Ok(style)) = (&bar, style) {
            bar.set_style(style);
        }
        Self { out: Mutex::new(out), colour, telling, bar }
    }

    /// Tells the findings and the verdict.
    ///
    /// # Errors
    ///
    /// Where the output cannot be written.
    pub fn finish(&self, report: &Report) -> io::Result<()> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // What several areas have in common is told once; the report's files tell each.
        for cause in causes(&report.findings) {
            if let Some(finding) = report.findings.get(cause.first) {
                self.finding(&mut *out, report, finding, cause.first, &cause.areas(&report.findings))?;
            }
        }
        for stale in &report.stale {
            let head = self.styled(AnsiColor::Red.on_default().bold(), "stale");
            writeln!(out, "\n{head} {}", wrapped(&escaped(stale), WIDTH - 6, 6))?;
        }
        for note in &report.notes {
            writeln!(out, "{}", wrapped(&format!("note: {}", escaped(note)), WIDTH, 6))?;
        }
        if self.telling == Telling::Verbose {
            coverage(&mut *out, report)?;
            borders(&mut *out, report)?;
        }
        self.verdict(&mut *out, report)?;
        out.flush()
    }

    fn styled(&self, style: Style, text: &str) -> String {
        match self.colour {
            Colour::Always => format!("{style}{text}{style:#}"),
            Colour::Never => text.to_owned(),
        }
    }

    fn area(&self, out: &mut W, area: &AreaTally, checks: &[CheckTally]) -> io::Result<()> {
        let sizes: Vec<_> = area.sizes.iter().map(usize::to_string).collect();
        let left = if sizes.is_empty() {
            area.name.clone()
        } else {
            format!("{}  sizes {}", area.name, sizes.join(" "))
        };
        let violations: u64 = checks.iter().map(|check| check.violations).sum();
        let remarks: u64 = checks.iter().map(|check| check.remarks).sum();
        let word = if area.requests == 0 { "left out".to_owned() } else { outcome(violations, remarks) };
        let (left, right) =
            (self.styled(Style::new().bold(), &pad(&left, &word)), self.word(&word, violations, remarks));
        writeln!(out, "{left}{right}")?;
        for reason in &area.left_out {
            writeln!(out, "{}", wrapped(&format!("  left out: {reason}"), WIDTH, 4))?;
        }
        for check in checks {
            self.check(out, check)?;
        }
        Ok(())
    }

    fn check(&self, out: &mut W, check: &CheckTally) -> io::Result<()> {
        let word = match &check.skipped {
            Some(_) => "not asked".to_owned(),
            None if check.cases == 0 => "not asked".to_owned(),
            None => outcome(check.violations, check.remarks),
        };
        let cases = counted(check.cases, "case");
        let left = format!("  {:<38} {cases:>11}", check.id);
        writeln!(out, "{}{}", pad(&left, &word), self.word(&word, check.violations, check.remarks))?;
        if let (Some(reason), Telling::Verbose) = (&check.skipped, self.telling) {
            writeln!(out, "{}", wrapped(&format!("    {}", escaped(reason)), WIDTH, 4))?;
        }
        if self.telling == Telling::Verbose {
            let cited = check.statements.join(" ");
            writeln!(out, "    {} {cited}", check.provenance.as_str())?;
        }
        Ok(())
    }

    fn word(&self, word: &str, violations: u64, remarks: u64) -> String {
        let colour = match (violations, remarks) {
            (0, 0) => AnsiColor::Green,
            (0, _) => AnsiColor::Yellow,
            _ => AnsiColor::Red,
        };
        self.styled(colour.on_default(), word)
    }

    fn finding(
        &self,
        out: &mut W,
        report: &Report,
        finding: &Finding,
        index: usize,
        areas: &[&str],
    ) -> io::Result<()> {
        let colour = match finding.severity {
            Severity::Violation => AnsiColor::Red,
            Severity::Remark => AnsiColor::Yellow,
        };
        let word = if finding.known.is_some() { "known" } else { finding.severity.as_str() };
        let head = format!("{word} {}", finding.statement);
        writeln!(
            out,
            "\n{} ({}): {} in {}",
            self.styled(colour.on_default().bold(), &head),
            finding.provenance.as_str(),
            finding.check,
            finding.area
        )?;
        let message = escaped(&shortened(&finding.message, 600));
        writeln!(out, "  {}", wrapped(&message, WIDTH - 2, 2))?;
        writeln!(out, "  {}", wrapped(&format!("{}: {}", finding.statement, finding.summary), WIDTH - 2, 2))?;
        if finding.premises.len() > 1 {
            let premises = format!("rests on {}", finding.premises.join(", "));
            writeln!(out, "  {}", wrapped(&premises, WIDTH - 2, 2))?;
        }
        if areas.len() > 1 {
            let others: Vec<_> = areas.iter().filter(|area| **area != finding.area).copied().collect();
            writeln!(out, "  {}", wrapped(&format!("also in {}", others.join(", ")), WIDTH - 2, 2))?;
        }
        if let Some(rate) = finding.rate {
            writeln!(out, "  intermittent: showed {} of {} times", rate.shown, rate.tried)?;
        }
        if let Some(why) = &finding.known {
            writeln!(out, "  {}", wrapped(&format!("known: {}", escaped(why)), WIDTH - 2, 2))?;
        }
        if !finding.before.is_empty() {
            let count = u64::try_from(finding.before.len()).unwrap_or(u64::MAX);
            writeln!(out, "  shows only after {}, told in report.json", counted(count, "request"))?;
        }
        let records = match finding.request.records {
            1 => "1 record".to_owned(),
            records => format!("{records} records"),
        };
        let request = format!("{records}: {}", escaped(&shortened(&finding.request.body, BODY)));
        writeln!(out, "  request   {}", folded(&request, WIDTH - 12, 12))?;
        let response = finding.response.as_ref().map_or_else(
            || "none".to_owned(),
            |answer| format!("HTTP {}: {}", answer.status, escaped(&shortened(&answer.body, BODY))),
        );
        writeln!(out, "  response  {}", folded(&response, WIDTH - 12, 12))?;
        writeln!(out, "  send it   {}", escaped(&curl(&finding.request, index)))?;
        writeln!(out, "  again     {}", escaped(&report.again))
    }

    fn verdict(&self, out: &mut W, report: &Report) -> io::Result<()> {
        let count =
            |severity| report.findings.iter().filter(|found| found.severity == severity).map(|_| 1).sum();
        let (violations, remarks): (u64, u64) = (count(Severity::Violation), count(Severity::Remark));
        let (word, colour) = match &report.verdict {
            Verdict::Pass => ("conforms", AnsiColor::Green),
            Verdict::Fail => ("does not conform", AnsiColor::Red),
            Verdict::Error(_) => ("could not judge", AnsiColor::Red),
        };
        writeln!(out, "\n{}", self.styled(colour.on_default().bold(), &format!("verdict: {word}")))?;
        if let Verdict::Error(reason) = &report.verdict {
            writeln!(out, "{}", wrapped(&escaped(reason), WIDTH, 0))?;
        }
        let areas = report.areas.iter().filter(|area| area.requests > 0).map(|_| 1).sum();
        let known = report.findings.iter().filter(|found| found.known.is_some()).count();
        writeln!(
            out,
            "{}, {}, {}, {}, {}, {:.1} s, seed {}",
            counted(violations, "violation"),
            counted(remarks, "remark"),
            counted(areas, "area"),
            counted(report.requests, "request"),
            counted(report.records, "record"),
            report.duration.as_secs_f64(),
            report.seed
        )?;
        if known > 0 {
            writeln!(out, "{known} of the findings known")?;
        }
        rest(out, report)
    }
}

impl<W: Write + Send> Observer for Terminal<W> {
    fn sent(&self, area: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(area.to_owned());
            bar.inc(1);
        }
    }

    fn area_done(&self, area: &AreaTally, checks: &[CheckTally]) {
        if self.telling == Telling::Quiet {
            return;
        }
        let tell = || {
            let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
            // An output that was closed is told of when the report is finished.
            let _ = self.area(&mut *out, area, checks);
        };
        match &self.bar {
            Some(bar) => bar.suspend(tell),
            None => tell(),
        }
    }
}

/// How soon the first finding came, how many borders were stood on, and which part of a run this was.
fn rest<W: Write>(out: &mut W, report: &Report) -> io::Result<()> {
    if let Some(first) = report.first {
        let after = first.after.as_secs_f64();
        writeln!(out, "first finding after {}, {after:.1} s", counted(first.requests, "request"))?;
    }
    if !report.borders.is_empty() {
        let stood = report.borders.iter().filter(|border| border.exercised > 0).count();
        writeln!(out, "{stood} borders exercised, {} left out", report.borders.len() - stood)?;
    }
    if let Some((part, of)) = report.shard {
        writeln!(out, "shard {part} of {of}: join them by merge-reports")?;
    }
    Ok(())
}

fn coverage<W: Write>(out: &mut W, report: &Report) -> io::Result<()> {
    writeln!(out, "\ncoverage")?;
    for covered in &report.coverage {
        let how = match &covered.reason {
            Some(reason) => reason.clone(),
            None => format!("exercised {} times", covered.exercised),
        };
        writeln!(out, "{}", wrapped(&format!("  {:<7} {how}", covered.statement), WIDTH, 10))?;
    }
    Ok(())
}

/// Each border: those that requests stood on, then those left out, with the reason.
fn borders<W: Write>(out: &mut W, report: &Report) -> io::Result<()> {
    if report.borders.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nborders")?;
    let (stood, left): (Vec<_>, Vec<_>) = report.borders.iter().partition(|border| border.exercised > 0);
    for border in stood.into_iter().chain(left) {
        let how = match (border.exercised, &border.left_out) {
            (0, Some(reason)) => format!("left out: {reason}"),
            (0, None) => "left out".to_owned(),
            (times, _) => counted(times, "time"),
        };
        let line = format!("  {} {}: {how}", border.area, escaped(&border.id));
        writeln!(out, "{}", wrapped(&line, WIDTH, 4))?;
    }
    Ok(())
}

fn outcome(violations: u64, remarks: u64) -> String {
    match (violations, remarks) {
        (0, 0) => "ok".to_owned(),
        (0, remarks) => counted(remarks, "remark"),
        (violations, _) => counted(violations, "violation"),
    }
}

fn counted(number: u64, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {word}{plural}")
}

/// The left part, filled up so that the right one ends at the last column.
fn pad(left: &str, right: &str) -> String {
    let room = WIDTH.saturating_sub(right.chars().count());
    let fill = room.saturating_sub(left.chars().count()).max(2);
    format!("{left}{}", " ".repeat(fill))
}
