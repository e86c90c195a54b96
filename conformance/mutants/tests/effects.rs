//! Labels hold: what is said to break a statement changes an answer.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use tally_mock::{Mock, Received, Reply};
use tally_mutants::Mutant;

/// An honest endpoint's requests and answers, by area.
type Honest = BTreeMap<String, Vec<(Received, Option<Reply>)>>;

#[test]
fn each_mutant_of_the_workspace_that_is_not_equivalent_changes_an_answer() {
    for generated in tally_generated::CONTRACTS {
        changes_an_answer(generated);
    }
}

#[test]
fn each_mutant_of_the_parcels_that_is_not_equivalent_changes_an_answer() {
    changes_an_answer(&common::parcels::CONTRACT);
}

#[test]
fn each_mutant_of_the_tiny_contract_that_is_not_equivalent_changes_an_answer() {
    changes_an_answer(&common::tiny::CONTRACT);
}

/// Holds each mutant of a contract that is not equivalent against an honest endpoint.
fn changes_an_answer(generated: &'static tally_generated::runtime::Contract) {
    let contract = common::read(generated);
    let spec = contract.spec().clone();
    let start = || Mock::builder(contract.clone()).token(common::TOKEN).start().expect("the mock starts");
    let honest = start();
    let mut answers = Honest::new();
    for area in &spec.areas {
        honest.reset().expect("it forgets");
        let each = common::requests(&spec, area).into_iter();
        let each = each.map(|request| (request.clone(), honest.answer(request)));
        answers.insert(area.name.clone(), each.collect());
    }
    let mutated = start();
    let mutants = common::mutants(generated);
    let counted = mutants.iter().filter(|mutant| mutant.label.equivalent().is_none());
    let unseen: Vec<String> =
        counted.filter(|mutant| !is_seen(mutant, &mutated, &answers)).map(ToString::to_string).collect();
    assert!(unseen.is_empty(), "{} of {}:\n{}", unseen.len(), mutants.len(), unseen.join("\n"));
}

/// Whether some answer of a mock with the mutant is not the honest one.
fn is_seen(mutant: &Mutant, mock: &Mock, honest: &Honest) -> bool {
    mock.set_mutation(mutant.mutation());
    let areas = honest.iter().filter(|(area, _)| mutant.area.as_ref().is_none_or(|own| own == *area));
    areas.into_iter().any(|(_, exchanges)| {
        mock.reset().expect("it forgets");
        exchanges.iter().any(|(request, reply)| mock.answer(request.clone()) != *reply)
    })
}

#[test]
fn names_are_unique_and_labels_name_statements_of_the_contract() {
    for generated in common::all() {
        let spec = common::spec(generated);
        let mutants = common::mutants(generated);
        let names: BTreeSet<&str> = mutants.iter().map(|mutant| mutant.name.as_str()).collect();
        assert_eq!(names.len(), mutants.len());
        for mutant in mutants {
            assert!(mutant.label.equivalent().is_some() || !mutant.label.statements().is_empty(), "{mutant}");
            for id in mutant.label.statements() {
                assert!(spec.statement(id).is_some(), "{mutant}");
            }
        }
    }
}

#[test]
fn few_mutants_are_equivalent() {
    for generated in common::all() {
        let mutants = common::mutants(generated);
        let equivalent = mutants.iter().filter(|mutant| mutant.label.equivalent().is_some()).count();
        assert!(equivalent * 100 <= mutants.len() * 15, "{equivalent} of {}", mutants.len());
    }
}
