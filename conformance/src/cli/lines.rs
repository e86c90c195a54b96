//! `tally validate --lines`: many request bodies, one a line, in bounded memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read as _, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use tally_generated::runtime::{Area, Judgement, RequestVerdict};

/// The longest line that is taken. Unit: bytes.
///
/// Several times what any request within a limit needs. It bounds the memory: a line of nothing but records that
/// are none takes some seventy times its length, a sound one about its own.
const LONGEST_LINE: usize = 16 << 20;

/// Shorter runs show no progress.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was found on all lines.
#[derive(Debug, Default)]
pub(super) struct Summary {
    requests: u64,
    rejected: u64,
    over_limit: u64,
    passed: u64,
    failed: u64,
    /// Violations by statement.
    violations: BTreeMap<&'static str, u64>,
}

impl Summary {
    /// Whether no rule was broken.
    pub(super) fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    fn add(&mut self, area: &Area, judgement: &Judgement) {
        let failed = judgement.records.failed().len();
        self.requests += 1;
        self.rejected += u64::from(judgement.request == RequestVerdict::Reject);
        self.over_limit += u64::from(judgement.counted > area.limit);
        self.passed += (judgement.records.len() - failed) as u64;
        self.failed += failed as u64;
        for violation in &judgement.violations {
            *self.violations.entry(violation.statement).or_default() += 1;
        }
    }

    /// The summary as JSON.
    pub(super) fn to_json(&self) -> serde_json::Value {
        json!({
            "requests": self.requests,
            "rejected": self.rejected,
            "overLimit": self.over_limit,
            "records": self.passed + self.failed,
            "pass": self.passed,
            "fail": self.failed,
            "violations": self.violations,
        })
    }

    /// The summary as a table.
    pub(super) fn print(&self, out: &mut impl Write, area: &Area, contract: &str) -> io::Result<()> {
        let bold = anstyle::Style::new().bold();
        writeln!(out, "{bold}{}{bold:#}", area.title)?;
        for (what, count) in [
            ("requests", self.requests),
            ("refused whole", self.rejected),
            ("over the limit", self.over_limit),
            ("records", self.passed + self.failed),
            ("pass", self.passed),
            ("fail", self.failed),
        ] {
            writeln!(out, "  {what:<16} {count:>12}")?;
        }
        if self.is_clean() {
            return Ok(());
        }
        let statements = tally_generated::contract(contract).map_or(&[][..], |contract| contract.statements);
        let summary = |id: &str| statements.iter().find(|one| one.id == id).map_or("", |one| one.summary);
        writeln!(out, "{bold}Violations by statement{bold:#}")?;
        for (statement, count) in &self.violations {
            writeln!(out, "  {statement:<16} {count:>12}  {}", summary(statement))?;
        }
        Ok(())
    }
}

/// Judges each line of a file, or of standard input. Blank lines are left out.
///
/// # Errors
///
/// A text for a person: the file can't be read, or a line is longer than what is taken.
pub(super) fn judge(area: &Area, file: Option<&Path>) -> Result<Summary, String> {
    match file {
        Some(path) => {
            let describe = |error: io::Error| format!("{}: {error}", path.display());
            let file = File::open(path).map_err(describe)?;
            let length = file.metadata().ok().map(|about| about.len());
            judge_all(area, BufReader::with_capacity(1 << 20, file), length).map_err(describe)
        }
        None => judge_all(area, io::stdin().lock(), None).map_err(|error| format!("standard input: {error}")),
    }
}

fn judge_all(area: &Area, mut input: impl BufRead, length: Option<u64>) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let mut progress = Progress::new(length);
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = input.by_ref().take(LONGEST_LINE as u64 + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        if read > LONGEST_LINE {
            let message = format!("line {number} is longer than {LONGEST_LINE} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        if !line.trim_ascii().is_empty() {
            summary.add(area, &(area.judge)(&line));
        }
        progress.advance(read as u64);
    }
    progress.end();
    Ok(summary)
}

/// A progress bar on a terminal, for runs that take their time.
struct Progress {
    started: Instant,
    read: u64,
    bar: ProgressBar,
    shown: bool,
}

impl Progress {
    fn new(length: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden());
        let form = match length {
            Some(_) => "{bar:32} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
            None => "{bytes}, {bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        Self { started: Instant::now(), read: 0, bar, shown: !io::stderr().is_terminal() }
    }

    fn advance(&mut self, bytes: u64) {
        self.read += bytes;
        if !self.shown && self.started.elapsed() > PATIENCE {
            self.shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_position(self.read);
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area() -> &'static Area {
        &tally_generated::CONTRACTS[0].areas[0]
    }

    #[test]
    fn each_line_is_a_request() {
        let lines = b"{\n\n[]\r\n  \n{}";
        let summary = judge_all(area(), &lines[..], None).expect("memory can be read");
        assert_eq!((summary.requests, summary.rejected, summary.is_clean()), (3, 3, false));
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let endless = io::repeat(b' ').take(LONGEST_LINE as u64 + 10);
        let error = judge_all(area(), BufReader::new(endless), None).expect_err("it is too long");
        assert!(error.to_string().contains("line 1 is longer than"), "{error}");
    }
}
