//! `--dry-run`: what a run would send, measured on the built-in mock.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::counted::Counted;
use super::prepare::Prepared;
use super::{Failed, usage};
use tally_runner::client::{Connection, Secret, Target};
use tally_runner::observe::MockReader;
use tally_runner::outcome::{AreaDone, Observer, Report};
use tally_runner::run::{self, Budget, Subject};

/// What a run would send.
pub(super) struct Outline {
    pub(super) report: Report,
    /// How many requests have each verb.
    pub(super) verbs: BTreeMap<String, u64>,
    /// How often stored records would be read; `None` if the run does not read them.
    pub(super) readings: Option<u64>,
}

/// Runs against the built-in mock, which conforms, and counts what it took. Reads the mock's stored records if
/// the run is to read its target's.
///
/// # Errors
///
/// If the mock cannot be started.
pub(super) fn outline(prepared: &Prepared) -> Result<Outline, Failed> {
    let token = Secret::new(format!("tally-{:016x}", super::drawn()));
    let mock = super::start_mock(prepared, None, &token)?;
    let target = Target {
        root: mock.root().to_owned(),
        token,
        timeout: Duration::from_secs(30),
        connection: Connection::default(),
    };
    let subject = Subject { contract: &prepared.contract, fixtures: &prepared.fixtures };
    let mut config = prepared.config.clone();
    // Time here says nothing about another target. An endless run is measured by its first round.
    config.budget = Budget { time: None, ..config.budget };
    let reader = MockReader::new(&prepared.contract, target.clone(), None).map_err(usage)?;
    let reader = Counted::new(&reader);
    let observes = prepared.observe.as_ref().map(|_| &reader);
    let stop = AtomicBool::new(false);
    let verbs = Verbs::default();
    let read_by = observes.map(|reader| reader as &dyn tally_runner::observe::Reader);
    let report = run::conform_observed(subject, &config, target, &verbs, (&stop, read_by));
    let verbs = verbs.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Outline { report, verbs, readings: observes.map(Counted::readings) })
}

/// Counts requests by their verb.
#[derive(Default)]
struct Verbs(Mutex<BTreeMap<String, u64>>);

impl Observer for Verbs {
    fn sent(&self, _: &str, verb: &str) {
        let mut verbs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *verbs.entry(verb.to_owned()).or_default() += 1;
    }

    fn area_done(&self, _: &AreaDone<'_>) {}
}

/// The outline as a table.
pub(super) fn table(outline: &Outline) -> String {
    let report = &outline.report;
    let mut text = format!(
        "a {} run with seed {} sends to a conforming target:\n\n  {:<24} {:>9} {:>9}  sizes\n",
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
    let _ = writeln!(text, "  {:<24} {:>9} {:>9}", "total", report.requests, report.records);
    let verbs: Vec<String> = outline.verbs.iter().map(|(verb, count)| format!("{verb} {count}")).collect();
    let _ = writeln!(text, "\nverbs: {}", verbs.join(", "));
    if let Some(readings) = outline.readings {
        let _ = writeln!(
            text,
            "\nIt also reads stored records {readings} times, by GET and POST below /_tally. If the target already\n\
             holds records, a read may take several requests."
        );
    }
    text.push_str("\nShrinking adds up to 60 requests per finding, and up to 400 per area.\n");
    text
}
