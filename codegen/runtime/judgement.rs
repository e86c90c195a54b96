//! The result of validating a request.

use std::fmt;

use super::Pointer;

/// A broken rule: where, by which keyword of JSON Schema, and which statement of the contract says so.
///
/// Pointer, keyword and statement are stable; the wording of the message may change.
///
/// ```
/// use tally_generated::runtime::{Pointer, Violation};
///
/// let violation = Violation {
///     pointer: Pointer::root().member("orders").index(2),
///     keyword: "required",
///     statement: "S1",
///     record: Some(2),
///     message: "`number` is missing".to_owned(),
/// };
/// assert_eq!(violation.to_string(), "/orders/2: `number` is missing (required, S1)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where: the value, or the object that lacks a member.
    pub pointer: Pointer,
    /// The JSON Schema keyword that the instance breaks, such as `required`.
    pub keyword: &'static str,
    /// The statement that the rule comes from, such as `NP3.1`.
    pub statement: &'static str,
    /// The index of the record, from 0. `None` if the request as a whole is at fault.
    pub record: Option<usize>,
    /// What is wrong, for a person to read.
    pub message: String,
}

/// Shows pointer, message, keyword and statement.
impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pointer, keyword, statement, message, .. } = self;
        let place = if pointer.as_str().is_empty() { "the request" } else { pointer.as_str() };
        write!(formatter, "{place}: {message} ({keyword}, {statement})")
    }
}

impl std::error::Error for Violation {}

/// Whether a request's body can be used at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestVerdict {
    /// Its records are judged one by one.
    Accept,
    /// The whole request is rejected.
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
///
/// ```
/// use tally_generated::runtime::{RecordVerdict, Verdicts};
///
/// let verdicts = Verdicts::new(3, vec![1]);
/// assert_eq!(verdicts.failed(), [1]);
/// assert_eq!(verdicts.get(0), Some(RecordVerdict::Pass));
/// assert_eq!(verdicts.iter().filter(|verdict| *verdict == RecordVerdict::Fail).count(), 1);
/// assert_eq!(verdicts.get(3), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdicts {
    length: usize,
    failed: Vec<usize>,
}

impl Verdicts {
    /// Creates `length` verdicts; the records at the indices in `failed`, in rising order, fail.
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

    /// The verdict of the record at an index, or `None` if there is no such record.
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

/// The result of validating a request: a verdict for each record, and every broken rule.
///
/// As an error ([`Judgement::into_result`]) it shows each violation on a line of its own, up to ten.
///
/// ```
/// use tally_generated::runtime::{Judgement, Pointer, RequestVerdict, Verdicts, Violation};
///
/// let judgement = Judgement {
///     request: RequestVerdict::Accept,
///     records: Verdicts::new(2, vec![1]),
///     violations: vec![Violation {
///         pointer: Pointer::root().index(1),
///         keyword: "required",
///         statement: "S1",
///         record: Some(1),
///         message: "`number` is missing".to_owned(),
///     }],
///     counted: 2,
/// };
/// assert!(!judgement.is_valid());
/// let error = judgement.into_result().unwrap_err();
/// assert_eq!(error.to_string(), "1 of 2 records is invalid\n/1: `number` is missing (required, S1)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Whether the body can be used at all.
    pub request: RequestVerdict,
    /// A verdict for each record, in the request's order. Empty if the request is rejected; one for the whole
    /// request in an area whose response judges it as a whole.
    pub records: Verdicts,
    /// Every broken rule, in the order of the records and, within one, of the spec.
    pub violations: Vec<Violation>,
    /// How much the request holds of what the area's limit counts.
    pub counted: usize,
}

/// More violations than these are not shown, only counted.
const SHOWN: usize = 10;

impl Judgement {
    /// Whether the request breaks no rule.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.request == RequestVerdict::Accept && self.violations.is_empty()
    }

    /// The judgement as an error unless it is valid, for use with `?`.
    ///
    /// # Errors
    ///
    /// The judgement itself if the request breaks a rule.
    pub fn into_result(self) -> Result<Self, Self> {
        if self.is_valid() { Ok(self) } else { Err(self) }
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failed, all) = (self.records.failed().len(), self.records.len());
        match (self.request, failed) {
            (RequestVerdict::Reject, _) => formatter.write_str("the whole request would be rejected")?,
            (RequestVerdict::Accept, 0) => formatter.write_str("the request is valid")?,
            (RequestVerdict::Accept, 1) => write!(formatter, "1 of {all} records is invalid")?,
            (RequestVerdict::Accept, _) => write!(formatter, "{failed} of {all} records are invalid")?,
        }
        for violation in self.violations.iter().take(SHOWN) {
            write!(formatter, "\n{violation}")?;
        }
        match self.violations.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(formatter, "\nand {more} more violations"),
        }
    }
}

impl std::error::Error for Judgement {}

/// A request that was read and judged at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<R> {
    /// The records that break no rule, in the request's order.
    pub records: Vec<R>,
    /// The judgement of all records.
    pub judgement: Judgement,
}
