//! The decoder: decoder, JSON Schema and oracle must agree on every body.
//!
//! An input is a letter that chooses the area (`a` for the contract's first one), and a request's body. A
//! disagreement becomes a case in `codegen/tests/suite/texts.rs` that a person can read.

use std::sync::LazyLock;

use serde_json::Value;
use tally_differential::{Mutations, Witnesses, spell};
use tally_fixtures::{Fixtures, Rng};
use tally_oracle::oracle::Oracle;
use tally_spec::SourceFile;

/// An area's three witnesses, with what changes its requests.
struct Subject {
    witnesses: Witnesses<'static>,
    mutations: Mutations,
}

static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(subjects);

/// Asks decoder, schema and oracle about an input. Inputs without a body are left alone.
///
/// # Panics
///
/// If they do not agree: that is what is searched for.
pub fn ask(input: &[u8]) {
    let Some((letter, body)) = input.split_first() else { return };
    let subject = subject(*letter);
    if let Err(disagreement) = subject.witnesses.compare(body) {
        panic!("{disagreement:#?}\n{}", String::from_utf8_lossy(body));
    }
}

/// The input with its body's value changed in one place, as a text of it; `None` if it is no JSON.
#[must_use]
pub fn changed(input: &[u8], seed: u32) -> Option<Vec<u8>> {
    let (letter, body) = input.split_first()?;
    let mut value: Value = serde_json::from_slice(body).ok()?;
    let mut rng = Rng::new(u64::from(seed));
    subject(*letter).mutations.mutate(&mut value, &mut rng);
    let mut changed = vec![*letter];
    changed.extend_from_slice(spell(&value, &mut rng).as_bytes());
    Some(changed)
}

fn subject(letter: u8) -> &'static Subject {
    &SUBJECTS[usize::from(letter.wrapping_sub(b'a')) % SUBJECTS.len()]
}

fn subjects() -> Vec<Subject> {
    let mut subjects = Vec::new();
    for generated in tally_generated::CONTRACTS {
        let sources = generated.sources.iter().map(|source| (source.path, source.text));
        let files = SourceFile::all(generated.name, sources);
        let contract = Box::leak(Box::new(tally_spec::read(&files).expect("its spec is right")));
        let fixtures = Fixtures::sample(contract).expect("its sample is right");
        let oracle = Box::leak(Box::new(Oracle::new(contract, &fixtures)));
        for area in &contract.areas {
            let generated = generated.area(&area.name).expect("it was generated");
            let witnesses = Witnesses::new(contract, area, oracle, generated).expect("the schema is one");
            subjects.push(Subject { witnesses, mutations: Mutations::new(contract, area) });
        }
    }
    subjects
}
