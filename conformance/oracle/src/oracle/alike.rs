//! Records and entries sorted by what their echoes hold, so that few have to be compared.

use std::collections::HashMap;
use std::hash::Hash;

use serde_json::Value;
use tally_spec::model::{Echo, Encoding, Field};

use super::echo::{echoed, integer, is_lenient, sent};
use super::request::{has_value, is_taken};
use super::things::Things;
use super::{date, numeral};

/// Values that every echo takes for the same, group by group, in the order of each group's first.
pub(super) struct Groups<'v> {
    /// For each group one of its values.
    pub(super) values: Vec<&'v Value>,
    /// For each group the places of its values, in order.
    pub(super) places: Vec<Vec<usize>>,
}

impl<'v> Groups<'v> {
    /// Groups values, each with its place, by what `look` sees of them.
    pub(super) fn of<K: Eq + Hash>(
        values: impl IntoIterator<Item = (usize, &'v Value)>,
        look: impl Fn(&'v Value) -> K,
    ) -> Self {
        let mut groups = Self { values: Vec::new(), places: Vec::new() };
        let mut known: HashMap<K, usize> = HashMap::new();
        for (place, value) in values {
            let group = *known.entry(look(value)).or_insert(groups.values.len());
            if group == groups.values.len() {
                groups.values.push(value);
                groups.places.push(Vec::new());
            }
            groups.places[group].push(place);
        }
        groups
    }

    /// The first value of each group, with its place.
    pub(super) fn firsts(&self) -> impl Iterator<Item = (usize, &'v Value)> {
        self.places.iter().map(|places| places[0]).zip(self.values.iter().copied())
    }

    /// By its place, the group of each value.
    pub(super) fn group_of(&self) -> HashMap<usize, usize> {
        let of = |(group, places): (usize, &Vec<usize>)| {
            places.iter().map(move |place| (*place, group)).collect::<Vec<_>>()
        };
        self.places.iter().enumerate().flat_map(of).collect()
    }
}

/// What a record and its entry have in common in an echo.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Text(String),
    /// Unit: days since 1970.
    Day(i64),
}

/// Days by which an instant may be off the day that it stands for, in whatever time zone.
const DAYS_OFF: i64 = 2;

const MILLISECONDS_OF_DAY: i64 = 24 * 60 * 60 * 1000;

/// The groups of records by what they have in one echo.
struct ByEcho<'o> {
    echo: &'o Echo,
    field: Option<&'o Field>,
    sorted: HashMap<Key, Vec<usize>>,
    /// Those for which more than one value may be repeated.
    others: Vec<usize>,
}

/// Finds the groups of records that an entry may belong to.
pub(super) struct Index<'o> {
    echoes: Vec<ByEcho<'o>>,
    things: &'o Things,
    groups: usize,
}

impl<'o> Index<'o> {
    pub(super) fn new(
        repeated: &[(&'o Echo, Option<&'o Field>)],
        things: &'o Things,
        records: &Groups<'_>,
    ) -> Self {
        let by_echo = |(echo, field): &(&'o Echo, Option<&'o Field>)| {
            let mut by = ByEcho { echo, field: *field, sorted: HashMap::new(), others: Vec::new() };
            for (group, record) in records.values.iter().enumerate() {
                match key_of_record(things, &by, sent(record, echo)) {
                    Some(key) => by.sorted.entry(key).or_default().push(group),
                    None => by.others.push(group),
                }
            }
            by
        };
        let echoes = repeated.iter().map(by_echo).collect();
        Self { echoes, things, groups: records.values.len() }
    }

    /// The groups that are worth comparing with an entry, in order: by the echo that leaves the fewest. The entry can
    /// belong to no others.
    pub(super) fn likely(&self, entry: &Value) -> Vec<usize> {
        let each = self.echoes.iter().filter_map(|by| {
            let keys = keys_of_entry(self.things, by, echoed(entry, by.echo)?)?;
            let found: Vec<&Vec<usize>> = keys.iter().filter_map(|key| by.sorted.get(key)).collect();
            let count = by.others.len() + found.iter().map(|groups| groups.len()).sum::<usize>();
            Some((count, found, &by.others))
        });
        match each.min_by_key(|(count, _, _)| *count) {
            Some((_, found, others)) => {
                let mut likely: Vec<usize> = found.into_iter().flatten().chain(others).copied().collect();
                likely.sort_unstable();
                likely
            }
            None => (0..self.groups).collect(),
        }
    }
}

/// What an entry must have in an echo, or one of the days near it; `None` if more than one value may be repeated.
fn key_of_record(things: &Things, by: &ByEcho<'_>, value: Option<&Value>) -> Option<Key> {
    let value = value.filter(|value| has_value(value))?;
    if by.field.is_some_and(|field| !is_taken(field, value)) {
        return None;
    }
    match by.echo.encoding {
        Encoding::AsSent => text(things, by.field, value),
        // The last days of the calendar have no end in every time zone.
        Encoding::EpochMilliseconds => {
            date::day(value.as_str()?).filter(|day| day.year() < 9999).map(|day| Key::Day(day_number(day)))
        }
    }
}

/// What a record may have for an entry to be its own; `None` if that can't be said.
fn keys_of_entry(things: &Things, by: &ByEcho<'_>, value: &Value) -> Option<Vec<Key>> {
    match by.echo.encoding {
        Encoding::AsSent => Some(vec![text(things, by.field, value)?]),
        Encoding::EpochMilliseconds => {
            let Some(milliseconds) = integer(value) else { return Some(Vec::new()) };
            let day = milliseconds.div_euclid(MILLISECONDS_OF_DAY);
            Some((day - DAYS_OFF..=day + DAYS_OFF).map(Key::Day).collect())
        }
    }
}

/// What all spellings of a value have in common; `None` if anything may be repeated.
fn text(things: &Things, field: Option<&Field>, value: &Value) -> Option<Key> {
    // Zero has one spelling, whatever its sign.
    let spelling = |number: f64| (number + 0.0).to_string();
    match value {
        Value::String(text) if !is_lenient(text) => {
            let text = text.trim();
            let named = field
                .and_then(|field| field.kind.as_deref())
                .map_or(text, |kind| things.identity(kind, text));
            if named.len() < text.len() && numeral::generous(text).is_some() {
                // As an ID it has other spellings than as a number.
                return None;
            }
            Some(Key::Text(numeral::generous(named).map_or_else(|| named.to_owned(), spelling)))
        }
        Value::Number(number) => number.as_f64().map(spelling).map(Key::Text),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Unit: days since 1970.
fn day_number(day: jiff::civil::Date) -> i64 {
    let since = day.duration_since(jiff::civil::date(1970, 1, 1));
    since.as_secs().div_euclid(24 * 60 * 60)
}
