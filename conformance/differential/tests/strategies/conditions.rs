//! Rules under conditions: a derivation that does not obey them is caught.

use tally_differential::{Instances, Witnesses};
use tally_oracle::oracle::{Fate, Oracle};
use tally_oracle::strategy::Maker;
use tally_spec::model::{Area, Constraint, Contract, Rule};

use crate::support::{Subject, expected, parcels, rules};

/// Instances among which one that ignores a condition is caught.
pub(crate) const ENOUGH: u64 = 2_000;

/// The contract with a change of the rule in that place of an area.
pub(crate) fn changed(subject: &Subject, area: &Area, place: usize, change: fn(&mut Rule)) -> Contract {
    let mut contract = (*subject.contract).clone();
    let area = contract.areas.iter_mut().find(|one| one.name == area.name).expect("it is the contract's");
    change(&mut area.file.rules[place]);
    contract
}

/// Whether a rule is one of shape, which all three know.
pub(crate) fn is_of_shape(rule: &Rule) -> bool {
    match rule.constraint {
        Constraint::Required(_)
        | Constraint::AnyOf(_)
        | Constraint::Range { .. }
        | Constraint::MultipleOf { .. }
        | Constraint::MaxLength { .. }
        | Constraint::Pattern { .. }
        | Constraint::Contains { .. } => true,
        Constraint::Exists { .. } | Constraint::MemberOf { .. } => false,
    }
}

/// Runs a test over every conditional rule, with its area and its place there.
fn each_conditional_rule(mut test: impl FnMut(&Subject, &Area, usize, &Rule)) {
    for subject in [parcels(), rules()] {
        for area in &subject.contract.areas {
            let rules = area.rules.iter().enumerate().filter(|(_, rule)| !rule.is_unconditional());
            rules.for_each(|(place, rule)| test(subject, area, place, rule));
        }
    }
}

/// The number of the first instance over which the three disagree, with an oracle for another contract.
fn first_disagreement(subject: &Subject, area: &Area, other: &Contract) -> Option<u64> {
    let oracle = Oracle::new(other, &subject.fixtures);
    let judged = other.area(&area.name).expect("it has the same areas");
    let witnesses = Witnesses::new(other, judged, &oracle, subject.area(area)).expect("the schema is one");
    let instances = Instances::new(&subject.contract, area, &subject.fixtures, 7);
    (0..ENOUGH).find(|number| witnesses.compare(&instances.instance(*number)).is_err())
}

#[test]
fn one_that_ignores_a_condition_is_caught() {
    each_conditional_rule(|subject, area, place, rule| {
        if is_of_shape(rule) {
            let deaf = changed(subject, area, place, |rule| (rule.when, rule.unless) = (None, None));
            assert!(
                first_disagreement(subject, area, &deaf).is_some(),
                "{}: {rule:?} may apply always",
                area.name
            );
        }
    });
}

#[test]
fn one_that_turns_a_condition_round_is_caught() {
    each_conditional_rule(|subject, area, place, rule| {
        if is_of_shape(rule) {
            let turned =
                changed(subject, area, place, |rule| std::mem::swap(&mut rule.when, &mut rule.unless));
            assert!(
                first_disagreement(subject, area, &turned).is_some(),
                "{}: {rule:?} may be turned",
                area.name
            );
        }
    });
}

#[test]
fn a_record_stands_beyond_each_conditional_rule_on_a_value() {
    each_conditional_rule(|subject, area, place, rule| {
        if rule.constraint.field().is_none() {
            return;
        }
        let deaf = changed(subject, area, place, |rule| (rule.when, rule.unless) = (None, None));
        let oracle = Oracle::new(&deaf, &subject.fixtures);
        let judged = deaf.area(&area.name).expect("it has the same areas");
        let maker = Maker::new(&subject.contract, area, &subject.fixtures, "tally-test");
        let defects = maker.defects();
        let mut passing = defects.iter().filter(|defect| defect.fate == Fate::Passes);
        let is_caught = passing.any(|defect| {
            let body = maker.with_defects(3, 1, &[(0, defect)]).body();
            expected(&oracle.expect(judged, &body)).iter().any(|record| record.fate == Fate::Fails)
        });
        assert!(is_caught, "{}: no border is beyond {rule:?}", area.name);
    });
}
