//! A run of the built-in mock with a fault, as the terminal shows it. What differs from run to run (the clock, the
//! mock's port) is set.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tally_conformance::client::{Connection, Secret, Target};
use tally_conformance::fixtures::Fixtures;
use tally_conformance::mock::Mock;
use tally_conformance::outcome::{AreaDone, Finding, Observer as _, Report, Silent};
use tally_conformance::report::{Colour, Terminal, Verbosity};
use tally_conformance::run::{Config, Subject, conform};
use tally_conformance::{cli, embedded};
use tally_spec::model::{Contract, OverLimit};

const FAULT: &str = "limit-plus-one";
const PORT: &str = "8080";

/// The command that the picture shows.
fn command(area: &str) -> String {
    format!("tally conform --area {area} --fault {FAULT} --seed 1")
}

/// The command and what it prints, coloured.
///
/// # Errors
///
/// If the mock cannot be started, or nothing can be printed.
pub(crate) fn text() -> Result<String, Box<dyn std::error::Error>> {
    let name = embedded::names().next().ok_or("no contract is embedded")?;
    let (contract, generated) = cli::contract(Some(name))?;
    let fixtures = Fixtures::sample(&contract).map_err(|problems| format!("{problems:?}"))?;
    let area = area(&contract).ok_or("no area queues what is over its limit")?;
    let halves = tally_mock::Contract::new(Arc::clone(&contract), generated)?;
    let mock = Mock::builder(halves).fixtures(fixtures.clone()).token("picture-token").seed(1);
    let mock = mock.fault(Some(FAULT.parse()?)).start()?;
    let (token, timeout) = (Secret::new("picture-token"), Duration::from_secs(30));
    let root = mock.root().to_owned();
    let target = Target { root: root.clone(), token, timeout, connection: Connection::default() };
    let subject = Subject { contract: &contract, fixtures: &fixtures };
    let report = conform(subject, &config(&area), target, &Silent, &AtomicBool::new(false));
    Ok(format!("$ {}\n{}", command(&area), printed(&still(report, &root))?))
}

/// The area with the smallest limit, of those that queue what is over it.
fn area(contract: &Contract) -> Option<String> {
    let queues =
        contract.areas.iter().filter(|area| matches!(area.limit.over, OverLimit::Acknowledges { .. }));
    queues.min_by_key(|area| area.limit.maximum).map(|area| area.name.clone())
}

fn config(area: &str) -> Config {
    Config { areas: vec![area.to_owned()], rerun: command(area), ..Config::new(1) }
}

/// The report with every duration and the mock's port set.
fn still(mut report: Report, root: &str) -> Report {
    let port = root.split(':').nth(2).and_then(|rest| rest.split('/').next()).unwrap_or_default().to_owned();
    report.duration = Duration::from_millis(2_400);
    let count = u32::try_from(report.timings.len()).unwrap_or(u32::MAX).max(1);
    for timing in &mut report.timings {
        timing.duration = Duration::from_millis(1_200) / count;
    }
    if let Some(first) = &mut report.first {
        first.after = Duration::from_millis(240);
    }
    let set = |finding: &mut Finding| {
        finding.request.url = finding.request.url.replace(&format!(":{port}/"), &format!(":{PORT}/"));
    };
    report.findings.iter_mut().for_each(set);
    report
}

fn printed(report: &Report) -> io::Result<String> {
    let mut out = Vec::new();
    let terminal = Terminal::new(&mut out, Colour::Always, Verbosity::Normal, false);
    for area in &report.areas {
        let (checks, boundaries, timings) = (&report.checks, &report.boundaries, &report.timings);
        terminal.area_done(&AreaDone { area, checks, boundaries, timings });
    }
    terminal.finish(report)?;
    String::from_utf8(out).map_err(io::Error::other)
}
