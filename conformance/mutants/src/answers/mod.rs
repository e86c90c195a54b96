//! Mutants of answers: each member of each documented answer, in each way that it can be wrong.

mod operation;
mod place;
mod rewrite;

use std::sync::Arc;

use tally_spec::model::{Area, Contract};

use self::operation::Operation;
pub(crate) use self::place::condition_name;
use self::place::{Answer, Meaning, Place, Within};
pub(crate) use self::rewrite::is_refusal;
use self::rewrite::{Rewrite, Scope};
use crate::mutant::{Group, Label, Mutant};

/// Every mutant of the group.
pub(crate) fn derive(contract: &Arc<Contract>) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for area in &contract.areas {
        for place in place::of_records(contract, area) {
            let one = OfAnswer { area: Some(area), prefix: &area.name, answer: &Answer::Records };
            mutants.extend(one.mutants(&place));
        }
        let prefix = format!("{}/over-limit", area.name);
        for place in place::over_limit(contract, area) {
            let one = OfAnswer { area: Some(area), prefix: &prefix, answer: &Answer::OverLimit };
            mutants.extend(one.mutants(&place));
        }
    }
    for (condition, answer, places) in place::refusals(contract) {
        let prefix = format!("refusals/{condition}");
        for place in places {
            mutants.extend(OfAnswer { area: None, prefix: &prefix, answer: &answer }.mutants(&place));
        }
    }
    mutants
}

/// One documented answer.
#[derive(Clone, Copy)]
struct OfAnswer<'a> {
    area: Option<&'a Area>,
    prefix: &'a str,
    answer: &'a Answer,
}

impl OfAnswer<'_> {
    fn mutants(self, place: &Place) -> Vec<Mutant> {
        let mut mutants = Vec::new();
        for operation in Operation::that_fit(&place.meaning) {
            let label = operation.label(place);
            for scope in self.scopes(place, *operation, &label) {
                mutants.push(self.mutant(place, *operation, label.clone(), scope));
            }
        }
        mutants
    }

    /// The scopes in which an operation is another mutant.
    fn scopes(self, place: &Place, operation: Operation, label: &Label) -> Vec<Scope> {
        // What is equivalent everywhere is equivalent in a part.
        let large = self.area.filter(|_| *self.answer == Answer::Records && label.equivalent().is_none());
        let large = large.map(|area| Scope::Large(large_from(area)));
        match &place.within {
            _ if label.equivalent().is_some() => vec![Scope::All],
            Within::Body | Within::Elements(None) => std::iter::once(Scope::All).chain(large).collect(),
            // Without any element the list is empty, which is an operation of the list.
            Within::Elements(Some(_)) if operation == Operation::LeftOut && place.member.is_none() => {
                vec![Scope::First, Scope::Last]
            }
            Within::Elements(Some(_)) => {
                [Scope::All, Scope::First, Scope::Last].into_iter().chain(large).collect()
            }
        }
    }

    fn mutant(self, place: &Place, operation: Operation, label: Label, scope: Scope) -> Mutant {
        let mut name = self.prefix.to_owned();
        if let Within::Elements(Some(list)) = &place.within {
            name.extend(["/", list]);
        }
        let itself = if matches!(place.meaning, Meaning::Element) { "each" } else { "body" };
        name.extend(["/", place.member.as_deref().unwrap_or(itself), "/", operation.as_str()]);
        name.push_str(&scope.suffix());
        let rewrite = Rewrite {
            name: String::new(),
            area: self.area.map(|area| area.name.clone()),
            answer: self.answer.clone(),
            place: place.clone(),
            operation,
            scope,
        };
        Mutant {
            name,
            group: Group::Answers,
            operator: operation.as_str(),
            area: rewrite.area.clone(),
            label,
            make: Arc::new(move |name| Arc::new(Rewrite { name: name.to_owned(), ..rewrite.clone() })),
        }
    }
}

/// The number of records above which a batch of the area counts as large.
fn large_from(area: &Area) -> usize {
    if area.limit.counts.is_some() { 1 } else { area.limit.maximum / 2 }
}
