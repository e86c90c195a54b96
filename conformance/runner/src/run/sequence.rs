//! Sequences of requests over several areas: what came before must not change what is answered.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config as TestConfig, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::ReferenceStateMachine as _;
use tally_spec::model::Behaviour;

use super::area::Course;
use super::platform::judge_probe;
use super::session::{Kept, Session, Shown, alone};
use super::shrink::{MOST_FOR_ONE, is_same};
use super::steps::{Kind, Model, Step};
use super::{Config, shown};
use crate::check::platform_errors::{self, Probe};
use crate::outcome::{Rate, ShownRequest};
use tally_oracle::oracle::Fate;
use tally_oracle::strategy::{Batch, Rng, join};

/// The steps of a sequence: enough for each kind of trouble and a valid request behind it.
const STEPS: RangeInclusive<usize> = 14..=18;
/// How often a sequence is sent again to tell whether it always shows what it has shown.
const TRIES: u32 = 5;

/// What a step sends, made for an area.
enum Made {
    Batch(Batch),
    Probe(Box<Probe>),
}

/// Runs one sequence, drawn by its number, and keeps what it shows.
pub(super) fn run(courses: &mut [&mut Course<'_>], config: &Config, number: u64) {
    if courses.iter().any(|course| course.session.log.ended.is_some()) {
        return;
    }
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&join(config.seed, 9000 + number).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(TestConfig::default(), rng);
    let Ok(mut tree) = Model::sequential_strategy(STEPS).new_tree(&mut runner) else { return };
    let (_, mut drawn, played) = tree.current();
    let Some((area, found)) = play(courses, config, &drawn, played.as_deref()) else { return };
    let session = &mut courses[area].session;
    if session.is_known(&found.breach) {
        if let Some(severity) = session.log.known(session.contract, &found.breach).map(|known| known.severity)
        {
            session.log.breach(session.contract, &found.breach, severity);
        }
        return;
    }
    session.note_first();
    count(courses, false);
    if let Some(played) = played {
        drawn.truncate(played.load(Ordering::Relaxed));
    }
    let (mut smallest, mut at) = ((drawn, found), area);
    let mut simpler = tree.simplify();
    while simpler {
        let (_, steps, _) = tree.current();
        // What it takes to see once more that the smallest shows it is left.
        if spent(courses) + (steps.len() + smallest.0.len()) as u64 > MOST_FOR_ONE {
            break;
        }
        match play(courses, config, &steps, None).filter(|(_, found)| is_same(&smallest.1, found)) {
            Some((area, found)) => {
                (smallest, at) = ((steps, found), area);
                simpler = tree.simplify();
            }
            None => simpler = tree.complicate(),
        }
    }
    let mut rate = Rate { shown: 1, tried: 1 };
    while rate.tried < TRIES && spent(courses) + smallest.0.len() as u64 <= MOST_FOR_ONE {
        rate.tried += 1;
        let again = play(courses, config, &smallest.0, None);
        rate.shown += u32::from(again.is_some_and(|(_, found)| is_same(&smallest.1, &found)));
    }
    let spent = spent(courses);
    count(courses, true);
    let before = shown_before(courses, config, &smallest.0);
    let session = &mut courses[at].session;
    session.spent = spent;
    let breach = smallest.1.breach.clone();
    let rate = Some(rate).filter(|rate| rate.shown < rate.tried);
    let kept = Kept { rate, before, how: None };
    let severity = session.keep(smallest.1, kept);
    session.log.breach(session.contract, &breach, severity);
}

fn count(courses: &mut [&mut Course<'_>], counting: bool) {
    for course in courses {
        course.session.counting = counting;
        course.session.spent = 0;
    }
}

/// The requests sent since they do not count as cases.
fn spent(courses: &[&mut Course<'_>]) -> u64 {
    courses.iter().map(|course| course.session.spent).sum()
}

/// Sends the steps up to the first that shows something, and gives that with the place of its area.
/// Counts them in `played`, so that those behind it need not be tried.
fn play(
    courses: &mut [&mut Course<'_>],
    config: &Config,
    steps: &[Step],
    played: Option<&AtomicUsize>,
) -> Option<(usize, Shown)> {
    for step in steps {
        if let Some(played) = played {
            played.fetch_add(1, Ordering::Relaxed);
        }
        let area = step.area.index(courses.len());
        let course = &mut *courses[area];
        let found = match make(course, config, step)? {
            Made::Batch(batch) => alone(&mut course.session, &batch).into_iter().next(),
            Made::Probe(probe) => probed(&mut course.session, &probe),
        };
        if course.session.log.ended.is_some() {
            return None;
        }
        if let Some(found) = found {
            return Some((area, found));
        }
    }
    None
}

fn probed(session: &mut Session<'_>, probe: &Probe) -> Option<Shown> {
    let exchange = session.exchange(probe.request.clone(), 0);
    let breach = judge_probe(session, probe, &exchange)?;
    Some(Shown { breach, exchange, records: 0 })
}

/// What a step sends; a valid batch where the area has nothing of the step's kind.
fn make(course: &Course<'_>, config: &Config, step: &Step) -> Option<Made> {
    let (session, maker) = (&course.session, &course.maker);
    let mut rng = Rng::new(step.seed);
    let mut with = |fate: Fate, size: usize| {
        let defects = course.defects.iter().filter(|defect| defect.fate == fate && !defect.may_refuse);
        let defects: Vec<_> = defects.collect();
        let defect = rng.pick(&defects).copied();
        let bad: Vec<_> = defect.map(|defect| (0, defect)).into_iter().collect();
        maker.with_defects(step.seed, if course.basis(config).is_whole() { 1 } else { size }, &bad)
    };
    Some(Made::Batch(match step.kind {
        Kind::Good => maker.batch(step.seed, 2),
        Kind::Boundary => with(Fate::Passes, 2),
        Kind::Reset => reset(course, step.seed),
        Kind::Bad => with(Fate::Fails, 2),
        Kind::AllBad => with(Fate::Fails, 1),
        Kind::Empty => maker.batch(step.seed, 0),
        Kind::OverLimit if config.allow_jobs => maker.batch(step.seed, session.area.limit.maximum + 1),
        Kind::OverLimit => maker.batch(step.seed, 1),
        Kind::Refused => {
            let good = session.request(maker.batch(step.seed, 1).bytes());
            let probes = platform_errors::probes(session.contract, session.area, &good, config.token_is_real);
            return Some(Made::Probe(Box::new(rng.pick(&probes)?.clone())));
        }
    }))
}

/// Valid records that take back what they hold, where the area has such.
fn reset(course: &Course<'_>, seed: u64) -> Batch {
    let mut batch = course.maker.batch(seed, 2);
    for behaviour in &course.session.area.behaviours {
        if let Behaviour::Resets { when, .. } = behaviour
            && let Some(value) = when.constant.iter().chain(when.one_of.iter().flatten()).next()
        {
            for record in &mut batch.records {
                record.insert(when.field.clone(), value.clone());
            }
        }
    }
    batch
}

/// The requests of all steps but the last, as a report shows them.
fn shown_before(courses: &[&mut Course<'_>], config: &Config, steps: &[Step]) -> Vec<ShownRequest> {
    let Some((_, before)) = steps.split_last() else { return Vec::new() };
    let shown = before.iter().filter_map(|step| {
        let course = &courses[step.area.index(courses.len())];
        let session = &course.session;
        let (request, records) = match make(course, config, step)? {
            Made::Batch(batch) => (session.request(batch.bytes()), batch.records.len()),
            Made::Probe(probe) => (probe.request, 0),
        };
        Some(shown::request(session.contract, session.client, &request, records))
    });
    shown.collect()
}
