//! One area's part of a run.

use std::cell::OnceCell;

use tally_spec::model::Provenance;

use super::Config;
use super::case::{Basis, Case, Plan};
use super::platform;
use super::preflight::{Asked, Question};
use super::relations::{self, relate};
use super::session::Session;
use super::settle::{Purpose, alone, shown};
use crate::check::relation::Relation;
use crate::outcome::How;
use tally_oracle::oracle::{Expectation, Fate};
use tally_oracle::strategy::{Batch, Defect, Maker, Rng, join};

/// The defects that share a batch in the standard profile, at most.
pub(super) const PACK: usize = 16;

/// An area under test: its findings so far and its remaining cases.
pub(super) struct AreaRun<'a> {
    pub(super) session: Session<'a>,
    pub(super) maker: Maker<'a>,
    pub(super) defects: Vec<Defect>,
    pub(super) plan: Plan,
    /// What was asked before its run began, to be judged with the rest.
    pub(super) asked: Vec<Asked<'a>>,
    turn: usize,
    areas: usize,
    /// The surest defect, once it is needed: finding it takes the oracle an expectation per defect.
    surest: OnceCell<Option<usize>>,
}

impl<'a> AreaRun<'a> {
    /// Plans an area's cases. `turn` is its place among the areas of the run.
    pub(super) fn new(
        mut session: Session<'a>,
        maker: Maker<'a>,
        config: &Config,
        (turn, areas): (usize, usize),
    ) -> Self {
        let defects = maker.defects();
        session.log.open_boundaries(&maker, &defects);
        let good = session.request(maker.batch(join(config.seed, 5), 1).bytes());
        let mut area_run = Self {
            session,
            maker,
            defects,
            plan: Plan::default(),
            asked: Vec::new(),
            turn,
            areas,
            surest: OnceCell::new(),
        };
        area_run.plan = area_run.basis(config).plan(&good);
        let Plan { first, rest, pairs } = &mut area_run.plan;
        let mut numbers = 0..;
        for cases in [first, rest, pairs] {
            cases.retain(|_| numbers.next().is_some_and(|number| config.is_mine(number)));
        }
        area_run
    }

    pub(super) fn basis<'c>(&'c self, config: &'c Config) -> Basis<'c> {
        Basis {
            contract: self.session.contract,
            oracle: self.session.oracle,
            maker: &self.maker,
            defects: &self.defects,
            config,
            turn: self.turn,
            areas: self.areas,
        }
    }

    /// The defect with the strongest premises that surely fails its record and no other.
    fn surest(&self, config: &Config) -> Option<usize> {
        *self.surest.get_or_init(|| self.basis(config).surest())
    }

    /// Judges what was asked before the fixtures were known to be right, as cases of the run.
    pub(super) fn judge_asked(&mut self) {
        for Asked { question, answered, is_mine, .. } in std::mem::take(&mut self.asked) {
            if let Question::Probe { place, .. } = &question {
                for cases in [&mut self.plan.first, &mut self.plan.rest] {
                    cases.retain(|case| *case != Case::Probe(*place));
                }
            }
            self.session.check_budget();
            if !is_mine || self.session.log.ended.is_some() {
                continue;
            }
            self.session.log.begin_case();
            self.session.answered = Some(answered);
            match question {
                Question::Batch { batch, sent } => {
                    let breaches = self.session.check(&sent, Purpose::Case);
                    let shown = shown(breaches, &sent);
                    self.session.settle(&batch, shown, &How::Alone, &alone);
                }
                Question::Probe { probe, good, exchange, .. } => {
                    platform::judge_asked(&mut self.session, &probe, &good, exchange);
                }
            }
            self.session.answered = None;
        }
    }

    /// Runs cases until the area's run ends.
    pub(super) fn run(&mut self, cases: &[Case], config: &Config) {
        for case in cases {
            self.session.check_budget();
            if self.session.log.ended.is_some() {
                return;
            }
            self.session.log.begin_case();
            self.one(case, config);
        }
    }

    fn one(&mut self, case: &Case, config: &Config) {
        let seed = config.seed;
        match case {
            Case::Valid(size) => self.valid(*size, config),
            Case::Bad { size, places } => {
                let Some(surest) = self.surest(config) else { return };
                let bad: Vec<_> = places.iter().map(|place| (*place, &self.defects[surest])).collect();
                let batch = self.maker.with_defects(join(seed, 2 + *size as u64), *size, &bad);
                if *size == self.session.area.limit.maximum {
                    self.session.log.cover_boundary(&format!("limit/{size}"));
                }
                self.session.examine(&batch, &How::Alone, &alone);
            }
            Case::Defects(places) => {
                let defects: Vec<&Defect> =
                    places.iter().filter_map(|place| self.defects.get(*place)).collect();
                for defect in &defects {
                    self.session.log.cover_boundary(&defect.id);
                }
                hunt(&mut self.session, &self.maker, seed, &defects, Purpose::Case);
            }
            Case::BadOverLimit => self.bad_over_limit(config),
            Case::Repeated => self.repeated(config),
            Case::Pair(left, right) => {
                let (left, right) = (&self.defects[*left], &self.defects[*right]);
                let seed = join(seed, hash(&left.id) ^ hash(&right.id).rotate_left(1));
                let size = if self.basis(config).is_whole() { 1 } else { 2 };
                let batch = self.maker.with_defects(seed, size, &[(0, left), (0, right)]);
                self.session.examine(&batch, &How::Alone, &alone);
            }
            Case::Mixed(nth) => {
                let batch = self.basis(config).mixed(join(seed, 5000 + nth));
                self.session.examine(&batch, &How::Alone, &alone);
            }
            Case::Related(relation) => self.related(*relation, config),
            Case::Probe(place) => {
                let good = self.maker.batch(join(seed, 5), 1);
                platform::probe(&mut self.session, &good, config.allowed(), *place);
            }
            Case::Parameters => {
                let good = self.maker.batch(join(seed, 5), 1);
                platform::parameters(&mut self.session, &good);
            }
            Case::Echoed => self.echoed(config),
            Case::OddBodies => {
                let good = self.maker.batch(join(seed, 5), 1);
                platform::odd_bodies(&mut self.session, &good, None);
            }
            Case::UnknownMembers => {
                let good = self.maker.batch(join(seed, 5), 1);
                platform::unknown_members(&mut self.session, &good);
            }
        }
    }

    /// Records that fail, each with a boundary text in a field that entries repeat.
    fn echoed(&mut self, config: &Config) {
        let Some(surest) = self.surest(config).map(|surest| &self.defects[surest]) else { return };
        let echoes = &self.session.area.echoes;
        let repeated = |defect: &&Defect| {
            let text = defect.fate == Fate::Passes && defect.keyword == "text";
            text && echoes.iter().any(|echo| echo.field == defect.field)
                && !surest.touches_same_field_as(defect)
        };
        let texts: Vec<&Defect> = self.defects.iter().filter(repeated).collect();
        for texts in texts.chunks(PACK.min(self.session.area.limit.maximum)) {
            let bad = texts.iter().enumerate();
            let bad: Vec<_> = bad.flat_map(|(place, text)| [(place, surest), (place, *text)]).collect();
            let batch = self.maker.with_defects(join(config.seed, 15), texts.len(), &bad);
            self.session.examine(&batch, &How::Alone, &alone);
        }
    }

    /// A batch of valid records.
    fn valid(&mut self, size: usize, config: &Config) {
        let (session, maker) = (&mut self.session, &self.maker);
        let limit = session.area.limit.maximum;
        let boundary = format!("limit/{size}");
        if size > limit && !config.allow_jobs {
            let reason = "over the limit: needs --allow-jobs";
            session.log.leave_out(&boundary, reason);
            session.log.area.left_out.push(format!("{size} records, {reason}"));
            return;
        }
        let batch = maker.batch(join(config.seed, size as u64), size);
        session.log.area.repeated_keys += u64::from(batch.keys_repeat);
        if maker.border_sizes().contains(&size) {
            session.log.area.sizes.push(size);
        }
        session.log.cover_boundary(&boundary);
        session.examine(&batch, &How::Alone, &alone);
    }

    /// A batch over the limit with bad records in it, whose answer says nothing about them.
    fn bad_over_limit(&mut self, config: &Config) {
        if !config.allow_jobs {
            return;
        }
        let size = self.session.area.limit.maximum + 1;
        let last = if self.basis(config).is_whole() { 0 } else { size - 1 };
        let fails = |place: &usize| {
            let defect = &self.defects[*place];
            defect.fate == Fate::Fails && !defect.may_refuse
        };
        // A defect may leave too little of what the limit counts.
        let candidates = self.surest(config).into_iter().chain((0..self.defects.len()).filter(fails));
        let mut batches = candidates.map(|place| {
            let bad = &self.defects[place];
            self.maker.with_defects(join(config.seed, 13), size, &[(0, bad), (last, bad)])
        });
        let area = self.session.area;
        let is_over = |batch: &Batch| {
            self.session.oracle.expect(area, &batch.body()) == Expectation::Acknowledged { plain: false }
        };
        if let Some(batch) = batches.find(is_over) {
            self.session.examine(&batch, &How::Alone, &alone);
        }
    }

    /// Valid records, the last of which repeats the first.
    fn repeated(&mut self, config: &Config) {
        let batch =
            self.maker.batch(join(config.seed, 14), if self.basis(config).is_whole() { 1 } else { 3 });
        let places: Vec<usize> = (0..batch.records.len()).chain([0]).collect();
        let mut batch = batch.select(&places);
        batch.keys_repeat = true;
        if batch.records.len() > 1 {
            self.session.examine(&batch, &How::Alone, &alone);
        }
    }

    fn related(&mut self, relation: Relation, config: &Config) {
        let batch = match relation {
            // Only for records that pass is it certain that optional members do not matter.
            Relation::Bare | Relation::After => self.maker.batch(join(config.seed, 6), 2),
            _ => self.basis(config).mixed(join(config.seed, 4)),
        };
        let more = |seed: u64, bad: Option<usize>| {
            let bad: Vec<_> = bad.map(|bad| (0, &self.defects[bad])).into_iter().collect();
            self.maker.with_defects(join(config.seed, seed), 1, &bad)
        };
        let added = match relation {
            Relation::GoodAdded => Some(more(8, None)),
            Relation::BadAdded => {
                let Some(surest) = self.surest(config) else { return };
                Some(more(9, Some(surest)))
            }
            _ => None,
        };
        if relations::applies(&self.session, &batch, relation) {
            let trial = |session: &mut Session<'_>, batch: &Batch, purpose: Purpose| {
                relate(session, batch, relation, added.as_ref(), purpose)
            };
            let added = added.as_ref().map_or(serde_json::Value::Null, Batch::body);
            let how = How::Related { relation: relation.check().to_owned(), added };
            self.session.examine(&batch, &how, &trial);
        }
    }
}

/// Sends a batch with a record for each defect and a valid one after them, or one record if requests are judged
/// whole. If the answer is wrong, halves of it are sent to find the culprits; if neither shows anything, the batch
/// itself is shrunk. Returns whether anything was wrong.
fn hunt(
    session: &mut Session<'_>,
    maker: &Maker<'_>,
    seed: u64,
    defects: &[&Defect],
    purpose: Purpose,
) -> bool {
    let Some(first) = defects.first().filter(|_| session.log.ended.is_none()) else { return false };
    let seed = join(seed, hash(&first.id));
    let whole = matches!(session.contract.response(session.area), tally_spec::model::Response::Whole(_));
    // In some batches every record fails, since the answer has a status word of its own for that.
    let weight = |defect: &&Defect| session.contract.weight(defect.statements.iter().map(String::as_str));
    let all_fail = defects.iter().all(|defect| defect.fate == Fate::Fails && !defect.may_refuse)
        && defects.iter().any(|defect| weight(defect) == Provenance::Assumed);
    let size = if whole { 1 } else { defects.len() + usize::from(!all_fail) };
    let shift = usize::from(defects.len() == 1 && !whole && !all_fail && Rng::new(seed).one_in(2));
    let bad: Vec<_> =
        defects.iter().copied().enumerate().map(|(place, defect)| (place + shift, defect)).collect();
    let batch = maker.with_defects(seed, size, &bad);
    let shown = alone(session, &batch, purpose);
    if shown.is_empty() {
        return false;
    }
    if defects.len() == 1 || shown.iter().all(|shown| session.known(&shown.breach).is_some()) {
        session.settle(&batch, shown, &How::Alone, &alone);
        return true;
    }
    let (left, right) = defects.split_at(defects.len() / 2);
    let found = [left, right].map(|half| hunt(session, maker, seed, half, Purpose::Search));
    if found == [false, false] {
        session.settle(&batch, shown, &How::Alone, &alone);
    }
    true
}

/// A number for a text, the same on every machine.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0, |hash, byte| join(hash, u64::from(byte)))
}
