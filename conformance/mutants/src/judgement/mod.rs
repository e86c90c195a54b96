//! Mutants of judgement: rules that are not enforced, are enforced otherwise or where they should not be, and
//! documented forms that are refused.
//!
//! A mutant is another contract, or a test that refuses what passes. For another contract the oracle reads both, the
//! right one and the other, and the mock's verdict on a record is turned round if the two readings differ. What they
//! do not differ about stays with the honest validator.

mod drawn;
mod fields;
mod perform;
mod rules;

use std::sync::Arc;

use tally_fixtures::Fixtures;
use tally_spec::model::{Area, Contract};

use self::drawn::Drawn;
use self::perform::{Act, Judges};
use crate::mutant::{Group, Label, Mutant};

/// A mutant before its label is known.
struct Candidate {
    /// The place within the area, such as `score/maximum`.
    place: String,
    operator: &'static str,
    /// The statements that it breaks, if a client can see it.
    statements: Vec<String>,
    act: Act,
}

/// Every mutant of the group.
pub(crate) fn derive(contract: &Arc<Contract>, fixtures: &Arc<Fixtures>) -> Vec<Mutant> {
    let of_area = |area: &Area| {
        let drawn = Drawn::new(contract, area, fixtures);
        let candidates = rules::of(contract, area).into_iter().chain(fields::of(contract, area));
        let mutant = |candidate| mutant(contract, fixtures, &drawn, candidate);
        candidates.map(mutant).collect::<Vec<_>>()
    };
    contract.areas.iter().flat_map(of_area).collect()
}

fn mutant(
    contract: &Arc<Contract>,
    fixtures: &Arc<Fixtures>,
    drawn: &Drawn<'_>,
    candidate: Candidate,
) -> Mutant {
    let Candidate { place, operator, statements, act } = candidate;
    let area = drawn.area().name.clone();
    let label = match drawn.equivalent(&act) {
        Some(reason) => Label::Equivalent(reason),
        None => Label::Breaks(statements),
    };
    let (contract, fixtures) = (Arc::clone(contract), Arc::clone(fixtures));
    let name = format!("{area}/{place}/{operator}");
    let own = area.clone();
    let make = move |name: &str| {
        let judges = Judges::new(&contract, &fixtures, own.clone(), act.clone());
        Arc::new(judges.named(name)) as Arc<dyn tally_mock::Mutation>
    };
    Mutant { name, group: Group::Judgement, operator, area: Some(area), label, make: Arc::new(make) }
}
