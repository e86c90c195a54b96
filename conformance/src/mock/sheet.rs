//! A request's records, each value with the place of its field.

use std::borrow::Cow;

use tally_generated::runtime::{self, Part, Spelt, Visit};
use tally_spec::model::Contract;

use super::plan::{Named, Plan, StandIn, Test, place};

/// The records of a request, and what stands beside them.
///
/// What no field names is left out. Of two members with one name the later stands.
pub(super) struct Sheet<'a, 's> {
    plan: &'s Plan,
    beside: Vec<Spelt<'a>>,
    /// The values of all records, each with the place of its field; those of one record stand together.
    values: Vec<(usize, Spelt<'a>)>,
    /// For each record where its values start, and whether it is an object.
    records: Vec<(usize, bool)>,
    is_list: bool,
    /// The field after the last, in the fields' order, of which the record has a value.
    beyond: usize,
}

impl<'a, 's> Sheet<'a, 's> {
    /// Reads a body that was judged to hold a usable list of about so many records.
    pub(super) fn read(contract: &Contract, plan: &'s Plan, body: &'a [u8], records: usize) -> Self {
        let envelope = contract.file.service.envelope.as_deref();
        let mut sheet = Self::new(plan, records);
        if runtime::walk(body, envelope, &plan.list.name, &mut sheet).is_err() {
            sheet.holder();
        }
        sheet
    }

    /// The sheet of one record: an object's text, with nothing beside it.
    pub(super) fn of_record(plan: &'s Plan, object: &'a str) -> Self {
        let mut sheet = Self::new(plan, 1);
        sheet.record(true);
        runtime::each_member(object, |name, value| sheet.member(name, value));
        sheet
    }

    fn new(plan: &'s Plan, records: usize) -> Self {
        Self {
            plan,
            beside: vec![Spelt::default(); plan.envelope.len()],
            // Senders leave out most of the fields.
            values: Vec::with_capacity(4 * records),
            records: Vec::with_capacity(records),
            is_list: true,
            beyond: 0,
        }
    }

    /// The number of records.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether the records stand in a list, or one stands in its place.
    pub(super) const fn is_list(&self) -> bool {
        self.is_list
    }

    /// The record at an index, where it is an object.
    pub(super) fn row(&self, index: usize) -> Option<Row<'a, '_>> {
        let (start, is_object) = *self.records.get(index)?;
        let end = self.records.get(index + 1).map_or(self.values.len(), |(start, _)| *start);
        let values = self.values.get(start..end)?;
        is_object.then_some(Row { plan: self.plan, values, beside: &self.beside })
    }
}

impl<'a> Visit<'a> for Sheet<'a, '_> {
    fn holder(&mut self) {
        self.beside.fill(Spelt::default());
        self.list(true);
    }

    fn beside(&mut self, name: Cow<'a, str>, value: Spelt<'a>) {
        if let Some(place) = place(&self.plan.envelope, &name) {
            self.beside[place] = value;
        }
    }

    fn list(&mut self, is_list: bool) {
        self.is_list = is_list;
        self.values.clear();
        self.records.clear();
    }

    fn record(&mut self, is_object: bool) {
        self.records.push((self.values.len(), is_object));
        self.beyond = 0;
    }

    fn expects(&self) -> Option<&str> {
        Some(&self.plan.fields.get(self.next()?)?.name)
    }

    fn expected(&mut self, value: Spelt<'a>) {
        if let Some(place) = self.next() {
            self.put(place, value);
        }
    }

    fn member(&mut self, name: Cow<'a, str>, value: Spelt<'a>) {
        if let Some(place) = place(&self.plan.fields, &name) {
            self.put(place, value);
        }
    }
}

impl<'a> Sheet<'a, '_> {
    /// The field that most likely comes next: most senders keep to one order, in all records.
    fn next(&self) -> Option<usize> {
        match *self.records.as_slice() {
            [.., (before, _), (start, _)] => {
                let so_far = self.values.len() - start;
                self.values[before..start].get(so_far).map(|(place, _)| *place)
            }
            _ => Some(self.values.last().map_or(0, |(place, _)| place + 1)),
        }
    }

    /// Puts a value of the record that was read last in its place.
    fn put(&mut self, place: usize, value: Spelt<'a>) {
        if place < self.beyond {
            let start = self.records.last().map_or(0, |(start, _)| *start);
            if let Some((_, known)) = self.values[start..].iter_mut().find(|(known, _)| *known == place) {
                *known = value;
                return;
            }
        }
        self.beyond = self.beyond.max(place + 1);
        self.values.push((place, value));
    }
}

/// A record's values, with those beside the list standing in where a field says so.
#[derive(Clone, Copy)]
pub(super) struct Row<'a, 's> {
    plan: &'s Plan,
    /// Each with the place of its field.
    values: &'s [(usize, Spelt<'a>)],
    beside: &'s [Spelt<'a>],
}

impl<'a, 's> Row<'a, 's> {
    /// The values that were sent, each with the place of its field.
    pub(super) const fn sent(&self) -> &'s [(usize, Spelt<'a>)] {
        self.values
    }

    /// The value that was sent of the field at a place, if any was.
    pub(super) fn at(&self, place: usize) -> Option<Spelt<'a>> {
        self.values.iter().find(|(of, _)| *of == place).map(|(_, value)| *value)
    }

    /// The value of a field: neither null nor empty text.
    pub(super) fn own(&self, named: &Named) -> Option<Spelt<'a>> {
        let mut value = self.at(named.place)?;
        for step in &named.within {
            let mut found = None;
            runtime::each_member(value.text, |name, member| {
                if name == step.as_str() {
                    found = Some(member);
                }
            });
            value = found?;
        }
        value.part.has_value().then_some(value)
    }

    /// The texts that a field names: its own, or those of `array/member` in each object of the array.
    pub(super) fn named(&self, named: &Named) -> Vec<Cow<'a, str>> {
        let mut texts = Vec::new();
        self.each_named(named, |_, text| texts.push(text));
        texts
    }

    /// Looks at each text that a field names, with its element's index where it stands in an array.
    pub(super) fn each_named(&self, named: &Named, mut look: impl FnMut(Option<usize>, Cow<'a, str>)) {
        let within = named.within.first().and_then(|member| {
            let array = self.at(named.place)?;
            matches!(array.part, Part::List(_)).then_some((array, member.as_str()))
        });
        let Some((array, member)) = within else {
            if let Some(text) = self.own(named).and_then(|value| value.part.text()) {
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
    pub(super) fn effective(&self, named: &Named) -> Option<Spelt<'a>> {
        self.own(named).or_else(|| {
            let stand_in = named.within.is_empty().then(|| self.plan.stand_in(named.place))??;
            self.standing_in(stand_in)
        })
    }

    /// What stands in for a field, where it can be used.
    pub(super) fn standing_in(&self, stand_in: &StandIn) -> Option<Spelt<'a>> {
        self.beside.get(stand_in.beside).filter(|value| stand_in.takes(&value.part)).copied()
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self, test: &Test) -> bool {
        let value = test.named.as_ref().and_then(|named| self.effective(named));
        value.is_some_and(|value| test.wants(&value.part))
    }

    /// Whether a flag beside the list is true.
    pub(super) fn flag_beside(&self, name: &str) -> bool {
        place(&self.plan.envelope, name).is_some_and(|place| self.is_true_beside(place))
    }

    /// Whether the records' dates are in the organisation's time zone.
    pub(super) fn has_own_zone(&self) -> bool {
        self.plan.zones.iter().any(|place| self.is_true_beside(*place))
    }

    fn is_true_beside(&self, place: usize) -> bool {
        self.beside.get(place).is_some_and(|flag| flag.part.is_boolean(true))
    }
}
