//! Mutants of batches: what one record does to others, keys, and limits.

mod isolation;
mod keys;
mod limits;

use std::sync::Arc;

use tally_fixtures::Fixtures;
use tally_spec::model::{Area, AreaFile, Cites, Contract};

use crate::act::{Act, Made};
use crate::mutant::{Group, Label, Mutant};

/// Every mutant of the group.
pub(crate) fn derive(contract: &Arc<Contract>, fixtures: &Fixtures) -> Vec<Mutant> {
    let of_area = |area| {
        let isolation = isolation::of(contract, area).into_iter();
        isolation
            .chain(keys::of(contract, fixtures, area))
            .chain(limits::of(contract, area))
            .collect::<Vec<_>>()
    };
    contract.areas.iter().flat_map(of_area).collect()
}

/// A mutant of an area that breaks the statements cited.
fn made(area: &Area, place: &str, operator: &'static str, cites: &[&Cites]) -> Made {
    let label = Label::Breaks(Cites::ids(cites.iter().copied()));
    labelled(area, place, operator, label)
}

fn labelled(area: &Area, place: &str, operator: &'static str, label: Label) -> Made {
    let (area, place) = (Some(area.name.clone()), place.to_owned());
    Made { group: Group::Batches, area, place, operator, label }
}

/// Another contract, in which an area is changed.
fn changed(area: &str, change: impl Fn(&mut AreaFile) + Send + Sync + 'static) -> Act {
    let name = area.to_owned();
    Act::contract(move |contract| {
        if let Some(area) = contract.areas.iter_mut().find(|area| area.name == name) {
            change(&mut area.file);
        }
    })
}
