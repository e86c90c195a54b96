//! The counts that fates allow.

use std::ops::RangeInclusive;

use super::{Expectation, Fate};

/// What a counting answer may say of a request: with `m` records that must fail and `o` open ones, from
/// `m` to `m + o` fail.
///
/// Unit: records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answers {
    /// The records sent.
    pub records: usize,
    /// Those that must fail.
    pub must_fail: usize,
    /// Those left open.
    pub open: usize,
    /// Whether the endpoint may refuse the request whole instead.
    pub may_refuse: bool,
}

impl Answers {
    /// The answers that an expectation allows; `None` if records are not counted one by one.
    #[must_use]
    pub fn of(expectation: &Expectation) -> Option<Self> {
        let Expectation::Records { records, .. } = expectation else { return None };
        let count = |fate| records.iter().filter(|record| record.fate == fate).count();
        Some(Self {
            records: records.len(),
            must_fail: count(Fate::Fails),
            open: count(Fate::Open),
            may_refuse: expectation.may_refuse(),
        })
    }

    /// How many may fail.
    #[must_use]
    pub const fn fail_count(&self) -> RangeInclusive<usize> {
        self.must_fail..=self.must_fail + self.open
    }

    /// How many may pass.
    #[must_use]
    pub const fn pass_count(&self) -> RangeInclusive<usize> {
        self.records - self.must_fail - self.open..=self.records - self.must_fail
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracle::Expected;

    #[test]
    fn open_records_widen_the_counts() {
        let record = |fate| Expected { fate, reasons: Vec::new(), may_refuse: false, premises: Vec::new() };
        let fates = [Fate::Fails, Fate::Open, Fate::Open, Fate::Passes, Fate::Passes, Fate::Passes];
        let records = fates.into_iter().map(record).collect();
        let answers = Answers::of(&Expectation::Records { records, repeated_keys: Vec::new() }).unwrap();
        assert_eq!(answers.fail_count(), 1..=3);
        assert_eq!(answers.pass_count(), 3..=5);
        assert_eq!(Answers::of(&Expectation::Empty), None);
    }
}
