//! The report for the terminal: lines of at most 80 columns, during the run and at its end.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

use super::areas;
use super::escape::{escaped, escaped_lines, shortened};
use super::number::{counted, grouped, grouped_count, lasting};
use super::wrap::{folded, wrapped};
use crate::outcome::{AreaDone, AreaTally, CheckTally, Finding, Observer, Report, Severity, Shard, Verdict};

const WIDTH: usize = 80;
/// The most characters shown of a message.
const MESSAGE: usize = 600;
/// The most characters shown of a body.
const BODY: usize = 330;

/// Whether lines are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Coloured.
    Always,
    /// Plain.
    Never,
}

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// The findings and the verdict.
    Quiet,
    /// Also a line for each area.
    Normal,
    /// Also a line for each check of each area.
    Checks,
    /// Also the statements of each check, the coverage and the boundary values.
    Verbose,
}

/// Prints a run's progress and its report.
pub struct Terminal<W: Write + Send> {
    out: Mutex<W>,
    colour: Colour,
    verbosity: Verbosity,
    bar: Option<ProgressBar>,
    /// Whether the table of areas has its head.
    has_head: AtomicBool,
}

impl<W: Write + Send> Terminal<W> {
    /// A printer that writes to `out`; with `bar`, it shows a progress bar on standard error.
    #[must_use]
    pub fn new(out: W, colour: Colour, verbosity: Verbosity, bar: bool) -> Self {
        let style = ProgressStyle::with_template("{spinner} {pos} requests in {elapsed}, now {msg}");
        let bar = bar.then(ProgressBar::new_spinner);
        if let (Some(bar), Ok(style)) = (&bar, style) {
            bar.set_style(style);
        }
        Self { out: Mutex::new(out), colour, verbosity, bar, has_head: AtomicBool::new(false) }
    }

    /// Prints the findings and the verdict.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    pub fn finish(&self, report: &Report) -> io::Result<()> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        for (index, finding) in report.findings.iter().enumerate() {
            self.finding(&mut *out, report, finding, index)?;
        }
        for stale in &report.stale {
            let head = self.styled(AnsiColor::Red.on_default().bold(), "stale");
            writeln!(out, "\n{head} {}", wrapped(&escaped(stale), WIDTH - 6, 6))?;
        }
        for note in &report.notes {
            writeln!(out, "{}", wrapped(&format!("note: {}", escaped(note)), WIDTH, 6))?;
        }
        if self.verbosity == Verbosity::Verbose {
            coverage(&mut *out, report)?;
            boundaries(&mut *out, report)?;
        }
        self.verdict(&mut *out, report)?;
        out.flush()
    }

    fn styled(&self, style: Style, text: &str) -> String {
        let text = escaped(text);
        match self.colour {
            Colour::Always => format!("{style}{text}{style:#}"),
            Colour::Never => text,
        }
    }

    /// An area's line in the table of areas.
    fn area(&self, out: &mut W, done: &AreaDone<'_>) -> io::Result<()> {
        if !self.has_head.swap(true, Ordering::Relaxed) {
            writeln!(out, "{}", self.styled(Style::new().bold(), &areas::head()))?;
        }
        if done.area.requests == 0 {
            let why = format!("left out: {}", done.area.left_out.join("; "));
            let line = escaped(&format!("{:<24} {why}", done.area.name));
            return put(out, &wrapped(&line, WIDTH, 25));
        }
        let (word, violations, warnings) = areas::result(done.checks);
        let line = escaped_lines(&areas::line(done));
        writeln!(out, "{}{}", pad(&line, &word), self.result(&word, violations, warnings))?;
        for reason in &done.area.left_out {
            put(out, &wrapped(&format!("  left out: {}", escaped(reason)), WIDTH, 4))?;
        }
        Ok(())
    }

    /// An area with each of its checks.
    fn area_and_checks(&self, out: &mut W, area: &AreaTally, checks: &[CheckTally]) -> io::Result<()> {
        let sizes: Vec<_> = area.sizes.iter().map(usize::to_string).collect();
        let name = escaped(&area.name);
        let left = if sizes.is_empty() { name } else { format!("{name}  sizes {}", sizes.join(" ")) };
        let (word, violations, warnings) = tallied(checks);
        let word = if area.requests == 0 { "left out".to_owned() } else { word };
        let left = self.styled(Style::new().bold(), &pad(&left, &word));
        writeln!(out, "{left}{}", self.result(&word, violations, warnings))?;
        for reason in &area.left_out {
            put(out, &wrapped(&format!("  left out: {}", escaped(reason)), WIDTH, 4))?;
        }
        checks.iter().try_for_each(|check| self.check(out, check))
    }

    fn check(&self, out: &mut W, check: &CheckTally) -> io::Result<()> {
        let word = if check.cases == 0 {
            "not run".to_owned()
        } else {
            result(check.violations, check.warnings, check.known)
        };
        let cases = counted(check.cases, "case");
        let left = format!("  {:<38} {cases:>11}", escaped(&check.id));
        writeln!(out, "{}{}", pad(&left, &word), self.result(&word, check.violations, check.warnings))?;
        if self.verbosity == Verbosity::Verbose {
            put(out, &format!("    {} {}", check.provenance.as_str(), escaped(&check.statements.join(" "))))?;
        }
        Ok(())
    }

    fn result(&self, word: &str, violations: u64, warnings: u64) -> String {
        let colour = match (violations, warnings) {
            (0, 0) => AnsiColor::Green,
            (0, _) => AnsiColor::Yellow,
            _ => AnsiColor::Red,
        };
        self.styled(colour.on_default(), word)
    }

    fn finding(&self, out: &mut W, report: &Report, finding: &Finding, index: usize) -> io::Result<()> {
        let colour = match finding.severity {
            Severity::Violation => AnsiColor::Red,
            Severity::Warning => AnsiColor::Yellow,
        };
        let word = if finding.known.is_some() { "known" } else { finding.severity.as_str() };
        let head =
            self.styled(colour.on_default().bold(), &format!("{word} {}", escaped(&finding.statement)));
        writeln!(out, "\n{head}: {} in {}", escaped(&finding.check), escaped(&finding.area))?;
        for paragraph in paragraphs(finding) {
            put(out, &format!("  {}", wrapped(&escaped(&paragraph), WIDTH - 2, 2)))?;
        }
        let records = u64::try_from(finding.request.records).unwrap_or(u64::MAX);
        let body = escaped(&shortened(&finding.request.body, BODY));
        let request = format!("{}: {body}", counted(records, "record"));
        writeln!(out, "  request   {}", folded(&request, WIDTH - 12, 12))?;
        let response = finding.response.as_ref().map_or_else(
            || "none".to_owned(),
            |answer| format!("HTTP {}: {}", answer.status, escaped(&shortened(&answer.body, BODY))),
        );
        writeln!(out, "  response  {}", folded(&response, WIDTH - 12, 12))?;
        writeln!(out, "  curl      {}", escaped(&finding.curl(index)))?;
        writeln!(out, "  rerun     {}", escaped(&report.rerun))?;
        go_on(out, finding)
    }

    fn verdict(&self, out: &mut W, report: &Report) -> io::Result<()> {
        let colour = if report.verdict == Verdict::Pass { AnsiColor::Green } else { AnsiColor::Red };
        let verdict = format!("verdict: {}", report.title());
        writeln!(out, "\n{}", self.styled(colour.on_default().bold(), &verdict))?;
        if let Some(reason) = report.verdict.reason() {
            writeln!(out, "{}", wrapped(&escaped(reason), WIDTH, 0))?;
        }
        let areas = report.areas.iter().filter(|area| area.requests > 0).map(|_| 1).sum();
        let counts = format!(
            "{}, {} in {}\n{}, {}, {}, seed {}",
            counted(report.counted(Severity::Violation), "violation"),
            counted(report.counted(Severity::Warning), "warning"),
            counted(areas, "area"),
            counted(report.requests, "request"),
            counted(report.records, "record"),
            lasting(report.duration),
            report.seed
        );
        writeln!(out, "{counts}")?;
        if report.known() > 0 {
            writeln!(out, "{} known", grouped(report.known()))?;
        }
        details(out, report)
    }
}

impl<W: Write + Send> Observer for Terminal<W> {
    fn sent(&self, area: &str, _: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(escaped(area));
            bar.inc(1);
        }
    }

    fn area_done(&self, done: &AreaDone<'_>) {
        if self.verbosity == Verbosity::Quiet {
            return;
        }
        let print = || {
            let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
            // A closed output is reported by `finish`.
            let _ = if self.verbosity >= Verbosity::Checks {
                self.area_and_checks(&mut out, done.area, done.checks)
            } else {
                self.area(&mut out, done)
            };
        };
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

/// Prints lines, without any control character: their text may come from a target or from a file.
fn put<W: Write>(out: &mut W, lines: &str) -> io::Result<()> {
    writeln!(out, "{}", escaped_lines(lines))
}

/// How to send a finding's requests again, and how to accept it.
fn go_on<W: Write>(out: &mut W, finding: &Finding) -> io::Result<()> {
    if let Some(file) = &finding.saved_as {
        writeln!(out, "  saved as  {}", escaped(file))?;
    }
    if finding.known.is_some() {
        return Ok(());
    }
    writeln!(out, "  to accept it, add to the file of --known-failures:")?;
    finding.known_failure_entries().lines().try_for_each(|line| writeln!(out, "    {}", escaped(line)))
}

/// What is said of a finding, before its request and response.
fn paragraphs(finding: &Finding) -> Vec<String> {
    let mut paragraphs = vec![
        shortened(&finding.message, MESSAGE),
        format!("{}: {}", finding.statement_and_source(), finding.summary),
    ];
    if finding.premises.len() > 1 {
        paragraphs.push(format!("depends on {}", finding.premises.join(", ")));
    }
    if finding.areas.len() > 1 {
        let others: Vec<_> = finding.areas.iter().filter(|area| **area != finding.area).cloned().collect();
        paragraphs.push(format!("also in {}", others.join(", ")));
    }
    if let Some(rate) = finding.rate {
        paragraphs.push(format!("intermittent: {} of {} times", rate.shown, rate.tried));
    }
    for also in &finding.also {
        let message = shortened(&also.message, MESSAGE);
        paragraphs
            .push(format!("same cause, {} of {} in {}: {message}", also.check, also.statement, also.area));
    }
    if let Some(why) = &finding.known {
        paragraphs.push(format!("known: {why}"));
    }
    if !finding.before.is_empty() {
        let count = u64::try_from(finding.before.len()).unwrap_or(u64::MAX);
        paragraphs.push(format!("shows only after {}, listed in report.json", counted(count, "request")));
    }
    paragraphs
}

/// When the first finding came, the boundary values covered, and the shard.
fn details<W: Write>(out: &mut W, report: &Report) -> io::Result<()> {
    if let Some(first) = report.first {
        writeln!(
            out,
            "first finding after {}, {}",
            counted(first.requests, "request"),
            lasting(first.after)
        )?;
    }
    if !report.boundaries.is_empty() {
        let covered = report.boundaries.iter().filter(|boundary| boundary.exercised > 0).count();
        let (covered, all) = (grouped_count(covered), grouped_count(report.boundaries.len()));
        writeln!(out, "boundary values covered: {covered}/{all}")?;
    }
    if let Some(Shard { part, of }) = report.shard {
        writeln!(out, "shard {part} of {of}: merge the reports with merge-reports")?;
    }
    Ok(())
}

fn coverage<W: Write>(out: &mut W, report: &Report) -> io::Result<()> {
    writeln!(out, "\nstatements")?;
    for covered in &report.coverage {
        let how = match &covered.reason {
            Some(reason) => reason.clone(),
            None => format!("exercised {}", counted(covered.exercised, "time")),
        };
        let line = escaped(&format!("{}: {how}", covered.statement_and_source()));
        put(out, &wrapped(&format!("  {line}"), WIDTH, 4))?;
    }
    Ok(())
}

/// Prints the boundary values: those covered, then those left out, with the reason.
fn boundaries<W: Write>(out: &mut W, report: &Report) -> io::Result<()> {
    if report.boundaries.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nboundary values")?;
    let (covered, left): (Vec<_>, Vec<_>) =
        report.boundaries.iter().partition(|boundary| boundary.exercised > 0);
    for boundary in covered.into_iter().chain(left) {
        let how = match (boundary.exercised, &boundary.left_out) {
            (0, Some(reason)) => format!("left out: {reason}"),
            (0, None) => "left out".to_owned(),
            (times, _) => counted(times, "time"),
        };
        let line = escaped(&format!("{} {}: {how}", boundary.area, boundary.id));
        put(out, &wrapped(&format!("  {line}"), WIDTH, 4))?;
    }
    Ok(())
}

fn result(violations: u64, warnings: u64, known: u64) -> String {
    match (violations, warnings) {
        (0, 0) if known > 0 => format!("{known} known"),
        (0, 0) => "ok".to_owned(),
        (0, warnings) => counted(warnings, "warning"),
        (violations, _) => counted(violations, "violation"),
    }
}

/// The result of an area's checks in words, its violations and its warnings.
fn tallied(checks: &[CheckTally]) -> (String, u64, u64) {
    let violations: u64 = checks.iter().map(|check| check.violations).sum();
    let warnings: u64 = checks.iter().map(|check| check.warnings).sum();
    let known: u64 = checks.iter().map(|check| check.known).sum();
    (result(violations, warnings, known), violations, warnings)
}

/// The left part, padded so that the right one ends at the last column.
fn pad(left: &str, right: &str) -> String {
    let room = WIDTH.saturating_sub(right.chars().count());
    let fill = room.saturating_sub(left.chars().count()).max(2);
    format!("{left}{}", " ".repeat(fill))
}
