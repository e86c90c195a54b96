//! The generated decoder, the JSON Schema and the oracle say the same of the same instances.
//!
//! `cargo xtask differential` asks them about as many as one likes, optimised; here it is a few of each area.

use tally_differential::{Instances, Tally, Witnesses, smallest};

use crate::support::each_area;

/// Instances of each area.
const INSTANCES: u64 = 600;

#[test]
fn three_ways() {
    each_area(|subject, area| {
        let generated = subject.area(area);
        let witnesses = Witnesses::new(&subject.contract, area, &subject.oracle, generated).unwrap();
        let instances = Instances::new(&subject.contract, area, &subject.fixtures, 1);
        let tally = Tally::of(&witnesses, &instances, 0..INSTANCES);
        if let Some(found) = tally.disagreements.first() {
            let text = smallest(&found.text, |text| witnesses.compare(text).is_err());
            panic!("{}: {:#?}\n{}", area.name, found.disagreement, String::from_utf8_lossy(&text));
        }
        assert_eq!(tally.instances, INSTANCES);
        assert!(tally.defective * 2 >= tally.instances, "{}: {} are defective", area.name, tally.defective);
    });
}
