//! The oracle's rules of shape, against the generated validators: the same pointers, keywords and statements.

use std::collections::BTreeSet;

use serde_json::Value;
use tally_differential::Mutations;
use tally_generated::runtime::RequestVerdict;
use tally_oracle::strategy::{Maker, Rng};
use tally_spec::model::Area;

use crate::support::{Subject, each_area};

type Found = BTreeSet<(String, String, String)>;

/// Compares the two over one body. Returns how many rules it breaks.
fn agree(subject: &Subject, area: &Area, body: &Value, what: &str) -> usize {
    let judgement = (subject.area(area).judge)(body.to_string().as_bytes());
    let shape = subject.oracle.shape(area, body);
    let read: Found = (shape.refused.iter().chain(shape.records.iter().flatten()))
        .map(|reason| (reason.pointer.clone(), reason.keyword.clone(), reason.statements[0].clone()))
        .collect();
    let violations = judgement.violations.iter().map(|violation| {
        (violation.pointer.to_string(), violation.keyword.to_owned(), violation.statement.to_owned())
    });
    let generated: Found = violations.collect();
    assert_eq!(read, generated, "{} {what}: oracle, then validator\n{body:#}", area.name);
    assert_eq!(shape.refused.is_some(), judgement.request == RequestVerdict::Reject, "{what}");
    assert_eq!(shape.counted, judgement.counted, "{} {what}", area.name);
    read.len()
}

#[test]
fn they_agree_on_every_border() {
    each_area(|subject, area| {
        let maker = Maker::new(&subject.contract, area, &subject.fixtures, "tally-test");
        let mut broken = 0;
        for (seed, defect) in maker.defects().iter().enumerate() {
            let batch = maker.with_defects(seed as u64, area.limit.maximum.min(2), &[(0, defect)]);
            broken += agree(subject, area, &batch.body(), &defect.id);
        }
        assert_ne!(broken, 0, "{} has no border that breaks a rule", area.name);
    });
}

#[test]
fn they_agree_on_what_chance_makes_of_records() {
    each_area(|subject, area| {
        let maker = Maker::new(&subject.contract, area, &subject.fixtures, "tally-test");
        let mutations = Mutations::new(&subject.contract, area);
        for seed in 1..300 {
            let mut rng = Rng::new(seed);
            let mut body = maker.batch(seed, area.limit.maximum.min(2)).body();
            for _ in 0..=rng.below(4) {
                mutations.mutate(&mut body, &mut rng);
            }
            agree(subject, area, &body, &format!("seed {seed}"));
        }
    });
}
