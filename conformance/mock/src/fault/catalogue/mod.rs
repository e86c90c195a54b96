//! The faults, by name, in groups.

mod authentication;
mod counts;
mod entries;
mod hidden;
mod isolation;
mod limits;
mod media;
mod memory;
mod platform;
mod ranges;
mod refusals;
mod rules;
mod text;
mod transport;
mod trouble;
mod whole;

pub(super) use self::hidden::ONLY_KEPT;
pub(super) use self::trouble::OF_THE_DAY;
use super::Entry;
use super::act::Act;
use tally_spec::model::Contract;

/// The groups, in the order of the list.
const GROUPS: &[&[Entry]] = &[
    limits::FAULTS,
    counts::FAULTS,
    entries::FAULTS,
    whole::FAULTS,
    rules::FAULTS,
    ranges::FAULTS,
    text::FAULTS,
    isolation::FAULTS,
    memory::FAULTS,
    authentication::FAULTS,
    platform::FAULTS,
    refusals::FAULTS,
    media::FAULTS,
    transport::FAULTS,
    hidden::FAULTS,
    trouble::FAULTS,
];

const COUNT: usize = {
    let (mut group, mut count) = (0, 0);
    while group < GROUPS.len() {
        count += GROUPS[group].len();
        group += 1;
    }
    count
};

/// Every fault.
pub const CATALOGUE: &[Entry] = &{
    let mut all = [GROUPS[0][0]; COUNT];
    let (mut group, mut next) = (0, 0);
    while group < GROUPS.len() {
        let mut place = 0;
        while place < GROUPS[group].len() {
            all[next] = GROUPS[group][place];
            next += 1;
            place += 1;
        }
        group += 1;
    }
    all
};

/// A fault of a group.
const fn fault(
    group: &'static str,
    name: &'static str,
    summary: &'static str,
    breaks: fn(&Contract) -> Vec<String>,
    act: Act,
) -> Entry {
    Entry { name, group, summary, argument: None, hidden: None, breaks, act }
}

impl Entry {
    /// The same, with the reason why it cannot be seen from outside.
    const fn hidden(self, reason: &'static str) -> Self {
        Self { hidden: Some(reason), ..self }
    }

    /// The same, with an argument: what it is, and its default.
    const fn with(self, what: &'static str, usual: f64) -> Self {
        Self { argument: Some((what, usual)), ..self }
    }
}
