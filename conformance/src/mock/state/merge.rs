//! One record, written over what was kept of its thing.

use std::borrow::Cow;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde_json::Value;
use tally_generated::runtime::{self, Part, Spelt};
use tally_spec::model::Contract;

use super::super::plan::{Plan, Source};
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

/// What is kept of a thing: a record's JSON text, and the zones of its days.
#[derive(Clone, Copy)]
pub(super) struct Before<'k> {
    pub(super) text: &'k str,
    pub(super) zoned: u64,
}

/// What is known beside the records.
#[derive(Clone, Copy)]
pub(super) struct Merging<'m> {
    pub(super) contract: &'m Contract,
    pub(super) plan: &'m Plan,
    pub(super) session: &'m Session,
}

/// Room in which records are written, one after the other.
#[derive(Default)]
pub(super) struct Room<'v> {
    values: Vec<Option<Cow<'v, str>>>,
    text: String,
    zoned: u64,
}

impl<'v> Room<'v> {
    /// Writes a record of a new thing.
    pub(super) fn write_new(&mut self, merging: Merging<'_>, row: Row<'v, '_>) {
        self.write(merging, row, None);
    }

    /// Whether what was kept is what was written last, to the letter.
    pub(super) fn is(&self, before: Before<'_>) -> bool {
        self.text == before.text && self.zoned == before.zoned
    }

    /// What was written last, to be kept.
    pub(super) fn merged(&self) -> Merged {
        Merged { text: self.text.as_str().into(), zoned: self.zoned }
    }

    fn write(&mut self, merging: Merging<'_>, row: Row<'v, '_>, old: Option<(Row<'v, '_>, u64)>) {
        self.values.clear();
        self.values.resize(merging.plan.fields.len(), None);
        let Merging { contract, plan, session } = merging;
        let mut merge = Merge { contract, plan, row, values: &mut self.values, zoned: 0, session };
        merge.take_new();
        let reset = merge.resets();
        if let Some((old, zoned)) = old.filter(|_| contract.file.reading.updates.is_some()) {
            merge.keep_old(old, zoned, reset);
        }
        merge.fill_in(old.is_none());
        self.zoned = merge.zoned;
        self.text.clear();
        for (field, value) in plan.planned_fields.iter().zip(&self.values) {
            if let Some(value) = value {
                self.text.push(if self.text.is_empty() { '{' } else { ',' });
                self.text.push_str(&field.member);
                self.text.push_str(value);
            }
        }
        self.text.push_str(if self.text.is_empty() { "{}" } else { "}" });
    }
}

/// Writes a record over what was kept of its thing.
pub(super) fn merge_over(merging: Merging<'_>, row: Row<'_, '_>, before: Before<'_>) -> Merged {
    let old = Sheet::of_record(merging.plan, before.text);
    let mut room = Room::default();
    room.write(merging, row, old.row(0).map(|old| (old, before.zoned)));
    room.merged()
}

struct Merge<'v, 'r, 'm> {
    contract: &'m Contract,
    plan: &'m Plan,
    row: Row<'v, 'r>,
    /// The JSON text of each field's value, by the field's place.
    values: &'m mut Vec<Option<Cow<'v, str>>>,
    zoned: u64,
    session: &'m Session,
}

impl<'v> Merge<'v, '_, '_> {
    /// Takes what the record says, but for orders and for what an alternative stands before.
    fn take_new(&mut self) {
        for (place, sent) in self.row.sent() {
            if sent.part.has_value() {
                self.take(*place, sent.text);
            }
        }
        for (place, stand_in) in &self.plan.stand_ins {
            if !self.row.at(*place).is_some_and(|own| own.part.has_value())
                && let Some(value) = self.row.standing_in(stand_in)
            {
                self.take(*place, value.text);
            }
        }
        for places in &self.plan.alternatives {
            let given = places.iter().filter(|place| self.values[**place].is_some());
            for later in given.skip(1).copied().collect::<Vec<_>>() {
                self.values[later] = None;
            }
        }
    }

    fn take(&mut self, place: usize, text: &'v str) {
        if !self.plan.planned_fields[place].is_order {
            self.put(place, Cow::Borrowed(text));
        }
    }

    /// Clears what the record orders to be reset. Whether it orders any.
    fn resets(&mut self) -> bool {
        let mut any = false;
        for reset in &self.plan.resets {
            if self.row.holds(&reset.when) {
                any = true;
                for place in &reset.clears {
                    self.values[*place] = Some(Cow::Owned(json_text(&reset.shown_as)));
                }
            }
        }
        any
    }

    /// Keeps what was there and the record says nothing of.
    fn keep_old(&mut self, old: Row<'v, '_>, zoned: u64, reset: bool) {
        let gone = if reset { Vec::new() } else { self.replaced(old) };
        for (place, kept) in old.sent().iter().map(|(place, kept)| (*place, kept)) {
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
                    let named = &self.plan.fields[place].properties;
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
        let is_given = |place: &usize| self.values[*place].is_some();
        for places in self.plan.alternatives.iter().filter(|places| places.iter().any(is_given)) {
            gone.extend(places);
        }
        for reset in self.plan.resets.iter().filter(|reset| reset.clears.iter().any(is_given)) {
            let is_reset =
                |place: &&usize| old.at(**place).is_some_and(|value| value.part.is_text(&reset.shown_as));
            gone.extend(reset.clears.iter().filter(is_reset));
        }
        gone
    }

    /// Fills in the defaults: those of a new thing, and those that always hold.
    fn fill_in(&mut self, is_new: bool) {
        for default in self.plan.planned_defaults.iter().filter(|default| is_new || default.always) {
            let value = &self.values[default.place];
            let has = match &default.member {
                None => value.is_some(),
                Some(member) => value.as_ref().is_some_and(|object| has_member(object, member)),
            };
            if has && !default.always {
                continue;
            }
            let Some(value) = self.source(&default.source, 0) else { continue };
            match &default.member {
                None => self.put(default.place, Cow::Owned(value)),
                Some(member) => {
                    let object = self.values[default.place].take().unwrap_or(Cow::Borrowed("{}"));
                    let over = format!("{{{}:{value}}}", json_text(member));
                    self.values[default.place] = Some(Cow::Owned(merge_objects(&object, &over, |_| true)));
                }
            }
        }
    }

    fn put(&mut self, place: usize, value: Cow<'v, str>) {
        if self.plan.planned_fields[place].is_date && self.row.has_own_zone() {
            self.zoned |= bit(place);
        }
        self.values[place] = Some(value);
    }

    /// The JSON text that a source gives; none where it has nothing to give.
    fn source(&self, source: &Source, depth: usize) -> Option<String> {
        match source {
            Source::Value(text) => Some(text.clone()),
            Source::Field(place) => self.filled(*place, depth),
            Source::Today => Some(json_text(&self.session.today.to_string())),
            Source::WeekdaysAfter { place, days } => self.weekdays_after(*place, *days, depth),
            Source::SessionUser => self.session.user.as_deref().map(json_text),
        }
    }

    fn weekdays_after(&self, place: usize, days: u32, depth: usize) -> Option<String> {
        let text: String = serde_json::from_str(&self.filled(place, depth)?).ok()?;
        let day: Date = text.get(..10)?.parse().ok()?;
        Some(json_text(&add_weekdays(day, days)?.to_string()))
    }

    /// The JSON text of a field's value, its own default applied first.
    fn filled(&self, place: usize, depth: usize) -> Option<String> {
        if let Some(value) = &self.values[place] {
            return Some(value.clone().into_owned());
        }
        // A default that rests on itself gives nothing.
        let defaults = &self.plan.planned_defaults;
        if depth > defaults.len() {
            return None;
        }
        let default = defaults.iter().find(|one| one.place == place && one.member.is_none())?;
        self.source(&default.source, depth + 1)
    }
}

fn bit(place: usize) -> u64 {
    1_u64.checked_shl(u32::try_from(place).unwrap_or(u32::MAX)).unwrap_or(0)
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
