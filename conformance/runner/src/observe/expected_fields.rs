//! The expected fields of one stored record: what they were, and what the records of a request change.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::{Map, Value};
use tally_spec::model::{Area, Behaviour, Field, JsonType};

use super::expected::{Basis, Expected, ExpectedField, check};
use super::key::{Keys, field_at};
use super::model::{Model, alternatives_of, orders};
use super::value::{at, is_had};
use super::{Kept, date};
use crate::check::{extend, ids};

/// The expected fields of one stored record while records of a request are applied to it.
#[derive(Debug, Clone)]
pub(super) struct ExpectedFields<'a> {
    pub(super) model: Model<'a>,
    keys: Keys<'a>,
    pub(super) area: &'a Area,
    pub(super) today: &'a [Date],
    /// Whether the next record creates it.
    pub(super) is_new: bool,
    /// Whether a record of the request was applied.
    is_written: bool,
    /// The check that asks for what was sent.
    sent: (&'static str, Vec<String>),
    pub(super) by_path: BTreeMap<String, ExpectedField>,
    /// Fields of which one must show a text, and none anything else.
    pub(super) shows: Option<(Vec<String>, String, Basis)>,
    /// By date field: the day, whether it is in the organisation's time zone, and the statements.
    pub(super) days: BTreeMap<String, (Date, bool, Vec<String>)>,
    /// The fields that name something whose parts must have been added.
    pub(super) attached: Vec<(String, Value, Basis)>,
}

/// What one record of a request gives.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) had: BTreeSet<String>,
    pub(super) null: BTreeSet<String>,
    pub(super) empty: BTreeSet<String>,
}

/// What is known of a stored record before a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Before<'k> {
    /// It is stored.
    Kept(&'k Kept),
    /// It is not stored.
    Nothing,
    /// It was not read.
    Unknown,
}

impl<'a> ExpectedFields<'a> {
    pub(super) fn new(model: Model<'a>, area: &'a Area, today: &'a [Date], was: Before<'_>) -> Self {
        let mut fields = Self {
            model,
            keys: model.keys(area),
            area,
            today,
            is_new: matches!(was, Before::Nothing),
            is_written: false,
            sent: (check::SENT, Vec::new()),
            by_path: BTreeMap::new(),
            shows: None,
            days: BTreeMap::new(),
            attached: Vec::new(),
        };
        if let (Before::Kept(kept), Some(updates)) = (was, &model.contract.file.reading.updates) {
            let basis = Basis::new(check::UPDATES, ids([updates, &area.key.statement]));
            fields.by_path = fields.as_kept(&kept.record, &basis);
        }
        fields
    }

    /// Has another check, which depends on more statements, ask for what is sent.
    pub(super) fn asked_by(&mut self, check: &'static str, statements: Vec<String>) {
        self.sent = (check, statements);
    }

    /// Expects every field as it is stored.
    pub(super) fn as_kept(
        &self,
        record: &Map<String, Value>,
        basis: &Basis,
    ) -> BTreeMap<String, ExpectedField> {
        let mut fields = BTreeMap::new();
        let orders = orders(self.area);
        for path in paths(self.area, record) {
            // Whether a command field is stored does not matter.
            if orders.contains(&path.as_str()) {
                continue;
            }
            let value = at(record, &path, self.folds()).filter(|value| is_had(Some(value)));
            fields.insert(
                path,
                ExpectedField { expected: Expected::OneOf(vec![value.cloned()]), basis: basis.clone() },
            );
        }
        fields
    }

    /// Expects nothing of a superseded record to be stored, unless it was before.
    pub(super) fn supersede(&mut self, record: &Map<String, Value>, statements: &[String]) {
        for path in paths(self.area, record) {
            let Some(value) = at(record, &path, self.folds()).filter(|value| is_had(Some(value))) else {
                continue;
            };
            let path = self.known(&path);
            // What an update leaves alone is expected anyway.
            if self.is_new && !self.has_default(&path) {
                let basis = Basis::new(check::LAST, statements.to_vec());
                let entry = self
                    .by_path
                    .entry(path)
                    .or_insert(ExpectedField { expected: Expected::Not(Vec::new()), basis });
                if let Expected::Not(values) = &mut entry.expected {
                    values.push(value.clone());
                }
            }
        }
    }

    /// Applies a record, with the request options.
    pub(super) fn apply(&mut self, record: &Map<String, Value>, envelope: &Map<String, Value>) {
        if self.is_written {
            self.leave_alone();
        }
        self.is_written = true;
        let mut given = Given::default();
        let orders = orders(self.area);
        for path in paths(self.area, record) {
            let Some(value) = at(record, &path, self.folds()) else { continue };
            if !orders.contains(&path.as_str()) {
                self.give(&path, value, &mut given);
            }
        }
        self.stand_in(record, envelope, &mut given);
        let is_reset = self.reset(record, envelope, &given);
        if !is_reset {
            self.choose(&given);
        }
        self.fill(&given);
        self.place_days(record, envelope, &given);
        for behaviour in &self.area.behaviours {
            let Behaviour::Attaches { field, statement, .. } = behaviour else { continue };
            if let (true, Some(value)) = (given.had.contains(field), record.get(field)) {
                let basis = Basis::new(check::ATTACHED, ids([statement]));
                self.attached.push((field.clone(), value.clone(), basis));
            }
        }
        self.is_new = false;
    }

    /// What an earlier record of the request gave stays after the next one only if updates leave it alone.
    fn leave_alone(&mut self) {
        let updates = ids(&self.model.contract.file.reading.updates);
        if updates.is_empty() {
            self.by_path.values_mut().for_each(|entry| entry.expected = Expected::Any);
            (self.shows, self.days, self.attached) = (None, BTreeMap::new(), Vec::new());
            return;
        }
        let bases = self.by_path.values_mut().map(|entry| &mut entry.basis);
        let bases = bases.chain(self.shows.iter_mut().map(|(.., basis)| basis));
        for basis in bases.chain(self.attached.iter_mut().map(|(.., basis)| basis)) {
            extend(&mut basis.statements, &updates);
        }
        for (.., cites) in self.days.values_mut() {
            extend(cites, &updates);
        }
    }

    fn give(&mut self, spelt: &str, value: &Value, given: &mut Given) {
        let path = self.known(spelt);
        match value {
            Value::Null => {
                if let Some(entry) = self.by_path.get_mut(&path) {
                    extend(
                        &mut entry.basis.statements,
                        &ids([&self.model.contract.file.reading.null_is_absent]),
                    );
                }
                given.null.insert(path);
            }
            // Whether empty text clears a value or leaves it alone is unspecified.
            Value::String(text) if text.is_empty() => {
                if let Some(entry) = self.by_path.get_mut(&path) {
                    match &mut entry.expected {
                        Expected::OneOf(values) => values.push(None),
                        expected @ (Expected::Any | Expected::Not(_)) => *expected = Expected::Any,
                    }
                }
                given.empty.insert(path);
            }
            value @ (Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_)) => {
                let mut statements = self.cites(&path);
                extend(&mut statements, &self.sent.1);
                if path != spelt {
                    let names = &self.model.contract.file.reading.additional_names;
                    extend(&mut statements, &ids(names));
                }
                let basis = Basis::new(self.sent.0, statements);
                self.by_path
                    .insert(path.clone(), ExpectedField { expected: Expected::is(value.clone()), basis });
                given.had.insert(path);
            }
        }
    }

    /// Request options that stand in for a field are stored as the record's own.
    fn stand_in(&mut self, record: &Map<String, Value>, envelope: &Map<String, Value>, given: &mut Given) {
        for field in &self.area.envelope {
            let Some(of) = &field.stands_in_for else { continue };
            if is_had(record.get(of)) {
                continue;
            }
            if let Some(value) = self.keys.stand_in(of, envelope) {
                let cites = field.stands_in_statement.as_ref().unwrap_or(&field.statement);
                let entry = ExpectedField {
                    expected: Expected::is(value.clone()),
                    basis: Basis::new(check::SENT, ids([cites])),
                };
                self.by_path.insert(of.clone(), entry);
                given.had.insert(of.clone());
            }
        }
    }

    /// Whether the record resets.
    fn reset(&mut self, record: &Map<String, Value>, envelope: &Map<String, Value>, given: &Given) -> bool {
        let mut is_reset = false;
        for behaviour in &self.area.behaviours {
            let Behaviour::Resets { when, clears, shown_as, statement } = behaviour else { continue };
            let basis = Basis::new(check::RESETS, ids([statement]));
            let text = Value::from(shown_as.as_str());
            if self.keys.holds(when, record, envelope) {
                is_reset = true;
                for field in clears {
                    let expected = Expected::OneOf(vec![Some(text.clone()), None]);
                    self.by_path.insert(field.clone(), ExpectedField { expected, basis: basis.clone() });
                }
                self.shows = Some((clears.clone(), shown_as.clone(), basis));
            } else if clears.iter().any(|field| given.had.contains(field)) {
                self.shows = None;
                for field in clears.iter().filter(|field| !given.had.contains(*field)) {
                    let shown = |entry: &&mut ExpectedField| matches!(&entry.expected, Expected::OneOf(values) if values.contains(&Some(text.clone())));
                    if let Some(entry) = self.by_path.get_mut(field).filter(shown) {
                        *entry = ExpectedField { expected: Expected::absent(), basis: basis.clone() };
                    }
                }
            }
        }
        is_reset
    }

    /// Of the alternatives that the record gives, the first stays and the others go.
    fn choose(&mut self, given: &Given) {
        for behaviour in &self.area.behaviours {
            let Behaviour::Alternatives { fields, statement } = behaviour else { continue };
            let Some(stands) = fields.iter().find(|field| given.had.contains(*field)) else { continue };
            for field in fields.iter().filter(|field| *field != stands) {
                let basis = Basis::new(check::ALTERNATIVES, ids([statement]));
                self.by_path.insert(field.clone(), ExpectedField { expected: Expected::absent(), basis });
            }
        }
    }

    /// The days that the record gives, in the time zone of the request.
    fn place_days(&mut self, record: &Map<String, Value>, envelope: &Map<String, Value>, given: &Given) {
        let Some(flag) = self.area.envelope.iter().find(|field| field.zones) else { return };
        let in_zone = envelope.get(&flag.name) == Some(&Value::Bool(true));
        for path in &given.had {
            let is_date = self.keys.field(path).is_some_and(|field| field.format.is_some());
            let day = record.get(path).and_then(Value::as_str).filter(|_| is_date).and_then(date::day);
            if let Some(day) = day {
                self.days.insert(path.clone(), (day, in_zone, ids([&flag.statement])));
            }
        }
    }

    fn has_default(&self, path: &str) -> bool {
        self.area.defaults.iter().any(|default| default.field == path)
            || alternatives_of(self.area, path).is_some()
    }

    /// Whether the case of additional members' names is ignored.
    pub(super) fn folds(&self) -> bool {
        self.model.contract.file.reading.additional_names.is_some()
    }

    /// The path by which a field is known: that of a field whose name differs only in its case, if any.
    pub(super) fn known(&self, path: &str) -> String {
        if path.contains('/') && self.folds() && !self.by_path.contains_key(path) {
            let folded = path.to_lowercase();
            if let Some(known) = self.by_path.keys().find(|known| known.to_lowercase() == folded) {
                return known.clone();
            }
        }
        path.to_owned()
    }

    /// The statements of a field. Those of an additional member are its object's.
    fn cites(&self, path: &str) -> Vec<String> {
        if let Some(field) = field_at(self.area, path) {
            return ids([&field.statement]);
        }
        let object = path.split('/').next().and_then(|name| field_at(self.area, name));
        ids(object.map(|object| &object.statement))
    }
}

/// The paths that are compared: scalar fields, and the scalar members of the objects in the record.
fn paths(area: &Area, record: &Map<String, Value>) -> Vec<String> {
    let mut paths = Vec::new();
    for field in &area.fields {
        if field.takes(JsonType::Object) {
            let members = record.get(&field.name).and_then(Value::as_object);
            let known = field.properties.iter().filter(|inner| is_scalar(inner)).map(|inner| &inner.name);
            let mut names: Vec<&String> = known.collect();
            let more =
                members.into_iter().flatten().filter(|(_, value)| !value.is_object() && !value.is_array());
            for (name, _) in more {
                if !names.contains(&name) && !field.properties.iter().any(|inner| &inner.name == name) {
                    names.push(name);
                }
            }
            paths.extend(names.into_iter().map(|name| format!("{}/{name}", field.name)));
        } else if is_scalar(field) {
            paths.push(field.name.clone());
        }
    }
    paths
}

fn is_scalar(field: &Field) -> bool {
    !field.takes(JsonType::Object) && !field.takes(JsonType::Array)
}
