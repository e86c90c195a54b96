//! What becomes of each record: by the generated validator, then by what exists.

use serde_json::{Map, Value};
use tally_generated::runtime::{Judgement, RecordVerdict};
use tally_spec::model::{Area, Constraint, Contract, Field, Isolation, Repeated, Rule, UnknownThing};

use super::state::key_of;
use super::things::Things;
use super::values::Values;

/// The error text of each record that fails; none for one that passes.
pub(super) fn verdicts(
    contract: &Contract,
    area: &Area,
    judgement: &Judgement,
    records: &[&Value],
    beside: &Map<String, Value>,
    things: &Things,
) -> Vec<Option<String>> {
    let mut verdicts = Vec::with_capacity(records.len());
    for (index, record) in records.iter().enumerate() {
        let shape = shape_error(area, judgement, index);
        let error = shape.or_else(|| existence_error(contract, area, record, beside, things));
        verdicts.push(error);
    }
    if area.key.repeated == Repeated::LaterFails {
        fail_repeated(area, records, beside, &mut verdicts);
    }
    if area.isolation == Isolation::AllOrNothing && verdicts.iter().any(Option::is_some) {
        let undone = || Some("another record of the request failed".to_owned());
        verdicts = verdicts.into_iter().map(|verdict| verdict.or_else(undone)).collect();
    }
    verdicts
}

/// The text for the first broken rule of shape.
fn shape_error(area: &Area, judgement: &Judgement, index: usize) -> Option<String> {
    if judgement.records.get(index) == Some(RecordVerdict::Pass) {
        return None;
    }
    let broken = judgement.violations.iter().find(|violation| violation.record == Some(index))?;
    let rule = area
        .rules
        .iter()
        .find(|rule| rule.statement.principal() == broken.statement && rule.message.is_some());
    Some(rule.and_then(|rule| rule.message.clone()).unwrap_or_else(|| area.message.clone()))
}

/// The text for the first rule about what exists that a record breaks.
fn existence_error(
    contract: &Contract,
    area: &Area,
    record: &Value,
    beside: &Map<String, Value>,
    things: &Things,
) -> Option<String> {
    let values = Values::new(area, record.as_object()?, beside);
    let broken = area.rules.iter().find(|rule| {
        let excused = rule.when.as_ref().is_some_and(|when| !values.holds(when))
            || rule.unless.as_ref().is_some_and(|unless| values.holds(unless));
        !excused && breaks(contract, area, rule, values, things)
    })?;
    Some(broken.message.clone().unwrap_or_else(|| area.message.clone()))
}

fn breaks(contract: &Contract, area: &Area, rule: &Rule, values: Values<'_>, things: &Things) -> bool {
    let kind = |field: &str| find(&area.fields, field)?.kind.as_deref();
    match rule.constraint() {
        Some(Constraint::Exists { field, unknown: UnknownThing::Fails }) => kind(field)
            .is_some_and(|kind| values.named(field).iter().any(|name| !things.exists(contract, kind, name))),
        Some(Constraint::MemberOf { field, of }) => {
            let (Some(member), Some(owner)) = (kind(field), kind(of)) else { return false };
            let owners = values.named(of);
            let belongs =
                |name: &str| owners.iter().any(|of| things.belongs(contract, (member, name), (owner, of)));
            values.named(field).iter().any(|name| !belongs(name))
        }
        _ => false,
    }
}

/// The field at `field`, `object/member` or `array/member`.
pub(super) fn find<'a>(fields: &'a [Field], pointer: &str) -> Option<&'a Field> {
    let (name, rest) = pointer.split_once('/').map_or((pointer, None), |(name, rest)| (name, Some(rest)));
    let field = fields.iter().find(|field| field.name == name)?;
    match rest {
        None => Some(field),
        Some(rest) => find(&field.properties, rest).or_else(|| find(&field.items, rest)),
    }
}

fn fail_repeated(
    area: &Area,
    records: &[&Value],
    beside: &Map<String, Value>,
    verdicts: &mut [Option<String>],
) {
    let mut seen = std::collections::HashSet::new();
    for (record, verdict) in records.iter().zip(verdicts) {
        let key = record.as_object().and_then(|record| key_of(area, Values::new(area, record, beside)));
        if let (None, Some(key)) = (&verdict, key)
            && !seen.insert(key)
        {
            *verdict = Some("the request has an earlier record of the same key".to_owned());
        }
    }
}
