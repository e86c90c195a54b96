//! Records of one request beside each other: bad ones, and more than the limit.

use serde_json::{Map, Value};
use tally_spec::model::{Isolation, OverLimit, Response};

use super::bench::ScenarioBuilder;
use super::{Step, steps};
use crate::observe::Wanted;
use tally_oracle::oracle::Fate;
use tally_oracle::strategy::{Batch, Defect, Record};

/// How many ways of being bad are tried.
const WAYS: usize = 3;

/// Defects that surely fail their record and no more, as various as can be.
fn sure(bench: &ScenarioBuilder<'_>) -> Vec<Defect> {
    let mut defects = bench.maker.defects();
    defects.retain(|defect| defect.fate == Fate::Fails && !defect.may_refuse);
    let contract = bench.contract;
    let weight = |defect: &Defect| contract.weight(defect.statements.iter().map(String::as_str));
    let mut rng = bench.rng();
    let mut chosen: Vec<Defect> = Vec::new();
    let mut left: Vec<Defect> = defects;
    while !left.is_empty() && chosen.len() < 4 * WAYS {
        let defect = left.swap_remove(rng.below(left.len()));
        if !chosen.iter().any(|known| (&known.field, &known.keyword) == (&defect.field, &defect.keyword)) {
            chosen.push(defect);
        }
    }
    chosen.sort_by_key(weight);
    chosen
}

/// A bad record between two good ones.
pub(super) fn bad_between_good(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let place = usize::from(bench.area.limit.maximum > 2);
    let made = sure(bench).into_iter().filter_map(|defect| {
        let seed = bench.next();
        let mut batch = bench.maker.with_defects(seed, 3.min(bench.area.limit.maximum), &[(place, &defect)]);
        for order in crate::observe::model::orders(bench.area) {
            let bad = batch.records.get(place).cloned();
            for record in &mut batch.records {
                if Some(&*record) != bad.as_ref() {
                    record.remove(order);
                }
            }
        }
        (bench.fate_of(&batch) == Some(Fate::Fails) && !batch.keys_repeat).then_some(batch)
    });
    steps(made.take(WAYS))
}

/// A record, then bad ones for the same thing with other values.
pub(super) fn bad_update(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let first = bench.full(&bench.fresh()?);
    let is_keyed = !bench.model.found_by(bench.area, &Map::new(), &first).is_empty();
    let key = bench.key_fields();
    let bad = sure(bench).into_iter().filter(|_| is_keyed).filter_map(|defect| {
        let touches = |field: &String| defect.id.split(['/', '+']).next() == Some(field);
        if key.iter().any(touches) {
            return None;
        }
        let seed = bench.next();
        let mut bad: Record = bench.maker.with_defects(seed, 1, &[(0, &defect)]).records.pop()?;
        for name in &key {
            match first.get(name) {
                Some(value) => bad.insert(name.clone(), value.clone()),
                None => bad.shift_remove(name),
            };
        }
        (bench.fate(&bad) == Some(Fate::Fails)).then(|| bench.batch([bad]))
    });
    let mut batches = vec![bench.batch([first.clone()])];
    batches.extend(bad.take(WAYS));
    (batches.len() > 1).then(|| steps(batches))?
}

/// One record more than the limit.
pub(super) fn over_the_limit(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let batch = bench.maker.batch(bench.next(), bench.area.limit.maximum + 1);
    marked(bench, batch)
}

/// A few records more than the limit, with bad ones among them.
pub(super) fn over_the_limit_with_bad(bench: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let each_for_itself = bench.area.isolation == Isolation::EachForItself
        && !matches!(bench.contract.response(bench.area), Response::Whole(_));
    let acknowledged = matches!(bench.area.limit.over, OverLimit::Acknowledges { .. });
    if !each_for_itself || !acknowledged {
        return None;
    }
    let limit = bench.area.limit.maximum;
    let text = bench.free_text()?;
    let key = bench.key_fields();
    let defect = sure(bench).into_iter().find(|defect| {
        let field = defect.id.split(['/', '+']).next().unwrap_or_default();
        field != text.name && (!key.iter().any(|part| part == field) || defect.keyword == "exists")
    })?;
    let places = [1, limit - 1, limit + 2].map(|place| (place, &defect));
    marked(bench, bench.maker.with_defects(bench.next(), limit + 3, &places))
}

/// The request with one text in all of its records, by which they are found.
fn marked(bench: &ScenarioBuilder<'_>, mut batch: Batch) -> Option<Vec<Step>> {
    for order in crate::observe::model::orders(bench.area) {
        for record in &mut batch.records {
            record.remove(order);
        }
    }
    let common = bench.free_text().map(|field| Wanted {
        field: field.name.clone(),
        value: Value::from(format!("{} {:x}", bench.mark, bench.next() >> 40)),
    });
    let few = batch.records.len() <= 10;
    if !few {
        let common = common.as_ref()?;
        for record in &mut batch.records {
            record.insert(common.field.clone(), common.value.clone());
        }
    }
    Some(vec![Step { batch, common: common.filter(|_| !few) }])
}
