//! One record, written over what was kept of its thing.

use std::borrow::Cow;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde_json::Value;
use tally_generated::runtime::{self, Part, Spelt};
use tally_spec::model::{Area, Behaviour, Condition, Contract, DefaultSource, TextFormat, WeekdaysAfter};

use super::super::sheet::{Row, Sheet};

/// What a default may need to know.
#[derive(Debug, Clone)]
pub(in crate::mock) struct Session {
    /// The day in the organisation's time zone.
    pub(in crate::mock) today: Date,
    /// The user whose session sends.
    pub(in crate::mock) user: Option<String>,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Merged {
    /// Its JSON text, the members in the order of the area's fields.
    pub(super) text: Box<str>,
    /// For each field, by its place, a bit: whether it is a day in the organisation's own time zone.
    pub(super) zoned: u64,
}

impl Merged {
    /// Whether what was kept is the same, to the letter.
    pub(super) fn is(&self, before: Before<'_>) -> bool {
        *self.text == *before.text && self.zoned == before.zoned
    }
}

/// What is kept of a thing: a record's JSON text, and the zones of its days.
#[derive(Clone, Copy)]
pub(super) struct Before<'k> {
    pub(super) text: &'k str,
    pub(super) zoned: u64,
}

/// Writes a record over what was kept of its thing, if anything was.
pub(super) fn merge(
    contract: &Contract,
    area: &Area,
    row: Row<'_, '_>,
    before: Option<Before<'_>>,
    session: &Session,
) -> Merged {
    let old = before.map(|before| Sheet::of_record(area, before.text));
    let old = old.as_ref().and_then(|sheet| sheet.row(0));
    let keeps = contract.file.reading.updates.is_some();
    let mut merge = Merge { contract, area, row, values: vec![None; area.fields.len()], zoned: 0, session };
    merge.take_new();
    let reset = merge.resets();
    if let (Some(old), true) = (old, keeps) {
        merge.keep_old(old, before.map_or(0, |before| before.zoned), reset);
    }
    merge.fill_in(old.is_none());
    merge.written()
}

struct Merge<'v, 'r> {
    contract: &'v Contract,
    area: &'v Area,
    row: Row<'v, 'r>,
    /// The JSON text of each field's value, by the field's place.
    values: Vec<Option<Cow<'v, str>>>,
    zoned: u64,
    session: &'v Session,
}

impl<'v> Merge<'v, '_> {
    /// Takes what the record says, but for orders and for what an alternative stands before.
    fn take_new(&mut self) {
        for (place, (field, sent)) in self.area.fields.iter().zip(self.row.sent()).enumerate() {
            let value = if sent.part.has_value() { Some(*sent) } else { self.row.stand_in(&field.name) };
            if let Some(value) = value.filter(|_| !is_order(self.area, &field.name)) {
                self.values[place] = Some(Cow::Borrowed(value.text));
                if field.format == Some(TextFormat::Date) && self.row.has_own_zone() {
                    self.zoned |= bit(place);
                }
            }
        }
        for fields in alternatives(self.area) {
            let given = fields.iter().filter_map(|name| self.place(name));
            let given: Vec<usize> = given.filter(|place| self.values[*place].is_some()).collect();
            for later in given.into_iter().skip(1) {
                self.values[later] = None;
            }
        }
    }

    /// Clears what the record orders to be reset. Whether it orders any.
    fn resets(&mut self) -> bool {
        let mut any = false;
        for (when, clears, shown_as) in resets(self.area) {
            if self.row.holds(when) {
                any = true;
                for place in clears.iter().filter_map(|name| self.place(name)).collect::<Vec<_>>() {
                    self.values[place] = Some(Cow::Owned(json_text(shown_as)));
                }
            }
        }
        any
    }

    /// Keeps what was there and the record says nothing of.
    fn keep_old(&mut self, old: Row<'v, '_>, zoned: u64, reset: bool) {
        let gone = if reset { Vec::new() } else { self.replaced(old) };
        for (place, kept) in old.sent().iter().enumerate() {
            if !kept.part.has_value() || gone.contains(&place) {
                continue;
            }
            match &self.values[place] {
                None => {
                    self.values[place] = Some(Cow::Borrowed(kept.text));
                    self.zoned |= zoned & bit(place);
                }
                Some(new) if matches!(kept.part, Part::Object(_)) && new.starts_with('{') => {
                    let fold = self.contract.file.reading.additional_names.is_some();
                    let named = &self.area.fields[place].properties;
                    let is_named = |name: &str| named.iter().any(|one| one.name == name);
                    let both = merge_objects(kept.text, new, |name| fold && !is_named(name));
                    self.values[place] = Some(Cow::Owned(both));
                }
                Some(_) => {}
            }
        }
    }

    /// The places whose old value the record's new ones end: another alternative's, or a reset's text.
    fn replaced(&self, old: Row<'_, '_>) -> Vec<usize> {
        let mut gone = Vec::new();
        let is_given = |name: &String| self.place(name).is_some_and(|place| self.values[place].is_some());
        for fields in alternatives(self.area).filter(|fields| fields.iter().any(is_given)) {
            gone.extend(fields.iter().filter_map(|name| self.place(name)));
        }
        for (_, clears, shown_as) in resets(self.area) {
            if clears.iter().any(is_given) {
                let places = clears.iter().filter_map(|name| self.place(name));
                gone.extend(places.filter(|place| old.sent()[*place].part.is_text(shown_as)));
            }
        }
        gone
    }

    /// Fills in the defaults: those of a new thing, and those that always hold.
    fn fill_in(&mut self, is_new: bool) {
        let here = |name: &str| {
            self.place(name.split('/').next().unwrap_or(name)).is_some() && !is_order(self.area, name)
        };
        let defaults: Vec<_> = self.area.defaults.iter().filter(|default| here(&default.field)).collect();
        for default in defaults.into_iter().filter(|default| is_new || default.always) {
            let (field, member) = match default.field.split_once('/') {
                Some((field, member)) => (field, Some(member)),
                None => (default.field.as_str(), None),
            };
            let Some(place) = self.place(field) else { continue };
            let has = match (member, &self.values[place]) {
                (None, value) => value.is_some(),
                (Some(member), value) => value.as_ref().is_some_and(|object| has_member(object, member)),
            };
            if has && !default.always {
                continue;
            }
            let Some(value) = default.source().and_then(|source| self.source(&source, 0)) else { continue };
            match member {
                None => self.put(place, value),
                Some(member) => {
                    let object = self.values[place].take().unwrap_or(Cow::Borrowed("{}"));
                    let over = format!("{{{}:{value}}}", json_text(member));
                    self.values[place] = Some(Cow::Owned(merge_objects(&object, &over, |_| true)));
                }
            }
        }
    }

    fn put(&mut self, place: usize, value: String) {
        if self.area.fields[place].format == Some(TextFormat::Date) && self.row.has_own_zone() {
            self.zoned |= bit(place);
        }
        self.values[place] = Some(Cow::Owned(value));
    }

    /// The JSON text that a source gives; none where it has nothing to give.
    fn source(&self, source: &DefaultSource<'_>, depth: usize) -> Option<String> {
        match source {
            DefaultSource::Value(value) => Some(value.to_string()),
            DefaultSource::Field(name) => self.filled(name, depth),
            DefaultSource::Today => Some(json_text(&self.session.today.to_string())),
            DefaultSource::WeekdaysAfter(after) => self.weekdays_after(after, depth),
            DefaultSource::SessionUser => self.session.user.as_deref().map(json_text),
            DefaultSource::Elsewhere(_) => None,
        }
    }

    fn weekdays_after(&self, after: &WeekdaysAfter, depth: usize) -> Option<String> {
        let text: String = serde_json::from_str(&self.filled(&after.field, depth)?).ok()?;
        let day: Date = text.get(..10)?.parse().ok()?;
        Some(json_text(&add_weekdays(day, after.days)?.to_string()))
    }

    /// The JSON text of a field's value, its own default applied first.
    fn filled(&self, name: &str, depth: usize) -> Option<String> {
        let value = self.place(name).and_then(|place| self.values[place].as_deref());
        if let Some(value) = value {
            return Some(value.to_owned());
        }
        // A default that rests on itself gives nothing.
        if depth > self.area.defaults.len() {
            return None;
        }
        let default = self.area.defaults.iter().find(|default| default.field == name)?;
        self.source(&default.source()?, depth + 1)
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.area.fields.iter().position(|field| field.name == name)
    }

    fn written(self) -> Merged {
        let texts = self.values.iter().flatten().map(|value| value.len());
        let mut text = String::with_capacity(2 + texts.sum::<usize>() + 16 * self.values.len());
        for (field, value) in self.area.fields.iter().zip(&self.values) {
            if let Some(value) = value {
                text.push(if text.is_empty() { '{' } else { ',' });
                push_name(&field.name, &mut text);
                text.push_str(value);
            }
        }
        text.push_str(if text.is_empty() { "{}" } else { "}" });
        Merged { text: text.into_boxed_str(), zoned: self.zoned }
    }
}

fn bit(place: usize) -> u64 {
    1_u64.checked_shl(u32::try_from(place).unwrap_or(u32::MAX)).unwrap_or(0)
}

/// Whether a field is an order to the call, and nothing that is kept.
fn is_order(area: &Area, name: &str) -> bool {
    area.behaviours.iter().any(|behaviour| match behaviour {
        Behaviour::Resets { when, .. } => when.field == name,
        Behaviour::Sends { again, .. } => again == name,
        _ => false,
    })
}

pub(super) fn alternatives(area: &Area) -> impl Iterator<Item = &Vec<String>> {
    area.behaviours.iter().filter_map(|behaviour| match behaviour {
        Behaviour::Alternatives { fields, .. } => Some(fields),
        _ => None,
    })
}

fn resets(area: &Area) -> impl Iterator<Item = (&Condition, &Vec<String>, &String)> {
    area.behaviours.iter().filter_map(|behaviour| match behaviour {
        Behaviour::Resets { when, clears, shown_as, .. } => Some((when, clears, shown_as)),
        _ => None,
    })
}

/// An object with the members of both; where both have one, the later's. `folds` says which names are the
/// same whatever their case; the earlier spelling stays.
fn merge_objects(earlier: &str, later: &str, folds: impl Fn(&str) -> bool) -> String {
    let mut members: Vec<(Cow<'_, str>, Spelt<'_>)> = Vec::new();
    for object in [earlier, later] {
        runtime::each_member(object, |name, value| {
            if matches!(value.part, Part::Null) {
                return;
            }
            let same =
                |one: &Cow<'_, str>| *one == name || (folds(&name) && is_same_but_for_case(one, &name));
            match members.iter_mut().find(|(one, _)| same(one)) {
                Some((_, known)) => *known = value,
                None => members.push((name, value)),
            }
        });
    }
    let mut text = String::with_capacity(earlier.len() + later.len());
    text.push('{');
    for (name, value) in &members {
        if text.len() > 1 {
            text.push(',');
        }
        push_name(name, &mut text);
        text.push_str(value.text);
    }
    text.push('}');
    text
}

fn is_same_but_for_case(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || (!(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase())
}

fn has_member(object: &str, member: &str) -> bool {
    let mut found = false;
    runtime::each_member(object, |name, value| {
        found |= is_same_but_for_case(&name, member) && value.part.has_value();
    });
    found
}

/// A day, and so many weekdays on.
fn add_weekdays(mut day: Date, days: u32) -> Option<Date> {
    let mut left = days;
    while left > 0 {
        day = day.checked_add(1.day()).ok()?;
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    Some(day)
}

fn push_name(name: &str, text: &mut String) {
    if name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\') {
        text.push('"');
        text.push_str(name);
        text.push('"');
    } else {
        text.push_str(&json_text(name));
    }
    text.push(':');
}

pub(super) fn json_text(text: &str) -> String {
    Value::from(text).to_string()
}
