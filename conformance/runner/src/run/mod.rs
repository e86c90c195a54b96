//! A run: sends requests to a target, checks the answers, and reports the findings.

mod area;
mod case;
mod config;
mod confirm;
mod coverage;
mod gather;
mod known;
mod log;
mod observed;
mod outage;
mod platform;
mod preflight;
mod profile;
mod relations;
mod replay;
mod replayable;
mod rounds;
mod sequence;
mod session;
mod settle;
mod shown;
mod shrink;
mod steps;
mod take_back;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use tally_spec::model::{Area, Behaviour};

pub use self::config::{Config, Subject};
pub use self::known::{KnownFailure, KnownFailures};
use self::log::Log;
use self::outage::Watch;
use self::preflight::Checked;
pub use self::profile::{Budget, Profile};
pub use self::replayable::{unknown_name, why_left_out};
use self::session::Session;
pub use crate::check::platform_errors::OtherVerbs;
use crate::client::{Client, Target};
use crate::observe::Reader;
use crate::outcome::{Observer, Report, Verdict};
use tally_oracle::oracle::Oracle;
use tally_oracle::strategy::Maker;

/// Tests every area of the target. Once `stop` is set, the run ends with a report of what was done.
#[must_use]
pub fn conform(
    subject: Subject<'_>,
    config: &Config,
    target: Target,
    observer: &dyn Observer,
    stop: &AtomicBool,
) -> Report {
    conform_observed(subject, config, target, observer, (stop, None))
}

/// Tests every area of the target. With a reader, it also checks the stored records, by scenarios after the other
/// cases.
#[must_use]
pub fn conform_observed(
    subject: Subject<'_>,
    config: &Config,
    target: Target,
    observer: &dyn Observer,
    (stop, reader): (&AtomicBool, Option<&dyn Reader>),
) -> Report {
    let started = Instant::now();
    let config = &config.at(&target);
    let mut target = target;
    if let Some(most) = config.budget.time {
        target.connection.end_at(started + most);
    }
    let client = Client::new(subject.contract, target);
    let oracle = Oracle::new(subject.contract, subject.fixtures);
    let is_chosen = |area: &&Area| config.areas.is_empty() || config.areas.contains(&area.name);
    let areas: Vec<&Area> = subject.contract.areas.iter().filter(is_chosen).collect();
    let sent = AtomicU64::new(0);
    let (watch, unread) = (Watch::default(), OnceLock::new());
    let run = Run {
        subject,
        config,
        client: &client,
        oracle: &oracle,
        observer,
        stop,
        started,
        sent: &sent,
        reader,
        watch: &watch,
        unread: &unread,
    };
    let (mut before, can_be_tested) = run.reach(&areas);
    let mut checked = if can_be_tested.is_ok() { run.preflight(&areas) } else { Checked::default() };
    let for_fixtures = requests(&checked.logs);
    before.append(&mut checked.logs);
    let can_be_tested = can_be_tested.and_then(|()| run.fixtures_hold(&checked));
    let mut logs = if can_be_tested.is_ok() { run.all(&areas, checked.asked) } else { Vec::new() };
    let outage = run.outage(&mut logs);
    let verdict = match (&outage, can_be_tested) {
        (Some(outage), _) => Verdict::inconclusive(outage.reason()),
        (None, Ok(())) => run.verdict(&logs),
        (None, Err(reason)) => Verdict::inconclusive(run.halted().unwrap_or(reason)),
    };
    let stale = config.known.stale(subject.contract, config, &logs);
    let verdict = if verdict == Verdict::Pass && !stale.is_empty() { Verdict::Fail } else { verdict };
    let mut report = run.gather(logs, verdict);
    report.stale = stale;
    report.outage = outage;
    report.notes.append(&mut checked.notes);
    if let Some(first) = &mut report.first {
        first.for_fixtures = for_fixtures;
    }
    report.requests += requests(&before);
    report.records += before.iter().map(|log| log.area.records).sum::<u64>();
    report.written.extend(before.iter().flat_map(|log| log.written.iter().cloned()));
    report.duration = started.elapsed();
    report
}

fn requests(logs: &[Log]) -> u64 {
    logs.iter().map(|log| log.area.requests).sum()
}

struct Run<'a> {
    subject: Subject<'a>,
    config: &'a Config,
    client: &'a Client,
    oracle: &'a Oracle,
    observer: &'a dyn Observer,
    stop: &'a AtomicBool,
    started: Instant,
    /// Requests sent so far.
    sent: &'a AtomicU64,
    reader: Option<&'a dyn Reader>,
    watch: &'a Watch,
    /// Why the stored records could not be read.
    unread: &'a OnceLock<String>,
}

impl<'a> Run<'a> {
    fn session(&self, area: &'a Area) -> Session<'a> {
        Session {
            contract: self.subject.contract,
            area,
            oracle: self.oracle,
            client: self.client,
            observer: self.observer,
            strict: self.config.strict,
            seed: self.config.seed,
            stop: self.stop,
            started: self.started,
            sent: self.sent,
            budget: self.config.budget,
            list_written: self.config.list_written,
            watch: self.watch,
            log: Log::new(self.subject.contract, area),
            spent: 0,
            recent: std::collections::VecDeque::new(),
            left_to_shrink: shrink::MOST_FOR_ALL,
        }
    }

    fn maker(&self, area: &'a Area) -> Maker<'a> {
        let mark = format!("tally-{}", self.config.seed);
        Maker::new(self.subject.contract, area, self.subject.fixtures, &mark)
    }

    /// Why the run ended before its time, if it did.
    fn halted(&self) -> Option<String> {
        if self.stop.load(Ordering::Relaxed) {
            return Some("the run was stopped".to_owned());
        }
        self.config.budget.spent(0, self.started).filter(|_| self.client.is_halted())
    }

    fn unauthorized(&self) -> Option<u16> {
        preflight::unauthorized(self.subject.contract)
    }

    /// Whether the area may be called, or why not.
    fn leave_out(&self, area: &Area) -> Option<String> {
        let outside = area.behaviours.iter().any(Behaviour::is_outside_the_data);
        (outside && !self.config.allow_effects)
            .then(|| "it has effects outside its data: needs --allow-effects".to_owned())
    }
}
