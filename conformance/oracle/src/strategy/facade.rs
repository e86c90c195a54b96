//! Batches as a proptest strategy.

use std::ops::RangeInclusive;

use proptest::prelude::any;
use proptest::strategy::Strategy;

use super::{Batch, Defect, Maker};

/// Which defects a strategy's batches may have: one at most, in one record.
#[derive(Debug, Clone, Copy)]
pub enum Defects<'d> {
    /// None: every record is valid.
    None,
    /// Each batch has one of these.
    One(&'d [Defect]),
    /// A batch may have one of these.
    Perhaps(&'d [Defect]),
}

/// Batches of so many records, and if they hold a defect, its place among those given.
///
/// Shrinking drops records and makes the others plainer; the defect stays.
pub fn batches<'m>(
    maker: &'m Maker<'_>,
    sizes: RangeInclusive<usize>,
    defects: Defects<'m>,
) -> impl Strategy<Value = (Batch, Option<usize>)> + 'm {
    let (list, always): (&[Defect], bool) = match defects {
        Defects::None => (&[], false),
        Defects::One(list) => (list, true),
        Defects::Perhaps(list) => (list, false),
    };
    let least = if list.is_empty() { *sizes.start() } else { 1.max(*sizes.start()) };
    let seeds = proptest::collection::vec(any::<u64>(), least..=least.max(*sizes.end()));
    let chosen = (any::<u64>(), any::<bool>()).no_shrink();
    (any::<u64>(), seeds, chosen).prop_map(move |(seed, seeds, (choice, wanted))| {
        let index = pick(choice, list.len()).filter(|_| always || wanted);
        let place = pick(choice.rotate_left(32), seeds.len()).unwrap_or(0);
        let with: Vec<(usize, &Defect)> =
            index.and_then(|index| list.get(index)).map(|defect| (place, defect)).into_iter().collect();
        (maker.of_seeds(seed, &seeds, &with), index)
    })
}

fn pick(choice: u64, count: usize) -> Option<usize> {
    let count = u64::try_from(count).ok().filter(|count| *count > 0)?;
    usize::try_from(choice % count).ok()
}
