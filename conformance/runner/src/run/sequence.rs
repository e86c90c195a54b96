//! Sequences of requests over several areas: earlier requests must not change later answers.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::strategy::{Strategy as _, ValueTree};
use proptest::test_runner::{Config as TestConfig, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::ReferenceStateMachine as _;
use tally_spec::model::Behaviour;

use super::area::AreaRun;
use super::platform::judge_probe;
use super::session::Session;
use super::settle::{Evidence, Purpose, Shown, alone, one};
use super::shrink::MOST_FOR_ONE;
use super::steps::{Before, Kind, Model, Step};
use super::{Config, replay, shown};
use crate::check::platform_errors::{self, Probe};
use crate::outcome::{Counterexample, Earlier, How, Rate, ShownRequest};
use serde_json::Value;
use tally_oracle::oracle::Fate;
use tally_oracle::strategy::{Batch, Rng, join};

/// The steps of a sequence: enough for each kind of trouble and a valid request after it.
const STEPS: RangeInclusive<usize> = 14..=18;
/// How often a sequence is replayed to see whether it always shows a finding.
const TRIES: u32 = 5;

/// What is drawn: the first state, the steps, and a counter of those that were played.
type Drawn = (Before, Vec<Step>, Option<Arc<AtomicUsize>>);

/// What a step sends, made for an area.
enum Made {
    Batch(Batch),
    Probe(Box<Probe>),
}

/// Runs one sequence, drawn by its number, and logs the finding, if any.
pub(super) fn run(area_runs: &mut [&mut AreaRun<'_>], config: &Config, number: u64) {
    if area_runs.iter().any(|area_run| area_run.session.log.ended.is_some()) {
        return;
    }
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&join(config.seed, 9000 + number).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(TestConfig::default(), rng);
    let Ok(mut tree) = Model::sequential_strategy(STEPS).new_tree(&mut runner) else { return };
    let (_, mut drawn, played) = tree.current();
    for area_run in area_runs.iter_mut() {
        area_run.session.log.begin_case();
    }
    let Some((area, found)) = play(area_runs, config, &drawn, played.as_deref(), Purpose::Case) else {
        return;
    };
    let session = &mut area_runs[area].session;
    if let Some(severity) = session.known(&found.breach) {
        session.log.breach(session.contract, &found.breach, severity);
        return;
    }
    session.note_first();
    reset_spent(area_runs);
    if let Some(played) = played {
        drawn.truncate(played.load(Ordering::Relaxed));
    }
    let (at, steps, smallest) = shrink(area_runs, config, &mut tree, (area, drawn, found));
    let rate = rate(area_runs, config, &steps, &smallest);
    let spent = spent(area_runs);
    reset_spent(area_runs);
    let before = shown_before(area_runs, config, &steps);
    let how = saved(area_runs, config, &steps);
    let session = &mut area_runs[at].session;
    session.spent = spent;
    session.settle_one(smallest, |_, shown| (shown, Evidence { rate, before, how }));
}

/// The steps as a counterexample holds them: how the last one's body is used, and that body.
fn saved(area_runs: &[&mut AreaRun<'_>], config: &Config, steps: &[Step]) -> Option<(How, Value)> {
    let save = |step: &Step| {
        let area_run = &area_runs[step.area.index(area_runs.len())];
        let area = area_run.session.area.name.clone();
        Some(match make(area_run, config, step)? {
            Made::Batch(batch) => Earlier { area, probe: None, body: batch.body() },
            Made::Probe(probe) => {
                let good = area_run.maker.batch(step.seed, 1).body();
                Earlier { area, probe: Some(probe.what), body: good }
            }
        })
    };
    let mut saved = steps.iter().map(save).collect::<Option<Vec<_>>>()?;
    let last = saved.pop()?;
    Some((How::After { earlier: saved, probe: last.probe }, last.body))
}

/// Replays a saved sequence, and logs what its last request shows.
pub(super) fn replay(area_runs: &mut [&mut AreaRun<'_>], config: &Config, kept: &Counterexample) {
    let How::After { earlier, probe } = &kept.how else { return };
    let last = Earlier { area: kept.area.clone(), probe: probe.clone(), body: kept.body.clone() };
    let mut steps = Vec::new();
    for step in earlier.iter().chain([&last]) {
        let Some(at) = area_runs.iter().position(|run| run.session.area.name == step.area) else { return };
        let area_run = &area_runs[at];
        let batch = replay::batch_of(area_run, &step.body);
        let made = match &step.probe {
            None => Some(Made::Batch(batch)),
            Some(what) => {
                let session = &area_run.session;
                let good = session.request(batch.bytes());
                let probes = platform_errors::probes(session.contract, session.area, &good, config.allowed());
                let found = probes.into_iter().find(|probe| probe.what == *what);
                found.map(|probe| Made::Probe(Box::new(probe)))
            }
        };
        let Some(made) = made else { return };
        steps.push((at, made));
    }
    let Some((at, found)) = play_made(area_runs, &steps) else { return };
    let shown = steps.iter().take(steps.len() - 1).map(|(at, made)| {
        let session = &area_runs[*at].session;
        let (request, records) = match made {
            Made::Batch(batch) => (session.request(batch.bytes()), batch.records.len()),
            Made::Probe(probe) => (probe.request.clone(), 0),
        };
        shown::request(session.contract, session.client, &request, records)
    });
    let before = shown.collect();
    let how = Some((kept.how.clone(), kept.body.clone()));
    let session = &mut area_runs[at].session;
    session.settle_one(found, |_, shown| (shown, Evidence { rate: None, before, how }));
}

/// Sends what was made up to the first answer that shows a breach.
fn play_made(area_runs: &mut [&mut AreaRun<'_>], steps: &[(usize, Made)]) -> Option<(usize, Shown)> {
    steps.iter().find_map(|(at, made)| {
        let session = &mut area_runs[*at].session;
        let found = match made {
            Made::Batch(batch) => alone(session, batch, Purpose::Case).into_iter().next(),
            Made::Probe(probe) => probed(session, probe, Purpose::Case),
        };
        found.map(|found| (*at, found))
    })
}

/// The fewest and simplest steps found that show the same, with the place of the area that shows it.
fn shrink(
    area_runs: &mut [&mut AreaRun<'_>],
    config: &Config,
    tree: &mut impl ValueTree<Value = Drawn>,
    (area, drawn, found): (usize, Vec<Step>, Shown),
) -> (usize, Vec<Step>, Shown) {
    let (mut at, mut fewest, mut smallest) = (area, drawn, found);
    let mut simpler = tree.simplify();
    while simpler {
        let (_, steps, _) = tree.current();
        // Requests to confirm the smallest once more must be left.
        if spent(area_runs) + (steps.len() + fewest.len()) as u64 > MOST_FOR_ONE {
            break;
        }
        let again = play(area_runs, config, &steps, None, Purpose::Search);
        match again.filter(|(_, found)| smallest.is_same_as(found)) {
            Some((area, found)) => {
                (at, fewest, smallest) = (area, steps, found);
                simpler = tree.simplify();
            }
            None => simpler = tree.complicate(),
        }
    }
    (at, fewest, smallest)
}

/// How often the steps show the same, if they do not every time.
fn rate(
    area_runs: &mut [&mut AreaRun<'_>],
    config: &Config,
    steps: &[Step],
    smallest: &Shown,
) -> Option<Rate> {
    let mut rate = Rate { shown: 1, tried: 1 };
    while rate.tried < TRIES && spent(area_runs) + steps.len() as u64 <= MOST_FOR_ONE {
        rate.tried += 1;
        let again = play(area_runs, config, steps, None, Purpose::Search);
        if area_runs.iter().any(|area_run| area_run.session.log.ended.is_some()) {
            return None;
        }
        rate.shown += u32::from(again.is_some_and(|(_, found)| smallest.is_same_as(&found)));
    }
    (rate.shown < rate.tried).then_some(rate)
}

fn reset_spent(area_runs: &mut [&mut AreaRun<'_>]) {
    for area_run in area_runs {
        area_run.session.spent = 0;
    }
}

/// The requests spent on the finding at hand.
fn spent(area_runs: &[&mut AreaRun<'_>]) -> u64 {
    area_runs.iter().map(|area_run| area_run.session.spent).sum()
}

/// Sends the steps up to the first that shows a breach, and returns it with the place of its area.
/// Counts them in `played`, so that those after it need not be tried.
fn play(
    area_runs: &mut [&mut AreaRun<'_>],
    config: &Config,
    steps: &[Step],
    played: Option<&AtomicUsize>,
    purpose: Purpose,
) -> Option<(usize, Shown)> {
    for step in steps {
        if let Some(played) = played {
            played.fetch_add(1, Ordering::Relaxed);
        }
        let area = step.area.index(area_runs.len());
        let area_run = &mut *area_runs[area];
        let found = match make(area_run, config, step)? {
            Made::Batch(batch) => alone(&mut area_run.session, &batch, purpose).into_iter().next(),
            Made::Probe(probe) => probed(&mut area_run.session, &probe, purpose),
        };
        if area_run.session.log.ended.is_some() {
            return None;
        }
        if let Some(found) = found {
            return Some((area, found));
        }
    }
    None
}

fn probed(session: &mut Session<'_>, probe: &Probe, purpose: Purpose) -> Option<Shown> {
    let exchange = session.exchange(probe.request.clone(), 0, purpose);
    let breach = judge_probe(session, probe, &exchange, purpose)?;
    Some(one(breach, exchange, 0))
}

/// What a step sends: a valid batch if the area has nothing of the step's kind.
fn make(area_run: &AreaRun<'_>, config: &Config, step: &Step) -> Option<Made> {
    let (session, maker) = (&area_run.session, &area_run.maker);
    let mut rng = Rng::new(step.seed);
    let mut with = |fate: Fate, size: usize| {
        let defects = area_run.defects.iter().filter(|defect| defect.fate == fate && !defect.may_refuse);
        let defects: Vec<_> = defects.collect();
        let defect = rng.pick(&defects).copied();
        let bad: Vec<_> = defect.map(|defect| (0, defect)).into_iter().collect();
        maker.with_defects(step.seed, if area_run.basis(config).is_whole() { 1 } else { size }, &bad)
    };
    Some(Made::Batch(match step.kind {
        Kind::Good => maker.batch(step.seed, 2),
        Kind::Boundary => with(Fate::Passes, 2),
        Kind::Reset => reset(area_run, step.seed),
        Kind::Bad => with(Fate::Fails, 2),
        Kind::AllBad => with(Fate::Fails, 1),
        Kind::Empty => maker.batch(step.seed, 0),
        Kind::OverLimit if config.allow_jobs => maker.batch(step.seed, session.area.limit.maximum + 1),
        Kind::OverLimit => maker.batch(step.seed, 1),
        Kind::Refused => {
            let good = session.request(maker.batch(step.seed, 1).bytes());
            let probes = platform_errors::probes(session.contract, session.area, &good, config.allowed());
            return Some(Made::Probe(Box::new(rng.pick(&probes)?.clone())));
        }
    }))
}

/// Valid records that reset their values, if the area has such.
fn reset(area_run: &AreaRun<'_>, seed: u64) -> Batch {
    let mut batch = area_run.maker.batch(seed, 2);
    for behaviour in &area_run.session.area.behaviours {
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
fn shown_before(area_runs: &[&mut AreaRun<'_>], config: &Config, steps: &[Step]) -> Vec<ShownRequest> {
    let Some((_, before)) = steps.split_last() else { return Vec::new() };
    let shown = before.iter().filter_map(|step| {
        let area_run = &area_runs[step.area.index(area_runs.len())];
        let session = &area_run.session;
        let (request, records) = match make(area_run, config, step)? {
            Made::Batch(batch) => (session.request(batch.bytes()), batch.records.len()),
            Made::Probe(probe) => (probe.request, 0),
        };
        Some(shown::request(session.contract, session.client, &request, records))
    });
    shown.collect()
}
