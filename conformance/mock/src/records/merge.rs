//! One record, merged into what was kept of its entity.

use std::borrow::Cow;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use tally_generated::runtime::JsonValue;
use tally_spec::model::Contract;

use super::kept::{Kept, Merged};
use super::objects::{has_member, json_text, merge_objects};
use crate::plan::{Plan, Source, StandIn};
use crate::record_table::{RecordRow, RecordTable};

/// What a default may need to know.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// The day in the organisation's time zone.
    pub(crate) today: Date,
    /// The user whose session sends.
    pub(crate) user: Option<String>,
}

/// What a merge depends on, apart from the records.
#[derive(Clone, Copy)]
pub(crate) struct Merging<'m> {
    pub(crate) contract: &'m Contract,
    pub(crate) plan: &'m Plan,
    pub(crate) session: &'m Session,
}

/// A buffer in which records are written, one after the other.
#[derive(Default)]
pub(crate) struct MergeBuffer<'v> {
    values: Values<'v>,
    /// The key of the record that was written last, and its JSON.
    text: String,
    key: Option<usize>,
    zoned: u64,
}

impl<'v> MergeBuffer<'v> {
    /// Writes the record of a new entity, with that key.
    pub(crate) fn write_new(&mut self, merging: Merging<'_>, row: RecordRow<'v, 'v>, key: Option<&str>) {
        self.write(merging, row, key, None);
    }

    /// Whether what was kept is what was written last, to the letter.
    pub(crate) fn is(&self, kept: &Kept) -> bool {
        kept.is(&self.text, self.zoned)
    }

    /// What was written last, to be kept, or `None` if the key is longer than `u32::MAX` bytes.
    pub(crate) fn merged(&self) -> Option<Merged> {
        let key = self.key.map(u32::try_from).transpose().ok()?;
        Some(Merged { text: self.text.as_str().into(), key, zoned: self.zoned })
    }

    fn write(
        &mut self,
        merging: Merging<'_>,
        row: RecordRow<'v, 'v>,
        key: Option<&str>,
        old: Option<(RecordRow<'v, 'v>, u64)>,
    ) {
        let Merging { contract, plan, session } = merging;
        self.text.clear();
        self.text.push_str(key.unwrap_or_default());
        self.key = key.map(str::len);
        if let (None, Some(zoned)) = (old, as_sent(plan, row)) {
            self.zoned = zoned;
            self.text.push_str(row.json());
            return;
        }
        self.values.clear(plan.fields.len());
        let mut merge = Merge { contract, plan, row, values: &mut self.values, zoned: 0, session };
        merge.take_new();
        let reset = merge.resets();
        if let Some((old, zoned)) = old.filter(|_| contract.file.reading.updates.is_some()) {
            merge.keep_old(old, zoned, reset);
        }
        merge.fill_in(old.is_none());
        self.zoned = merge.zoned;
        let mut before = '{';
        for (place, (field, read)) in plan.planned_fields.iter().zip(&self.values.read).enumerate() {
            let made = self.values.made(place);
            if made.is_none() && matches!(read, JsonValue::Absent) {
                continue;
            }
            self.text.push(before);
            self.text.push_str(&field.member);
            match made {
                Some(json) => self.text.push_str(json),
                None => read.write(&mut self.text),
            }
            before = ',';
        }
        self.text.push_str(if before == '{' { "{}" } else { "}" });
    }
}

/// The zones of the dates of a new entity's record, if it is kept byte by byte as it was sent; most are.
///
/// Such a record has every value from its own JSON, and its JSON has no blank and nothing else: each value stands
/// behind the one before, and with their names they are together as long as the record.
fn as_sent(plan: &Plan, row: RecordRow<'_, '_>) -> Option<u64> {
    let stands_in = |(place, stand_in): &(usize, StandIn)| {
        !row.at(*place).has_value() && row.standing_in(stand_in).is_some()
    };
    if !plan.keeps_what_is_sent || plan.stand_ins.iter().any(stands_in) {
        return None;
    }
    let own_zone = row.has_own_zone();
    let (mut length, mut behind, mut zoned) = (1, std::ptr::null(), 0);
    for (place, value) in row.sent() {
        let field = &plan.planned_fields[place];
        let raw = value.raw().filter(|raw| raw.as_ptr() > behind && !raw.is_empty())?;
        behind = raw.as_ptr();
        let marks = if matches!(value, JsonValue::Text(_)) { 2 } else { 0 };
        length += field.member.len() + raw.len() + marks + 1;
        if own_zone && field.is_date {
            zoned |= bit(place);
        }
    }
    (length == row.json().len()).then_some(zoned)
}

/// The values of a record while it is written, by their fields' places.
#[derive(Default)]
struct Values<'v> {
    /// As they were read.
    read: Vec<&'v JsonValue<'v>>,
    /// The JSON of those that were made, which stand before what was read.
    made: Vec<(usize, String)>,
}

impl<'v> Values<'v> {
    /// Empties it, and makes room for the values of that many fields.
    fn clear(&mut self, fields: usize) {
        self.made.clear();
        self.read.clear();
        self.read.resize(fields, &JsonValue::Absent);
    }

    fn has(&self, place: usize) -> bool {
        !matches!(self.read[place], JsonValue::Absent) || self.made(place).is_some()
    }

    fn made(&self, place: usize) -> Option<&str> {
        self.made.iter().find(|(of, _)| *of == place).map(|(_, json)| json.as_str())
    }

    /// The value's JSON, if there is one.
    fn json(&self, place: usize) -> Option<Cow<'_, str>> {
        match (self.made(place), self.read[place]) {
            (Some(json), _) => Some(Cow::Borrowed(json)),
            (None, JsonValue::Absent) => None,
            (None, JsonValue::Object(json)) => Some(Cow::Borrowed(json)),
            (None, read) => Some(Cow::Owned(read.to_json_text())),
        }
    }

    fn take(&mut self, place: usize, value: &'v JsonValue<'v>) {
        self.read[place] = value;
    }

    fn make(&mut self, place: usize, json: String) {
        self.remove(place);
        self.made.push((place, json));
    }

    fn remove(&mut self, place: usize) {
        self.read[place] = &JsonValue::Absent;
        self.made.retain(|(of, _)| *of != place);
    }
}

/// Merges a record into what was kept of its entity. `None` if the key is too long to be kept.
pub(crate) fn merge_over(merging: Merging<'_>, row: RecordRow<'_, '_>, kept: &Kept) -> Option<Merged> {
    let old = RecordTable::of_record(merging.plan, kept.json());
    let mut buffer = MergeBuffer::default();
    buffer.write(merging, row, kept.key(), old.row(0).map(|old| (old, kept.zoned)));
    buffer.merged()
}

struct Merge<'v, 'm> {
    contract: &'m Contract,
    plan: &'m Plan,
    row: RecordRow<'v, 'v>,
    values: &'m mut Values<'v>,
    zoned: u64,
    session: &'m Session,
}

impl<'v> Merge<'v, '_> {
    /// Takes what the record says, but for orders and for what an alternative stands before.
    fn take_new(&mut self) {
        for (place, sent) in self.row.sent() {
            if sent.has_value() {
                self.take(place, sent);
            }
        }
        for (place, stand_in) in &self.plan.stand_ins {
            if !self.row.at(*place).has_value()
                && let Some(value) = self.row.standing_in(stand_in)
            {
                self.take(*place, value);
            }
        }
        for places in &self.plan.alternatives {
            let given = places.iter().copied().filter(|place| self.values.has(*place));
            for later in given.skip(1).collect::<Vec<_>>() {
                self.values.remove(later);
            }
        }
    }

    fn take(&mut self, place: usize, value: &'v JsonValue<'v>) {
        if !self.plan.planned_fields[place].is_order {
            self.zone(place);
            self.values.take(place, value);
        }
    }

    /// Clears what the record orders to be reset. Whether it orders any.
    fn resets(&mut self) -> bool {
        let mut any = false;
        for reset in &self.plan.resets {
            if self.row.holds(&reset.when) {
                any = true;
                for place in &reset.clears {
                    self.values.make(*place, json_text(&reset.shown_as));
                }
            }
        }
        any
    }

    /// Keeps what was there and the record says nothing of.
    fn keep_old(&mut self, old: RecordRow<'v, 'v>, zoned: u64, reset: bool) {
        let gone = if reset { Vec::new() } else { self.replaced(old) };
        for (place, kept) in old.sent() {
            if !kept.has_value() || gone.contains(&place) {
                continue;
            }
            if !self.values.has(place) {
                self.values.take(place, kept);
                self.zoned |= zoned & bit(place);
            } else if let (JsonValue::Object(kept), JsonValue::Object(new)) = (kept, self.values.read[place])
            {
                let fold = self.contract.file.reading.additional_names.is_some();
                let named = &self.plan.fields[place].properties;
                let is_named = |name: &str| named.iter().any(|one| one.name == name);
                let both = merge_objects(kept, new, |name| fold && !is_named(name));
                self.values.make(place, both);
            }
        }
    }

    /// The places whose old value the record's new ones end: another alternative's, or a reset's text.
    fn replaced(&self, old: RecordRow<'v, 'v>) -> Vec<usize> {
        let mut gone = Vec::new();
        let is_given = |place: &usize| self.values.has(*place);
        for places in self.plan.alternatives.iter().filter(|places| places.iter().any(is_given)) {
            gone.extend(places);
        }
        for reset in self.plan.resets.iter().filter(|reset| reset.clears.iter().any(is_given)) {
            let is_reset = |place: &&usize| old.at(**place).is_text(&reset.shown_as);
            gone.extend(reset.clears.iter().filter(is_reset));
        }
        gone
    }

    /// Fills in the defaults: those of a new entity, and those that always hold.
    fn fill_in(&mut self, is_new: bool) {
        for default in self.plan.planned_defaults.iter().filter(|default| is_new || default.always) {
            let has = match &default.member {
                None => self.values.has(default.place),
                Some(member) => {
                    self.values.json(default.place).is_some_and(|object| has_member(&object, member))
                }
            };
            if has && !default.always {
                continue;
            }
            let Some(value) = self.source(&default.source, 0) else { continue };
            match &default.member {
                None => {
                    self.zone(default.place);
                    self.values.make(default.place, value);
                }
                Some(member) => {
                    let object = self.values.json(default.place).unwrap_or(Cow::Borrowed("{}"));
                    let over = format!("{{{}:{value}}}", json_text(member));
                    let both = merge_objects(&object, &over, |_| true);
                    self.values.make(default.place, both);
                }
            }
        }
    }

    /// Notes whether the day in a field is one in the organisation's own time zone.
    fn zone(&mut self, place: usize) {
        if self.plan.planned_fields[place].is_date && self.row.has_own_zone() {
            self.zoned |= bit(place);
        }
    }

    /// The JSON text that a source gives, or `None` if it has nothing to give.
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
        if let Some(value) = self.values.json(place) {
            return Some(value.into_owned());
        }
        // A default that depends on itself gives nothing.
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
