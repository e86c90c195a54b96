//! Plays scenarios: sends their requests one after the other and reads the stored records around each.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use tally_spec::model::{Area, Constraint, DefaultSource, Response, UnknownThing};

use super::area::AreaRun;
use super::session::{Sent, Session, is_refusal};
use super::settle::{Evidence, Purpose, Shown, shown as each_shown};
use super::{Config, shown};
use crate::check::Breach;
use crate::check::relation::Summary;
use crate::observe::scenario::{self, Scenario, ScenarioBuilder, Step};
use crate::observe::{Became, Kept, Model, Question, Reader, Request, Unreadable, Wanted, World};
use crate::outcome::{Counterexample, How, Rate, ShownRequest};
use tally_fixtures::Fixtures;
use tally_oracle::oracle::{Expectation, Expected, Fate};
use tally_oracle::strategy::{Record, join};

/// How often a scenario is replayed to see whether it always shows a finding.
const TRIES: u32 = 2;

/// Plays every scenario of the areas and logs the findings.
///
/// # Errors
///
/// If the target's stored records cannot be read. The scenarios end there.
pub(super) fn run(
    area_runs: &mut [&mut AreaRun<'_>],
    config: &Config,
    fixtures: &Fixtures,
    reader: &dyn Reader,
) -> Result<(), Unreadable> {
    reader.today()?;
    for area_run in area_runs {
        let mut player =
            Player { session: &mut area_run.session, fixtures, reader, allow_jobs: config.allow_jobs };
        for saved in &config.counterexamples {
            if saved.area == player.session.area.name && saved.contract == player.session.contract.file.name {
                player.replay(saved, config.seed)?;
            }
        }
        let numbers = if config.only_counterexamples { 0 } else { scenario::count() };
        for number in (0..numbers).filter(|number| config.is_mine(*number as u64)) {
            player.one(number, config.seed)?;
        }
    }
    Ok(())
}

struct Player<'p, 'a> {
    session: &'p mut Session<'a>,
    fixtures: &'p Fixtures,
    reader: &'p dyn Reader,
    allow_jobs: bool,
}

/// The breaches that playing a scenario has shown, with the numbers of the steps.
type Found = Vec<(usize, Shown)>;

impl Player<'_, '_> {
    /// Plays a scenario. For new findings, it searches for the fewest requests that show them.
    fn one(&mut self, number: usize, seed: u64) -> Result<(), Unreadable> {
        if self.session.log.ended.is_some() {
            return Ok(());
        }
        self.session.log.begin_case();
        let (scenario, found) = self.play(number, seed, 0, None, Purpose::Case)?;
        for (step, shown) in found {
            self.session.note_first();
            let (shown, evidence) = if self.session.known(&shown.breach).is_some() {
                (shown, Evidence::default())
            } else {
                self.search(number, seed, step, shown, scenario.as_ref())?
            };
            self.session.settle_one(shown, |_, shown| (shown, evidence));
        }
        Ok(())
    }

    /// Plays the saved requests of a scenario, made anew from the run's seed, and logs what the last one shows.
    fn replay(&mut self, saved: &Counterexample, seed: u64) -> Result<(), Unreadable> {
        let How::Scenario { number, from, to } = saved.how else { return Ok(()) };
        for salt in 1..=u64::from(TRIES) + 1 {
            if self.session.log.ended.is_some() || self.session.log.shows(saved) {
                break;
            }
            let (made, found) = self.play(number, seed, salt, Some((from, to)), Purpose::Case)?;
            for (step, shown) in found {
                let before = made.as_ref().map_or_else(Vec::new, |made| self.before(made, from, step));
                let how = made.as_ref().and_then(|made| how(made, number, (from, step)));
                self.session.settle_one(shown, |_, shown| (shown, Evidence { rate: None, before, how }));
            }
        }
        Ok(())
    }

    /// Searches for the fewest requests before a finding's that show it again.
    fn search(
        &mut self,
        number: usize,
        seed: u64,
        step: usize,
        shown: Shown,
        scenario: Option<&Scenario>,
    ) -> Result<(Shown, Evidence), Unreadable> {
        let mut salt = 0;
        for fewer in (1..=step).rev() {
            salt += 1;
            let (made, found) = self.play(number, seed, salt, Some((fewer, step)), Purpose::Search)?;
            if let Some((_, again)) =
                found.into_iter().find(|(at, again)| *at == step && shown.is_same_as(again))
            {
                let before = made.as_ref().map_or_else(Vec::new, |made| self.before(made, fewer, step));
                let how = made.as_ref().and_then(|made| how(made, number, (fewer, step)));
                let rate = self.rate((number, seed, salt), (fewer, step), &again)?;
                return Ok((again, Evidence { rate, before, how }));
            }
        }
        let rate = self.rate((number, seed, salt), (0, step), &shown)?;
        let before = scenario.map_or_else(Vec::new, |scenario| self.before(scenario, 0, step));
        let how = scenario.and_then(|scenario| how(scenario, number, (0, step)));
        Ok((shown, Evidence { rate, before, how }))
    }

    /// How often some steps of a scenario show the same again, if they do not every time.
    fn rate(
        &mut self,
        (number, seed, mut salt): (usize, u64, u64),
        (from, to): (usize, usize),
        shown: &Shown,
    ) -> Result<Option<Rate>, Unreadable> {
        let mut rate = Rate { shown: 1, tried: 1 };
        for _ in 0..TRIES {
            salt += 1;
            let (_, found) = self.play(number, seed, salt, Some((from, to)), Purpose::Search)?;
            if self.session.log.ended.is_some() {
                return Ok(None);
            }
            rate.tried += 1;
            rate.shown += u32::from(found.iter().any(|(_, again)| shown.is_same_as(again)));
        }
        Ok(Some(rate).filter(|rate| rate.shown < rate.tried))
    }

    /// The requests that come before a step, as a report shows them.
    fn before(&self, scenario: &Scenario, from: usize, step: usize) -> Vec<ShownRequest> {
        let (contract, client) = (self.session.contract, self.session.client);
        let request = |step: &Step| {
            let request = self.session.request(step.batch.bytes());
            shown::request(contract, client, &request, step.batch.records.len())
        };
        scenario.steps.get(from..step).unwrap_or_default().iter().map(request).collect()
    }

    /// Plays a scenario made with a salt, or the steps of it from one number to another, both included.
    fn play(
        &mut self,
        number: usize,
        seed: u64,
        salt: u64,
        only: Option<(usize, usize)>,
        purpose: Purpose,
    ) -> Result<(Option<Scenario>, Found), Unreadable> {
        let area = self.session.area;
        let mark =
            format!("tally-{seed}-{number}{}", if salt == 0 { String::new() } else { format!("-{salt}") });
        let seed = join(join(seed, 20_000 + number as u64), salt);
        let builder = ScenarioBuilder::new(
            self.session.contract,
            area,
            self.fixtures,
            self.session.oracle,
            (&mark, seed),
        );
        let Some(scenario) = scenario::nth(&builder, number) else { return Ok((None, Vec::new())) };
        let limit = area.limit.maximum;
        let is_job = |step: &Step| size(area, &step.batch.records) > limit;
        if !self.allow_jobs && scenario.steps.iter().any(is_job) {
            return Ok((None, Vec::new()));
        }
        let watch = watch(&builder, &scenario);
        let (from, to) = only.unwrap_or((0, scenario.steps.len()));
        let mut found = Vec::new();
        let mut before = None;
        for (at, step) in scenario.steps.iter().enumerate().filter(|(at, _)| (from..=to).contains(at)) {
            let was = match before.take() {
                Some(world) => world,
                None => self.read(step, &watch)?,
            };
            let (shown, after) = self.step(step, &watch, was, purpose)?;
            found.extend(shown.into_iter().map(|shown| (at, shown)));
            before = after;
            if self.session.log.ended.is_some() || before.is_none() {
                break;
            }
        }
        Ok((Some(scenario), found))
    }

    /// Sends one request and checks what is stored. Returns no world if the answer was wrong, or does not show
    /// which records passed, so that it is unknown what should be stored.
    fn step(
        &mut self,
        step: &Step,
        watch: &[Watched],
        mut before: World,
        purpose: Purpose,
    ) -> Result<(Vec<Shown>, Option<World>), Unreadable> {
        let sent = self.session.send(&step.batch, purpose);
        let breaches = self.session.check(&sent, purpose);
        if !breaches.is_empty() {
            return Ok((each_shown(breaches, &sent), None));
        }
        let Some((became, is_job)) = self.became(step, &sent) else { return Ok((Vec::new(), None)) };
        if is_job {
            let has_ended = self.reader.drain()?;
            let model = Model::new(self.session.contract, self.fixtures);
            let questions = model.judge_end(self.session.area, has_ended).into_iter().collect();
            let breaches = self.asked(questions, purpose);
            if !has_ended {
                return Ok((each_shown(breaches, &sent), None));
            }
        }
        let after = self.read(step, watch)?;
        for day in &after.today {
            if !before.today.contains(day) {
                before.today.push(*day);
            }
        }
        let (contract, area) = (self.session.contract, self.session.area);
        let model = Model::new(contract, self.fixtures);
        let request = Request {
            area,
            envelope: &step.batch.envelope,
            records: &step.batch.records,
            became: &became,
            is_job,
        };
        let prediction = model.predict(&request, &before);
        let mut breaches = self.asked(model.judge(&prediction, &after), purpose);
        // The best documented first, and one for each finding.
        breaches.sort_by_key(|breach| breach.provenance(contract));
        let mut distinct: Vec<Breach> = Vec::new();
        for breach in breaches {
            if !distinct.iter().any(|known| known.key() == breach.key()) {
                distinct.push(breach);
            }
        }
        Ok((each_shown(distinct, &sent), Some(after)))
    }

    /// Counts the questions and returns the breaches among them.
    fn asked(&mut self, questions: Vec<Question>, purpose: Purpose) -> Vec<Breach> {
        for question in questions.iter().filter(|_| purpose == Purpose::Case) {
            self.session.log.case(self.session.contract, question.check, &question.statements);
            self.session.log.observe(&question.statements);
        }
        questions.into_iter().filter_map(|question| question.breach).collect()
    }

    /// The result of each record, and whether a job processes it; `None` if the answer does not show it.
    fn became(&self, step: &Step, sent: &Sent) -> Option<(Vec<Became>, bool)> {
        let seen = self.session.seen(sent)?;
        let records = step.batch.records.len();
        let all = |became| vec![became; records];
        let of = |fate| if fate == Fate::Passes { Became::Passed } else { Became::Failed };
        if is_refusal(seen.answer) {
            return Some((all(Became::Failed), false));
        }
        match &sent.expectation {
            Expectation::Records { records, .. } => Some((settled(records, Summary::of(&seen)?)?, false)),
            Expectation::Whole(_) => match Summary::of(&seen)? {
                Summary::Whole(true) => Some((all(Became::Passed), false)),
                Summary::Whole(false) => Some((all(Became::Failed), false)),
                _ => None,
            },
            Expectation::Acknowledged { .. } => {
                let area = self.session.area;
                let alone = |record: &Record| {
                    let one = step.batch.with_records(vec![record.clone()]);
                    match self.session.oracle.expect(area, &one.body()) {
                        Expectation::Records { records, .. } => records.first().map(|record| record.fate),
                        Expectation::Whole(expected) => Some(expected.fate),
                        _ => None,
                    }
                };
                let fates: Vec<Fate> = step.batch.records.iter().map(alone).collect::<Option<_>>()?;
                let whole = matches!(self.session.contract.response(area), Response::Whole(_));
                let open = fates.contains(&Fate::Open) || (whole && fates.contains(&Fate::Fails));
                (!open).then(|| (fates.into_iter().map(of).collect(), true))
            }
            _ => None,
        }
    }

    /// Reads the stored records that a scenario's requests can concern.
    fn read(&self, step: &Step, watch: &[Watched]) -> Result<World, Unreadable> {
        let area = self.session.area;
        let contract = self.session.contract;
        let mut world = World { is_whole: step.common.is_none(), ..World::default() };
        let mut ids = BTreeSet::new();
        let mut read = |area: &Area, wanted: &[Wanted]| -> Result<(), Unreadable> {
            let kept = self.reader.records(area, wanted)?;
            let known: &mut Vec<Kept> = world.areas.entry(area.name.clone()).or_default();
            let new = |one: &Kept| ids.insert((area.name.clone(), one.id.clone()));
            known.extend(kept.into_iter().filter(new));
            Ok(())
        };
        match &step.common {
            Some(common) => read(area, std::slice::from_ref(common))?,
            None => {
                for one in watch {
                    let area = contract.area(&one.area).unwrap_or(area);
                    read(area, &one.wanted)?;
                }
            }
        }
        let dated = |default: &tally_spec::model::Default| default.source == DefaultSource::Today;
        if area.defaults.iter().any(dated) {
            world.today = self.reader.today()?.into_iter().collect();
        }
        for rule in &area.rules {
            let Constraint::Exists { field, unknown: UnknownThing::Creates } = &rule.constraint else {
                continue;
            };
            let kind =
                area.fields.iter().find(|one| one.name == *field).and_then(|field| field.kind.as_ref());
            if let Some(kind) = kind
                && let Some(names) = self.reader.created(kind)?
            {
                world.created.insert(kind.clone(), names);
            }
        }
        Ok(world)
    }
}

/// How a scenario's request is saved, with its body.
fn how(scenario: &Scenario, number: usize, (from, to): (usize, usize)) -> Option<(How, Value)> {
    let step = scenario.steps.get(to)?;
    Some((How::Scenario { number, from, to }, step.batch.body()))
}

/// What to read of an area.
#[derive(Debug, Clone, PartialEq)]
struct Watched {
    area: String,
    wanted: Vec<Wanted>,
}

/// What a scenario's requests can concern.
fn watch(builder: &ScenarioBuilder<'_>, scenario: &Scenario) -> Vec<Watched> {
    let mut watch: BTreeMap<String, Watched> = BTreeMap::new();
    let mut add = |area: &Area, wanted: Vec<Wanted>| {
        let one = Watched { area: area.name.clone(), wanted };
        watch.insert(format!("{one:?}"), one);
    };
    for step in scenario.steps.iter().filter(|step| step.common.is_none()) {
        for record in &step.batch.records {
            for (area, wanted) in builder.watched(&step.batch.envelope, record) {
                add(area, wanted);
            }
        }
    }
    watch.into_values().collect()
}

/// The results of records, if their expected outcomes or the counts of the answer decide them.
fn settled(records: &[Expected], summary: Summary) -> Option<Vec<Became>> {
    let count = |fate: Fate| records.iter().filter(|record| record.fate == fate).count() as u64;
    let open = match summary {
        Summary::Flags(flags) => {
            let of = |passed: bool| if passed { Became::Passed } else { Became::Failed };
            return (flags.len() == records.len()).then(|| flags.into_iter().map(of).collect());
        }
        Summary::Counts { failed, .. } if failed == count(Fate::Fails) => Became::Passed,
        Summary::Counts { passed, .. } if passed == count(Fate::Passes) => Became::Failed,
        Summary::Counts { .. } | Summary::Whole(_) => return None,
    };
    let of = |record: &Expected| match record.fate {
        Fate::Passes => Became::Passed,
        Fate::Fails => Became::Failed,
        Fate::Open => open,
    };
    Some(records.iter().map(of).collect())
}

/// How many of what the area's limit counts the records hold.
fn size(area: &Area, records: &[Map<String, Value>]) -> usize {
    match &area.limit.counts {
        None => records.len(),
        Some(array) => records.iter().filter_map(|record| record.get(array)?.as_array()).map(Vec::len).sum(),
    }
}
