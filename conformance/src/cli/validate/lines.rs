//! `tally validate --lines`: many request bodies, one a line, in bounded memory.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufWriter, IsTerminal as _, Read as _, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use tally_generated::runtime::{Area, Observer, Outline, RequestVerdict, Violation};
use tally_spec::model::Contract;

use super::input::{Size, Source};
use super::show::Rows;
use super::{Args, Format, ended};

/// Shorter runs show no progress.
const PATIENCE: Duration = Duration::from_secs(2);

/// Validates each line and prints what is found, or a summary of it.
///
/// # Errors
///
/// A text for a person: the input can't be read, a line is larger than allowed, or standard output fails.
pub(super) fn run(
    args: &Args,
    contract: &Contract,
    area: &Area,
    source: &Source,
) -> Result<ExitCode, String> {
    let input = Input { area, source, most: args.max_bytes };
    let json = args.format == Format::Json;
    let out: Box<dyn Write> =
        if json { Box::new(io::stdout().lock()) } else { Box::new(anstream::stdout().lock()) };
    let mut out = BufWriter::new(out);
    let mut summary = Summary::default();
    if args.summary {
        input.each(&mut summary, |_, _| true, |summary, outline| summary.add(area, outline))?;
        let printed = match args.format {
            Format::Json => writeln!(out, "{}", summary.to_json()),
            Format::Human => summary.print(&mut out, area, contract),
        };
        return ended(printed.and_then(|()| out.flush()), summary.is_clean());
    }
    let mut rows = Rows::new(out, contract, json);
    let start = |rows: &mut Rows<_>, line| {
        rows.line = line;
        !rows.has_failed()
    };
    let (mut requests, mut bad, mut violations) = (0_u64, 0_u64, 0_u64);
    let read = input.each(&mut rows, start, |_, outline| {
        requests += 1;
        bad += u64::from(outline.violations > 0);
        violations += outline.violations as u64;
    });
    let printed = rows.end(|out| match &read {
        Ok(()) if !json => {
            writeln!(
                out,
                "{}: {bad} of {requests} requests break a rule, {violations} violations",
                area.title
            )
        }
        _ => Ok(()),
    });
    read?;
    ended(printed, bad == 0)
}

/// What was found on all lines.
#[derive(Debug, Default)]
struct Summary {
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
    fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    fn add(&mut self, area: &Area, outline: &Outline) {
        self.requests += 1;
        self.rejected += u64::from(outline.request == RequestVerdict::Reject);
        self.over_limit += u64::from(outline.counted > area.limit);
        self.passed += (outline.records - outline.failed) as u64;
        self.failed += outline.failed as u64;
    }

    /// The summary as JSON.
    fn to_json(&self) -> serde_json::Value {
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
    fn print(&self, out: &mut impl Write, area: &Area, contract: &Contract) -> io::Result<()> {
        let bold = anstyle::Style::new().bold();
        writeln!(out, "{bold}{}{bold:#}", area.title)?;
        for (what, count) in [
            ("requests", self.requests),
            ("rejected", self.rejected),
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
        let summary = |id: &str| contract.statement(id).map_or("", |statement| statement.summary.as_str());
        writeln!(out, "{bold}Violations by statement{bold:#}")?;
        for (statement, count) in &self.violations {
            writeln!(out, "  {statement:<16} {count:>12}  {}", summary(statement))?;
        }
        Ok(())
    }
}

impl Observer for Summary {
    fn violation(&mut self, violation: Violation) {
        *self.violations.entry(violation.statement).or_default() += 1;
    }
}

/// What is read line by line.
struct Input<'i> {
    area: &'i Area,
    source: &'i Source,
    most: Size,
}

impl Input<'_> {
    /// Validates each line; blank lines are left out. `start` hears the line's number and says whether to go on.
    fn each<O: Observer>(
        &self,
        observer: &mut O,
        start: impl FnMut(&mut O, u64) -> bool,
        end: impl FnMut(&mut O, &Outline),
    ) -> Result<(), String> {
        let (input, length) = self.source.open()?;
        self.each_of(input, length, observer, start, end)
    }

    fn each_of<O: Observer>(
        &self,
        mut input: impl BufRead,
        length: Option<u64>,
        observer: &mut O,
        mut start: impl FnMut(&mut O, u64) -> bool,
        mut end: impl FnMut(&mut O, &Outline),
    ) -> Result<(), String> {
        let mut progress = Progress::new(length);
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            let read = input
                .by_ref()
                .take(self.most.0.saturating_add(1))
                .read_until(b'\n', &mut line)
                .map_err(|error| self.source.failed(&error))?;
            if read == 0 || !start(observer, number) {
                break;
            }
            if read as u64 > self.most.0 && line.last() != Some(&b'\n') {
                return Err(self.source.too_large(&format!(", line {number},"), self.most));
            }
            if !line.trim_ascii().is_empty() {
                let outline = (self.area.inspect)(&line, observer);
                end(observer, &outline);
            }
            progress.advance(read as u64);
        }
        progress.end();
        Ok(())
    }
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
        Self {
            started: Instant::now(),
            read: 0,
            bar,
            shown: !io::stderr().is_terminal() || io::stdout().is_terminal(),
        }
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
    use std::io::BufReader;

    use super::*;

    fn summary(text: impl BufRead, most: u64) -> Result<Summary, String> {
        let area = &tally_generated::CONTRACTS[0].areas[0];
        let input = Input { area, source: &Source::new(None), most: Size(most) };
        let mut summary = Summary::default();
        let add = |summary: &mut Summary, outline: &Outline| summary.add(area, outline);
        input.each_of(text, None, &mut summary, |_, _| true, add).map(|()| summary)
    }

    #[test]
    fn each_line_is_a_request() {
        let summary = summary(&b"{\n\n[]\r\n  \n{}"[..], 100).expect("memory can be read");
        assert_eq!((summary.requests, summary.rejected, summary.is_clean()), (3, 3, false));
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let endless = io::repeat(b' ').take(1010);
        let error = summary(BufReader::new(endless), 1000).expect_err("it is too long");
        assert_eq!(error, "standard input, line 1, is larger than 1000 bytes: raise --max-bytes to read it");
        assert!(summary(&b"{       }\n{}"[..], 9).is_ok());
    }
}
