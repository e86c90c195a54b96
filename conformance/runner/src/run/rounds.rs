//! The rounds of a run over its areas.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tally_spec::model::Area;

use super::area::AreaRun;
use super::case::{Case, Plan};
use super::log::Log;
use super::preflight::Asked;
use super::{Budget, Profile, Run, observed, replay, sequence};
use crate::outcome::{AreaDone, How};

/// How many cases of an area run in one turn.
const TURN: usize = 20;

/// The sequences of requests of a standard run.
const SEQUENCES: u64 = 6;

impl<'a> Run<'a> {
    /// Tests the areas, some at the same time, and returns their logs in the contract's order. The most revealing
    /// cases of every area come first, so that a target that does not conform is soon known.
    pub(super) fn all(&self, areas: &[&'a Area], mut asked: Vec<Asked<'a>>) -> Vec<Log> {
        let count = areas.len();
        let begun = areas.iter().enumerate().map(|(turn, area)| {
            let of_area = asked.extract_if(.., |asked| asked.area.name == area.name).collect();
            self.begin(area, (turn, count), of_area)
        });
        let areas: Vec<Mutex<InFlight<'a>>> = begun.map(Mutex::new).collect();
        let more_seeds = self.config.profile == Profile::Thorough && !self.config.only_counterexamples;
        let observes = self.reader.is_some();
        self.each(&areas, AreaRun::judge_asked);
        self.each(&areas, |area_run| self.replay(area_run));
        self.replay_sequences(&areas);
        self.each(&areas, |area_run| {
            let first = std::mem::take(&mut area_run.plan.first);
            area_run.run(&first, self.config);
        });
        self.sequences(&areas);
        self.in_turns(
            &areas,
            |plan| &mut plan.rest,
            |log| {
                log.is_enough = log.ended.is_none();
                log.is_whole = log.is_enough;
                if !more_seeds && !observes {
                    self.done(log);
                }
            },
        );
        if observes && self.watch.outage().is_none() {
            self.observe(&areas);
            // If a limit was reached on the way, scenarios were left out.
            self.each(&areas, |area_run| {
                let log = &mut area_run.session.log;
                log.is_enough &= log.ended.is_none();
            });
        }
        if more_seeds {
            self.in_turns(&areas, |plan| &mut plan.pairs, |log| log.is_whole = log.ended.is_none());
            self.go_on(&areas);
        }
        if more_seeds || observes {
            self.each(&areas, |area_run| self.done(&mut area_run.session.log));
        }
        let logs = areas
            .into_iter()
            .map(|area| self.log_of(area.into_inner().unwrap_or_else(PoisonError::into_inner)));
        logs.collect()
    }

    /// Replays the saved counterexamples of an area.
    fn replay(&self, area_run: &mut AreaRun<'a>) {
        let (config, area) = (self.config, &area_run.session.area.name);
        let is_mine = |number: u64| config.only_counterexamples || config.is_mine(number);
        let saved = config.counterexamples.iter().zip(0..).filter(|(_, number)| is_mine(*number));
        let of_area = saved
            .filter(|(saved, _)| &saved.area == area && saved.contract == self.subject.contract.file.name);
        for (saved, _) in of_area.collect::<Vec<_>>() {
            for _ in 0..replay::tries(config, saved) {
                area_run.session.log.begin_case();
                replay::replay(area_run, config, saved);
                if area_run.session.log.ended.is_some() || area_run.session.log.shows(saved) {
                    break;
                }
            }
        }
        if config.only_counterexamples {
            area_run.plan = Plan::default();
        }
    }

    /// Replays the saved counterexamples that take several requests, which may be to several areas.
    fn replay_sequences(&self, areas: &[Mutex<InFlight<'a>>]) {
        let (config, contract) = (self.config, &self.subject.contract.file.name);
        let is_mine = |number: u64| config.only_counterexamples || config.is_mine(number);
        let saved = config.counterexamples.iter().zip(0..);
        let saved = saved.filter(|(saved, number)| saved.contract == *contract && is_mine(*number));
        let mut areas = locked(areas);
        let mut area_runs = going(&mut areas);
        for (saved, _) in saved.filter(|(saved, _)| matches!(saved.how, How::After { .. })) {
            for _ in 0..replay::tries(config, saved) {
                sequence::replay(&mut area_runs, config, saved);
                let is_over =
                    |run: &&mut AreaRun<'a>| run.session.log.ended.is_some() || run.session.log.shows(saved);
                if area_runs.iter().any(is_over) {
                    break;
                }
            }
        }
    }

    fn log_of(&self, area: InFlight<'a>) -> Log {
        match area {
            InFlight::Running(area_run) => area_run.session.log,
            InFlight::LeftOut(mut log) => {
                self.done(&mut log);
                *log
            }
        }
    }

    /// Ends an area's log and reports it to the observer.
    fn done(&self, log: &mut Log) {
        if let Some(outage) = self.watch.outage() {
            log.take_back(outage.request);
        }
        log.finish();
        self.config.known.mark(log);
        self.observer.area_done(&AreaDone {
            area: &log.area,
            checks: &log.checks,
            boundaries: &log.boundaries,
            timings: &log.timings,
        });
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
        let mut area_runs = going(&mut areas);
        if area_runs.is_empty() {
            return;
        }
        for number in (0..count).filter(|number| self.config.is_mine(*number)) {
            sequence::run(&mut area_runs, self.config, number);
        }
    }

    /// Checks the stored records, one area after the other.
    fn observe(&self, areas: &[Mutex<InFlight<'a>>]) {
        let Some(reader) = self.reader else { return };
        let mut areas = locked(areas);
        let observed = observed::run(&mut going(&mut areas), self.config, self.subject.fixtures, reader);
        if let Err(why) = observed {
            self.unread.get_or_init(|| self.client.redact(&why.0));
        }
    }

    /// Does something with each area that is not left out, several at once.
    fn each(&self, areas: &[Mutex<InFlight<'a>>], what: impl Fn(&mut AreaRun<'a>) + Sync) {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.config.workers.clamp(1, areas.len().max(1)) {
                scope.spawn(|| {
                    while let Some(area) = areas.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let mut area = area.lock().unwrap_or_else(PoisonError::into_inner);
                        if let InFlight::Running(area_run) = &mut *area {
                            what(area_run);
                        }
                    }
                });
            }
        });
    }

    /// Runs the cases of a part of each area's plan, some of each area in turn, so that each gets its share of the
    /// run's limits. Calls `ends` for each area without cases left there.
    fn in_turns(
        &self,
        areas: &[Mutex<InFlight<'a>>],
        part: impl Fn(&mut Plan) -> &mut Vec<Case> + Sync,
        ends: impl Fn(&mut Log) + Sync,
    ) {
        for turn in 0.. {
            let goes_on = AtomicBool::new(false);
            self.each(areas, |area_run| {
                let planned = part(&mut area_run.plan);
                if turn > 0 && planned.is_empty() {
                    return;
                }
                let cases: Vec<Case> = planned.drain(..planned.len().min(TURN)).collect();
                area_run.run(&cases, self.config);
                if area_run.session.log.ended.is_some() {
                    part(&mut area_run.plan).clear();
                }
                if part(&mut area_run.plan).is_empty() {
                    ends(&mut area_run.session.log);
                } else {
                    goes_on.store(true, Ordering::Relaxed);
                }
            });
            if !goes_on.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    /// Runs rounds of batches from new seeds, until a limit is reached or every area has ended.
    fn go_on(&self, areas: &[Mutex<InFlight<'a>>]) {
        for round in 1.. {
            let going = AtomicBool::new(false);
            self.each(areas, |area_run| {
                let from = round * self.config.cases as u64;
                let numbers = from..from + self.config.cases as u64;
                let mine = numbers.filter(|number| self.config.is_mine(*number));
                let cases = mine.map(Case::Mixed).collect::<Vec<_>>();
                area_run.run(&cases, self.config);
                if area_run.session.log.ended.is_none() {
                    going.store(true, Ordering::Relaxed);
                }
            });
            let endless = self.config.budget == Budget::default() || self.config.cases == 0;
            if endless || !going.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    /// Plans the cases of an area, or says why it is left out.
    fn begin(&self, area: &'a Area, turn: (usize, usize), asked: Vec<Asked<'a>>) -> InFlight<'a> {
        let mut session = self.session(area);
        let maker = self.maker(area);
        let lacks = maker.lacks();
        let reason = match self.leave_out(area) {
            None if lacks.is_empty() => {
                let mut area_run = AreaRun::new(session, maker, self.config, turn);
                area_run.asked = asked;
                return InFlight::Running(Box::new(area_run));
            }
            None => format!("the fixtures have no data for `{}`", lacks.join("`, `")),
            Some(reason) => reason,
        };
        session.log.open_boundaries(&maker, &maker.defects());
        for boundary in &mut session.log.boundaries {
            boundary.left_out = Some(reason.clone());
        }
        session.log.area.left_out.push(reason);
        InFlight::LeftOut(Box::new(session.log))
    }
}

/// An area of the run: under test, or left out.
enum InFlight<'a> {
    Running(Box<AreaRun<'a>>),
    LeftOut(Box<Log>),
}

fn locked<'l, 'a>(areas: &'l [Mutex<InFlight<'a>>]) -> Vec<MutexGuard<'l, InFlight<'a>>> {
    areas.iter().map(|area| area.lock().unwrap_or_else(PoisonError::into_inner)).collect()
}

/// The areas that are not left out.
fn going<'l, 'a>(areas: &'l mut [MutexGuard<'_, InFlight<'a>>]) -> Vec<&'l mut AreaRun<'a>> {
    let going = areas.iter_mut().filter_map(|area| match &mut **area {
        InFlight::Running(area_run) => Some(&mut **area_run),
        InFlight::LeftOut(_) => None,
    });
    going.collect()
}
