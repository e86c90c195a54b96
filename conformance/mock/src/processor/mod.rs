//! Judges requests against the contract and writes the records that pass.

mod growth;
mod hooks;
mod judge;
mod pieces;
mod sizes;

use std::sync::Arc;

use foldhash::fast::RandomState;
use tally_generated::runtime::{self, Judgement, Keeping, RequestVerdict};
use tally_spec::model::{Contract, Response};

pub(crate) use self::growth::Growth;
pub(crate) use self::hooks::{Hooks, Keeps, Passed};
pub(crate) use self::judge::Failed;
use self::judge::JudgeInput;
pub(crate) use self::pieces::{Piece, Pieces};
pub(crate) use self::sizes::{Sizes, cost_of_values};
use crate::entities::Entities;
use crate::failure::Failure;
use crate::plan::{Plan, Plans};
use crate::record_table::RecordTable;
use crate::records::{Keys, RecordToWrite, Records, Session, Writing};

/// The broken rules that are kept of one body. Beyond them the first of each record is kept, and the others are
/// counted.
pub(crate) const KEPT: usize = 1000;

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
        if !self.hooks.rejudges() {
            table = table.keeping(Keeping::First(KEPT));
        }
        let judgement = (self.generated.area(&plan.name)?.gather)(body, &mut table);
        let judgement = self.hooks.judged(plan, body, judgement);
        Some(Batch { processor: self, plan, judgement, table })
    }
}

/// Records that may be written.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'r, 'a, 's> {
    pub(crate) plan: &'r Plan,
    pub(crate) table: &'r RecordTable<'a, 's>,
    /// The index in the request of the first, and how many the request has.
    pub(crate) first: usize,
    pub(crate) of: usize,
    pub(crate) in_job: bool,
}

impl Processor {
    /// Writes the rows that are due: those that the hooks keep.
    pub(crate) fn write(
        &self,
        rows: Rows<'_, '_, '_>,
        records: &mut Records,
        session: &Session,
        exchange: u32,
        due: &[RecordToWrite<'_>],
    ) {
        let Rows { plan, table, first, of, in_job } = rows;
        let writing = Writing { contract: &self.contract, plans: &self.plans, plan, session, exchange };
        let Some(keeps) = self.hooks.keeps() else { return records.write(writing, table, due) };
        for one in due {
            let is_known = records.is_known(plan, one.key);
            let passed = Passed { index: first + one.index, of, is_known, in_job };
            if keeps(&passed) {
                records.write(writing, table, std::slice::from_ref(one));
            }
        }
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

    /// Writes the records that are due: those that the hooks keep.
    pub(crate) fn write(
        &self,
        records: &mut Records,
        session: &Session,
        exchange: u32,
        due: &[RecordToWrite<'_>],
    ) {
        let rows =
            Rows { plan: self.plan, table: &self.table, first: 0, of: self.table.len(), in_job: false };
        self.processor.write(rows, records, session, exchange, due);
    }

    /// What a reading shows that keeps nothing.
    pub(crate) fn sizes(&self) -> Sizes {
        let judgement = &self.judgement;
        let mut failed = judgement.records.failed().iter().copied().peekable();
        let passed = (0..self.table.len()).filter(|index| failed.next_if_eq(index).is_none());
        let lengths: Vec<usize> = passed.map(|index| self.adds(index)).collect();
        Sizes {
            is_usable: judgement.request == RequestVerdict::Accept,
            records: self.table.len(),
            passed: lengths.len(),
            bytes: lengths.iter().sum(),
            broken: self.table.broken(),
            // What was read already costs no more.
            largest: 0,
            echoed: 0,
            counted: judgement.counted,
            options: self.table.envelope_bytes(),
        }
    }

    /// The most that the records that are due add to what is stored.
    pub(crate) fn growth(&self, due: &[RecordToWrite<'_>]) -> Growth {
        let bytes = due.iter().map(|one| self.adds(one.index)).sum();
        Growth::of(self.plan, due.len(), bytes, self.table.envelope_bytes())
    }

    /// The bytes that a record's own values add.
    fn adds(&self, index: usize) -> usize {
        self.table.row(index).map_or(0, |row| Growth::of_record(self.plan, row.json(), |place| row.at(place)))
    }

    /// How many rules the records and the request break, given the records that fail.
    pub(crate) fn broken(&self, failed: &[Failed]) -> usize {
        let of_request = self.judgement.violations.iter().filter(|violation| violation.record.is_none());
        self.table.broken() + of_request.count() + failed.iter().filter(|one| one.why.is_some()).count()
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
}
