//! What the expected outcomes of records depend on.

use tally_spec::model::{Contract, Provenance};

use super::{Seen, extend};
use tally_oracle::oracle::{Expected, Fate, Reason};

/// How many records must fail, and for how many the outcome is unspecified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fates {
    /// Records that must fail.
    pub(super) failing: usize,
    /// Records that may pass or fail.
    pub(super) open: usize,
}

impl Fates {
    /// Counts them.
    pub(super) fn of(expected: &[Expected]) -> Self {
        let count = |fate| expected.iter().filter(|record| record.fate == fate).count();
        Self { failing: count(Fate::Fails), open: count(Fate::Open) }
    }
}

/// The strongest of a record's reasons. Each alone decides, and each weighs as its weakest statement.
pub(super) fn strongest<'a>(contract: &Contract, expected: &'a Expected) -> Option<&'a Reason> {
    expected.reasons.iter().min_by_key(|reason| reason.weight(contract))
}

/// The premises of the expectation that more than `failed` records fail: those of the strong reasons if they
/// alone are more, otherwise those of all reasons. The first record's come first.
pub(super) fn premises_of_failing(seen: &Seen<'_>, expected: &[Expected], failed: u64) -> Vec<String> {
    let failing = expected.iter().filter(|record| record.fate == Fate::Fails);
    let reasons: Vec<&Reason> = failing.filter_map(|record| strongest(seen.contract, record)).collect();
    let strong: Vec<&Reason> = reasons
        .iter()
        .copied()
        .filter(|reason| reason.weight(seen.contract) != Provenance::Assumed)
        .collect();
    let enough = u64::try_from(strong.len()).is_ok_and(|strong| strong > failed);
    let mut premises = Vec::new();
    for reason in if enough { strong } else { reasons } {
        extend(&mut premises, &reason.statements);
    }
    extend(&mut premises, seen.repeated_keys());
    premises
}

/// The premises of the expectation that no more than `may_fail` records fail, after `failed` did: those of the
/// records whose passing is documented, if too many failed even without the others; otherwise those of all.
/// The area's own statement comes last.
pub(super) fn premises_of_passing(
    seen: &Seen<'_>,
    expected: &[Expected],
    (may_fail, failed): (usize, u64),
) -> Vec<String> {
    let passing = || expected.iter().filter(|record| record.fate == Fate::Passes);
    let assumed = |record: &&Expected| record.weight(seen.contract) == Provenance::Assumed;
    let readings = passing().filter(assumed).filter(|record| !record.premises.is_empty()).count();
    let enough = u64::try_from(may_fail + readings).is_ok_and(|most| failed > most);
    // If keys repeat, that they may is the first thing to doubt.
    let mut premises = seen.repeated_keys().to_vec();
    for record in passing().filter(|record| !enough || !assumed(record)) {
        extend(&mut premises, &record.premises);
    }
    // What every record of the area depends on says least, and comes after what is particular.
    let general = super::ids([&seen.area.statement]);
    premises.retain(|premise| !general.contains(premise));
    extend(&mut premises, &general);
    premises
}

/// Why the first record that must fail must, for people.
pub(super) fn because(contract: &Contract, expected: &[Expected]) -> String {
    let first = expected.iter().enumerate().find(|(_, record)| record.fate == Fate::Fails);
    first
        .and_then(|(index, record)| {
            let because = &strongest(contract, record)?.because;
            Some(format!(" (record {index}: {because})"))
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fates_are_counted() {
        let record = |fate| Expected { fate, reasons: Vec::new(), may_refuse: false, premises: Vec::new() };
        let expected = [Fate::Fails, Fate::Open, Fate::Passes, Fate::Fails].map(record);
        assert_eq!(Fates::of(&expected), Fates { failing: 2, open: 1 });
    }
}
