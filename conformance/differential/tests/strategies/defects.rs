//! Defects: each does to its record what it says, and nothing to the others.

use std::collections::BTreeSet;

use tally_oracle::oracle::{Expectation, Fate};
use tally_oracle::strategy::{Defect, Maker};
use tally_spec::model::{Area, Isolation};

use crate::support::{Subject, each_area, each_area_and_rule, expected};

fn check(subject: &Subject, area: &Area, maker: &Maker<'_>, seed: u64, defect: &Defect) {
    let size = area.limit.maximum.min(3);
    let batch = maker.with_defects(seed, size, &[(1, defect)]);
    let body = batch.body();
    let context = || format!("{} {} seed {seed}\n{body:#}", area.name, defect.id);
    let expectation = subject.oracle.expect(area, &body);
    let records = expected(&expectation);
    let whole = matches!(expectation, Expectation::Whole(_));
    let broken = if whole { 0 } else { 1 % batch.records.len() };
    let record = &records[broken];
    assert_eq!(record.fate, defect.fate, "{record:#?} {}", context());
    assert_eq!(record.may_refuse, defect.may_refuse, "{record:#?} {}", context());
    if defect.fate != Fate::Passes {
        let principal = &defect.statements[0];
        let names = |reason: &tally_oracle::oracle::Reason| reason.statements.contains(principal);
        assert!(record.reasons.iter().any(names), "{principal}: {record:#?} {}", context());
        // Nothing but the defect speaks against the record.
        let pointers: BTreeSet<&str> = record.reasons.iter().map(|reason| reason.pointer.as_str()).collect();
        let shortest = pointers.first().unwrap();
        assert!(pointers.iter().all(|pointer| pointer.starts_with(shortest)), "{record:#?} {}", context());
    }
    if area.isolation == Isolation::EachForItself && !whole {
        for other in records.iter().enumerate().filter(|(index, _)| *index != broken).map(|(_, other)| other)
        {
            assert_eq!(other.fate, Fate::Passes, "{other:#?} {}", context());
        }
    }
}

#[test]
fn a_record_with_a_defect_has_its_fate() {
    each_area_and_rule(|subject, area| {
        let maker = Maker::new(&subject.contract, area, &subject.fixtures, "tally-test");
        for defect in maker.defects() {
            (0..5).for_each(|seed| check(subject, area, &maker, seed, &defect));
        }
    });
}

#[test]
fn defects_are_named_once_and_cite_statements() {
    each_area(|subject, area| {
        let maker = Maker::new(&subject.contract, area, &subject.fixtures, "tally-test");
        let defects = maker.defects();
        let ids: BTreeSet<&str> = defects.iter().map(|defect| defect.id.as_str()).collect();
        assert_eq!(ids.len(), defects.len());
        assert!(defects.len() > 20, "{}: {}", area.name, defects.len());
        for defect in &defects {
            assert!(!defect.statements.is_empty(), "{}", defect.id);
            assert!(
                defect.statements.iter().all(|id| subject.contract.statement(id).is_some()),
                "{}",
                defect.id
            );
        }
    });
}

#[test]
fn every_rule_has_a_record_on_both_sides() {
    each_area_and_rule(|subject, area| {
        let maker = Maker::new(&subject.contract, area, &subject.fixtures, "tally-test");
        let defects = maker.defects();
        for rule in area.rules.iter().filter(|rule| rule.constraint.member_of().is_none()) {
            let principal = rule.statement.principal();
            let broken = |defect: &&Defect| {
                defect.fate != Fate::Passes && defect.statements.iter().any(|id| id == principal)
            };
            let creates = rule.constraint.exists() == Some(tally_spec::model::UnknownThing::Creates);
            assert!(creates || defects.iter().any(|defect| broken(&defect)), "{}: {rule:?}", area.name);
        }
    });
}

#[test]
fn what_fixtures_do_not_say_is_left_out_and_context() {
    each_area(|subject, area| {
        let mut fixtures = (*subject.fixtures).clone();
        fixtures.unknown.clear();
        let maker = Maker::new(&subject.contract, area, &fixtures, "tally-test");
        assert!(maker.defects().iter().all(|defect| !defect.id.contains("exists/unknown")));
        let asks = area.rules.iter().any(|rule| rule.constraint.exists().is_some());
        assert_eq!(maker.left_out().iter().any(|note| note.contains("exists/unknown")), asks);
    });
}

#[test]
fn members_of_others_fail() {
    each_area(|subject, area| {
        if !area.rules.iter().any(|rule| rule.constraint.member_of().is_some()) {
            return;
        }
        let mut fixtures = (*subject.fixtures).clone();
        for (kind, file) in &subject.contract.file.kinds {
            for (listing, of) in &file.members {
                let all: Vec<String> = fixtures.things[of].iter().map(|thing| thing.name.clone()).collect();
                for (row, thing) in fixtures.things.get_mut(kind).unwrap().iter_mut().enumerate() {
                    let own = all.iter().skip(row * 5).take(5).cloned().collect();
                    thing.members.insert(listing.clone(), own);
                }
            }
        }
        let subject = Subject::at((*subject.contract).clone(), fixtures, subject.generated);
        let maker = Maker::new(&subject.contract, area, &subject.fixtures, "tally-test");
        for seed in 0..50 {
            let batch = maker.batch(seed, 5);
            let records = expected(&subject.oracle.expect(area, &batch.body()));
            assert_eq!(records[0].fate, Fate::Passes, "{:#?}", records[0]);
        }
        let defects = maker.defects();
        assert!(defects.iter().any(|defect| defect.keyword == "memberOf" && defect.fate == Fate::Fails));
        for defect in defects {
            check(&subject, area, &maker, 3, &defect);
        }
    });
}

#[test]
fn pairs_have_the_worse_fate() {
    each_area_and_rule(|subject, area| {
        let maker = Maker::new(&subject.contract, area, &subject.fixtures, "tally-test");
        let defects = maker.defects();
        let pairs: Vec<(usize, usize)> = maker.pairs(&defects).collect();
        assert!(!pairs.is_empty(), "{}", area.name);
        for (nth, (left, right)) in pairs.iter().enumerate().step_by(1 + pairs.len() / 400) {
            let (left, right) = (&defects[*left], &defects[*right]);
            let batch = maker.with_defects(nth as u64, 1, &[(0, left), (0, right)]);
            let record = &expected(&subject.oracle.expect(area, &batch.body()))[0];
            let context = || format!("{}: {} and {}\n{:#}", area.name, left.id, right.id, batch.body());
            assert_eq!(record.fate, Maker::fate_of_both(left, right), "{record:#?} {}", context());
            assert_eq!(record.may_refuse, left.may_refuse || right.may_refuse, "{record:#?} {}", context());
        }
    });
}
