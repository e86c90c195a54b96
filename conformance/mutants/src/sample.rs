//! Draws some of the mutants.

use std::collections::BTreeMap;

use tally_fixtures::Rng;

use crate::Mutant;

/// Draws so many mutants, evenly over groups, operators, areas and statements: each time from those whose group,
/// operator, area and principal statement were drawn least so far, in this order. Equivalent mutants are not drawn.
/// The same seed draws the same; they come in the order of the list.
#[must_use]
pub fn sample<'m>(mutants: &[&'m Mutant], number: usize, seed: u64) -> Vec<&'m Mutant> {
    let mut rng = Rng::new(seed);
    let counted = mutants.iter().enumerate().filter(|(_, mutant)| mutant.label.equivalent().is_none());
    let mut left: Vec<(u64, usize)> = counted.map(|(place, _)| (rng.next(), place)).collect();
    // Chance decides between those that were drawn equally often.
    left.sort_unstable();
    let mut drawn = BTreeMap::new();
    let mut chosen = Vec::new();
    while chosen.len() < number {
        let often = |(_, place): &(u64, usize)| traits(mutants[*place]).map(|key| often(&drawn, &key));
        let Some(next) = (0..left.len()).min_by_key(|index| often(&left[*index])) else { break };
        let (_, place) = left.remove(next);
        for key in traits(mutants[place]) {
            *drawn.entry(key).or_insert(0) += 1;
        }
        chosen.push(place);
    }
    chosen.sort_unstable();
    chosen.into_iter().map(|place| mutants[place]).collect()
}

/// What a mutant has in common with others.
type Trait = (u8, String);

fn often(drawn: &BTreeMap<Trait, usize>, key: &Trait) -> usize {
    drawn.get(key).copied().unwrap_or_default()
}

fn traits(mutant: &Mutant) -> [Trait; 4] {
    let group = mutant.group.as_str().to_owned();
    let statement = mutant.label.statements().first().cloned().unwrap_or_default();
    [
        (0, group.clone()),
        (1, format!("{group}/{}", mutant.operator)),
        (2, mutant.area.clone().unwrap_or_default()),
        (3, statement),
    ]
}

/// Every nth mutant: `part` of `of` parts, from 1.
#[must_use]
pub fn shard<'m>(mutants: &[&'m Mutant], part: usize, of: usize) -> Vec<&'m Mutant> {
    mutants.iter().copied().skip(part.saturating_sub(1)).step_by(of.max(1)).collect()
}
