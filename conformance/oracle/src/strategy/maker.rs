//! Makes batches for one area.

use std::sync::Arc;

use serde_json::Value;
use tally_spec::model::{Area, Contract, Field, KeyPart, Provenance, Rule};

use super::assemble::record_seed;
use super::batch::{Layout, Record};
use super::defect::top;
use super::defects::Exempt;
use super::plan::{Basis, Plan};
use super::{Batch, Defect, defects};
use tally_fixtures::Fixtures;

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
    pub(super) presence: Vec<(&'a Rule, Vec<Target<'a>>)>,
    /// The conditional rules about values, with their places among the area's.
    pub(super) conditional: Vec<(usize, &'a Rule)>,
    /// What records to which a rule does not apply may have.
    pub(super) exempt: Vec<Exempt>,
    /// The parts of the key with so many values only, and their number.
    pub(super) key: Vec<(usize, usize)>,
    /// The parts of the key with no end of values.
    pub(super) distinct: Vec<usize>,
    /// How many records have keys of their own; `None` if there is no end of them.
    pub(super) capacity: Option<usize>,
    pub(super) layout: Arc<Layout>,
}

/// A field that must have a value, or may be one of those of which one must.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    /// The place of the record's own field among the plans.
    pub(super) place: usize,
    /// The field's path.
    pub(super) path: &'a str,
}

/// A field on which conditions look, itself or within.
#[derive(Debug)]
pub(super) struct Pivot {
    /// Its place among the plans.
    pub(super) place: usize,
    /// The values that the conditions name.
    pub(super) values: Vec<Value>,
    /// The paths of members of its object on which conditions look, each with the values that they name.
    pub(super) inner: Vec<(String, Vec<Value>)>,
    /// Whether every record must have it.
    pub(super) always: bool,
}

impl<'a> Maker<'a> {
    /// A maker whose free text bears `mark`.
    #[must_use]
    pub fn new(contract: &'a Contract, area: &'a Area, fixtures: &'a Fixtures, mark: &str) -> Self {
        let basis = Basis { contract, area, fixtures };
        let plan = |field: &'a Field| Plan::new(basis, field, &field.name);
        let plans: Vec<Plan<'a>> = area.fields.iter().map(plan).collect();
        let place = |name: &str| plans.iter().position(|plan| plan.field.name == name);
        let target = |path: &'a String| Some(Target { place: place(top(path))?, path });
        let presence: Vec<(&'a Rule, Vec<Target<'a>>)> = area
            .rules
            .iter()
            .map(|rule| (rule, rule.constraint.required().iter().chain(rule.constraint.any_of())))
            .map(|(rule, paths)| (rule, paths.filter_map(target).collect::<Vec<_>>()))
            .filter(|(_, targets)| !targets.is_empty())
            .collect();
        let bears =
            |(_, rule): &(usize, &'a Rule)| !rule.is_unconditional() && rule.constraint.field().is_some();
        let conditional = area.rules.iter().enumerate().filter(bears).collect();
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
            conditional,
            exempt: Vec::new(),
            key,
            distinct,
            capacity: None,
            layout: Arc::new(Layout::new(contract, area)),
            plans,
        };
        let (pivots, capacity) = (maker.find_pivots(), maker.find_capacity());
        let maker = Self { pivots, capacity, ..maker };
        let exempt = defects::exempt(&maker);
        Self { exempt, ..maker }
    }

    /// The area that requests are made for.
    #[must_use]
    pub const fn area(&self) -> &'a Area {
        self.area
    }

    /// The required fields for which the fixtures hold nothing, so that no valid record can be made.
    #[must_use]
    pub fn lacks(&self) -> Vec<&'a str> {
        let mut lacking: Vec<&'a str> = Vec::new();
        let required = self.presence.iter().filter(|(rule, _)| !rule.constraint.required().is_empty());
        for target in required.flat_map(|(_, targets)| targets) {
            let is_empty = self.plan_at(target.path).is_none_or(Plan::is_empty);
            if is_empty && !lacking.contains(&target.path) {
                lacking.push(target.path);
            }
        }
        lacking
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

    /// The closed list of a record's field.
    pub(super) fn closed(&self, name: &str) -> &'a [String] {
        let field = self.area.fields.iter().find(|field| field.name == name);
        field.and_then(|field| field.closed.as_deref()).unwrap_or_default()
    }

    /// Whether a rule's statements are all more than our own reading.
    pub(super) fn is_sure(&self, rule: &Rule) -> bool {
        self.contract.weight(rule.statement.iter()) != Provenance::Assumed
    }

    /// The plan of the field at a path.
    pub(super) fn plan_at(&self, path: &str) -> Option<&Plan<'a>> {
        let mut names = path.split('/');
        let first = names.next()?;
        let plan = self.plans.iter().find(|plan| plan.field.name == first)?;
        names.try_fold(plan, |plan, name| plan.member(name))
    }

    /// Whether conditions look at a field of the record.
    pub(super) fn is_pivot(&self, name: &str) -> bool {
        self.pivots.iter().any(|pivot| self.plans[pivot.place].field.name == name)
    }
}
