//! The fields on which conditions look, and the number of keys.

use serde_json::Value;
use tally_spec::model::{Condition, KeyPart, Rule};

use super::defect::top;
use super::keep::wanted;
use super::maker::{Maker, Pivot};

impl Maker<'_> {
    /// The fields on which conditions look, each behind those on which the rules for its own values look.
    pub(super) fn find_pivots(&self) -> Vec<Pivot> {
        let mut pivots: Vec<Pivot> = Vec::new();
        let conditions = self.area.rules.iter().flat_map(Rule::conditions);
        let parts = self.area.key.parts.iter().filter_map(|part| part.when.as_ref());
        let stand_ins = self.area.envelope.iter().filter_map(|field| field.stands_in_for.as_deref());
        let values = |condition: &Condition| -> Vec<Value> {
            wanted(condition).filter(|value| self.is_sound(&condition.field, value)).cloned().collect()
        };
        let named = conditions.chain(parts).map(|condition| (condition.field.as_str(), values(condition)));
        for (path, values) in named.chain(stand_ins.map(|path| (path, Vec::new()))) {
            let Some(place) = self.plans.iter().position(|plan| plan.field.name == top(path)) else {
                continue;
            };
            let nth = pivots.iter().position(|pivot| pivot.place == place).unwrap_or_else(|| {
                let always = self.is_always_required(place);
                pivots.push(Pivot { place, values: Vec::new(), inner: Vec::new(), always });
                pivots.len() - 1
            });
            let pivot = &mut pivots[nth];
            if path == top(path) {
                pivot.values.extend(values);
            } else if let Some((_, known)) = pivot.inner.iter_mut().find(|(inner, _)| inner == path) {
                known.extend(values);
            } else {
                pivot.inner.push((path.to_owned(), values));
            }
        }
        self.in_turn(pivots)
    }

    /// The pivots, each behind those on which it depends as far as that goes.
    fn in_turn(&self, mut rest: Vec<Pivot>) -> Vec<Pivot> {
        let mut sorted: Vec<Pivot> = Vec::with_capacity(rest.len());
        while !rest.is_empty() {
            let waits = |pivot: &Pivot| {
                let name = self.plans[pivot.place].field.name.as_str();
                let own = self
                    .conditional
                    .iter()
                    .filter(|(_, rule)| rule.constraint.field().map(top) == Some(name));
                let mut looked_at =
                    own.flat_map(|(_, rule)| rule.conditions()).map(|condition| top(&condition.field));
                looked_at.any(|other| {
                    other != name && rest.iter().any(|pivot| self.plans[pivot.place].field.name == other)
                })
            };
            let next = rest.iter().position(|pivot| !waits(pivot)).unwrap_or(0);
            sorted.push(rest.remove(next));
        }
        sorted
    }

    fn is_always_required(&self, place: usize) -> bool {
        self.presence.iter().any(|(rule, targets)| {
            let is_sure = rule.is_unconditional() && rule.constraint.any_of().is_empty();
            is_sure && targets.iter().any(|target| target.place == place)
        })
    }

    /// Whether a rule may ask for a field.
    pub(super) fn may_be_required(&self, place: usize) -> bool {
        self.presence.iter().any(|(_, targets)| targets.iter().any(|target| target.place == place))
    }

    /// Whether a field tells records apart that are one if they have no value in it.
    pub(super) fn is_key_always(&self, place: usize) -> bool {
        let name = &self.plans[place].field.name;
        let is_part = |part: &KeyPart| part.when.is_none() && part.or.is_none() && part.field == *name;
        let is_keyed = self.area.key.unkeyed == tally_spec::model::Unkeyed::Keyed;
        let is_named = |rule: &Rule| {
            rule.constraint.required().contains(name) || rule.constraint.any_of().contains(name)
        };
        is_keyed && self.area.key.parts.iter().any(is_part) && !self.area.rules.iter().any(is_named)
    }

    /// How many records have keys of their own: by the parts that every record has.
    pub(super) fn find_capacity(&self) -> Option<usize> {
        let parts = &self.area.key.parts;
        let nested = parts.iter().flat_map(KeyPart::fields).any(|field| field.contains('/'));
        let unkeyed = self.area.key.unkeyed == tally_spec::model::Unkeyed::New;
        let always = |place: &usize| {
            let name = &self.plans[*place].field.name;
            let conditional =
                parts.iter().any(|part| part.when.is_some() && part.fields().any(|field| field == name));
            (self.is_always_required(*place) || self.is_key_always(*place)) && !conditional
        };
        if parts.is_empty() || (nested && unkeyed) || self.distinct.iter().any(always) {
            return None;
        }
        let capacities = self.key.iter().filter(|(place, _)| always(place)).map(|(_, capacity)| *capacity);
        Some(capacities.fold(1, usize::saturating_mul))
    }
}
