//! Related requests: what the answer to one says about the answer to another.

use serde_json::Value;
use tally_spec::model::{Area, Contract, Response};

use super::{Breach, CountedAnswer, Keyword, Seen, extend, ids, response_cites};
use crate::outcome::Difference;

/// The results of an answer, as relations compare them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Summary {
    /// How many passed and failed.
    Counts {
        /// Records that passed.
        passed: u64,
        /// Records that failed.
        failed: u64,
    },
    /// Each record passed or failed, in the request's order.
    Flags(Vec<bool>),
    /// The whole request passed or failed.
    Whole(bool),
}

impl Summary {
    /// Reads an answer; `None` if it does not have the documented shape, which other checks report.
    #[must_use]
    pub fn of(seen: &Seen<'_>) -> Option<Self> {
        if !seen.is_answered_in_shape() {
            return None;
        }
        match seen.response() {
            Response::Counting(_) => {
                let answer = CountedAnswer::of(seen)?;
                Some(Self::Counts { passed: answer.passed?, failed: answer.failed? })
            }
            Response::ByPosition(shape) => {
                let results = seen.json?.get(&shape.results)?.as_array()?;
                let flag = |entry: &Value| entry.get(&shape.passed.name).and_then(Value::as_bool);
                results.iter().map(flag).collect::<Option<_>>().map(Self::Flags)
            }
            Response::Whole(shape) => {
                let word = seen.json?.get(&shape.status.name).and_then(Value::as_str)?;
                let passed = word == shape.status.success;
                (passed || word == shape.status.failure).then_some(Self::Whole(passed))
            }
            Response::Later(_) => None,
        }
    }

    /// The results of two requests as one.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Counts { passed, failed }, Self::Counts { passed: more, failed: worse }) => {
                Some(Self::Counts { passed: passed.checked_add(*more)?, failed: failed.checked_add(*worse)? })
            }
            (Self::Flags(flags), Self::Flags(more)) => {
                Some(Self::Flags(flags.iter().chain(more).copied().collect()))
            }
            (Self::Whole(passed), Self::Whole(other)) => Some(Self::Whole(*passed && *other)),
            _ => None,
        }
    }

    /// The results with one record more, which passes or fails. A request that is judged whole fails by it, or
    /// stays as it is.
    #[must_use]
    pub fn with_one_more(&self, passes: bool) -> Self {
        match self {
            Self::Counts { passed, failed } => Self::Counts {
                passed: passed.saturating_add(u64::from(passes)),
                failed: failed.saturating_add(u64::from(!passes)),
            },
            Self::Flags(flags) => Self::Flags(flags.iter().copied().chain([passes]).collect()),
            Self::Whole(whole) => Self::Whole(*whole && passes),
        }
    }

    /// The results with the records in reverse order.
    #[must_use]
    pub fn reversed(&self) -> Self {
        match self {
            Self::Flags(flags) => Self::Flags(flags.iter().rev().copied().collect()),
            other @ (Self::Counts { .. } | Self::Whole(_)) => other.clone(),
        }
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Counts { passed, failed } => write!(formatter, "{passed} passed and {failed} failed"),
            Self::Flags(flags) => {
                let failed = flags.iter().filter(|passed| !**passed).count();
                write!(formatter, "{} passed and {failed} failed", flags.len() - failed)
            }
            Self::Whole(true) => formatter.write_str("the request passed"),
            Self::Whole(false) => formatter.write_str("the request failed"),
        }
    }
}

/// How a second request is derived from a first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// It is the same.
    Twice,
    /// Its records are in reverse order.
    Permuted,
    /// It is two requests, each with half of the records.
    CutInTwo,
    /// It has other blanks and another order of members.
    Respelt,
    /// Its numbers are written in another way: 3 as 3.0.
    Renumbered,
    /// Each member of its records is written twice, null before its value.
    Doubled,
    /// Its records have only their required fields.
    Bare,
    /// It has one more record, which passes.
    GoodAdded,
    /// It has one more record, which fails.
    BadAdded,
    /// It is the same, after requests that failed or were refused.
    After,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 10] = [
        Self::Twice,
        Self::Permuted,
        Self::CutInTwo,
        Self::Respelt,
        Self::Renumbered,
        Self::Doubled,
        Self::Bare,
        Self::GoodAdded,
        Self::BadAdded,
        Self::After,
    ];

    /// The check's name: the property that holds.
    #[must_use]
    pub const fn check(self) -> &'static str {
        match self {
            Self::Twice => "same_batch_twice_has_same_fates",
            Self::Permuted => "permuted_batch_has_same_fates",
            Self::CutInTwo => "batch_cut_in_two_has_same_fates",
            Self::Respelt => "spelling_changes_nothing",
            Self::Renumbered => "number_spelling_changes_nothing",
            Self::Doubled => "last_of_equal_members_stands",
            Self::Bare => "optional_members_can_be_left_out",
            Self::GoodAdded => "one_good_record_more_passes_one_more",
            Self::BadAdded => "one_bad_record_more_fails_one_more",
            Self::After => "later_valid_request_is_unaffected",
        }
    }

    /// The reading by which the second request says the same as the first: whatever is expected of its answer
    /// rests on it, too.
    #[must_use]
    pub fn reading(self, contract: &Contract) -> Vec<String> {
        let reading = &contract.file.reading;
        match self {
            Self::Renumbered => ids([&reading.numeric_text]),
            Self::Doubled => ids([&reading.duplicate_members]),
            Self::Twice
            | Self::Permuted
            | Self::CutInTwo
            | Self::Respelt
            | Self::Bare
            | Self::GoodAdded
            | Self::BadAdded
            | Self::After => Vec::new(),
        }
    }

    /// The statements that it depends on.
    #[must_use]
    pub fn cites(self, contract: &Contract, area: &Area) -> Vec<String> {
        let mut cited = match (self, contract.response(area)) {
            (Self::Twice, _) => ids([&area.key.statement]),
            (Self::Respelt, _) => ids([&contract.file.service.media_type.statement]),
            (Self::Renumbered, _) => {
                ids([&contract.file.service.media_type.statement, &contract.file.reading.numeric_text])
            }
            (Self::Doubled, _) => ids([&contract.file.reading.duplicate_members]),
            (Self::Bare, _) => ids([&area.statement, &contract.file.reading.null_is_absent]),
            (_, Response::Counting(shape)) => ids([&shape.isolation_statement]),
            (_, Response::ByPosition(shape)) => ids([&shape.isolation_statement]),
            (_, Response::Whole(shape)) => ids([&shape.whole_statement]),
            (_, Response::Later(_)) => Vec::new(),
        };
        extend(&mut cited, &ids([response_cites(contract, area)]));
        cited
    }

    /// The breach, if the second answer has other results than the first one calls for.
    #[must_use]
    pub fn compare(self, seen: &Seen<'_>, expected: &Summary, found: &Summary) -> Option<Breach> {
        if expected == found {
            return None;
        }
        let how = match self {
            Self::Twice => "sent a second time",
            Self::Permuted => "sent in reverse order",
            Self::CutInTwo => "split in two",
            Self::Respelt => "sent with other blanks and another order of members",
            Self::Renumbered => "sent with other number spellings (3 as 3.0)",
            Self::Doubled => "sent with each member twice",
            Self::Bare => "reduced to its required fields",
            Self::GoodAdded => "extended by a record that passes",
            Self::BadAdded => "extended by a record that fails",
            Self::After => "sent after requests that failed",
        };
        let message = format!("Batch {how}: expected {expected}, got {found}");
        let statements = self.cites(seen.contract, seen.area);
        let difference = Difference::new(expected, found);
        Some(Breach::new(self.check(), Keyword::Fates, statements, message).comparing(difference))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_make_a_whole() {
        let half = Summary::Counts { passed: 2, failed: 1 };
        assert_eq!(half.and(&half), Some(Summary::Counts { passed: 4, failed: 2 }));
        let flags = Summary::Flags(vec![true, false]);
        assert_eq!(flags.and(&flags.reversed()), Some(Summary::Flags(vec![true, false, false, true])));
        assert_eq!(Summary::Whole(true).and(&Summary::Whole(false)), Some(Summary::Whole(false)));
        assert_eq!(half.and(&flags), None);
    }
}
