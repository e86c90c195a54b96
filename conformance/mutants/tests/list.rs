//! What is derived of a small contract, and what is drawn of it.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use tally_mutants::{Label, Mutant, sample, shard};

/// The mutants with one label in one line for each place, with the operators: read and checked by hand.
#[test]
fn the_mutants_of_a_small_contract_are_these() {
    let mutants = common::mutants(&common::tiny::CONTRACT);
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    for mutant in mutants {
        let (place, scope) =
            mutant.name.split_once(&format!("/{}", mutant.operator)).expect("it is named so");
        let label = match &mutant.label {
            Label::Breaks(statements) => statements.join(", "),
            Label::Equivalent(reason) => format!("equivalent, {reason}"),
        };
        let start = format!("{place}: {label}");
        let what = format!("{}{scope}", mutant.operator);
        match lines.iter_mut().find(|(known, _)| *known == start) {
            Some((_, operators)) => operators.push(what),
            None => lines.push((start, vec![what])),
        }
    }
    let mut text = String::new();
    for (start, operators) in lines {
        writeln!(text, "{start}\n    {}", operators.join(" ")).expect("a text takes any text");
    }
    let golden = include_str!("tiny.txt");
    let different = text.lines().zip(golden.lines()).find(|(one, other)| one != other);
    assert!(text == golden, "{different:?} in:\n{text}");
}

#[test]
fn a_sample_is_even() {
    let mutants = common::mutants(tally_generated::CONTRACTS[0]);
    let all: Vec<&Mutant> = mutants.iter().collect();
    let drawn = sample(&all, 200, 1);
    assert_eq!(drawn.len(), 200);
    let names: BTreeSet<&str> = drawn.iter().map(|mutant| mutant.name.as_str()).collect();
    assert_eq!(names.len(), 200);
    for of in [
        |mutant: &Mutant| mutant.operator.to_owned(),
        |mutant: &Mutant| mutant.area.clone().unwrap_or_default(),
    ] {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for mutant in &drawn {
            *counts.entry(of(mutant)).or_default() += 1;
        }
        let counted = all.iter().filter(|mutant| mutant.label.equivalent().is_none());
        let kinds: BTreeSet<String> = counted.map(|mutant| of(mutant)).collect();
        assert_eq!(counts.keys().cloned().collect::<BTreeSet<_>>(), kinds);
    }
    let again: Vec<&str> = sample(&all, 200, 1).iter().map(|mutant| mutant.name.as_str()).collect();
    assert!(again.iter().all(|name| names.contains(name)), "the same seed draws the same");
    let other: BTreeSet<&str> = sample(&all, 200, 2).iter().map(|mutant| mutant.name.as_str()).collect();
    assert_ne!(other, names);
}

#[test]
fn parts_make_up_the_whole() {
    let mutants = common::mutants(&common::tiny::CONTRACT);
    let all: Vec<&Mutant> = mutants.iter().collect();
    let parts: Vec<_> = (1..=3).map(|part| shard(&all, part, 3)).collect();
    let names: BTreeSet<&str> = parts.iter().flatten().map(|mutant| mutant.name.as_str()).collect();
    assert_eq!(names.len(), all.len());
    let sizes: Vec<usize> = parts.iter().map(Vec::len).collect();
    assert!(sizes.iter().max() <= sizes.iter().min().map(|least| least + 1).as_ref(), "{sizes:?}");
}
