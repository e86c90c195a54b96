//! Makes batches for one area.

use std::sync::Arc;

use serde_json::{Map, Value};
use tally_spec::model::{Area, Contract, Field, JsonType, KeyPart, Provenance, Rule};

use super::batch::{Layout, Record};
use super::plan::{Basis, Plan, Source};
use super::record::{Common, Slot};
use super::{Batch, Defect, Origin, Rng, defects, join};
use crate::oracle::Fate;
use tally_fixtures::Fixtures;

/// Batches up to this size may hold what only our reading of the contract allows.
const LOOSE: usize = 32;

/// Makes requests for one area at one organisation.
#[derive(Debug)]
pub struct Maker<'a> {
    pub(super) contract: &'a Contract,
    pub(super) area: &'a Area,
    pub(super) fixtures: &'a Fixtures,
    pub(super) mark: String,
    pub(super) plans: Vec<Plan<'a>>,
    /// The fields on which conditions look.
    pub(super) pivots: Vec<Pivot>,
    /// The rules about which fields have a value, with the fields' places among the plans.
    pub(super) presence: Vec<(&'a Rule, Vec<usize>)>,
    /// The parts of the key with so many values only, and their number.
    pub(super) key: Vec<(usize, usize)>,
    /// The parts of the key with no end of values.
    pub(super) distinct: Vec<usize>,
    /// How many records have keys of their own; none where there is no end of them.
    capacity: Option<usize>,
    layout: Arc<Layout>,
}

/// A field on which conditions look.
#[derive(Debug)]
pub(super) struct Pivot {
    /// Its place among the plans.
    pub(super) place: usize,
    /// The values that the conditions name.
    pub(super) values: Vec<Value>,
    /// Whether every record must have it.
    pub(super) always: bool,
}

/// How values beside the list stand in for a record's own.
#[derive(Debug, Clone)]
struct Standing<'s> {
    /// What stands beside the list: the member, and the record's field that it stands in for.
    member: &'s str,
    field: &'s str,
    value: Option<Value>,
    /// How many records of four have no value of their own.
    inheriting: usize,
}

impl<'a> Maker<'a> {
    /// A maker whose free text bears `mark`.
    #[must_use]
    pub fn new(contract: &'a Contract, area: &'a Area, fixtures: &'a Fixtures, mark: &str) -> Self {
        let basis = Basis { contract, area, fixtures };
        let plan = |field: &'a Field| Plan::new(basis, field, &field.name);
        let plans: Vec<Plan<'a>> = area.fields.iter().map(plan).collect();
        let place = |name: &str| plans.iter().position(|plan| plan.field.name == name);
        let presence: Vec<(&'a Rule, Vec<usize>)> = area
            .rules
            .iter()
            .filter(|rule| !rule.constraint.required().is_empty() || !rule.constraint.any_of().is_empty())
            .map(|rule| {
                (
                    rule,
                    rule.constraint
                        .required()
                        .iter()
                        .chain(rule.constraint.any_of())
                        .filter_map(|name| place(name))
                        .collect(),
                )
            })
            .collect();
        let (mut key, mut distinct) = (Vec::new(), Vec::new());
        for part in area.key.parts.iter().flat_map(KeyPart::fields).filter_map(|field| place(field)) {
            match plans[part].capacity() {
                Some(capacity) => key.push((part, capacity.max(1))),
                None => distinct.push(part),
            }
        }
        let maker = Self {
            contract,
            area,
            fixtures,
            mark: mark.to_owned(),
            pivots: Vec::new(),
            presence,
            key,
            distinct,
            capacity: None,
            layout: Arc::new(layout(contract, area)),
            plans,
        };
        let (pivots, capacity) = (maker.find_pivots(), maker.find_capacity());
        Self { pivots, capacity, ..maker }
    }

    /// The area that requests are made for.
    #[must_use]
    pub const fn area(&self) -> &'a Area {
        self.area
    }

    /// The required fields for which the fixtures hold nothing, so that no valid record can be made.
    #[must_use]
    pub fn lacks(&self) -> Vec<&'a str> {
        let required = |place: usize| {
            self.presence
                .iter()
                .any(|(rule, places)| places.contains(&place) && !rule.constraint.required().is_empty())
        };
        let plans = self.plans.iter().enumerate();
        plans
            .filter(|(place, plan)| required(*place) && plan.is_empty())
            .map(|(_, plan)| &*plan.field.name)
            .collect()
    }

    /// How much the requests at the borders of the limit hold of what the limit counts.
    #[must_use]
    pub fn border_sizes(&self) -> [usize; 6] {
        let limit = self.area.limit.maximum;
        [0, 1, limit.saturating_sub(1), limit, limit + 1, limit * 2]
    }

    /// Every border that a record can stand on, one at a time: what breaks a rule, what is just within it,
    /// and what the contract leaves open, in the spec's order.
    #[must_use]
    pub fn defects(&self) -> Vec<Defect> {
        defects::all(self)
    }

    /// Which of the borders cannot be made, because the fixtures say too little, and why.
    #[must_use]
    pub fn left_out(&self) -> Vec<String> {
        defects::left_out(self)
    }

    /// A valid record.
    #[must_use]
    pub fn record(&self, seed: u64) -> Record {
        self.batch(seed, 1).records.pop().unwrap_or_default()
    }

    /// A record with that defect. What must stand beside the list is in [`Maker::with_defects`]'s batch.
    #[must_use]
    pub fn broken_record(&self, seed: u64, defect: &Defect) -> Record {
        self.with_defects(seed, 1, &[(0, defect)]).records.pop().unwrap_or_default()
    }

    /// A batch of valid records, that holds `size` of what the limit counts.
    #[must_use]
    pub fn batch(&self, seed: u64, size: usize) -> Batch {
        self.with_defects(seed, size, &[])
    }

    /// A batch with defects in the records at those places. Where the limit counts the elements of an array,
    /// `size` is their number over all records, and a place is taken modulo the number of records.
    #[must_use]
    pub fn with_defects(&self, seed: u64, size: usize, defects: &[(usize, &Defect)]) -> Batch {
        let shares = self.shares(seed, size, defects);
        let count = shares.as_ref().map_or(size, Vec::len);
        let seeds: Vec<u64> = (0..count as u64).map(|index| record_seed(seed, index)).collect();
        self.assemble(seed, &seeds, shares.as_deref(), defects)
    }

    /// A batch of records with seeds of their own; 0 makes the plainest record.
    #[must_use]
    pub fn of_seeds(&self, seed: u64, seeds: &[u64], defects: &[(usize, &Defect)]) -> Batch {
        self.assemble(seed, seeds, None, defects)
    }

    fn assemble(
        &self,
        seed: u64,
        seeds: &[u64],
        shares: Option<&[usize]>,
        defects: &[(usize, &Defect)],
    ) -> Batch {
        let mut rng = Rng::new(join(seed, 1));
        let count = seeds.len();
        let loose = rng.one_in(4) && seed != 0;
        let firm = !(loose && count <= LOOSE && defects.is_empty());
        let (envelope, standing) = self.surroundings(&mut rng, firm, defects);
        let stand_ins: Vec<(&str, Option<Value>)> =
            standing.iter().map(|standing| (standing.field, self.usable(standing))).collect();
        let start = if seed == 0 { 0 } else { rng.below(1 << 20) };
        let common = Common { start, firm, stand_ins: &stand_ins };
        let (mut records, mut origins) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut elements = 0;
        for (turn, record_seed) in seeds.iter().enumerate() {
            let share = shares.map(|shares| (shares[turn], elements));
            elements += share.map_or(0, |(count, _)| count);
            let inherits = standing.iter().any(|standing| rng.below(4) < standing.inheriting);
            let slot = Slot { seed: *record_seed, turn, common, share, wanted: &[], given: &[], inherits };
            let here = defects.iter().filter(|(place, _)| place % count.max(1) == turn);
            let (record, origin) = self.with(slot, here.map(|(_, defect)| *defect), &mut rng);
            records.push(record);
            origins.push(origin);
        }
        let repeats = self.capacity.is_some_and(|capacity| count > capacity)
            || self.pool().is_some_and(|pool| elements > pool);
        let one_object = self.layout.takes_one_object && count == 1 && rng.one_in(2);
        let layout = Arc::clone(&self.layout);
        Batch { envelope, records, keys_repeat: repeats, origins, one_object, layout }
    }

    fn with<'d>(
        &self,
        slot: Slot<'_>,
        defects: impl Iterator<Item = &'d Defect>,
        rng: &mut Rng,
    ) -> (Record, Origin) {
        let defects: Vec<&Defect> = defects.collect();
        let mut origin = Origin { seed: slot.seed, turn: slot.turn, ..Origin::default() };
        if defects.is_empty() {
            return (self.build(&slot), origin);
        }
        let wanted: Vec<&str> = defects.iter().flat_map(|defect| &defect.needs).map(String::as_str).collect();
        let given: Vec<(&str, Option<Value>)> = defects
            .iter()
            .flat_map(|defect| &defect.given)
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        let mut record = self.build(&Slot { wanted: &wanted, given: &given, inherits: false, ..slot });
        for defect in defects {
            defect.apply(&mut record, rng);
            origin.kept.extend(defect.touched());
            origin.defects.push(defect.id.clone());
            if defect.fate == Fate::Passes {
                origin.rests_on.extend(defect.statements.iter().cloned());
            }
        }
        (record, origin)
    }

    /// What stands beside the list: flags by chance, and what stands in for records' own values.
    fn surroundings<'s>(
        &'s self,
        rng: &mut Rng,
        firm: bool,
        defects: &[(usize, &Defect)],
    ) -> (Record, Vec<Standing<'s>>) {
        let (mut envelope, mut standing) = (Map::new(), Vec::new());
        for field in &self.area.envelope {
            let asked =
                defects.iter().flat_map(|(_, defect)| &defect.beside).find(|(name, _)| name == &field.name);
            let Some(of) = &field.stands_in_for else {
                match asked {
                    Some((_, value)) => {
                        envelope.extend(value.clone().map(|value| (field.name.clone(), value)));
                    }
                    None if field.takes(JsonType::Boolean) && rng.one_in(2) => {
                        envelope.insert(field.name.clone(), Value::Bool(rng.one_in(2)));
                    }
                    None => {}
                }
                continue;
            };
            let listed = self.closed(of);
            let (value, inheriting) = match asked {
                Some((_, value)) => (value.clone(), 0),
                None if firm => (None, 0),
                None => match rng.below(4) {
                    0 => (None, 0),
                    1 => (listed.first().map(|value| Value::String(format!("{value}-UNKNOWN"))), 0),
                    2 => (rng.pick(listed).map(|value| value.as_str().into()), 4),
                    _ => (rng.pick(listed).map(|value| value.as_str().into()), 2),
                },
            };
            envelope.extend(value.clone().map(|value| (field.name.clone(), value)));
            standing.push(Standing { member: &field.name, field: of, value, inheriting });
        }
        (envelope, standing)
    }

    /// The closed list of a record's field.
    pub(super) fn closed(&self, name: &str) -> &'a [String] {
        let field = self.area.fields.iter().find(|field| field.name == name);
        field.and_then(|field| field.closed.as_deref()).unwrap_or_default()
    }

    /// The value that can stand in, where what is given is one.
    fn usable(&self, standing: &Standing<'_>) -> Option<Value> {
        let closed = self.closed(standing.field);
        let value = standing.value.as_ref()?;
        let known = |text: &str| closed.is_empty() || closed.iter().any(|known| known == text);
        value.as_str().is_none_or(known).then(|| value.clone()).filter(|_| !standing.member.is_empty())
    }

    /// Whether a rule's statements are all more than our own reading.
    pub(super) fn is_sure(&self, rule: &Rule) -> bool {
        self.contract.weight(rule.statement.iter()) != Provenance::Assumed
    }

    fn find_pivots(&self) -> Vec<Pivot> {
        let mut pivots: Vec<Pivot> = Vec::new();
        let conditions = self.area.rules.iter().flat_map(|rule| rule.when.iter().chain(&rule.unless));
        let parts = self.area.key.parts.iter().filter_map(|part| part.when.as_ref());
        let stand_ins = self.area.envelope.iter().filter_map(|field| field.stands_in_for.as_deref());
        let named = conditions.chain(parts).map(|condition| {
            let values = condition.constant.iter().chain(condition.one_of.iter().flatten());
            (condition.field.as_str(), values.cloned().collect())
        });
        for (name, values) in named.chain(stand_ins.map(|name| (name, Vec::new()))) {
            let Some(place) = self.plans.iter().position(|plan| plan.field.name == name) else { continue };
            match pivots.iter_mut().find(|pivot| pivot.place == place) {
                Some(known) => known.values.extend(values),
                None => pivots.push(Pivot { place, values, always: self.is_always_required(place) }),
            }
        }
        pivots
    }

    fn is_always_required(&self, place: usize) -> bool {
        self.presence.iter().any(|(rule, places)| {
            let unconditional = rule.when.is_none() && rule.unless.is_none();
            unconditional && rule.constraint.any_of().is_empty() && places.contains(&place)
        })
    }

    /// How many records have keys of their own: by the parts that every record has.
    fn find_capacity(&self) -> Option<usize> {
        let parts = &self.area.key.parts;
        let nested = parts.iter().flat_map(KeyPart::fields).any(|field| field.contains('/'));
        let unkeyed = self.area.key.unkeyed == tally_spec::model::Unkeyed::New;
        let always = |place: &usize| {
            let name = &self.plans[*place].field.name;
            let conditional =
                parts.iter().any(|part| part.when.is_some() && part.fields().any(|field| field == name));
            self.is_always_required(*place) && !conditional
        };
        if parts.is_empty() || (nested && unkeyed) || self.distinct.iter().any(always) {
            return None;
        }
        let capacities = self.key.iter().filter(|(place, _)| always(place)).map(|(_, capacity)| *capacity);
        Some(capacities.fold(1, usize::saturating_mul))
    }

    /// How many things there are for the elements of the array that the limit counts.
    fn pool(&self) -> Option<usize> {
        let counted = self.area.limit.counts.as_deref()?;
        let plan = self.plans.iter().find(|plan| plan.field.name == counted)?;
        let Source::Array { members } = &plan.source else { return None };
        members
            .iter()
            .filter_map(|member| match &member.source {
                Source::Things { names, .. } => Some(names.len()),
                _ => None,
            })
            .max()
    }

    /// How the elements that the limit counts are shared out over records; none where it counts records.
    fn shares(&self, seed: u64, size: usize, defects: &[(usize, &Defect)]) -> Option<Vec<usize>> {
        self.area.limit.counts.as_ref()?;
        if size == 0 {
            return Some(Vec::new());
        }
        let mut rng = Rng::new(join(seed, 2));
        let most = self.capacity.unwrap_or(3).clamp(1, 3).min(size);
        let least = defects.iter().map(|(place, _)| place + 1).max().unwrap_or(1).min(size).max(1);
        let count = least.max(1 + rng.below(most));
        let mut shares = vec![1; count];
        let mut rest = size - count;
        for share in shares.iter_mut().skip(1) {
            let more = rng.below(rest + 1);
            *share += more;
            rest -= more;
        }
        shares[0] += rest;
        Some(shares)
    }

    /// The member of an array's objects that must be among the members of what the record names, with those.
    pub(super) fn owned_members<'r>(
        &'r self,
        array: &str,
        record: &Record,
    ) -> Option<(&'r str, Vec<String>)> {
        let rules = self
            .area
            .rules
            .iter()
            .filter_map(|rule| Some((rule.constraint.field()?, rule.constraint.member_of()?)));
        let mut matching = rules.filter_map(|(field, owner)| {
            let (of, member) = field.split_once('/')?;
            (of == array).then_some((member, owner))
        });
        let (member, owner) = matching.next()?;
        let items = &self.area.fields.iter().find(|field| field.name == array)?.items;
        let kind = items.iter().find(|field| field.name == member)?.kind.as_deref()?;
        let owner_kind = self.area.fields.iter().find(|field| field.name == owner)?.kind.as_deref()?;
        let listing =
            self.contract.file.kinds.get(owner_kind)?.members.iter().find(|(_, of)| of.as_str() == kind)?.0;
        let name = record.get(owner)?.as_str()?;
        let thing = self.fixtures.things.get(owner_kind)?.iter().find(|thing| thing.name == name)?;
        Some((member, thing.members.get(listing)?.clone()))
    }
}

/// The seed of a batch's record.
fn record_seed(seed: u64, index: u64) -> u64 {
    if seed == 0 { 0 } else { join(seed, index.wrapping_add(16)) }
}

fn layout(contract: &Contract, area: &Area) -> Layout {
    let mut needed: Vec<String> = Vec::new();
    for rule in &area.rules {
        let conditions = rule.when.iter().chain(&rule.unless).map(|condition| &condition.field);
        needed.extend(
            rule.constraint.required().iter().chain(rule.constraint.any_of()).chain(conditions).cloned(),
        );
    }
    needed.extend(area.key.parts.iter().flat_map(KeyPart::fields).cloned());
    needed.sort();
    needed.dedup();
    let plain = |field: &Field| {
        let shown = field.examples.first().cloned();
        let free = field.kind.is_none() && field.closed.is_none() && field.format.is_none();
        let value = match field.types().first()? {
            JsonType::String if field.numeric => Value::from("1"),
            JsonType::String if free => shown.unwrap_or_else(|| Value::from("x")),
            JsonType::Number => Value::from(1),
            JsonType::Boolean => Value::Bool(false),
            _ => return None,
        };
        let ruled = area.rules.iter().any(|rule| rule.constraint.field() == Some(field.name.as_str()));
        (!needed.contains(&field.name) && !ruled).then(|| (field.name.clone(), value))
    };
    Layout {
        envelope: contract.file.service.envelope.clone(),
        list: area.list.name.clone(),
        takes_one_object: area.list.one_object.is_some(),
        plain: area.fields.iter().filter_map(plain).collect(),
        needed,
    }
}
