//! Puts a batch together: the request options, the records, and how they share what is counted.

use std::sync::Arc;

use serde_json::{Map, Value};
use tally_spec::model::JsonType;

use super::batch::Record;
use super::defect::{Change, top};
use super::keep::value_at;
use super::maker::Maker;
use super::plan::Source;
use super::record::{Common, Slot};
use super::{Batch, Defect, Origin, Rng, join};
use crate::oracle::Fate;

/// Batches up to this size may hold what only our reading of the contract allows.
const LOOSE: usize = 32;

/// How request options stand in for a record's own.
#[derive(Debug, Clone)]
struct Standing<'s> {
    /// The request option, and the record's field that it stands in for.
    member: &'s str,
    field: &'s str,
    value: Option<Value>,
    /// How many records of four have no value of their own.
    inheriting: usize,
}

impl Maker<'_> {
    pub(super) fn assemble(
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
            let slot = Slot {
                seed: *record_seed,
                turn,
                common,
                share,
                wanted: &[],
                given: &[],
                inherits,
                changes: &[],
            };
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
            return (self.build(&slot, |_| true).0, origin);
        }
        let (mut record, _) = self.built_for(&slot, &defects);
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

    /// A record on which defects can be put, and whether it is one.
    fn built_for(&self, slot: &Slot<'_>, defects: &[&Defect]) -> (Record, bool) {
        let needs = defects.iter().flat_map(|defect| &defect.needs).map(String::as_str);
        // The object must be there in which a member is to have a value.
        let within = defects.iter().flat_map(|defect| &defect.given);
        let within = within.filter(|(path, value)| value.is_some() && path.contains('/'));
        let wanted: Vec<&str> = needs.chain(within.map(|(path, _)| top(path))).collect();
        let given: Vec<(&str, Option<Value>)> = defects
            .iter()
            .flat_map(|defect| &defect.given)
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        // They may have conditions read otherwise than the record is built.
        let changes: Vec<&Change> = defects.iter().flat_map(|defect| &defect.changes).collect();
        let slot = Slot { wanted: &wanted, given: &given, inherits: false, changes: &changes, ..*slot };
        self.build(&slot, |record| defects.iter().all(|defect| defect.has_hold(record)))
    }

    /// Whether some record can be put on a border.
    pub(super) fn can_stand_on(&self, defect: &Defect) -> bool {
        let (_, standing) = self.surroundings(&mut Rng::new(1), true, &[(0, defect)]);
        let stand_ins: Vec<(&str, Option<Value>)> =
            standing.iter().map(|standing| (standing.field, self.usable(standing))).collect();
        let common = Common { start: 0, firm: true, stand_ins: &stand_ins };
        let slot = Slot {
            seed: 1,
            turn: 0,
            common,
            share: None,
            wanted: &[],
            given: &[],
            inherits: false,
            changes: &[],
        };
        self.built_for(&slot, &[defect]).1
    }

    /// Request options: flags by chance, and what stands in for records' own values.
    fn surroundings<'s>(
        &'s self,
        rng: &mut Rng,
        firm: bool,
        defects: &[(usize, &Defect)],
    ) -> (Record, Vec<Standing<'s>>) {
        let (mut envelope, mut standing) = (Map::new(), Vec::new());
        for field in &self.area.envelope {
            let asked =
                defects.iter().flat_map(|(_, defect)| &defect.envelope).find(|(name, _)| name == &field.name);
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

    /// The value that can stand in, if what is given is one.
    fn usable(&self, standing: &Standing<'_>) -> Option<Value> {
        let closed = self.closed(standing.field);
        let value = standing.value.as_ref()?;
        let known = |text: &str| closed.is_empty() || closed.iter().any(|known| known == text);
        value.as_str().is_none_or(known).then(|| value.clone()).filter(|_| !standing.member.is_empty())
    }

    /// How many things there are for the elements of the array that the limit counts.
    fn pool(&self) -> Option<usize> {
        let counted = self.area.limit.counts.as_deref()?;
        let plan = self.plans.iter().find(|plan| plan.field.name == counted)?;
        let Source::Array { members } = &plan.source else { return None };
        members
            .iter()
            .filter_map(|member| {
                let Source::Things { names, .. } = &member.source else { return None };
                Some(names.len())
            })
            .max()
    }

    /// How the elements that the limit counts are shared out over records; `None` if it counts records.
    pub(super) fn shares(&self, seed: u64, size: usize, defects: &[(usize, &Defect)]) -> Option<Vec<usize>> {
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
        Some((member, self.owned_names(&format!("{array}/{member}"), owner, record)?))
    }

    /// The names of what belongs to what the record names in the field `owner`, of the kind that a path names;
    /// `None` if everything does.
    pub(super) fn owned_names(&self, path: &str, owner: &str, record: &Record) -> Option<Vec<String>> {
        let kind = self.area.field_at(path)?.kind.as_deref()?;
        let owner_kind = self.area.field_at(owner)?.kind.as_deref()?;
        let listing =
            self.contract.file.kinds.get(owner_kind)?.members.iter().find(|(_, of)| of.as_str() == kind)?.0;
        let name = value_at(record, owner)?.as_str()?;
        let thing = self.fixtures.things.get(owner_kind)?.iter().find(|thing| thing.name == name)?;
        thing.members.get(listing).cloned()
    }
}

/// The seed of a batch's record.
pub(super) fn record_seed(seed: u64, index: u64) -> u64 {
    if seed == 0 { 0 } else { join(seed, index.wrapping_add(16)) }
}
