//! What the fixtures claim, and the requests that show whether it is so.

use tally_fixtures::Fixtures;
use tally_oracle::oracle::{Expectation, Expected, Fate};
use tally_oracle::strategy::{Batch, Maker, Reference};
use tally_spec::model::{Area, UnknownThing};

use super::told::tells_apart;
use crate::run::Run;

/// Something that the fixtures say of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    /// The name, as the file writes it.
    pub(super) name: String,
    /// The name, as records spell it.
    pub(super) spelt: String,
    /// Where the file lists it.
    pub(super) entry: String,
    /// Whether it names something.
    pub(super) exists: bool,
}

/// The field of an area by which the claims on a kind are checked.
#[derive(Debug, Clone)]
pub(super) struct Carrier<'a> {
    pub(super) area: &'a Area,
    pub(super) reference: Reference<'a>,
    /// The other fields that name something and that a record can do without.
    without: Vec<String>,
    /// The kinds that its records name besides.
    pub(super) needs: Vec<&'a str>,
    /// Whether an answer says of each record what became of it.
    pub(super) tells_apart: bool,
}

impl<'a> Carrier<'a> {
    /// The fields of the area by which claims can be checked: a record that names nothing must not pass by what the
    /// contract says.
    pub(super) fn of(run: &Run<'a>, area: &'a Area) -> Vec<Self> {
        let maker = run.maker(area);
        if !maker.lacks().is_empty() {
            return Vec::new();
        }
        let references = maker.references();
        let tells_apart = tells_apart(run.subject.contract, area);
        let mut carriers = Vec::new();
        for reference in &references {
            let decides = match reference.unknown {
                Some(UnknownThing::Fails | UnknownThing::Open) => true,
                Some(UnknownThing::Creates) | None => false,
            };
            let Some(claim) = claims(&maker, run.subject.fixtures, reference.kind).into_iter().next() else {
                continue;
            };
            let mut carrier = Self {
                area,
                reference: reference.clone(),
                without: Vec::new(),
                needs: Vec::new(),
                tells_apart,
            };
            if !decides || !carrier.is_as_claimed(run, &maker, &claim) {
                continue;
            }
            for other in references.iter().filter(|other| other.path != reference.path) {
                carrier.without.push(other.path.clone());
                if !carrier.is_as_claimed(run, &maker, &claim) {
                    carrier.without.pop();
                    carrier.needs.push(other.kind);
                }
            }
            carriers.push(carrier);
        }
        carriers
    }

    /// How many names one request takes.
    pub(super) fn most(&self, maker: &Maker<'_>) -> usize {
        maker.most_named(&self.reference, !self.tells_apart)
    }

    /// A batch that names all of these.
    pub(super) fn batch(&self, run: &Run<'_>, maker: &Maker<'_>, names: &[&str]) -> Batch {
        let without: Vec<&str> = self.without.iter().map(String::as_str).collect();
        maker.naming(run.config.seed, (&self.reference, !self.tells_apart), &without, names)
    }

    /// Records that all name the same and differ in what else they hold.
    pub(super) fn others(&self, seed: u64, maker: &Maker<'_>, count: usize, name: &str) -> Batch {
        let without: Vec<&str> = self.without.iter().map(String::as_str).collect();
        maker.naming_one(seed, (&self.reference, count), &without, name)
    }

    /// Those of the claims that a record with the name shows.
    pub(super) fn as_claimed(&self, run: &Run<'_>, maker: &Maker<'_>, claims: Vec<Claim>) -> Vec<Claim> {
        if self.tells_apart {
            let names: Vec<&str> = claims.iter().map(|claim| claim.spelt.as_str()).collect();
            let expectation = run.oracle.expect(self.area, &self.batch(run, maker, &names).body());
            let expected = expectation.expected();
            if expected.len() == claims.len() {
                let pairs = claims.into_iter().zip(expected);
                return pairs
                    .filter(|(claim, expected)| agrees(expected, claim))
                    .map(|(claim, _)| claim)
                    .collect();
            }
        }
        claims.into_iter().filter(|claim| self.is_as_claimed(run, maker, claim)).collect()
    }

    /// Whether the oracle expects of a record with the name what is claimed.
    pub(super) fn is_as_claimed(&self, run: &Run<'_>, maker: &Maker<'_>, claim: &Claim) -> bool {
        let batch = self.batch(run, maker, &[&claim.spelt]);
        let expectation = run.oracle.expect(self.area, &batch.body());
        let expected = expectation.expected();
        let is_judged = matches!(expectation, Expectation::Records { .. } | Expectation::Whole(_));
        is_judged && !expected.is_empty() && expected.iter().all(|expected| agrees(expected, claim))
    }
}

/// Whether what is expected of a record is what is claimed of its name.
pub(super) fn agrees(expected: &Expected, claim: &Claim) -> bool {
    let wanted = if claim.exists { Fate::Passes } else { Fate::Fails };
    expected.fate == wanted && !expected.may_refuse
}

/// What the fixtures say of the names of a kind: those that exist come first.
pub(super) fn claims(maker: &Maker<'_>, fixtures: &Fixtures, kind: &str) -> Vec<Claim> {
    let things = fixtures.things.get(kind).into_iter().flatten().map(|thing| Claim {
        name: thing.name.clone(),
        spelt: maker.spelt(kind, &thing.name),
        entry: thing.entry.clone(),
        exists: true,
    });
    let key = maker.unknown_key(kind).unwrap_or_default();
    let unknown = fixtures.unknown.get(kind).into_iter().flatten().enumerate();
    let unknown = unknown.map(|(nth, name)| Claim {
        name: name.clone(),
        spelt: name.clone(),
        entry: format!("{key}[{nth}]"),
        exists: false,
    });
    things.chain(unknown).collect()
}
