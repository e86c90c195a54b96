//! What a run would send, found out at the embedded mock.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::counted::Counted;
use super::prepare::Prepared;
use super::{Failed, usage};
use tally_runner::client::{Connection, Secret, Target};
use tally_runner::observe::MockReader;
use tally_runner::report::Report;
use tally_runner::run::{self, Budget, Silent, Subject};

/// What a run takes.
pub(super) struct Outline {
    pub(super) report: Report,
    /// How often what is kept is read; none where it is not.
    pub(super) readings: Option<u64>,
}

/// Runs against the embedded mock, which conforms, and tells what it took. Where the run is to observe what its
/// target keeps, what the mock keeps is observed.
///
/// # Errors
///
/// Where the mock cannot be started.
pub(super) fn outline(prepared: &Prepared) -> Result<Outline, Failed> {
    let token = Secret::new(format!("tally-{:016x}", super::drawn()));
    let mock = super::embedded(prepared, None, &token)?;
    let target = Target {
        root: mock.root().to_owned(),
        token,
        timeout: Duration::from_secs(30),
        connection: Connection::default(),
    };
    let subject = Subject { contract: &prepared.contract, fixtures: &prepared.fixtures };
    let mut config = prepared.config.clone();
    // Time says nothing of what is sent elsewhere; a run without an end is told by its first round.
    config.budget = Budget { time: None, ..config.budget };
    let reader = MockReader::new(&prepared.contract, target.clone(), None).map_err(usage)?;
    let reader = Counted::new(&reader);
    let observes = prepared.observe.as_ref().map(|_| &reader);
    let stop = AtomicBool::new(false);
    let read_by = observes.map(|reader| reader as &dyn tally_runner::observe::Reader);
    let report = run::conform_observed(subject, &config, target, &Silent, (&stop, read_by));
    Ok(Outline { report, readings: observes.map(Counted::readings) })
}

/// The outline as a table.
pub(super) fn table(outline: &Outline) -> String {
    let report = &outline.report;
    let mut text = format!(
        "what a {} run with seed {} sends to a target that conforms:\n\n  {:<24} {:>9} {:>9}  sizes\n",
        report.profile, report.seed, "area", "requests", "records"
    );
    for area in &report.areas {
        let sizes: Vec<String> = area.sizes.iter().map(usize::to_string).collect();
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "  {:<24} {:>9} {:>9}  {}",
            area.name,
            area.requests,
            area.records,
            sizes.join(" ")
        );
        for reason in &area.left_out {
            let _ = writeln!(text, "    left out: {reason}");
        }
    }
    let _ = writeln!(text, "  {:<24} {:>9} {:>9}", "in all", report.requests, report.records);
    if let Some(readings) = outline.readings {
        let _ = writeln!(
            text,
            "\nAmong these are the requests whose outcome is read back. What is kept is read {readings} times\n\
             besides; where more of it is there than at an empty target, a reading may take several requests."
        );
    }
    text.push_str("\nA finding adds requests to shrink it: 60 at most, and 400 at most in an area.\n");
    text
}
