//! Which error entry is which record's: a matching of two sides.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use super::echo::{echoed, sent};
use super::request::open;
use super::{Difference, Echoes, Expected, Fate};

/// How the entries of an answer belong to the records of its request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attribution {
    /// For each entry the record that it was taken for; `None` if it can be no such record's, or if
    /// every record that it could be has another entry.
    pub belongs_to: Vec<Option<usize>>,
    /// Entries that can be no record's that must or may fail.
    pub foreign: Vec<Foreign>,
    /// Records that must fail and for which no entry is left.
    pub without_entry: Vec<usize>,
    /// Entries left because each record that they could belong to has one already.
    pub surplus: Vec<usize>,
}

/// An entry that can be no failing record's.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// The entry's place.
    pub entry: usize,
    /// The record that may fail and differs least, with the differences. `None` if no record may fail.
    pub nearest: Option<(usize, Vec<Difference>)>,
    /// A record that must pass and whose values it repeats.
    pub passing: Option<usize>,
}

/// Records compared before the nearest one is named.
const NEAREST_OF: usize = 64;

impl Echoes<'_> {
    /// Matches the entries of an answer with the records of its request: first so that as many as can of
    /// the records that must fail have one each, then the records that may.
    #[must_use]
    pub fn attribute(&self, body: &Value, expected: &[Expected], entries: &[Value]) -> Attribution {
        let Ok(request) = open(self.contract(), self.area, body) else { return Attribution::default() };
        let records = request.records;
        let fate = |fate: Fate| {
            let with_fate = expected.iter().enumerate().filter(move |(_, expected)| expected.fate == fate);
            with_fate.map(|(index, _)| index).filter(|index| *index < records.len()).collect::<Vec<_>>()
        };
        let (failing, open_ones, passing) = (fate(Fate::Fails), fate(Fate::Open), fate(Fate::Passes));
        let failable: Vec<usize> = failing.iter().chain(&open_ones).copied().collect();
        let candidates = self.candidates(&records, &failable, entries);
        let mut matching = Matching::new(records.len(), &candidates);
        let without_entry: Vec<usize> =
            failing.into_iter().filter(|record| !matching.match_record(*record)).collect();
        for record in open_ones {
            matching.match_record(record);
        }
        let mut attribution =
            Attribution { belongs_to: matching.of_entries, without_entry, ..Attribution::default() };
        for (entry, found) in candidates.iter().enumerate() {
            if found.is_empty() {
                attribution.foreign.push(self.foreign(entry, &entries[entry], &records, &failable, &passing));
            } else if attribution.belongs_to[entry].is_none() {
                attribution.surplus.push(entry);
            }
        }
        attribution
    }

    /// For each entry the records among `failable` that it can belong to.
    fn candidates(&self, records: &[&Value], failable: &[usize], entries: &[Value]) -> Vec<Vec<usize>> {
        let leading = self.leading();
        let mut sorted: HashMap<String, Vec<usize>> = HashMap::new();
        let mut unsorted = Vec::new();
        for record in failable {
            match leading.and_then(|echo| self.sorting(echo, sent(records[*record], echo))) {
                Some(key) => sorted.entry(key).or_default().push(*record),
                None => unsorted.push(*record),
            }
        }
        let find = |entry: &Value| {
            let key = leading.and_then(|echo| self.sorting(echo, echoed(entry, echo)));
            let likely: Vec<usize> = match key {
                Some(key) => sorted.get(&key).into_iter().flatten().chain(&unsorted).copied().collect(),
                None => failable.to_vec(),
            };
            likely.into_iter().filter(|record| self.can_belong(entry, records[*record])).collect()
        };
        entries.iter().map(find).collect()
    }

    fn foreign(
        &self,
        entry: usize,
        value: &Value,
        records: &[&Value],
        failable: &[usize],
        passing: &[usize],
    ) -> Foreign {
        let differences = failable.iter().take(NEAREST_OF).map(|record| {
            let differences = self.differences(value, records[*record]);
            (*record, differences)
        });
        let nearest = differences.min_by_key(|(_, differences)| differences.len());
        let passing = passing.iter().copied().find(|record| self.can_belong(value, records[*record]));
        Foreign { entry, nearest, passing }
    }
}

/// A matching that grows record by record; a record once matched stays so.
struct Matching {
    entries_of: Vec<Vec<usize>>,
    of_records: Vec<Option<usize>>,
    of_entries: Vec<Option<usize>>,
}

impl Matching {
    fn new(records: usize, candidates: &[Vec<usize>]) -> Self {
        let mut entries_of = vec![Vec::new(); records];
        for (entry, candidates) in candidates.iter().enumerate() {
            for record in candidates {
                entries_of[*record].push(entry);
            }
        }
        Self { entries_of, of_records: vec![None; records], of_entries: vec![None; candidates.len()] }
    }

    /// Finds an entry for a record, moving others if they have a choice: a breadth-first search for an
    /// augmenting path.
    fn match_record(&mut self, start: usize) -> bool {
        // For each entry seen: the record from which it was reached.
        let mut reached: HashMap<usize, usize> = HashMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(record) = queue.pop_front() {
            for entry in &self.entries_of[record] {
                if reached.contains_key(entry) {
                    continue;
                }
                reached.insert(*entry, record);
                match self.of_entries[*entry] {
                    Some(next) => queue.push_back(next),
                    None => {
                        self.take(*entry, start, &reached);
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Hands each entry on the path back from `entry` to the record from which it was reached.
    fn take(&mut self, mut entry: usize, start: usize, reached: &HashMap<usize, usize>) {
        loop {
            let record = reached[&entry];
            let before = self.of_records[record].replace(entry);
            self.of_entries[entry] = Some(record);
            match before {
                Some(before) if record != start => entry = before,
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
        let mut matching = Matching::new(2, &[vec![0, 1], vec![0]]);
        assert!(matching.match_record(0));
        assert!(matching.match_record(1));
        assert_eq!(matching.of_entries, [Some(1), Some(0)]);
    }

    #[test]
    fn one_entry_is_one_records() {
        let mut matching = Matching::new(2, &[vec![0, 1]]);
        assert!(matching.match_record(1));
        assert!(!matching.match_record(0));
        assert_eq!(matching.of_entries, [Some(1)]);
    }
}
