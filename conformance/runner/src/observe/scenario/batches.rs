//! Bad records among good ones, and more records than the limit.

use serde_json::{Map, Value};
use tally_spec::model::{Isolation, OverLimit, Response};

use super::builder::ScenarioBuilder;
use super::{Step, steps};
use crate::observe::Wanted;
use tally_oracle::oracle::Fate;
use tally_oracle::strategy::{Batch, Defect, Record};

/// How many ways of being bad are tried.
const WAYS: usize = 3;

/// Defects that surely fail their record and no other, as varied as possible.
fn sure(builder: &ScenarioBuilder<'_>) -> Vec<Defect> {
    let mut defects = builder.maker.defects();
    defects.retain(|defect| defect.fate == Fate::Fails && !defect.may_refuse);
    let contract = builder.contract;
    let weight = |defect: &Defect| contract.weight(defect.statements.iter().map(String::as_str));
    let mut rng = builder.rng();
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
pub(super) fn bad_between_good(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let place = usize::from(builder.area.limit.maximum > 2);
    let made = sure(builder).into_iter().filter_map(|defect| {
        let seed = builder.next();
        let mut batch =
            builder.maker.with_defects(seed, 3.min(builder.area.limit.maximum), &[(place, &defect)]);
        for order in crate::observe::model::orders(builder.area) {
            let bad = batch.records.get(place).cloned();
            for record in &mut batch.records {
                if Some(&*record) != bad.as_ref() {
                    record.remove(order);
                }
            }
        }
        (builder.fate_of(&batch) == Some(Fate::Fails) && !batch.keys_repeat).then_some(batch)
    });
    steps(made.take(WAYS))
}

/// A record, then bad ones with the same key and other values.
pub(super) fn bad_update(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let first = builder.full(&builder.fresh()?);
    let is_keyed = !builder.model.found_by(builder.area, &Map::new(), &first).is_empty();
    let key = builder.key_fields();
    let bad = sure(builder).into_iter().filter(|_| is_keyed).filter_map(|defect| {
        let touches = |field: &String| defect.id.split(['/', '+']).next() == Some(field);
        if key.iter().any(touches) {
            return None;
        }
        let seed = builder.next();
        let mut bad: Record = builder.maker.with_defects(seed, 1, &[(0, &defect)]).records.pop()?;
        for name in &key {
            match first.get(name) {
                Some(value) => bad.insert(name.clone(), value.clone()),
                None => bad.shift_remove(name),
            };
        }
        (builder.fate(&bad) == Some(Fate::Fails)).then(|| builder.batch([bad]))
    });
    let mut batches = vec![builder.batch([first.clone()])];
    batches.extend(bad.take(WAYS));
    (batches.len() > 1).then(|| steps(batches))?
}

/// One record over the limit.
pub(super) fn over_the_limit(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let batch = builder.maker.batch(builder.next(), builder.area.limit.maximum + 1);
    marked(builder, batch)
}

/// A few records over the limit, with bad ones among them.
pub(super) fn over_the_limit_with_bad(builder: &ScenarioBuilder<'_>) -> Option<Vec<Step>> {
    let each_for_itself = builder.area.isolation == Isolation::EachForItself
        && !matches!(builder.contract.response(builder.area), Response::Whole(_));
    let acknowledged = matches!(builder.area.limit.over, OverLimit::Acknowledges { .. });
    if !each_for_itself || !acknowledged {
        return None;
    }
    let limit = builder.area.limit.maximum;
    let text = builder.free_text()?;
    let key = builder.key_fields();
    let defect = sure(builder).into_iter().find(|defect| {
        let field = defect.id.split(['/', '+']).next().unwrap_or_default();
        field != text.name && (!key.iter().any(|part| part == field) || defect.keyword == "exists")
    })?;
    let places = [1, limit - 1, limit + 2].map(|place| (place, &defect));
    marked(builder, builder.maker.with_defects(builder.next(), limit + 3, &places))
}

/// The request with the same text in all of its records, to search for them by.
fn marked(builder: &ScenarioBuilder<'_>, mut batch: Batch) -> Option<Vec<Step>> {
    for order in crate::observe::model::orders(builder.area) {
        for record in &mut batch.records {
            record.remove(order);
        }
    }
    let common = builder.free_text().map(|field| Wanted {
        field: field.name.clone(),
        value: Value::from(format!("{} {:x}", builder.mark, builder.next() >> 40)),
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
