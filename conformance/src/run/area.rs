//! One area's part of a run.

use std::collections::BTreeMap;

use tally_spec::model::{Provenance, Response};

use super::relations::{self, relate};
use super::session::{Session, alone};
use super::{Config, platform};
use crate::check::relation::Relation;
use crate::oracle::{Expectation, Fate};
use crate::strategy::{Batch, Defect, Maker, Rng, join};

/// The records of a mixed batch, at most.
const MIXED: usize = 24;
/// The defects that share a batch, at most.
const PACK: usize = 8;
/// The place of a bad record that is deep in its batch, counted from 0.
const DEEP: usize = 99;

/// Runs an area: borders, defects one by one, mixed batches, relations, refusals.
pub(super) fn run(session: &mut Session<'_>, maker: &Maker<'_>, config: &Config) {
    let seed = config.seed;
    borders(session, maker, config);
    let defects = maker.defects();
    if is_whole(session) {
        singles(session, maker, seed, &defects.iter().collect::<Vec<_>>());
    } else {
        for pack in packs(session, &defects) {
            packed(session, maker, seed, &pack);
        }
    }
    isolation(session, maker, join(seed, 2), &defects);
    for case in 0..config.cases {
        let batch = mixed(session, maker, join(seed, 5000 + case as u64), &defects);
        session.examine(&batch, &alone);
    }
    let batch = mixed(session, maker, join(seed, 4), &defects);
    for relation in [Relation::Twice, Relation::Permuted, Relation::CutInTwo, Relation::Respelt] {
        if relations::applies(session, &batch, relation) {
            session.examine(&batch, &|session, batch| relate(session, batch, relation));
        }
    }
    let good = maker.batch(join(seed, 5), 1);
    if session.log.ended.is_none() {
        platform::probe(session, &good, config.token_is_real);
        platform::unknown_members(session, &good);
        later(session, &maker.batch(join(seed, 6), 2));
    }
}

/// Batches of valid records at the limit's borders.
fn borders(session: &mut Session<'_>, maker: &Maker<'_>, config: &Config) {
    let limit = session.area.limit.maximum;
    for (index, size) in maker.border_sizes().into_iter().enumerate() {
        if size > limit && !config.allow_jobs {
            let reason = format!("{size}, over the limit of {limit}: needs --allow-jobs");
            session.log.area.left_out.push(reason);
            continue;
        }
        if session.log.ended.is_some() {
            return;
        }
        let batch = maker.batch(join(config.seed, index as u64), size);
        session.log.area.repeated_keys += u64::from(batch.keys_repeat);
        session.log.area.sizes.push(size);
        session.examine(&batch, &alone);
    }
}

/// The defects in groups that weigh alike and can share a batch.
fn packs<'d>(session: &Session<'_>, defects: &'d [Defect]) -> Vec<Vec<&'d Defect>> {
    let class = |defect: &Defect| {
        let weight = session.contract.weight(defect.statements.iter().map(String::as_str));
        (defect.may_refuse, defect.fate, weight == Provenance::Assumed)
    };
    let mut classes: BTreeMap<_, Vec<&Defect>> = BTreeMap::new();
    for defect in defects {
        classes.entry(class(defect)).or_default().push(defect);
    }
    let size = PACK.min(session.area.limit.maximum - 1).max(1);
    classes.values().flat_map(|class| class.chunks(size).map(<[_]>::to_vec)).collect()
}

/// A batch with a record for each defect, and a valid one behind them. Where its answer is wrong, each defect
/// is sent by itself to tell the culprits; where none shows then, the batch itself is shrunk.
fn packed(session: &mut Session<'_>, maker: &Maker<'_>, seed: u64, pack: &[&Defect]) {
    if session.log.ended.is_some() {
        return;
    }
    let bad: Vec<_> = pack.iter().copied().enumerate().collect();
    let first = pack.first().map_or("", |defect| &defect.id);
    let batch = maker.with_defects(join(seed, hash(first)), pack.len() + 1, &bad);
    if alone(session, &batch).is_empty() {
        return;
    }
    let before = session.log.breaches;
    singles(session, maker, seed, pack);
    if session.log.breaches == before {
        session.examine(&batch, &alone);
    }
}

/// Records with one defect each, beside a valid one, or alone where the request is judged whole.
fn singles(session: &mut Session<'_>, maker: &Maker<'_>, seed: u64, defects: &[&Defect]) {
    let size = if is_whole(session) { 1 } else { 2 };
    for defect in defects {
        let seed = join(seed, hash(&defect.id).wrapping_add(1));
        let place = Rng::new(seed).below(size);
        let batch = maker.with_defects(seed, size, &[(place, *defect)]);
        session.examine(&batch, &alone);
    }
}

/// A number for a text, the same on every machine.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0, |hash, byte| join(hash, u64::from(byte)))
}

/// A bad record at the first, a middle, the last and the hundredth place of a batch.
fn isolation(session: &mut Session<'_>, maker: &Maker<'_>, seed: u64, defects: &[Defect]) {
    if is_whole(session) {
        return;
    }
    let Some(defect) = sure(session, maker, seed, defects) else { return };
    let small = 5.min(session.area.limit.maximum);
    let deep = session.area.limit.maximum.min(DEEP + 2);
    let mut places = vec![(small, 0), (small, small / 2), (small, small - 1)];
    if deep > DEEP {
        places.push((deep, DEEP));
    }
    for (size, place) in places {
        let batch = maker.with_defects(join(seed, place as u64), size, &[(place, defect)]);
        session.examine(&batch, &alone);
    }
}

/// The defect with the strongest premises that surely fails its record and no more.
fn sure<'d>(
    session: &Session<'_>,
    maker: &Maker<'_>,
    seed: u64,
    defects: &'d [Defect],
) -> Option<&'d Defect> {
    let surely_fails = |defect: &&Defect| {
        let batch = maker.with_defects(seed, 1, &[(0, defect)]);
        match session.oracle.expect(session.area, &batch.body()) {
            Expectation::Records { records, .. } => {
                records.iter().all(|record| record.fate == Fate::Fails && !record.may_refuse)
            }
            _ => false,
        }
    };
    let weight = |defect: &&Defect| session.contract.weight(defect.statements.iter().map(String::as_str));
    defects.iter().filter(surely_fails).min_by_key(weight)
}

/// A batch of valid records with bad ones among them.
fn mixed(session: &Session<'_>, maker: &Maker<'_>, seed: u64, defects: &[Defect]) -> Batch {
    let mut rng = Rng::new(seed);
    let size = 2 + rng.below(MIXED.min(session.area.limit.maximum / 2).max(1));
    // A record that lets the whole request be refused would leave nothing to ask of the others.
    let usable: Vec<_> = defects.iter().filter(|defect| !defect.may_refuse).collect();
    let mut bad = Vec::new();
    for place in 0..size {
        if rng.one_in(3)
            && let Some(defect) = rng.pick(&usable)
        {
            bad.push((place, *defect));
        }
    }
    maker.with_defects(seed, size, &bad)
}

/// A valid request, after all that was refused and failed before.
fn later(session: &mut Session<'_>, batch: &Batch) {
    session.examine(batch, &|session, batch| relate(session, batch, Relation::After));
}

fn is_whole(session: &Session<'_>) -> bool {
    matches!(session.contract.response(session.area), Response::Whole(_))
}
