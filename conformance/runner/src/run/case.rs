//! The cases of an area, planned before the first request is sent.

use std::collections::BTreeMap;

use tally_spec::model::{Contract, Isolation, Provenance, Response};

use super::{Config, Profile};
use crate::check::platform_errors;
use crate::check::relation::Relation;
use crate::client::Request;
use tally_oracle::oracle::{Expectation, Fate, Oracle};
use tally_oracle::strategy::{Defect, Maker, Rng, join};

/// The records of a mixed batch, at most.
const MIXED: usize = 24;
/// The index of a bad record deep in its batch.
const DEEP: usize = 99;
/// The probes of an area in the smallest profile.
const FEW_PROBES: usize = 3;
/// The defects sent alone in the smallest profile, if requests are judged whole.
const FEW_SINGLES: usize = 4;
/// In the smallest profile, one area in this many gets other spellings.
const SPELT_EVERY: usize = 4;

/// One case of an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Case {
    /// This many valid records.
    Valid(usize),
    /// Records with the surest defect at some places.
    Bad { size: usize, places: Vec<usize> },
    /// Records with a defect each, by their places in the list of defects, and a valid one after them.
    Defects(Vec<usize>),
    /// A record with two defects, and a valid one after it.
    Pair(usize, usize),
    /// Records with the surest defect in a batch over the limit.
    BadOverLimit,
    /// Valid records, and the first one once more after them.
    Repeated,
    /// Valid and bad records at random.
    Mixed(u64),
    /// Two requests, one derived from the other.
    Related(Relation),
    /// A request that the platform must refuse, by its place in the list of probes.
    Probe(usize),
    /// A media type with a parameter.
    Parameters,
    /// Undocumented members.
    UnknownMembers,
    /// Bodies that parsers stumble over.
    OddBodies,
    /// Records that fail, each with a boundary text that its entry repeats.
    Echoed,
}

/// The cases of an area: the most revealing ones first.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) first: Vec<Case>,
    pub(super) rest: Vec<Case>,
    /// The pairs of a thorough run: there may be more of them than it has time for.
    pub(super) pairs: Vec<Case>,
}

/// What the cases of an area are planned from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Basis<'a> {
    pub(super) contract: &'a Contract,
    pub(super) oracle: &'a Oracle,
    pub(super) maker: &'a Maker<'a>,
    pub(super) defects: &'a [Defect],
    pub(super) config: &'a Config,
    /// The area's place among those of the run.
    pub(super) turn: usize,
    /// How many areas the run has.
    pub(super) areas: usize,
}

impl Basis<'_> {
    /// The cases of the profile.
    pub(super) fn plan(&self, good: &Request) -> Plan {
        let mut plan = Plan { first: self.first(good), ..Plan::default() };
        if self.config.profile != Profile::Smoke {
            plan.rest = self.every(good);
            plan.rest.retain(|case| !plan.first.contains(case));
        }
        match self.config.profile {
            Profile::Smoke => {}
            Profile::Standard => plan.rest.extend(self.pairs(self.config.cases)),
            Profile::Thorough => plan.pairs = self.pairs(usize::MAX),
        }
        plan
    }

    /// Whether the area's requests are judged whole.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.contract.response(self.maker.area()), Response::Whole(_))
    }

    /// The most revealing cases, about a dozen requests.
    fn first(&self, good: &Request) -> Vec<Case> {
        let limit = self.maker.area().limit.maximum;
        let mut cases = Vec::new();
        if self.is_whole() {
            cases.push(Case::Valid(limit));
            cases.extend(self.telling_singles());
        } else {
            cases.extend(self.packs(limit.saturating_sub(1).max(1), true));
            let deep = if limit > DEEP { vec![DEEP] } else { Vec::new() };
            let places = [0, limit / 2].into_iter().chain(deep).chain([limit - 1]).collect();
            cases.push(Case::Bad { size: limit, places });
        }
        cases.push(Case::Valid(limit + 1));
        let probes = self.probes(good);
        // All areas together send each probe once, however few they are.
        let few = FEW_PROBES.max(probes.div_ceil(self.areas.max(1)).min(2 * FEW_PROBES));
        let turns = (0..few).map(|nth| (self.turn * few + nth) % probes.max(1));
        cases.extend(turns.filter(|probe| *probe < probes).map(Case::Probe));
        // One part of an endpoint reads the spelling of requests: some areas stand for all.
        let few = self.areas < SPELT_EVERY;
        if few || self.turn.is_multiple_of(SPELT_EVERY) {
            cases.extend([Case::Related(Relation::Respelt), Case::Parameters]);
        }
        if few || self.turn % SPELT_EVERY == 2 {
            cases.extend([Case::Valid(0), Case::Repeated]);
        }
        if few || self.turn % 2 == 1 {
            cases.extend([Case::BadOverLimit, Case::Related(Relation::After)]);
        }
        cases
    }

    /// Every case of the standard and the thorough profile, apart from pairs.
    fn every(&self, good: &Request) -> Vec<Case> {
        let thorough = self.config.profile == Profile::Thorough;
        let limit = self.maker.area().limit.maximum;
        let mut cases: Vec<Case> = self.maker.border_sizes().into_iter().map(Case::Valid).collect();
        let between = 2 + Rng::new(join(self.config.seed, 11)).below(limit.saturating_sub(3));
        cases.push(Case::Valid(between.min(limit)));
        if self.is_whole() || thorough {
            cases.extend((0..self.defects.len()).map(|defect| Case::Defects(vec![defect])));
        } else {
            cases.extend(self.packs(super::area::PACK.min(limit - 1).max(1), false));
        }
        cases.extend(self.isolated());
        cases.extend([Case::Echoed, Case::BadOverLimit, Case::Repeated]);
        cases.extend((0..self.config.cases).map(|case| Case::Mixed(case as u64)));
        cases.extend(Relation::ALL.map(Case::Related));
        cases.extend((0..self.probes(good)).map(Case::Probe));
        cases.extend([Case::Parameters, Case::UnknownMembers, Case::OddBodies]);
        cases
    }

    fn probes(&self, good: &Request) -> usize {
        let (contract, area) = (self.contract, self.maker.area());
        platform_errors::probes(contract, area, good, self.config.allowed()).len()
    }

    /// The defects in groups of the same weight that can share a batch; if `sure`, only those that surely pass or
    /// fail.
    fn packs(&self, size: usize, sure: bool) -> Vec<Case> {
        let class = |defect: &Defect| {
            let weight = self.contract.weight(defect.statements.iter().map(String::as_str));
            (defect.may_refuse, defect.fate, weight == Provenance::Assumed)
        };
        let mut classes: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (place, defect) in self.defects.iter().enumerate() {
            if !sure || (defect.fate != Fate::Open && !defect.may_refuse) {
                classes.entry(class(defect)).or_default().push(place);
            }
        }
        classes.values().flat_map(|class| self.apart(class, size)).map(Case::Defects).collect()
    }

    /// Defects in groups of at most that many, without two that need different request options.
    fn apart(&self, class: &[usize], size: usize) -> Vec<Vec<usize>> {
        let mut packs: Vec<Vec<usize>> = Vec::new();
        for place in class {
            let fits = |pack: &&mut Vec<usize>| {
                let agrees = |other: &usize| self.defects[*place].is_compatible_with(&self.defects[*other]);
                pack.len() < size && pack.iter().all(agrees)
            };
            match packs.iter_mut().find(fits) {
                Some(pack) => pack.push(*place),
                None => packs.push(vec![*place]),
            }
        }
        packs
    }

    /// For requests that are judged whole: the defects with the strongest premises, as varied as possible.
    fn telling_singles(&self) -> Vec<Case> {
        let sure = |place: &usize| {
            let defect = &self.defects[*place];
            defect.fate == Fate::Fails && !defect.may_refuse
        };
        let weight =
            |place: &usize| self.contract.weight(self.defects[*place].statements.iter().map(String::as_str));
        let mut places: Vec<usize> = (0..self.defects.len()).filter(sure).collect();
        places.sort_by_key(weight);
        let mut seen = Vec::new();
        places.retain(|place| {
            let kind = (&self.defects[*place].field, &self.defects[*place].keyword);
            let is_new = !seen.contains(&kind);
            seen.push(kind);
            is_new
        });
        places.into_iter().take(FEW_SINGLES).map(|place| Case::Defects(vec![place])).collect()
    }

    /// A bad record at the first, a middle, the last and the hundredth place of a batch.
    fn isolated(&self) -> Vec<Case> {
        if self.is_whole() {
            return Vec::new();
        }
        let limit = self.maker.area().limit.maximum;
        let small = 5.min(limit);
        let deep = limit.min(DEEP + 2);
        let mut cases: Vec<Case> =
            [0, small / 2, small - 1].map(|place| Case::Bad { size: small, places: vec![place] }).to_vec();
        if deep > DEEP {
            cases.push(Case::Bad { size: deep, places: vec![DEEP] });
        }
        cases.extend([1, small, limit].map(|size| Case::Bad { size, places: (0..size).collect() }));
        cases.dedup();
        cases
    }

    /// At most that many pairs of defects, spread over all of them.
    fn pairs(&self, most: usize) -> Vec<Case> {
        let pairs: Vec<(usize, usize)> = self.maker.pairs(self.defects).collect();
        let step = (pairs.len() / most.clamp(1, pairs.len().max(1))).max(1);
        let start = Rng::new(join(self.config.seed, 12)).below(step);
        let chosen = pairs.into_iter().skip(start).step_by(step).take(most);
        chosen.map(|(left, right)| Case::Pair(left, right)).collect()
    }

    /// The defect with the strongest premises that surely fails its record and no other.
    pub(super) fn surest(&self) -> Option<usize> {
        let area = self.maker.area();
        let surely_fails = |place: &usize| {
            let batch = self.maker.with_defects(self.config.seed, 1, &[(0, &self.defects[*place])]);
            match self.oracle.expect(area, &batch.body()) {
                Expectation::Records { records, .. } => {
                    records.iter().all(|record| record.fate == Fate::Fails && !record.may_refuse)
                }
                _ => false,
            }
        };
        let weight =
            |place: &usize| self.contract.weight(self.defects[*place].statements.iter().map(String::as_str));
        (0..self.defects.len()).filter(surely_fails).min_by_key(weight)
    }

    /// A batch of valid records with bad ones among them; few if one decides for all.
    pub(super) fn mixed(&self, seed: u64) -> tally_oracle::strategy::Batch {
        let area = self.maker.area();
        let mut rng = Rng::new(seed);
        let size = 2 + rng.below(MIXED.min(area.limit.maximum / 2).max(1));
        // A record for which the whole request may be refused would leave nothing to check in the others.
        let usable: Vec<_> = self.defects.iter().filter(|defect| !defect.may_refuse).collect();
        let rarely = if area.isolation == Isolation::AllOrNothing { 8 } else { 3 };
        let mut bad = Vec::new();
        for place in 0..size {
            if rng.one_in(rarely)
                && let Some(defect) = rng.pick(&usable)
            {
                bad.push((place, *defect));
            }
        }
        self.maker.with_defects(seed, size, &bad)
    }
}
