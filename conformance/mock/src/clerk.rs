//! Reads a body, says which of its records fail, and writes the others.

use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::RandomState;
use tally_generated::runtime::{self, Judgement};
use tally_spec::model::{Area, Contract, Response};

use super::judge::{self, Bench, Failed, Failure};
use super::plan::{Plan, Plans};
use super::sheet::Sheet;
use super::state::{Book, Due, Keys, Session, Writing};
use super::things::Things;

/// What is made of the judgement of an area's body by the rules of shape.
pub(super) type Amend = Box<dyn Fn(&Area, &[u8], Judgement) -> Judgement + Send + Sync>;

/// Whether a record that passed is written.
pub(super) type Keeps = fn(&Passed) -> bool;

/// A record that passed.
#[derive(Clone, Copy)]
pub(super) struct Passed {
    /// Its index in the request, and the number of the request's records.
    pub(super) index: usize,
    pub(super) of: usize,
    /// Whether there is a record of its key already.
    pub(super) is_known: bool,
    /// Whether a job writes it.
    pub(super) in_job: bool,
}

/// One reading of the contract: what it takes to judge requests and to write their records.
pub(super) struct Clerk {
    pub(super) contract: Arc<Contract>,
    plans: Plans,
    pub(super) generated: &'static runtime::Contract,
    amend: Option<Amend>,
    keeps: Option<Keeps>,
}

/// A body that was read and judged by the rules of shape. Where those refuse it, it has no records.
pub(super) struct Batch<'a> {
    clerk: &'a Clerk,
    pub(super) plan: &'a Plan,
    pub(super) judgement: Judgement,
    pub(super) sheet: Sheet<'a, 'a>,
}

/// What becomes of a batch's records.
pub(super) struct Fate {
    /// Those that fail, in rising order.
    pub(super) failed: Vec<Failed>,
    /// The keys of those that are to be written.
    pub(super) keys: Keys,
}

impl Fate {
    /// Whether it may be another one where more things exist.
    pub(super) fn may_change(&self) -> bool {
        self.failed.iter().any(|one| one.why.is_some())
    }
}

impl Clerk {
    pub(super) fn new(contract: Arc<Contract>, generated: &'static runtime::Contract) -> Self {
        let plans = Plans::new(&contract);
        Self { contract, plans, generated, amend: None, keeps: None }
    }

    /// The same, thinking otherwise of bodies.
    pub(super) fn with_amends(self, amend: Amend) -> Self {
        Self { amend: Some(amend), ..self }
    }

    /// The same, writing only what `keeps` lets through.
    pub(super) fn with_keeps(self, keeps: Keeps) -> Self {
        Self { keeps: Some(keeps), ..self }
    }

    /// The plan of the area of that name.
    pub(super) fn plan(&self, name: &str) -> Option<&Plan> {
        self.plans.of(name)
    }

    /// Reads a body and judges it by the rules of shape. None where nothing was generated for the area.
    pub(super) fn read<'a>(&'a self, plan: &'a Plan, body: &'a [u8]) -> Option<Batch<'a>> {
        // A record takes two bytes at the least, and twenty most often.
        let mut sheet = Sheet::new(plan, plan.limit.maximum.min(body.len() / 20));
        let mut judgement = (self.generated.area(&plan.name)?.gather)(body, &mut sheet);
        if let Some(amend) = &self.amend {
            judgement = amend(plan, body, judgement);
        }
        Some(Batch { clerk: self, plan, judgement, sheet })
    }
}

impl Batch<'_> {
    /// What becomes of the records where those things exist.
    pub(super) fn fate(&self, things: &Things, hasher: &RandomState) -> Fate {
        let failed = judge::failed(Bench {
            contract: &self.clerk.contract,
            plan: self.plan,
            judgement: &self.judgement,
            sheet: &self.sheet,
            things,
        });
        let whole = matches!(self.clerk.contract.response(self.plan), Response::Whole(_));
        let none = whole && (!failed.is_empty() || !self.judgement.violations.is_empty());
        let mut fail = failed.iter().map(|one| one.index).peekable();
        let passed = (0..self.sheet.len()).filter(|index| !none && fail.next_if_eq(index).is_none());
        let keys = Keys::of(self.plan, &self.sheet, passed, things, hasher);
        Fate { failed, keys }
    }

    /// Writes some of the records that are due.
    pub(super) fn write(
        &self,
        book: &mut Book,
        session: &Session,
        exchange: u32,
        due: &[Due<'_>],
        in_job: bool,
    ) {
        let Clerk { contract, plans, keeps, .. } = self.clerk;
        let writing = Writing { contract, plans, plan: self.plan, session, exchange };
        let Some(keeps) = keeps else { return book.write(writing, &self.sheet, due) };
        for one in due {
            let is_known = book.is_known(self.plan, one.key);
            let passed = Passed { index: one.index, of: self.sheet.len(), is_known, in_job };
            if keeps(&passed) {
                book.write(writing, &self.sheet, std::slice::from_ref(one));
            }
        }
    }

    /// The first so many broken rules, in the order of the records.
    pub(super) fn failures(&self, failed: &[Failed], most: usize) -> Vec<Failure> {
        let shape = self.judgement.violations.iter().take(most).map(Failure::from);
        let others = failed.iter().filter_map(|one| one.why.clone()).take(most);
        let mut failures: Vec<Failure> = shape.chain(others).collect();
        failures.sort_by_key(|one| one.record);
        failures.truncate(most);
        failures
    }

    /// How many failures of those in a range of indices.
    pub(super) fn failed_in(failed: &[Failed], range: &Range<usize>) -> usize {
        failed.iter().filter(|one| range.contains(&one.index)).count()
    }
}
