//! Judges requests against the contract and writes the records that pass.

mod hooks;
mod judge;

use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::RandomState;
use tally_generated::runtime::{self, Judgement};
use tally_spec::model::{Contract, Response};

pub(crate) use self::hooks::{Hooks, Keeps, Passed};
pub(crate) use self::judge::Failed;
use self::judge::JudgeInput;
use crate::entities::Entities;
use crate::failure::Failure;
use crate::plan::{Plan, Plans};
use crate::record_table::RecordTable;
use crate::records::{Keys, RecordToWrite, Records, Session, Writing};

/// Judges requests against the contract and writes the records that pass.
pub(crate) struct Processor {
    pub(crate) contract: Arc<Contract>,
    plans: Plans,
    pub(crate) generated: &'static runtime::Contract,
    hooks: Box<dyn Hooks>,
}

/// A body that was read and judged by the generated validator. If that rejects it, it has no records.
pub(crate) struct Batch<'a> {
    processor: &'a Processor,
    pub(crate) plan: &'a Plan,
    pub(crate) judgement: Judgement,
    pub(crate) table: RecordTable<'a, 'a>,
}

/// What becomes of a batch's records.
pub(crate) struct Decision {
    /// Those that fail, in rising order.
    pub(crate) failed: Vec<Failed>,
    /// The keys of those that are to be written.
    pub(crate) keys: Keys,
}

impl Decision {
    /// Whether it may change once more entities exist.
    pub(crate) fn may_change(&self) -> bool {
        self.failed.iter().any(|one| one.why.is_some())
    }
}

impl Processor {
    pub(crate) fn new(
        contract: Arc<Contract>,
        generated: &'static runtime::Contract,
        hooks: Box<dyn Hooks>,
    ) -> Self {
        let plans = Plans::new(&contract);
        Self { contract, plans, generated, hooks }
    }

    /// The plan of the area of that name.
    pub(crate) fn plan(&self, name: &str) -> Option<&Plan> {
        self.plans.of(name)
    }

    /// Reads a body and judges it by the generated validator. `None` if nothing was generated for the area.
    pub(crate) fn read<'a>(&'a self, plan: &'a Plan, body: &'a [u8]) -> Option<Batch<'a>> {
        // A record takes two bytes at the least, and twenty most often.
        let mut table = RecordTable::new(plan, plan.limit.maximum.min(body.len() / 20));
        let judgement = (self.generated.area(&plan.name)?.gather)(body, &mut table);
        let judgement = self.hooks.judged(plan, body, judgement);
        Some(Batch { processor: self, plan, judgement, table })
    }
}

impl Batch<'_> {
    /// Decides what becomes of the records, given the entities that exist.
    pub(crate) fn decide(&self, entities: &Entities, hasher: &RandomState) -> Decision {
        let failed = judge::failed(JudgeInput {
            contract: &self.processor.contract,
            plan: self.plan,
            judgement: &self.judgement,
            table: &self.table,
            entities,
        });
        let whole = matches!(self.processor.contract.response(self.plan), Response::Whole(_));
        let none = whole && (!failed.is_empty() || !self.judgement.violations.is_empty());
        let mut fail = failed.iter().map(|one| one.index).peekable();
        let passed = (0..self.table.len()).filter(|index| !none && fail.next_if_eq(index).is_none());
        let keys = Keys::of(self.plan, &self.table, passed, entities, hasher);
        Decision { failed, keys }
    }

    /// Writes some of the records that are due: those that the hooks keep.
    pub(crate) fn write(
        &self,
        records: &mut Records,
        session: &Session,
        exchange: u32,
        due: &[RecordToWrite<'_>],
        in_job: bool,
    ) {
        let Processor { contract, plans, hooks, .. } = self.processor;
        let writing = Writing { contract, plans, plan: self.plan, session, exchange };
        let Some(keeps) = hooks.keeps() else { return records.write(writing, &self.table, due) };
        for one in due {
            let is_known = records.is_known(self.plan, one.key);
            let passed = Passed { index: one.index, of: self.table.len(), is_known, in_job };
            if keeps(&passed) {
                records.write(writing, &self.table, std::slice::from_ref(one));
            }
        }
    }

    /// The first so many broken rules, in the order of the records.
    pub(crate) fn failures(&self, failed: &[Failed], most: usize) -> Vec<Failure> {
        let shape = self.judgement.violations.iter().take(most).map(Failure::from);
        let others = failed.iter().filter_map(|one| one.why.clone()).take(most);
        let mut failures: Vec<Failure> = shape.chain(others).collect();
        failures.sort_by_key(|one| one.record);
        failures.truncate(most);
        failures
    }

    /// How many failures of those, in rising order, are in a range of indices.
    pub(crate) fn failed_in(failed: &[Failed], range: &Range<usize>) -> usize {
        let below = |end: usize| failed.partition_point(|one| one.index < end);
        below(range.end) - below(range.start)
    }
}
