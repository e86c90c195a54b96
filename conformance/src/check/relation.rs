//! What one answer says of another: fates that follow from fates.

use serde_json::Value;
use tally_spec::model::{Area, Contract, Response};

use super::{Breach, CountedAnswer, Seen, extend, ids, response_cites};

/// What an answer says, in the terms that relations compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Summary {
    /// So many passed and failed.
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
    /// Reads an answer; none where it is of no documented form, which other checks tell.
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

    /// What two requests would say as one.
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

    /// What the same request says with its records in reverse order.
    #[must_use]
    pub fn reversed(&self) -> Self {
        match self {
            Self::Flags(flags) => Self::Flags(flags.iter().rev().copied().collect()),
            other => other.clone(),
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

/// How a second request comes from a first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// It is the same.
    Twice,
    /// Its records are in reverse order.
    Permuted,
    /// It is two requests, each with half of the records.
    CutInTwo,
    /// It is written in another way: blanks, the order of members.
    Respelt,
    /// It is the same, after requests that failed or were refused.
    After,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 5] = [Self::Twice, Self::Permuted, Self::CutInTwo, Self::Respelt, Self::After];

    /// The check's name: the property that holds.
    #[must_use]
    pub const fn check(self) -> &'static str {
        match self {
            Self::Twice => "same_batch_twice_has_same_fates",
            Self::Permuted => "permuted_batch_has_same_fates",
            Self::CutInTwo => "batch_cut_in_two_has_same_fates",
            Self::Respelt => "spelling_changes_nothing",
            Self::After => "later_valid_request_is_unaffected",
        }
    }

    /// The statements that it rests on.
    #[must_use]
    pub fn cites(self, contract: &Contract, area: &Area) -> Vec<String> {
        let mut cited = match (self, contract.response(area)) {
            (Self::Twice, _) => ids([&area.key.statement]),
            (Self::Respelt, _) => ids([&contract.file.service.media_type.statement]),
            (_, Response::Counting(shape)) => ids([&shape.isolation_statement]),
            (_, Response::ByPosition(shape)) => ids([&shape.isolation_statement]),
            (_, Response::Whole(shape)) => ids([&shape.whole_statement]),
            (_, Response::Later(_)) => Vec::new(),
        };
        extend(&mut cited, &ids([response_cites(contract, area)]));
        cited
    }

    /// The breach, where the second answer says something else than the first one calls for.
    #[must_use]
    pub fn compare(self, seen: &Seen<'_>, due: &Summary, found: &Summary) -> Option<Breach> {
        if due == found {
            return None;
        }
        let how = match self {
            Self::Twice => "sent once more",
            Self::Permuted => "with its records in reverse order",
            Self::CutInTwo => "cut in two",
            Self::Respelt => "written in another way",
            Self::After => "after requests that failed",
        };
        let message = format!("of a batch, {due}; {how}, {found}");
        let statements = self.cites(seen.contract, seen.area);
        Some(Breach::new(self.check(), "fates", statements, message))
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
