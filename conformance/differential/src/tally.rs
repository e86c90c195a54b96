//! Counts over many instances.

use super::{Disagreement, Instances, Witnesses};

/// A rule is broken at least once in so many instances, or they prove little of it.
const ONCE_IN: u64 = 200;

/// Disagreements that are kept; more of them say nothing new.
const KEPT: usize = 5;

/// What was seen of an area.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Instances that the three were asked about.
    pub instances: u64,
    /// Those that break a rule of shape.
    pub defective: u64,
    /// Those of which the contract leaves something open. Whether they break a rule is agreed on all the same.
    pub open: u64,
    /// By rule, in the order of [`Witnesses::rules`]: the instances that break it.
    pub broken: Vec<u64>,
    /// The first disagreements.
    pub disagreements: Vec<Found>,
}

/// An instance that the three do not agree on.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its number.
    pub number: u64,
    /// Its text, as made.
    pub text: Vec<u8>,
    /// What they do not agree on.
    pub disagreement: Disagreement,
}

impl Tally {
    /// Asks the three about the instances of those numbers.
    #[must_use]
    pub fn of(witnesses: &Witnesses<'_>, instances: &Instances<'_>, numbers: std::ops::Range<u64>) -> Self {
        let mut tally = Self { broken: vec![0; witnesses.rules().len()], ..Self::default() };
        for number in numbers {
            let text = instances.instance(number);
            tally.instances += 1;
            match witnesses.compare(&text) {
                Ok(agreed) => {
                    let mut broken = agreed.broken;
                    broken.sort_unstable();
                    broken.dedup();
                    tally.defective += u64::from(!broken.is_empty());
                    tally.open += u64::from(agreed.open);
                    for place in broken {
                        tally.broken[place] += 1;
                    }
                }
                Err(disagreement) if tally.disagreements.len() < KEPT => {
                    tally.disagreements.push(Found { number, text, disagreement });
                }
                Err(_) => {}
            }
        }
        tally
    }

    /// Adds what was seen of other instances of the same area.
    pub fn add(&mut self, other: Self) {
        self.instances += other.instances;
        self.defective += other.defective;
        self.open += other.open;
        self.broken.resize(self.broken.len().max(other.broken.len()), 0);
        for (count, more) in self.broken.iter_mut().zip(other.broken) {
            *count += more;
        }
        self.disagreements.extend(other.disagreements);
        self.disagreements.sort_by_key(|found| found.number);
        self.disagreements.truncate(KEPT);
    }

    /// The place of the rule broken least often, and how often it was.
    #[must_use]
    pub fn fewest(&self) -> Option<(usize, u64)> {
        self.broken.iter().copied().enumerate().min_by_key(|(_, count)| *count)
    }

    /// Why the instances prove too little, if they do: fewer than half of them are defective, or a rule is
    /// broken less than once in 200 of them.
    #[must_use]
    pub fn too_little(&self) -> Option<String> {
        if self.defective * 2 < self.instances {
            return Some(format!("only {} of {} instances are defective", self.defective, self.instances));
        }
        let wanted = self.instances / ONCE_IN;
        let rare = self.broken.iter().filter(|count| **count < wanted).count();
        (rare > 0).then(|| format!("{rare} rules are broken by fewer than {wanted} instances"))
    }
}
