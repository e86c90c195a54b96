//! Reads a body, says which of its records fail, and writes the others.

use std::ops::Range;
use std::sync::Arc;

use tally_generated::runtime::{self, Judgement};
use tally_spec::model::{Area, Contract, Response};

use super::judge::{self, Bench, Failed, Failure};
use super::plan::{Plan, Plans};
use super::sheet::Sheet;
use super::state::{Book, Due, Keys, Session, Writing};

/// Judges a body by the rules of shape.
pub(super) type Judge = Box<dyn Fn(&runtime::Area, &[u8]) -> Judgement + Send + Sync>;

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
    judge: Judge,
    keeps: Option<Keeps>,
}

/// A body that was read and judged by the rules of shape.
pub(super) struct Batch<'a> {
    clerk: &'a Clerk,
    pub(super) plan: &'a Plan,
    pub(super) judgement: Judgement,
    pub(super) sheet: Sheet<'a, 'a>,
}

impl Clerk {
    pub(super) fn new(contract: Arc<Contract>, generated: &'static runtime::Contract) -> Self {
        let plans = Plans::new(&contract);
        Self { contract, plans, generated, judge: Box::new(|area, body| (area.judge)(body)), keeps: None }
    }

    /// The same with another judge of shape.
    pub(super) fn with_judge(self, judge: Judge) -> Self {
        Self { judge, ..self }
    }

    /// The same, writing only what `keeps` lets through.
    pub(super) fn with_keeps(self, keeps: Keeps) -> Self {
        Self { keeps: Some(keeps), ..self }
    }

    /// The plan of the area of that name.
    pub(super) fn plan(&self, name: &str) -> Option<&Plan> {
        self.plans.of(name)
    }

    /// Judges a body by the rules of shape. None where nothing was generated for the area.
    pub(super) fn judge(&self, area: &Area, body: &[u8]) -> Option<Judgement> {
        Some((self.judge)(self.generated.area(&area.name)?, body))
    }

    /// Reads the records of a body that was judged to hold a usable list.
    pub(super) fn read<'a>(&'a self, plan: &'a Plan, judgement: Judgement, body: &'a [u8]) -> Batch<'a> {
        let sheet = Sheet::read(&self.contract, plan, body, judgement.records.len());
        Batch { clerk: self, plan, judgement, sheet }
    }
}

impl Batch<'_> {
    /// The records that fail, in rising order.
    pub(super) fn failed(&self, book: &Book) -> Vec<Failed> {
        judge::failed(Bench {
            contract: &self.clerk.contract,
            plan: self.plan,
            judgement: &self.judgement,
            sheet: &self.sheet,
            things: &book.things,
        })
    }

    /// The keys of the records that are to be written, where those fail.
    pub(super) fn keys(&self, failed: &[Failed], book: &Book) -> Keys {
        let whole = matches!(self.clerk.contract.response(self.plan), Response::Whole(_));
        let none = whole && (!failed.is_empty() || !self.judgement.violations.is_empty());
        let mut failed = failed.iter().map(|one| one.index).peekable();
        let passed = (0..self.sheet.len()).filter(|index| !none && failed.next_if_eq(index).is_none());
        Keys::of(self.plan, &self.sheet, passed, &book.things)
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

    /// Every broken rule, in the order of the records.
    pub(super) fn failures(&self, failed: &[Failed]) -> Vec<Failure> {
        let shape = self.judgement.violations.iter().map(judge::told);
        let mut failures: Vec<Failure> =
            shape.chain(failed.iter().filter_map(|one| one.why.clone())).collect();
        failures.sort_by_key(|one| one.record);
        failures
    }

    /// How many failures of those in a range of indices.
    pub(super) fn failed_in(failed: &[Failed], range: &Range<usize>) -> usize {
        failed.iter().filter(|one| range.contains(&one.index)).count()
    }
}
