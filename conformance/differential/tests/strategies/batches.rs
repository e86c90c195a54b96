//! Batches: valid if they should be, of the size asked for, and the same from the same seed.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tally_oracle::oracle::{Expectation, Fate};
use tally_oracle::strategy::{Batch, Defects, Maker, batches, shrink};
use tally_spec::model::{Area, Repeated};

use crate::support::{Subject, each_area, each_area_and_rule, expected};

fn maker<'a>(subject: &'a Subject, area: &'a Area) -> Maker<'a> {
    Maker::new(&subject.contract, area, &subject.fixtures, "tally-test")
}

fn assert_passes(subject: &Subject, area: &Area, batch: &Batch, what: &str) {
    let body = batch.body();
    for (index, record) in expected(&subject.oracle.expect(area, &body)).iter().enumerate() {
        assert_eq!(record.fate, Fate::Passes, "{}, {what}, record {index}: {record:#?}\n{body:#}", area.name);
        assert!(record.reasons.is_empty() && !record.may_refuse);
    }
}

#[test]
fn valid_records_pass() {
    each_area_and_rule(|subject, area| {
        let maker = maker(subject, area);
        assert_eq!(maker.lacks(), Vec::<&str>::new());
        for seed in 0..300 {
            let size = [1, 2, 5, 3][usize::try_from(seed % 4).unwrap()].min(area.limit.maximum);
            assert_passes(subject, area, &maker.batch(seed, size), &format!("seed {seed}"));
        }
    });
}

#[test]
fn batches_hold_what_is_asked_for() {
    each_area_and_rule(|subject, area| {
        let maker = maker(subject, area);
        for size in maker.border_sizes() {
            let batch = maker.batch(7, size);
            let body = batch.body();
            assert_eq!(subject.oracle.shape(area, &body).counted, size, "{}", area.name);
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&batch.bytes()).unwrap(), body);
            match subject.oracle.expect(area, &body) {
                Expectation::Acknowledged { .. } | Expectation::OverLimitRefused => {
                    assert!(size > area.limit.maximum, "{} {size}", area.name);
                }
                Expectation::Empty => assert_eq!(size, 0, "{}", area.name),
                Expectation::Whole(whole) if size == 0 => assert_eq!(whole.fate, Fate::Fails),
                other => {
                    assert!(size > 0 && size <= area.limit.maximum, "{} {size}", area.name);
                    assert!(expected(&other).iter().all(|record| record.fate == Fate::Passes));
                }
            }
        }
    });
}

#[test]
fn keys_repeat_only_where_fixtures_run_out() {
    each_area(|subject, area| {
        let maker = maker(subject, area);
        for (seed, size) in [(3, 2), (4, 9), (5, area.limit.maximum)] {
            let batch = maker.batch(seed, size.min(area.limit.maximum));
            if let Expectation::Records { repeated_keys, .. } = subject.oracle.expect(area, &batch.body()) {
                assert_eq!(batch.keys_repeat, !repeated_keys.is_empty(), "{} {size}", area.name);
            }
        }
    });
}

#[test]
fn too_few_things_make_keys_repeat() {
    each_area_and_rule(|subject, area| {
        let mut fixtures = (*subject.fixtures).clone();
        fixtures.things.values_mut().for_each(|things| things.truncate(1));
        let maker = Maker::new(&subject.contract, area, &fixtures, "tally-test");
        let batch = maker.batch(5, area.limit.maximum.min(20));
        let oracle = tally_oracle::oracle::Oracle::new(&subject.contract, &fixtures);
        match oracle.expect(area, &batch.body()) {
            Expectation::Records { records, repeated_keys } => {
                assert_eq!(batch.keys_repeat, !repeated_keys.is_empty(), "{}", area.name);
                let fails = area.key.repeated == Repeated::LaterFails;
                let failing = records.iter().filter(|record| record.fate == Fate::Fails).count();
                let passing = records.iter().filter(|record| record.fate == Fate::Passes).count();
                assert_eq!(failing > 0, fails && batch.keys_repeat, "{}", area.name);
                assert_eq!(passing + failing, records.len(), "{}", area.name);
            }
            Expectation::Whole(whole) => assert_eq!(whole.fate, Fate::Passes, "{}", area.name),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn firm_batches_rest_on_more_than_our_reading() {
    each_area(|subject, area| {
        let maker = maker(subject, area);
        let size = area.limit.maximum.min(40);
        let firm = (1..40).filter(|seed| {
            let expectation = subject.oracle.expect(area, &maker.batch(*seed, size).body());
            let weak = |record: &&tally_oracle::oracle::Expected| {
                record.weight(&subject.contract) == tally_spec::model::Provenance::Assumed
            };
            expected(&expectation).iter().find(weak).is_none()
        });
        // Nothing of this contract's areas is more than read into them if even the fields are.
        let fields_are_sure =
            subject.contract.weight(area.fields.iter().map(|field| field.statement.principal()))
                != tally_spec::model::Provenance::Assumed;
        assert!(!fields_are_sure || firm.count() >= 20, "{}", area.name);
    });
}

#[test]
fn a_seed_makes_the_same_bytes() {
    each_area(|subject, area| {
        let (left, right) = (maker(subject, area), maker(subject, area));
        for seed in [0, 1, u64::MAX] {
            assert_eq!(left.batch(seed, 3).bytes(), right.batch(seed, 3).bytes());
            assert_ne!(left.batch(seed, 3).bytes(), right.batch(seed.wrapping_add(77), 3).bytes());
        }
    });
}

#[test]
fn text_bears_the_mark() {
    each_area(|subject, area| {
        let maker = Maker::new(&subject.contract, area, &subject.fixtures, "mark-4711");
        let fields = &area.fields;
        let has_free_text = fields.iter().any(|field| {
            let free = field.kind.is_none() && field.closed.is_none() && field.examples.is_empty();
            let ruled = area.rules.iter().any(|rule| rule.constraint.field() == Some(field.name.as_str()));
            free && !ruled
                && !field.numeric
                && field.types() == [tally_spec::model::JsonType::String]
                && field.format != Some(tally_spec::model::TextFormat::Date)
        });
        let text = String::from_utf8(maker.batch(9, area.limit.maximum.min(40)).bytes()).unwrap();
        assert_eq!(text.contains("mark-4711"), has_free_text, "{}", area.name);
    });
}

#[test]
fn shrinking_a_strategy_keeps_the_defect() {
    each_area(|subject, area| {
        let maker = maker(subject, area);
        let defects: Vec<_> =
            maker.defects().into_iter().filter(|defect| defect.fate == Fate::Fails).collect();
        let strategy = batches(&maker, 1..=area.limit.maximum.min(8), Defects::One(&defects));
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        for _ in 0..20 {
            let mut tree = strategy.new_tree(&mut runner).unwrap();
            let (_, defect) = tree.current();
            while tree.simplify() {}
            let (smallest, kept) = tree.current();
            assert_eq!(defect, kept);
            assert_eq!(smallest.records.len(), 1, "{}", area.name);
            let fates = expected_or_empty(subject, area, &smallest);
            assert!(fates.contains(&Fate::Fails), "{} {:?}", area.name, kept.map(|kept| &defects[kept].id));
        }
    });
}

fn expected_or_empty(subject: &Subject, area: &Area, batch: &Batch) -> Vec<Fate> {
    expected(&subject.oracle.expect(area, &batch.body())).iter().map(|record| record.fate).collect()
}

#[test]
fn smaller_candidates_keep_a_defect_and_end() {
    each_area(|subject, area| {
        let maker = maker(subject, area);
        for (seed, defect) in
            maker.defects().iter().enumerate().filter(|(_, defect)| defect.fate == Fate::Fails)
        {
            let mut batch = maker.with_defects(seed as u64, area.limit.maximum.min(6), &[(2, defect)]);
            let mut steps = 0;
            // Take every candidate that still holds the defect: the greedy way down.
            while let Some(smaller) = shrink::candidates(&batch).find(|smaller| {
                *smaller != batch && expected_or_empty(subject, area, smaller).contains(&Fate::Fails)
            }) {
                assert!(smaller.origins.iter().any(|origin| !origin.defects.is_empty()), "{}", defect.id);
                batch = smaller;
                steps += 1;
                assert!(steps < 100, "{} does not end", defect.id);
            }
            assert_eq!(batch.records.len(), 1, "{}", defect.id);
        }
    });
}
