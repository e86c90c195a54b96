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
    let mut left: Vec<Left> =
        counted.map(|(place, mutant)| Left { chance: rng.next(), place, traits: traits(mutant) }).collect();
    // Chance decides between those that were drawn equally often.
    left.sort_unstable_by_key(|one| one.chance);
    let mut drawn: BTreeMap<Trait, usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    while chosen.len() < number {
        let often = |one: &Left| one.traits.each_ref().map(|key| drawn.get(key).copied().unwrap_or_default());
        let Some(next) = (0..left.len()).min_by_key(|index| often(&left[*index])) else { break };
        let Left { place, traits, .. } = left.remove(next);
        for key in traits {
            *drawn.entry(key).or_default() += 1;
        }
        chosen.push(place);
    }
    chosen.sort_unstable();
    chosen.into_iter().map(|place| mutants[place]).collect()
}

/// A mutant that is not drawn yet.
struct Left {
    chance: u64,
    place: usize,
    traits: [Trait; 4],
}

/// What a mutant has in common with others.
type Trait = (u8, String);

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
