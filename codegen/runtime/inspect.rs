//! What is found in a request: kept as a list, or handed on one by one.

use std::fmt;

use super::{RecordVerdict, RequestVerdict, Verdicts, Violation};

/// Receives what is found in a request one by one, once it is final, so that nothing is collected.
///
/// ```
/// use tally_generated::runtime::{Observer, Violation};
///
/// #[derive(Default)]
/// struct Pointers(Vec<String>);
///
/// impl Observer for Pointers {
///     fn violation(&mut self, violation: Violation) {
///         self.0.push(violation.pointer.to_string());
///     }
/// }
///
/// let area = &tally_generated::CONTRACTS[0].areas[0];
/// let mut pointers = Pointers::default();
/// let outline = (area.inspect)(b"[]", &mut pointers);
/// assert_eq!(outline.violations, 1);
/// assert_eq!(pointers.0, [""]);
/// ```
pub trait Observer {
    /// The verdict of the next record; one for the whole request in an area whose response judges it as a whole.
    fn record(&mut self, _verdict: RecordVerdict) {}
    /// A broken rule, in the order of [`super::Judgement::violations`].
    fn violation(&mut self, violation: Violation);
}

/// The result of validating a request, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outline {
    /// Whether the body can be used at all.
    pub request: RequestVerdict,
    /// The number of verdicts.
    pub records: usize,
    /// How many of them are [`RecordVerdict::Fail`].
    pub failed: usize,
    /// The number of broken rules.
    pub violations: usize,
    /// How much the request holds of what the area's limit counts.
    pub counted: usize,
}

/// What a judgement keeps of what is found in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// Every verdict and every violation.
    All,
    /// Every verdict, the first so many violations, and beyond them the first of each record.
    First(usize),
    /// No verdict, and the first so many violations.
    Violations(usize),
}

/// Takes violations as they are found.
pub(super) trait Sink: fmt::Debug {
    /// Takes one.
    fn push(&mut self, violation: Violation);

    /// Counts a violation of the current record, if it need not be known. Returns whether that is so.
    fn only_counts(&mut self) -> bool;
}

/// What becomes of what is found.
enum Use<'o> {
    Keep(Keeping),
    Count,
    HandOn(&'o mut dyn Observer),
}

/// What is found in a request.
pub(super) struct Findings<'o> {
    to_do: Use<'o>,
    /// Whether each record has a verdict of its own.
    by_record: bool,
    /// Kept ones alone.
    kept: (Verdicts, Vec<Violation>),
    /// The last record that a violation was kept of.
    kept_of: Option<usize>,
    records: usize,
    failed: usize,
    violations: usize,
}

impl<'o> Findings<'o> {
    const fn new(to_do: Use<'o>, by_record: bool) -> Self {
        let kept = (Verdicts::new(0, Vec::new()), Vec::new());
        Self { to_do, by_record, kept, kept_of: None, records: 0, failed: 0, violations: 0 }
    }

    /// Keeps what is found.
    pub(super) const fn keep(keeping: Keeping, by_record: bool) -> Self {
        Self::new(Use::Keep(keeping), by_record)
    }

    /// Only counts what is found.
    pub(super) const fn count(by_record: bool) -> Self {
        Self::new(Use::Count, by_record)
    }

    /// Hands on what is found, which must be final.
    pub(super) fn hand_on(observer: &'o mut dyn Observer, by_record: bool) -> Self {
        Self::new(Use::HandOn(observer), by_record)
    }

    /// The number of records so far.
    #[inline]
    pub(super) const fn records(&self) -> usize {
        self.records
    }

    /// The number of violations so far.
    #[inline]
    pub(super) const fn violations(&self) -> usize {
        self.violations
    }

    /// Takes the next record's verdict.
    #[inline]
    pub(super) fn verdict(&mut self, passed: bool) {
        self.records += 1;
        self.failed += usize::from(!passed);
        if self.by_record {
            self.tell(passed);
        }
    }

    /// Takes the one verdict of a request that is judged as a whole.
    pub(super) fn whole(&mut self) {
        let passed = self.violations == 0;
        (self.records, self.failed) = (1, usize::from(!passed));
        self.tell(passed);
    }

    #[inline]
    fn tell(&mut self, passed: bool) {
        let verdict = if passed { RecordVerdict::Pass } else { RecordVerdict::Fail };
        match &mut self.to_do {
            Use::Keep(Keeping::All | Keeping::First(_)) => self.kept.0.push(verdict),
            Use::Keep(Keeping::Violations(_)) | Use::Count => {}
            Use::HandOn(observer) => observer.record(verdict),
        }
    }

    /// Forgets what was found.
    pub(super) fn clear(&mut self) {
        (self.records, self.failed, self.violations) = (0, 0, 0);
        self.kept.0 = Verdicts::default();
        self.kept.1.clear();
        self.kept_of = None;
    }

    /// Whether the next violation of the current record need not be known.
    fn is_full(&self) -> bool {
        match &self.to_do {
            Use::Keep(Keeping::All) | Use::HandOn(_) => false,
            Use::Keep(Keeping::First(most)) => {
                self.kept.1.len() >= *most && self.kept_of == Some(self.records)
            }
            Use::Keep(Keeping::Violations(most)) => self.kept.1.len() >= *most,
            Use::Count => true,
        }
    }

    /// What was found, in numbers, for a request that is not rejected.
    pub(super) const fn outline(&self, counted: usize) -> Outline {
        let Self { records, failed, violations, .. } = *self;
        Outline { request: RequestVerdict::Accept, records, failed, violations, counted }
    }

    /// What was kept.
    pub(super) fn into_kept(self) -> (Verdicts, Vec<Violation>) {
        self.kept
    }
}

impl Sink for Findings<'_> {
    fn push(&mut self, violation: Violation) {
        if self.only_counts() {
            return;
        }
        self.violations += 1;
        match &mut self.to_do {
            Use::Keep(_) => {
                self.kept_of = violation.record;
                self.kept.1.push(violation);
            }
            Use::Count => {}
            Use::HandOn(observer) => observer.violation(violation),
        }
    }

    fn only_counts(&mut self) -> bool {
        let is_full = self.is_full();
        self.violations += usize::from(is_full);
        is_full
    }
}

impl fmt::Debug for Findings<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Findings")
            .field("records", &self.records)
            .field("failed", &self.failed)
            .field("violations", &self.violations)
            .finish_non_exhaustive()
    }
}
