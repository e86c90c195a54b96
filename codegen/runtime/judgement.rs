//! What a validator says of a request.

use super::Pointer;

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where: the value, or the object that lacks a member.
    pub pointer: Pointer,
    /// The JSON Schema keyword that the instance breaks, such as `required`.
    pub keyword: &'static str,
    /// The statement that the rule comes from, such as `NP3.1`.
    pub statement: &'static str,
    /// The index of the record, from 0. None where the request as a whole is at fault.
    pub record: Option<usize>,
    /// What is wrong, for a person.
    pub message: String,
}

/// Whether a request's body can be used at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestVerdict {
    /// Its records are judged one by one.
    Accept,
    /// It is refused whole.
    Reject,
}

/// What becomes of a record by the rules of shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordVerdict {
    /// It breaks no rule.
    Pass,
    /// It breaks at least one.
    Fail,
}

/// The verdicts of a request's records, in its order: their number, and which of them fail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdicts {
    length: usize,
    failed: Vec<usize>,
}

impl Verdicts {
    /// So many verdicts; those at the indices given, in rising order, are failures.
    #[must_use]
    pub const fn new(length: usize, failed: Vec<usize>) -> Self {
        Self { length, failed }
    }

    /// Their number.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The indices of the records that fail, in rising order.
    #[must_use]
    pub fn failed(&self) -> &[usize] {
        &self.failed
    }

    /// The verdict of the record at an index, where there is one.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<RecordVerdict> {
        let fails = self.failed.binary_search(&index).is_ok();
        let verdict = if fails { RecordVerdict::Fail } else { RecordVerdict::Pass };
        (index < self.length).then_some(verdict)
    }

    /// Each verdict, in the records' order.
    pub fn iter(&self) -> impl Iterator<Item = RecordVerdict> + '_ {
        let mut failed = self.failed.iter().copied().peekable();
        (0..self.length).map(move |index| {
            let fails = failed.next_if_eq(&index).is_some();
            if fails { RecordVerdict::Fail } else { RecordVerdict::Pass }
        })
    }

    pub(super) fn push(&mut self, verdict: RecordVerdict) {
        if verdict == RecordVerdict::Fail {
            self.failed.push(self.length);
        }
        self.length += 1;
    }
}

impl FromIterator<RecordVerdict> for Verdicts {
    fn from_iter<I: IntoIterator<Item = RecordVerdict>>(verdicts: I) -> Self {
        let mut made = Self::default();
        verdicts.into_iter().for_each(|verdict| made.push(verdict));
        made
    }
}

/// What a validator says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Whether the body can be used at all.
    pub request: RequestVerdict,
    /// A verdict for each record, in the request's order. Empty where the request is refused; one for the
    /// whole request in an area whose response judges it whole.
    pub records: Verdicts,
    /// Every broken rule, in the order of the records and, within one, of the spec.
    pub violations: Vec<Violation>,
    /// How much the request holds of what the area's limit counts.
    pub counted: usize,
}

/// A request that was read and judged at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<R> {
    /// The records that break no rule, in the request's order, without those in between that do.
    pub records: Vec<R>,
    /// The judgement of all of them.
    pub judgement: Judgement,
}
