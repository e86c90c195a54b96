//! The three agree over many instances, and those try each rule under a condition from all sides.

use std::fmt;

use tally_differential::{Instances, Witnesses, smallest};
use tally_oracle::oracle::{Body, Oracle};
use tally_spec::model::{Area, Cites, Constraint, Contract, Rule};

use crate::conditions::is_of_shape;
use crate::support::{Subject, parcels, rules};

/// Instances of each area, unless the environment's `TALLY_INSTANCES` says how many.
///
/// `TALLY_INSTANCES=20000 cargo test --release -p tally-differential --test strategies counted -- --nocapture`
const INSTANCES: u64 = 400;

/// A rule is broken, kept, and excused by its condition, once at least in so many instances: 100 times in 20,000.
const ONCE_IN: u64 = 200;

/// By how many instances a rule under a condition was tried, and how.
#[derive(Debug, Default)]
struct Count {
    /// It applies, and a record breaks it.
    broken: u64,
    /// It applies, and a record keeps it.
    kept: u64,
    /// It does not apply to a record that would break it.
    excused: u64,
    /// It does not apply to a record that would keep it.
    idle: u64,
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { broken, kept, excused, idle } = self;
        write!(f, "broken {broken}, kept {kept}, excused {excused}, idle {idle}")
    }
}

/// Counts by oracles for contracts in which each conditional rule of an area has a statement of its own: as it is
/// written, without its conditions, and with a constraint that every record breaks.
struct Counter<'c> {
    rules: Vec<(&'c Rule, Count)>,
    oracles: [(Contract, Oracle); 3],
    area: &'c str,
}

impl<'c> Counter<'c> {
    fn new(subject: &'c Subject, area: &'c Area) -> Self {
        let conditional = area.rules.iter().filter(|rule| !rule.is_unconditional() && is_of_shape(rule));
        let always = |rule: &mut Rule| (rule.when, rule.unless) = (None, None);
        let never_kept = |rule: &mut Rule| {
            rule.constraint = Constraint::Required(vec!["\u{0}no such field".to_owned()]);
        };
        let oracle = |change: &dyn Fn(&mut Rule)| {
            let mut contract = (*subject.contract).clone();
            let area = contract.areas.iter_mut().find(|one| one.name == area.name).expect("it is one");
            let rules = area.file.rules.iter_mut();
            let conditional = rules.filter(|rule| !rule.is_unconditional() && is_of_shape(rule));
            for (nth, rule) in conditional.enumerate() {
                rule.statement = Cites::One(mark(nth));
                change(rule);
            }
            let oracle = Oracle::new(&contract, &subject.fixtures);
            (contract, oracle)
        };
        Self {
            rules: conditional.map(|rule| (rule, Count::default())).collect(),
            oracles: [oracle(&|_| {}), oracle(&always), oracle(&never_kept)],
            area: &area.name,
        }
    }

    fn add(&mut self, text: &[u8]) {
        let Some(value) = Body::read(text.to_vec()).value else { return };
        let shapes = self.oracles.each_ref().map(|(contract, oracle)| {
            oracle.shape(contract.area(self.area).expect("it is one"), &value).records
        });
        let records = shapes[0].len();
        for (nth, (_, count)) in self.rules.iter_mut().enumerate() {
            let mark = mark(nth);
            let names = |shape: usize, record: usize| {
                shapes[shape][record].iter().any(|reason| reason.statements.first() == Some(&mark))
            };
            let is_any = |applies: bool, broken: bool| {
                (0..records).any(|one| names(2, one) == applies && names(1, one) == broken)
            };
            assert!((0..records).all(|one| names(0, one) == (names(1, one) && names(2, one))), "{value}");
            count.broken += u64::from(is_any(true, true));
            count.kept += u64::from(is_any(true, false));
            count.excused += u64::from(is_any(false, true));
            count.idle += u64::from(is_any(false, false));
        }
    }
}

fn mark(nth: usize) -> String {
    format!("conditional rule {nth}")
}

/// Compares the three over the instances of each of a contract's areas, and counts.
fn compare(subject: &Subject) {
    let asked = std::env::var("TALLY_INSTANCES").ok().map(|count| count.parse().expect("it is a number"));
    let asked: u64 = asked.unwrap_or(INSTANCES);
    let mut rare = Vec::new();
    for area in &subject.contract.areas {
        let witnesses =
            Witnesses::new(&subject.contract, area, &subject.oracle, subject.area(area)).expect("it is one");
        let instances = Instances::new(&subject.contract, area, &subject.fixtures, 7);
        let (mut counter, mut defective) = (Counter::new(subject, area), 0_u64);
        for number in 0..asked {
            let text = instances.instance(number);
            match witnesses.compare(&text) {
                Ok(agreed) => defective += u64::from(!agreed.broken.is_empty()),
                Err(found) => {
                    let text = smallest(&text, |text| witnesses.compare(text).is_err());
                    panic!("{} {number}: {found:#?}\n{}", area.name, String::from_utf8_lossy(&text));
                }
            }
            counter.add(&text);
        }
        // Shown with `--nocapture`.
        eprintln!("{}: {asked} instances, {defective} defective", area.name);
        for (rule, count) in &counter.rules {
            let (constraint, when, unless) = (&rule.constraint, &rule.when, &rule.unless);
            eprintln!("  {constraint:?} when {when:?} unless {unless:?}: {count}");
            if [count.broken, count.kept, count.excused].iter().any(|times| *times < asked / ONCE_IN) {
                rare.push(format!("{}: {constraint:?}: {count}", area.name));
            }
        }
    }
    assert!(rare.is_empty(), "tried fewer than {} times of {asked}: {rare:#?}", asked / ONCE_IN);
}

#[test]
fn the_three_agree_over_parcels() {
    compare(parcels());
}

#[test]
fn the_three_agree_over_each_rule() {
    compare(rules());
}
