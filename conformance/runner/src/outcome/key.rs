//! When two findings are the same.

use super::Finding;

/// What makes two findings the same: one check failed in one way, by one statement.
///
/// A breach has a key for each statement it depends on, since shrinking may name another of them first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingKey<'a> {
    /// The check.
    pub check: &'a str,
    /// The way it failed.
    pub keyword: &'a str,
    /// The statement that is broken.
    pub statement: &'a str,
}

impl Finding {
    /// What it shares with the same finding elsewhere.
    #[must_use]
    pub fn key(&self) -> FindingKey<'_> {
        FindingKey { check: &self.check, keyword: &self.keyword, statement: &self.statement }
    }

    /// Whether a report shows both as one: the same key, counted alike.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        (self.key(), self.severity, &self.known) == (other.key(), other.severity, &other.known)
    }
}

/// Adds findings to a list, in which the same finding in several areas is one that names each area.
pub fn merge_findings(list: &mut Vec<Finding>, more: impl IntoIterator<Item = Finding>) {
    for finding in more {
        match list.iter_mut().find(|known| known.is_same_as(&finding)) {
            Some(known) => {
                for also in finding.also {
                    if !known.also.iter().any(|one| {
                        (&one.area, &one.check, &one.statement) == (&also.area, &also.check, &also.statement)
                    }) {
                        known.also.push(also);
                    }
                }
                for area in finding.areas {
                    if !known.areas.contains(&area) {
                        known.areas.push(area);
                    }
                }
            }
            None => list.push(finding),
        }
    }
}
