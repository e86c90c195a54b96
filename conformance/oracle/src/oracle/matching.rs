//! Pairs entries with records, as many as can be.

use std::collections::{BTreeSet, HashMap, VecDeque};

/// A matching that grows record by record; a record once matched stays so.
///
/// Records and entries are numbered group by group: which of a group it is makes no difference to what can be matched
/// with it, so that the work grows with the groups rather than with their members.
pub(super) struct Matching<'g> {
    /// For each group of records the groups of entries that each of them can have.
    candidates: &'g [Vec<usize>],
    /// For each group of entries its members, in order; the first ones are taken first.
    entries: &'g [Vec<usize>],
    /// How many of a group's entries are taken.
    taken: Vec<usize>,
    /// The record that has an entry, with its group.
    owners: Vec<Option<(usize, usize)>>,
    /// The entry that a record has, with its group.
    of_records: HashMap<usize, (usize, usize)>,
    /// Groups of records from which no free entry can be reached, nor ever will be.
    stuck: BTreeSet<usize>,
}

impl<'g> Matching<'g> {
    pub(super) fn new(candidates: &'g [Vec<usize>], entries: &'g [Vec<usize>]) -> Self {
        let count = entries.iter().map(Vec::len).sum();
        Self {
            candidates,
            entries,
            taken: vec![0; entries.len()],
            owners: vec![None; count],
            of_records: HashMap::new(),
            stuck: BTreeSet::new(),
        }
    }

    /// For each entry the record that has it.
    pub(super) fn of_entries(&self) -> Vec<Option<usize>> {
        self.owners.iter().map(|owner| owner.map(|(record, _)| record)).collect()
    }

    /// Finds an entry for a record of a group, moving others if they have a choice: a breadth-first search for an
    /// augmenting path.
    pub(super) fn match_record(&mut self, start: usize, group: usize) -> bool {
        if self.stuck.contains(&group) {
            return false;
        }
        // For each group of entries seen: the record from which it was reached.
        let mut reached: HashMap<usize, (usize, usize)> = HashMap::new();
        let mut seen = BTreeSet::from([group]);
        let mut queue = VecDeque::from([(start, group)]);
        while let Some((record, group)) = queue.pop_front() {
            let fresh: Vec<usize> =
                self.candidates[group].iter().copied().filter(|found| !reached.contains_key(found)).collect();
            reached.extend(fresh.iter().map(|found| (*found, (record, group))));
            if let Some(free) = self.free(&fresh) {
                self.take(free, start, &reached);
                return true;
            }
            let mut entries: Vec<usize> =
                fresh.iter().flat_map(|found| &self.entries[*found]).copied().collect();
            entries.sort_unstable();
            let owners = entries.into_iter().filter_map(|entry| self.owners[entry]);
            queue.extend(owners.filter(|(_, group)| !self.stuck.contains(group) && seen.insert(*group)));
        }
        self.stuck.extend(seen);
        false
    }

    /// The first free entry of these groups, with its group.
    fn free(&self, groups: &[usize]) -> Option<(usize, usize)> {
        let free = |group: &usize| Some((*self.entries[*group].get(self.taken[*group])?, *group));
        groups.iter().filter_map(free).min()
    }

    /// Hands each entry on the path back from a free one to the record from which it was reached.
    fn take(
        &mut self,
        (mut entry, mut group): (usize, usize),
        start: usize,
        reached: &HashMap<usize, (usize, usize)>,
    ) {
        self.taken[group] += 1;
        loop {
            let (record, of) = reached[&group];
            let before = self.of_records.insert(record, (entry, group));
            self.owners[entry] = Some((record, of));
            match before {
                Some(before) if record != start => (entry, group) = before,
                _ => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_make_way_for_each_other() {
        // Entry 0 could be either's; entry 1 only record 0's.
        let (candidates, entries) = ([vec![0, 1], vec![0]], [vec![0], vec![1]]);
        let mut matching = Matching::new(&candidates, &entries);
        assert!(matching.match_record(0, 0));
        assert!(matching.match_record(1, 1));
        assert_eq!(matching.of_entries(), [Some(1), Some(0)]);
    }

    #[test]
    fn one_entry_is_one_records() {
        let (candidates, entries) = ([vec![0], vec![0]], [vec![0]]);
        let mut matching = Matching::new(&candidates, &entries);
        assert!(matching.match_record(1, 1));
        assert!(!matching.match_record(0, 0));
        assert_eq!(matching.of_entries(), [Some(1)]);
    }

    #[test]
    fn of_equal_ones_each_is_matched_once() {
        let (candidates, entries) = ([vec![0]], [vec![0, 1]]);
        let mut matching = Matching::new(&candidates, &entries);
        assert_eq!([0, 1, 2].map(|record| matching.match_record(record, 0)), [true, true, false]);
        assert_eq!(matching.of_entries(), [Some(0), Some(1)]);
    }
}
