//! Prints what is found as it is found.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;
use tally_generated::runtime::{Area, Observer, Outline, RecordVerdict, RequestVerdict, Violation};
use tally_runner::report::escaped;
use tally_spec::model::Contract;

use super::locate::Locator;

/// A writer that stops at its first error.
struct Printer<W> {
    out: W,
    printed: io::Result<()>,
}

impl<W: Write> Printer<W> {
    const fn new(out: W) -> Self {
        Self { out, printed: Ok(()) }
    }

    fn print(&mut self, print: impl FnOnce(&mut W) -> io::Result<()>) {
        if self.printed.is_ok() {
            self.printed = print(&mut self.out);
        }
    }
}

/// Where each statement comes from: `documented under Limits`.
pub(super) struct Sources(BTreeMap<String, String>);

impl Sources {
    pub(super) fn new(contract: &Contract) -> Self {
        let statements = contract.statements.iter();
        Self(statements.map(|statement| (statement.id.clone(), statement.source())).collect())
    }

    pub(super) fn of(&self, statement: &str) -> &str {
        self.0.get(statement).map_or("", String::as_str)
    }
}

/// Prints what is wrong, for a person: the message, and the statement with its source.
pub(super) fn reason(out: &mut impl Write, sources: &Sources, violation: &Violation) -> io::Result<()> {
    let Violation { message, statement, keyword, .. } = violation;
    writeln!(out, "    {} ({keyword})", escaped(message))?;
    writeln!(out, "    {statement}, {}", sources.of(statement))
}

/// What to call the place that a pointer points to.
pub(super) fn place(violation: &Violation) -> String {
    match violation.pointer.as_str() {
        "" => "the body".to_owned(),
        pointer => escaped(pointer),
    }
}

/// Prints the violations of one body for a person, with their lines and columns.
pub(super) struct Told<'t, W> {
    printer: Printer<W>,
    sources: Sources,
    name: String,
    body: &'t [u8],
    locator: Option<Locator<'t>>,
}

impl<'t, W: Write> Told<'t, W> {
    pub(super) fn new(out: W, contract: &Contract, name: String, body: &'t [u8]) -> Self {
        Self { printer: Printer::new(out), sources: Sources::new(contract), name, body, locator: None }
    }

    /// Says whether all was printed.
    pub(super) fn end(self) -> io::Result<()> {
        self.printer.printed
    }
}

impl<W: Write> Observer for Told<'_, W> {
    fn violation(&mut self, violation: Violation) {
        let bold = anstyle::Style::new().bold();
        let pointer = violation.pointer.as_str();
        // What is not JSON says itself at which line and column; the whole body needs none.
        let position = if pointer.is_empty() {
            None
        } else {
            self.locator.get_or_insert_with(|| Locator::new(self.body)).find(pointer)
        };
        let position =
            position.map_or_else(String::new, |position| format!(":{}:{}", position.line, position.column));
        let (name, sources) = (&self.name, &self.sources);
        self.printer.print(|out| {
            writeln!(out, "{}{position}: {bold}{}{bold:#}", escaped(name), place(&violation))?;
            reason(out, sources, &violation)
        });
    }
}

/// Prints the last line for a person.
pub(super) fn outcome(out: &mut impl Write, area: &Area, outline: &Outline) -> io::Result<()> {
    match outline.request {
        RequestVerdict::Reject => writeln!(out, "{}: the whole request would be rejected", area.title),
        RequestVerdict::Accept => {
            let (passed, failed) = (outline.records - outline.failed, outline.failed);
            writeln!(out, "{}: {passed} pass, {failed} fail", area.title)
        }
    }
}

/// Prints one JSON object.
pub(super) fn json(
    out: &mut impl Write,
    area: &Area,
    body: &[u8],
    request: RequestVerdict,
) -> io::Result<()> {
    let request = match request {
        RequestVerdict::Accept => "accept",
        RequestVerdict::Reject => "reject",
    };
    write!(out, "{{\"request\":\"{request}\",\"records\":[")?;
    let mut records = Records(Elements::new(&mut *out));
    (area.inspect)(body, &mut records);
    records.0.printer.printed?;
    write!(out, "],\"violations\":[")?;
    let mut violations = Violations(Elements::new(&mut *out));
    (area.inspect)(body, &mut violations);
    violations.0.printer.printed?;
    writeln!(out, "]}}")
}

/// The elements of a JSON list.
struct Elements<W> {
    printer: Printer<W>,
    any: bool,
}

impl<W: Write> Elements<W> {
    const fn new(out: W) -> Self {
        Self { printer: Printer::new(out), any: false }
    }

    fn print(&mut self, value: &serde_json::Value) {
        let comma = if std::mem::replace(&mut self.any, true) { "," } else { "" };
        self.printer.print(|out| write!(out, "{comma}{value}"));
    }
}

struct Records<W>(Elements<W>);

impl<W: Write> Observer for Records<W> {
    fn record(&mut self, verdict: RecordVerdict) {
        self.0.print(&match verdict {
            RecordVerdict::Pass => json!("pass"),
            RecordVerdict::Fail => json!("fail"),
        });
    }

    fn violation(&mut self, _violation: Violation) {}
}

struct Violations<W>(Elements<W>);

impl<W: Write> Observer for Violations<W> {
    fn violation(&mut self, violation: Violation) {
        self.0.print(&json!({
            "pointer": violation.pointer.as_str(),
            "keyword": violation.keyword,
            "statement": violation.statement,
            "record": violation.record,
            "message": violation.message,
        }));
    }
}

/// Prints the violations of one line after the other, for a person or as JSON Lines.
pub(super) struct Rows<W> {
    printer: Printer<W>,
    sources: Sources,
    json: bool,
    /// The line's number, from 1.
    pub(super) line: u64,
}

impl<W: Write> Rows<W> {
    pub(super) fn new(out: W, contract: &Contract, json: bool) -> Self {
        Self { printer: Printer::new(out), sources: Sources::new(contract), json, line: 0 }
    }

    /// Whether printing has failed, so that there is no use in going on.
    pub(super) const fn has_failed(&self) -> bool {
        self.printer.printed.is_err()
    }

    /// Prints one more thing at the end.
    pub(super) fn end(mut self, print: impl FnOnce(&mut W) -> io::Result<()>) -> io::Result<()> {
        self.printer.print(print);
        self.printer.print(Write::flush);
        self.printer.printed
    }
}

impl<W: Write> Observer for Rows<W> {
    fn violation(&mut self, violation: Violation) {
        let (line, sources) = (self.line, &self.sources);
        if self.json {
            let row = json!({
                "line": line,
                "record": violation.record,
                "pointer": violation.pointer.as_str(),
                "keyword": violation.keyword,
                "statement": violation.statement,
                "where": sources.of(violation.statement),
                "message": violation.message,
            });
            return self.printer.print(|out| writeln!(out, "{row}"));
        }
        let bold = anstyle::Style::new().bold();
        let record = violation.record.map_or_else(String::new, |record| format!(", record {record}"));
        self.printer.print(|out| {
            writeln!(out, "line {line}{record}: {bold}{}{bold:#}", place(&violation))?;
            reason(out, sources, &violation)
        });
    }
}
