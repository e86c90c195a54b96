//! What a run would send, found out at the embedded mock.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::Failed;
use super::prepare::Prepared;
use crate::client::{Connection, Secret, Target};
use crate::report::Report;
use crate::run::{self, Budget, Silent, Subject};

/// Runs against the embedded mock, which conforms, and tells what it took.
///
/// # Errors
///
/// Where the mock cannot be started.
pub(super) fn outline(prepared: &Prepared) -> Result<Report, Failed> {
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
    Ok(run::conform(subject, &config, target, &Silent, &AtomicBool::new(false)))
}

/// The outline as a table.
pub(super) fn table(report: &Report) -> String {
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
    text.push_str("\nA finding adds requests to shrink it: 60 at most, and 400 at most in an area.\n");
    text
}
