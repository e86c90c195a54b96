//! Mutants of what surrounds the records: token, verb, path, media type, and how a request is refused or answered.

mod answers;
mod refusals;
mod requests;

use std::sync::Arc;

use tally_spec::model::{Cites, Contract, PlatformCondition};

use crate::act::Made;
use crate::mutant::{Group, Label, Mutant};

/// Every mutant of the group.
pub(crate) fn derive(contract: &Arc<Contract>) -> Vec<Mutant> {
    let requests = requests::of(contract).into_iter();
    requests.chain(refusals::of(contract)).chain(answers::of(contract)).collect()
}

/// A mutant of the platform, or of an area, that breaks the statements cited.
fn made(area: Option<&str>, place: &str, operator: &'static str, cites: &[&Cites]) -> Made {
    let label = Label::Breaks(Cites::ids(cites.iter().copied()));
    let (area, place) = (area.map(str::to_owned), place.to_owned());
    Made { group: Group::Protocol, area, place, operator, label }
}

/// The statements of a refusal, if the contract has it.
fn refusal(contract: &Contract, wanted: PlatformCondition) -> Option<&Cites> {
    let conditions = contract.file.service.errors.conditions.iter();
    conditions.filter(|one| one.when == wanted).map(|one| &one.statement).next()
}
