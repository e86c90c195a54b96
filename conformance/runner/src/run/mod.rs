//! A run: requests to a target, their answers asked every check, and what was found.

mod area;
mod case;
mod confirm;
mod coverage;
mod known;
mod log;
mod observed;
mod platform;
mod preflight;
mod profile;
mod relations;
mod replay;
mod sequence;
mod session;
mod settle;
mod shown;
mod shrink;
mod steps;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use tally_spec::model::{Area, Behaviour, Contract, PlatformCondition};

use self::area::AreaRun;
use self::case::Case;
pub use self::known::{KnownFailure, KnownFailures};
use self::log::{Answers, End, Log};

pub use self::profile::{Budget, Profile};

use self::session::Session;
use crate::check::platform_errors::Allowed;
pub use crate::check::platform_errors::OtherVerbs;
use crate::client::{Client, Target};
use crate::observe::Reader;
use crate::outcome::{Counterexample, Observer, Report, Severity, Shard, Verdict, merge_findings};
use tally_fixtures::Fixtures;
use tally_oracle::oracle::Oracle;
use tally_oracle::strategy::{Maker, join};

/// The cases that an area has in its turn.
const TURN: usize = 20;

/// The sequences of requests of a standard run.
const SEQUENCES: u64 = 6;

/// What a run is to do.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Config {
    /// The seed: the same seed makes the same requests.
    pub seed: u64,
    /// The names of the areas; all of them where empty.
    pub areas: Vec<String>,
    /// How much is done.
    pub profile: Profile,
    /// What may be spent.
    pub budget: Budget,
    /// The part of the cases that is run, counted from 1, and of how many; all of them where none is given.
    pub shard: Option<Shard>,
    /// Counterexamples that were kept, which are run first.
    pub counterexamples: Vec<Counterexample>,
    /// Whether nothing but those is run.
    pub only_counterexamples: bool,
    /// Mixed batches generated for each area, beside those that a run always has.
    pub cases: usize,
    /// Whether a breach of what is only assumed is a violation.
    pub strict: bool,
    /// Whether areas with effects outside the data are called.
    pub allow_effects: bool,
    /// Whether batches over the limit are sent.
    pub allow_jobs: bool,
    /// Whether the token is known to be one that the target tells from others.
    pub token_is_real: bool,
    /// Failures that are accepted.
    pub known: KnownFailures,
    /// Which verbs other than the contract's own are sent. `Any` counts as `ReadOnly` for a target that is not
    /// on this machine.
    pub verbs: OtherVerbs,
    /// Whether a list is kept of what was written.
    pub list_written: bool,
    /// How many areas are run at once.
    pub workers: usize,
    /// The command that makes the run again, for the report.
    pub rerun: String,
}

impl Config {
    /// Whether the shard that is run does the thing of that number, among those of its kind.
    fn is_mine(&self, number: u64) -> bool {
        self.shard.is_none_or(|shard| shard.includes(number))
    }

    /// Which refusals are probed.
    const fn allowed(&self) -> Allowed {
        Allowed { token_is_real: self.token_is_real, verbs: self.verbs }
    }

    /// The config for a target: verbs that could write stay on this machine, unless they are documented.
    fn at(&self, target: &Target) -> Self {
        let mut config = self.clone();
        if config.verbs == OtherVerbs::Any && !target.is_on_this_machine() {
            config.verbs = OtherVerbs::ReadOnly;
        }
        config
    }
}

/// What a target is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// What the target's organisation holds.
    pub fixtures: &'a Fixtures,
}

/// Runs every area against the target. With `stop` set, it ends with what it has.
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

/// The same; where there is a reader, what the target keeps is judged too, by scenarios behind the other cases.
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
    let client = Client::new(subject.contract, target);
    let oracle = Oracle::new(subject.contract, subject.fixtures);
    let wanted = |area: &&Area| config.areas.is_empty() || config.areas.contains(&area.name);
    let areas: Vec<&Area> = subject.contract.areas.iter().filter(wanted).collect();
    let sent = AtomicU64::new(0);
    let unread = OnceLock::new();
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
        unread: &unread,
    };
    let (before, judged) = run.preflight(&areas);
    let logs = if judged.is_ok() { run.all(&areas) } else { Vec::new() };
    let verdict = match judged {
        Ok(()) => match (verdict(&logs, run.unauthorized(), config.only_counterexamples), unread.get()) {
            (Verdict::Pass, Some(why)) => {
                Verdict::inconclusive(format!("what the target keeps could not be read: {why}"))
            }
            (verdict, _) => verdict,
        },
        Err(reason) => Verdict::inconclusive(reason),
    };
    let stale = config.known.stale(subject.contract, config, &logs);
    let verdict = if verdict == Verdict::Pass && !stale.is_empty() { Verdict::Fail } else { verdict };
    let mut report = gather(&run, logs, verdict);
    report.stale = stale;
    report.requests += before.iter().map(|log| log.area.requests).sum::<u64>();
    report.records += before.iter().map(|log| log.area.records).sum::<u64>();
    report.duration = started.elapsed();
    report
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
    /// Why what the target keeps could not be read.
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
            log: Log::new(area),
            spent: 0,
            left_to_shrink: shrink::MOST_FOR_ALL,
        }
    }

    fn maker(&self, area: &'a Area) -> Maker<'a> {
        let mark = format!("tally-{}", self.config.seed);
        Maker::new(self.subject.contract, area, self.subject.fixtures, &mark)
    }

    fn unauthorized(&self) -> Option<u16> {
        preflight::unauthorized(self.subject.contract)
    }

    /// Whether the area may be called, or why not.
    fn leave_out(&self, area: &Area) -> Option<String> {
        let outside = area.behaviours.iter().any(Behaviour::is_outside_the_data);
        (outside && !self.config.allow_effects)
            .then(|| "it has effects outside the data: needs --allow-effects".to_owned())
    }

    /// Asks areas one after the other until one has answered in two ways.
    fn preflight(&self, areas: &[&'a Area]) -> (Vec<Log>, Result<(), String>) {
        let mut logs = Vec::new();
        let mut answers = Answers::default();
        let mut failures = Vec::new();
        let mut undecided = false;
        for area in areas.iter().filter(|area| self.leave_out(area).is_none()) {
            let mut session = self.session(area);
            let maker = self.maker(area);
            if !maker.lacks().is_empty() {
                continue;
            }
            let good = maker.batch(join(self.config.seed, 7), 1);
            let told = preflight::ask(&mut session, &good);
            logs.push(session.log);
            answers.join(&told.answers);
            undecided |= told.undecided;
            failures.extend(told.failure.map(|failure| failure.to_string()));
            if answers.count > 0 && answers.tell_nothing(self.unauthorized()).is_none() {
                return (logs, Ok(()));
            }
            if failures.len() == 2 {
                break;
            }
        }
        let reason = match (answers.tell_nothing(self.unauthorized()), failures.pop()) {
            (Some(reason), _) => reason,
            (None, Some(failure)) => format!("{} does not answer: {failure}", self.client.target().root),
            (None, None) if undecided => "the target only asks for patience".to_owned(),
            (None, None) => "there is no area to exercise".to_owned(),
        };
        (logs, Err(reason))
    }

    /// Runs the areas, some at once, and gives their logs in the contract's order. What tells most is asked
    /// of every area first, so that a target that does not conform is soon known as such.
    fn all(&self, areas: &[&'a Area]) -> Vec<Log> {
        let count = areas.len();
        let begun = areas.iter().enumerate().map(|(turn, area)| self.begin(area, (turn, count)));
        let areas: Vec<Mutex<InFlight<'a>>> = begun.map(Mutex::new).collect();
        let goes_on = self.config.profile == Profile::Thorough && !self.config.only_counterexamples;
        let observes = self.reader.is_some() && !self.config.only_counterexamples;
        self.each(&areas, |course| {
            let area = &course.session.area.name;
            let kept = self.config.counterexamples.iter().zip(0..);
            let kept: Vec<_> = kept
                .filter(|(_, number)| self.config.only_counterexamples || self.config.is_mine(*number))
                .filter(|(kept, _)| &kept.area == area && kept.contract == self.subject.contract.file.name)
                .collect();
            for (kept, _) in kept {
                replay::replay(course, self.config, kept);
            }
            if self.config.only_counterexamples {
                course.plan = case::Plan::default();
            }
        });
        self.each(&areas, |course| {
            let first = std::mem::take(&mut course.plan.first);
            course.run(&first, self.config);
        });
        self.sequences(&areas);
        self.rest(&areas, |course| {
            if !goes_on && !observes {
                self.done(&mut course.session.log);
            }
        });
        if goes_on {
            self.go_on(&areas);
        }
        if observes {
            self.observe(&areas);
        }
        if goes_on || observes {
            self.each(&areas, |course| self.done(&mut course.session.log));
        }
        let logs =
            areas.into_iter().map(|area| match area.into_inner().unwrap_or_else(PoisonError::into_inner) {
                InFlight::Running(course) => course.session.log,
                InFlight::LeftOut(mut log) => {
                    self.done(&mut log);
                    *log
                }
            });
        logs.collect()
    }

    /// Ends an area's log, and tells of it.
    fn done(&self, log: &mut Log) {
        log.finish();
        self.config.known.mark(log);
        self.observer.area_done(&log.area, &log.checks);
    }

    /// Sequences of requests over all areas, one after the other.
    fn sequences(&self, areas: &[Mutex<InFlight<'a>>]) {
        let count = match self.config.profile {
            _ if self.config.only_counterexamples => 0,
            Profile::Smoke => 0,
            Profile::Standard => SEQUENCES,
            Profile::Thorough => 5 * SEQUENCES,
        };
        let mut areas = locked(areas);
        let mut courses = going(&mut areas);
        if courses.is_empty() {
            return;
        }
        for number in (0..count).filter(|number| self.config.is_mine(*number)) {
            sequence::run(&mut courses, self.config, number);
        }
    }

    /// Judges what the target keeps, one area after the other.
    fn observe(&self, areas: &[Mutex<InFlight<'a>>]) {
        let Some(reader) = self.reader else { return };
        let mut areas = locked(areas);
        let observed = observed::run(&mut going(&mut areas), self.config, self.subject.fixtures, reader);
        if let Err(why) = observed {
            self.unread.get_or_init(|| self.client.target().token.redact(&why.0));
        }
    }

    /// Does something to each area's course, several at once.
    fn each(&self, areas: &[Mutex<InFlight<'a>>], what: impl Fn(&mut AreaRun<'a>) + Sync) {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.config.workers.clamp(1, areas.len().max(1)) {
                scope.spawn(|| {
                    while let Some(area) = areas.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let mut area = area.lock().unwrap_or_else(PoisonError::into_inner);
                        if let InFlight::Running(course) = &mut *area {
                            what(course);
                        }
                    }
                });
            }
        });
    }

    /// What is left of every area's plan, some cases of each in turn, so that each has its share of what may be
    /// spent. Each course that comes to its end is told of.
    fn rest(&self, areas: &[Mutex<InFlight<'a>>], ends: impl Fn(&mut AreaRun<'a>) + Sync) {
        for turn in 0.. {
            let goes_on = AtomicBool::new(false);
            self.each(areas, |course| {
                if turn > 0 && course.plan.rest.is_empty() {
                    return;
                }
                let left = course.plan.rest.split_off(course.plan.rest.len().min(TURN));
                let cases = std::mem::replace(&mut course.plan.rest, left);
                course.run(&cases, self.config);
                if course.session.log.ended.is_some() {
                    course.plan.rest.clear();
                }
                if course.plan.rest.is_empty() {
                    course.session.log.is_whole = course.session.log.ended.is_none();
                    ends(course);
                } else {
                    goes_on.store(true, Ordering::Relaxed);
                }
            });
            if !goes_on.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    /// Rounds of batches from new seeds, until the allowance is spent or every area has ended.
    fn go_on(&self, areas: &[Mutex<InFlight<'a>>]) {
        for round in 1.. {
            let going = AtomicBool::new(false);
            self.each(areas, |course| {
                let from = round * self.config.cases as u64;
                let numbers = from..from + self.config.cases as u64;
                let mine = numbers.filter(|number| self.config.is_mine(*number));
                let cases = mine.map(Case::Mixed).collect::<Vec<_>>();
                course.run(&cases, self.config);
                if course.session.log.ended.is_none() {
                    going.store(true, Ordering::Relaxed);
                }
            });
            let endless = self.config.budget == Budget::default() || self.config.cases == 0;
            if endless || !going.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    fn begin(&self, area: &'a Area, turn: (usize, usize)) -> InFlight<'a> {
        let mut session = self.session(area);
        let maker = self.maker(area);
        let lacks = maker.lacks();
        let reason = match self.leave_out(area) {
            None if lacks.is_empty() => {
                return InFlight::Running(Box::new(AreaRun::new(session, maker, self.config, turn)));
            }
            None => format!("the fixtures hold nothing for `{}`", lacks.join("`, `")),
            Some(reason) => reason,
        };
        session.log.open_borders(&maker, &maker.defects());
        for border in &mut session.log.boundaries {
            border.left_out = Some(reason.clone());
        }
        session.log.area.left_out.push(reason);
        InFlight::LeftOut(Box::new(session.log))
    }
}

/// An area of the run: on its course, or left out.
enum InFlight<'a> {
    Running(Box<AreaRun<'a>>),
    LeftOut(Box<Log>),
}

fn locked<'l, 'a>(areas: &'l [Mutex<InFlight<'a>>]) -> Vec<MutexGuard<'l, InFlight<'a>>> {
    areas.iter().map(|area| area.lock().unwrap_or_else(PoisonError::into_inner)).collect()
}

/// The courses of the areas that are not left out.
fn going<'l, 'a>(areas: &'l mut [MutexGuard<'_, InFlight<'a>>]) -> Vec<&'l mut AreaRun<'a>> {
    let going = areas.iter_mut().filter_map(|area| match &mut **area {
        InFlight::Running(course) => Some(&mut **course),
        InFlight::LeftOut(_) => None,
    });
    going.collect()
}

fn verdict(logs: &[Log], unauthorized: Option<u16>, few: bool) -> Verdict {
    let mut answers = Answers::default();
    for log in logs {
        answers.join(&log.answers);
    }
    // A counterexample's answers may well be alike; the requests before them were not.
    if let Some(reason) = answers.tell_nothing(unauthorized).filter(|_| !few) {
        return Verdict::inconclusive(reason);
    }
    if answers.count == 0 || logs.iter().all(|log| log.checks.iter().all(|check| check.cases == 0)) {
        return Verdict::inconclusive("nothing was exercised");
    }
    let mut findings = logs.iter().flat_map(|log| &log.findings);
    if findings.any(|finding| finding.severity == Severity::Violation && finding.known.is_none()) {
        return Verdict::Fail;
    }
    let failed = logs.iter().find_map(|log| match log.ended.as_ref()? {
        End::Spent(_) => None,
        End::Enough(reason) | End::Failed(reason) => Some((&log.area.name, reason)),
    });
    match failed {
        Some((area, reason)) => {
            Verdict::inconclusive(format!("{area} was not exercised to its end: {reason}"))
        }
        None => Verdict::Pass,
    }
}

fn gather(run: &Run<'_>, logs: Vec<Log>, verdict: Verdict) -> Report {
    let coverage = coverage::of(run.subject.contract, &logs);
    let mut report = Report {
        contract: run.subject.contract.file.name.clone(),
        target: run.client.target().root.clone(),
        verdict,
        seed: run.config.seed,
        profile: run.config.profile.to_string(),
        shard: run.config.shard,
        strict: run.config.strict,
        rerun: run.config.rerun.clone(),
        started: crate::outcome::EPOCH.to_owned(),
        requests: 0,
        records: 0,
        duration: std::time::Duration::ZERO,
        areas: Vec::new(),
        checks: Vec::new(),
        findings: Vec::new(),
        first: logs.iter().filter_map(|log| log.first).min_by_key(|first| first.after),
        coverage,
        boundaries: Vec::new(),
        timings: Vec::new(),
        written: std::collections::BTreeSet::new(),
        stale: Vec::new(),
        notes: notes(run, &logs),
    };
    for log in logs {
        report.requests += log.area.requests;
        report.records += log.area.records;
        report.areas.push(log.area);
        report.checks.extend(log.checks);
        report.boundaries.extend(log.boundaries);
        report.timings.extend(log.timings);
        report.written.extend(log.written);
        merge_findings(&mut report.findings, log.findings);
    }
    report.findings.sort_by_key(|finding| finding.severity);
    report
}

fn notes(run: &Run<'_>, logs: &[Log]) -> Vec<String> {
    let mut notes = Vec::new();
    for log in logs.iter().filter(|log| log.area.repeated_keys > 0) {
        let batches = log.area.repeated_keys;
        notes.push(format!(
            "{}: {batches} batches repeat keys, since the fixtures hold too few things for so many records",
            log.area.name
        ));
    }
    let undecided: u64 = logs.iter().map(|log| log.undecided).sum();
    if undecided > 0 {
        notes.push(format!("{undecided} requests had only answers that are no verdict"));
    }
    if let Some(why) = run.unread.get() {
        notes.push(format!("what the target keeps was judged in part or not at all: {why}"));
    }
    if !run.config.token_is_real {
        notes.push(
            "no invalid token was tried: TALLY_TOKEN is not set, so the target may take any".to_owned(),
        );
    }
    let conditions = &run.subject.contract.file.service.errors.conditions;
    if run.config.verbs == OtherVerbs::ReadOnly
        && conditions.iter().any(|error| error.when == PlatformCondition::WrongVerb)
    {
        notes.push("PUT and DELETE were not tried: on a remote target they need --allow-verbs".to_owned());
    }
    notes
}
