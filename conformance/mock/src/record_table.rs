//! The request's records as a table: one column per field of the area.

use std::borrow::Cow;

use tally_generated::runtime::{self, Gather, JsonValue, Keeping};

use crate::plan::{Named, Plan, StandIn, Test, place};

/// The records of a request and the request options: one column per field of the area.
///
/// Members that no field names are left out. Of two members with one name the later counts.
pub(crate) struct RecordTable<'a, 's> {
    plan: &'s Plan,
    envelope: Vec<JsonValue<'a>>,
    lines: Vec<Line<'a>>,
    /// The values of one record behind those of the other, each in its field's place. Of a request's record those
    /// behind the last are left out: it may have nearly as many empty records as it has bytes.
    values: Vec<JsonValue<'a>>,
    is_list: bool,
    /// What the judgement keeps, and how many rules of shape the records break.
    keeping: Keeping,
    broken: usize,
}

/// A record of a table.
struct Line<'a> {
    json: &'a str,
    /// The index of its first value.
    start: usize,
}

impl<'a, 's> RecordTable<'a, 's> {
    /// A table without records, with buffer for so many.
    pub(crate) fn new(plan: &'s Plan, records: usize) -> Self {
        let (lines, values) = (Vec::with_capacity(records), Vec::with_capacity(records * plan.fields.len()));
        let (envelope, keeping) = (Vec::new(), Keeping::All);
        Self { plan, envelope, lines, values, is_list: true, keeping, broken: 0 }
    }

    /// The table, of whose broken rules the judgement keeps that.
    pub(crate) fn keeping(self, keeping: Keeping) -> Self {
        Self { keeping, ..self }
    }

    /// A table for pieces of a request with these request options.
    pub(crate) fn of_pieces(plan: &'s Plan, envelope: Vec<JsonValue<'a>>, is_list: bool) -> Self {
        Self { envelope, is_list, ..Self::new(plan, 0) }
    }

    /// The table of one record: an object's text, without request options.
    pub(crate) fn of_record(plan: &'s Plan, object: &'a str) -> Self {
        let mut values = vec![JsonValue::Absent; plan.fields.len()];
        runtime::each_member(object, |name, value| {
            if let Some(place) = place(&plan.fields, &name) {
                values[place] = value;
            }
        });
        let lines = vec![Line { json: object, start: 0 }];
        Self { lines, values, ..Self::new(plan, 0) }
    }

    /// The number of records.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// How many rules of shape the records break.
    pub(crate) const fn broken(&self) -> usize {
        self.broken
    }

    /// The bytes of the request options' values.
    pub(crate) fn envelope_bytes(&self) -> usize {
        self.envelope.iter().filter_map(JsonValue::raw).map(str::len).sum()
    }

    /// Removes every record.
    pub(crate) fn clear(&mut self) {
        self.lines.clear();
        self.values.clear();
        self.broken = 0;
    }

    /// Appends a record: its JSON, and its values if it is an object.
    pub(crate) fn push(&mut self, json: &'a str, values: Option<&[&JsonValue<'a>]>) {
        self.lines.push(Line { json, start: self.values.len() });
        let values = values.unwrap_or_default();
        // The plan may have fewer fields than the validator.
        let last = values.iter().rposition(|value| !matches!(value, JsonValue::Absent));
        let count = last.map_or(0, |last| last + 1).min(self.plan.fields.len());
        self.values.extend(values[..count].iter().map(|value| **value));
    }

    /// Whether the records stand in a list, or one stands in its place.
    pub(crate) const fn is_list(&self) -> bool {
        self.is_list
    }

    /// The record at an index, if it is an object.
    pub(crate) fn row(&self, index: usize) -> Option<RecordRow<'a, '_>> {
        let Line { json, start } = *self.lines.get(index)?;
        let end = self.lines.get(index + 1).map_or(self.values.len(), |next| next.start);
        let values = self.values.get(start..end)?;
        json.starts_with('{').then_some(RecordRow { plan: self.plan, json, values, envelope: &self.envelope })
    }
}

impl<'a> Gather<'a> for RecordTable<'a, '_> {
    fn start(&mut self, is_list: bool) {
        self.is_list = is_list;
        self.clear();
    }

    fn record(&mut self, json: &'a str, values: Option<&[&JsonValue<'a>]>) {
        self.push(json, values);
    }

    fn verdict(&mut self, broken: usize) {
        self.broken += broken;
    }

    fn envelope(&mut self, values: &[JsonValue<'a>]) {
        self.envelope = values.to_vec();
    }

    fn keeping(&self) -> Keeping {
        self.keeping
    }
}

/// A record's values, with the request options that stand in for them.
#[derive(Clone, Copy)]
pub(crate) struct RecordRow<'a, 's> {
    plan: &'s Plan,
    json: &'a str,
    /// Each in its field's place; those behind the last are left out.
    values: &'s [JsonValue<'a>],
    envelope: &'s [JsonValue<'a>],
}

impl<'a, 's> RecordRow<'a, 's> {
    /// The record's JSON.
    pub(crate) const fn json(&self) -> &'a str {
        self.json
    }

    /// The values that were sent, each with the place of its field.
    pub(crate) fn sent(self) -> impl Iterator<Item = (usize, &'s JsonValue<'a>)> {
        self.values.iter().enumerate().filter(|(_, value)| !matches!(value, JsonValue::Absent))
    }

    /// The value that was sent of the field at a place.
    #[inline]
    pub(crate) fn at(&self, place: usize) -> &'s JsonValue<'a> {
        self.values.get(place).unwrap_or(&JsonValue::Absent)
    }

    /// Looks at the value of a field, if it has one: neither null nor empty text.
    #[inline]
    pub(crate) fn own<T>(&self, named: &Named, look: impl FnOnce(&JsonValue<'a>) -> T) -> Option<T> {
        let value = self.at(named.place);
        if named.within.is_empty() {
            return value.has_value().then(|| look(value));
        }
        within(*value, &named.within).map(|value| look(&value))
    }

    /// The texts that a field names: its own, or those of `array/member` in each object of the array.
    pub(crate) fn named(&self, named: &Named) -> Vec<Cow<'a, str>> {
        let mut texts = Vec::new();
        self.each_named(named, |_, text| texts.push(text));
        texts
    }

    /// Looks at each text that a field names, with its element's index if it is in an array.
    pub(crate) fn each_named(&self, named: &Named, mut look: impl FnMut(Option<usize>, Cow<'a, str>)) {
        let within = named.within.first().and_then(|member| match self.at(named.place) {
            JsonValue::List(array) => Some((array, member)),
            _ => None,
        });
        let Some((array, name)) = within else {
            self.own(named, |value| value.text().map(|text| look(None, text)));
            return;
        };
        let mut index = 0;
        runtime::each_element(array.text(), |element| {
            let found = match element {
                JsonValue::Object(object) => member(object, name),
                _ => JsonValue::Absent,
            };
            if let Some(text) = found.text().filter(|text| !text.is_empty()) {
                look(Some(index), text);
            }
            index += 1;
        });
    }

    /// Looks at the value of a field, or else of what stands in for it, if there is one.
    #[inline]
    pub(crate) fn effective<T>(&self, named: &Named, look: impl FnOnce(&JsonValue<'a>) -> T) -> Option<T> {
        let own = self.at(named.place);
        if named.within.is_empty() && !own.has_value() {
            return self.standing_in(self.plan.stand_in(named.place)?).map(look);
        }
        self.own(named, look)
    }

    /// What stands in for a field, if it can be used.
    pub(crate) fn standing_in(&self, stand_in: &StandIn) -> Option<&'s JsonValue<'a>> {
        self.envelope.get(stand_in.place).filter(|value| stand_in.takes(value))
    }

    /// Whether a condition holds.
    pub(crate) fn holds(&self, test: &Test) -> bool {
        let named = test.named.as_ref();
        named.and_then(|named| self.effective(named, |value| test.wants(value))).unwrap_or(false)
    }

    /// Whether a flag among the request options is true.
    pub(crate) fn envelope_flag(&self, name: &str) -> bool {
        place(&self.plan.envelope, name).is_some_and(|place| self.is_envelope_flag_set(place))
    }

    /// Whether the records' dates are in the organisation's time zone.
    pub(crate) fn has_own_zone(&self) -> bool {
        self.plan.zones.iter().any(|place| self.is_envelope_flag_set(*place))
    }

    fn is_envelope_flag_set(&self, place: usize) -> bool {
        self.envelope.get(place).is_some_and(|flag| flag.is_boolean(true))
    }
}

/// The value at the end of steps through objects, if there is one.
fn within<'a>(mut value: JsonValue<'a>, steps: &[String]) -> Option<JsonValue<'a>> {
    for step in steps {
        let JsonValue::Object(object) = value else { return None };
        value = member(object, step);
    }
    value.has_value().then_some(value)
}

/// The member of an object that stands last under that name.
fn member<'a>(object: &'a str, wanted: &str) -> JsonValue<'a> {
    let mut found = JsonValue::Absent;
    runtime::each_member(object, |name, value| {
        if name == wanted {
            found = value;
        }
    });
    found
}
