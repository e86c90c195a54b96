//! Which error entry is which record's.

use serde_json::Value;

use super::alike::{Groups, Index};
use super::matching::Matching;
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

/// The records of a request with one fate or two, as entries see them.
struct Side<'o, 'v> {
    groups: Groups<'v>,
    index: Index<'o>,
}

impl<'o> Echoes<'o> {
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
        let (failing, open_ones) = (fate(Fate::Fails), fate(Fate::Open));
        let failable = self.side(&records, failing.iter().chain(&open_ones));
        let entries = Groups::of(entries.iter().enumerate(), |entry| self.of_entry(entry));
        let compare = |entry: &&Value| failable.all(self, entry).collect::<Vec<_>>();
        let could_be: Vec<Vec<usize>> = entries.values.iter().map(compare).collect();
        let candidates = turned(&could_be, failable.groups.places.len());
        let mut matching = Matching::new(&candidates, &entries.places);
        let group_of = failable.groups.group_of();
        let mut has_entry = |record: &usize| matching.match_record(*record, group_of[record]);
        let without_entry = failing.iter().copied().filter(|record| !has_entry(record)).collect();
        for record in &open_ones {
            has_entry(record);
        }
        let belongs_to = matching.of_entries();
        let is_surplus = |entry: &usize| belongs_to[*entry].is_none();
        let could_fail = entries.places.iter().zip(&could_be).filter(|(_, could_be)| !could_be.is_empty());
        let mut surplus: Vec<usize> =
            could_fail.flat_map(|(places, _)| places).copied().filter(is_surplus).collect();
        surplus.sort_unstable();
        let passing = fate(Fate::Passes);
        let foreign = self.foreign_ones(&entries, &could_be, &failable, || self.side(&records, &passing));
        Attribution { belongs_to, foreign, without_entry, surplus }
    }

    fn side<'v, 'p>(
        &self,
        records: &[&'v Value],
        places: impl IntoIterator<Item = &'p usize>,
    ) -> Side<'o, 'v> {
        let values = places.into_iter().map(|place| (*place, records[*place]));
        let groups = Groups::of(values, |record| self.of_record(record));
        let index = self.index(&groups);
        Side { groups, index }
    }

    /// The entries that could be none of the records that may fail.
    fn foreign_ones<'v>(
        &self,
        entries: &Groups<'_>,
        could_be: &[Vec<usize>],
        failable: &Side<'_, '_>,
        passing: impl FnOnce() -> Side<'o, 'v>,
    ) -> Vec<Foreign> {
        let strange: Vec<usize> = (0..could_be.len()).filter(|entry| could_be[*entry].is_empty()).collect();
        if strange.is_empty() {
            return Vec::new();
        }
        let passing = passing();
        let of_group = |group: usize| {
            let foreign = self.foreign(entries.values[group], failable, &passing);
            entries.places[group].iter().map(move |entry| Foreign { entry: *entry, ..foreign.clone() })
        };
        let mut foreign: Vec<Foreign> = strange.into_iter().flat_map(of_group).collect();
        foreign.sort_by_key(|foreign| foreign.entry);
        foreign
    }

    fn foreign(&self, entry: &Value, failable: &Side<'_, '_>, passing: &Side<'_, '_>) -> Foreign {
        let records = failable.groups.firsts().take(NEAREST_OF);
        let nearest = records
            .map(|(record, value)| (record, self.differences(entry, value)))
            .min_by_key(|(_, differences)| differences.len());
        let passing = passing.all(self, entry).next().map(|group| passing.groups.places[group][0]);
        Foreign { entry: 0, nearest, passing }
    }
}

impl Side<'_, '_> {
    /// The groups of records that an entry can belong to.
    fn all<'s>(&'s self, echoes: &'s Echoes<'_>, entry: &'s Value) -> impl Iterator<Item = usize> + 's {
        let likely = self.index.likely(entry).into_iter();
        likely.filter(|group| echoes.can_belong(entry, self.groups.values[*group]))
    }
}

/// For each of so many groups of records the groups of entries, from the records of each entry.
fn turned(could_be: &[Vec<usize>], count: usize) -> Vec<Vec<usize>> {
    let mut candidates = vec![Vec::new(); count];
    for (entry, records) in could_be.iter().enumerate() {
        for record in records {
            candidates[*record].push(entry);
        }
    }
    candidates
}
