//! A request's records, each value in the place of its field.

use std::borrow::Cow;

use serde_json::Value;
use tally_generated::runtime::{self, Part, Spelt, Visit};
use tally_spec::model::{Area, Condition, Contract, Field};

/// The records of a request, and what stands beside them.
///
/// What no field names is left out. Of two members with one name the later stands.
pub(super) struct Sheet<'a, 's> {
    area: &'s Area,
    beside: Vec<Spelt<'a>>,
    /// The values of all records, each of them with a place for every field.
    values: Vec<Spelt<'a>>,
    /// Whether each record is an object.
    objects: Vec<bool>,
    is_list: bool,
    /// The field after the one that was read last: most senders keep to one order.
    next: usize,
}

impl<'a, 's> Sheet<'a, 's> {
    /// Reads a body that was judged to hold a usable list.
    pub(super) fn read(contract: &Contract, area: &'s Area, body: &'a [u8]) -> Self {
        let envelope = contract.file.service.envelope.as_deref();
        let mut sheet = Self::new(area);
        if runtime::walk(body, envelope, &area.list.name, &mut sheet).is_err() {
            sheet.holder();
        }
        sheet
    }

    /// The sheet of one record: an object's text, with nothing beside it.
    pub(super) fn of_record(area: &'s Area, object: &'a str) -> Self {
        let mut sheet = Self::new(area);
        sheet.record(true);
        runtime::each_member(object, |name, value| sheet.member(name, value));
        sheet
    }

    fn new(area: &'s Area) -> Self {
        Self {
            area,
            beside: vec![Spelt::default(); area.envelope.len()],
            values: Vec::new(),
            objects: Vec::new(),
            is_list: true,
            next: 0,
        }
    }

    /// The number of records.
    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether the records stand in a list, or one stands in its place.
    pub(super) const fn is_list(&self) -> bool {
        self.is_list
    }

    /// The record at an index, where it is an object.
    pub(super) fn row(&self, index: usize) -> Option<Row<'a, '_>> {
        let width = self.area.fields.len();
        let values = self.values.get(index * width..(index + 1) * width)?;
        self.objects.get(index).copied().unwrap_or(false).then_some(Row {
            area: self.area,
            values,
            beside: &self.beside,
        })
    }
}

impl<'a> Visit<'a> for Sheet<'a, '_> {
    fn holder(&mut self) {
        self.beside.fill(Spelt::default());
        self.list(true);
    }

    fn beside(&mut self, name: Cow<'a, str>, value: Spelt<'a>) {
        if let Some(place) = place(&self.area.envelope, &name, 0) {
            self.beside[place] = value;
        }
    }

    fn list(&mut self, is_list: bool) {
        self.is_list = is_list;
        self.values.clear();
        self.objects.clear();
    }

    fn record(&mut self, is_object: bool) {
        self.values.resize(self.values.len() + self.area.fields.len(), Spelt::default());
        self.objects.push(is_object);
        self.next = 0;
    }

    fn member(&mut self, name: Cow<'a, str>, value: Spelt<'a>) {
        if let Some(place) = place(&self.area.fields, &name, self.next) {
            let width = self.area.fields.len();
            let start = self.values.len() - width;
            self.values[start + place] = value;
            self.next = if place + 1 == width { 0 } else { place + 1 };
        }
    }
}

/// The place of the field of that name, which is `guess` more often than not.
pub(super) fn place(fields: &[Field], name: &str, guess: usize) -> Option<usize> {
    if fields.get(guess).is_some_and(|field| field.name == name) {
        return Some(guess);
    }
    fields.iter().position(|field| field.name == name)
}

/// A record's values, with those beside the list standing in where a field says so.
#[derive(Clone, Copy)]
pub(super) struct Row<'a, 's> {
    area: &'s Area,
    values: &'s [Spelt<'a>],
    beside: &'s [Spelt<'a>],
}

impl<'a> Row<'a, '_> {
    /// The values as they were sent, in the order of the area's fields.
    pub(super) const fn sent(&self) -> &[Spelt<'a>] {
        self.values
    }

    /// The value of a field, or of `object/member`: neither null nor empty text.
    pub(super) fn own(&self, pointer: &str) -> Option<Spelt<'a>> {
        if let Some(place) = place(&self.area.fields, pointer, 0) {
            return Some(self.values[place]).filter(|value| value.part.has_value());
        }
        let mut steps = pointer.split('/');
        let first = steps.next()?;
        let mut value = self.values[place(&self.area.fields, first, 0)?];
        for step in steps {
            let mut found = None;
            runtime::each_member(value.text, |name, member| {
                if name == step {
                    found = Some(member);
                }
            });
            value = found?;
        }
        value.part.has_value().then_some(value)
    }

    /// The texts that a field names: its own, or those of `array/member` in each object of the array.
    pub(super) fn named(&self, pointer: &str) -> Vec<Cow<'a, str>> {
        let mut named = Vec::new();
        self.each_named(pointer, |_, text| named.push(text));
        named
    }

    /// Looks at each text that a field names, with its element's index where it stands in an array.
    pub(super) fn each_named(&self, pointer: &str, mut look: impl FnMut(Option<usize>, Cow<'a, str>)) {
        let within = pointer.split_once('/').and_then(|(array, member)| {
            let value = self.own(array)?;
            matches!(value.part, Part::List(_)).then_some((value, member))
        });
        let Some((array, member)) = within else {
            if let Some(text) = self.own(pointer).and_then(|value| value.part.text()) {
                look(None, text);
            }
            return;
        };
        let mut index = 0;
        runtime::each_element(array.text, |element| {
            let mut found = Part::Absent;
            runtime::each_member(element.text, |name, value| {
                if name == member {
                    found = value.part;
                }
            });
            if let Some(text) = found.text().filter(|text| !text.is_empty()) {
                look(Some(index), text);
            }
            index += 1;
        });
    }

    /// The value of a field, or else of what stands in for it.
    pub(super) fn effective(&self, field: &str) -> Option<Spelt<'a>> {
        self.own(field).or_else(|| self.stand_in(field))
    }

    /// What stands in for a field, where something does and can be used.
    pub(super) fn stand_in(&self, field: &str) -> Option<Spelt<'a>> {
        let stands = |beside: &Field| beside.stands_in_for.as_deref() == Some(field);
        let value = self.beside[self.area.envelope.iter().position(stands)?];
        let closed = self.area.fields.iter().find(|one| one.name == field)?.closed.as_ref();
        let usable = closed.is_none_or(|list| list.iter().any(|one| value.part.is_text(one)));
        (usable && value.part.has_value()).then_some(value)
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self, condition: &Condition) -> bool {
        let Some(value) = self.effective(&condition.field) else { return false };
        match (&condition.constant, &condition.one_of) {
            (Some(constant), _) => is(&value.part, constant),
            (None, Some(values)) => values.iter().any(|one| is(&value.part, one)),
            (None, None) => true,
        }
    }

    /// Whether a flag beside the list is true.
    pub(super) fn flag_beside(&self, name: &str) -> bool {
        place(&self.area.envelope, name, 0).is_some_and(|place| self.beside[place].part.is_boolean(true))
    }

    /// Whether the records' dates are in the organisation's time zone.
    pub(super) fn has_own_zone(&self) -> bool {
        let flags = self.area.envelope.iter().filter(|field| field.zones);
        flags.into_iter().any(|field| self.flag_beside(&field.name))
    }
}

/// Whether a value is that constant: numbers by what they are worth.
fn is(part: &Part<'_>, constant: &Value) -> bool {
    match constant {
        Value::String(text) => part.is_text(text),
        Value::Bool(value) => part.is_boolean(*value),
        Value::Number(number) => number.as_f64().is_some_and(|number| part.is_number(number)),
        _ => false,
    }
}
