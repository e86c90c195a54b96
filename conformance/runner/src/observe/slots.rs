//! The fields of one thing: what they were, and what the records of a request make of them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::{Map, Value};
use tally_spec::model::{Area, Behaviour, DefaultSource, Field, JsonType};

use super::due::{Basis, Due, Slot, check};
use super::key::{Keys, field_at};
use super::model::{Model, alternatives_of, orders};
use super::value::{at, is_had};
use super::{Kept, date};
use crate::check::{extend, ids};

/// The fields of one thing while records are applied to it.
#[derive(Debug, Clone)]
pub(super) struct Slots<'a> {
    model: Model<'a>,
    keys: Keys<'a>,
    area: &'a Area,
    today: &'a [Date],
    /// Whether the next record makes the thing.
    is_new: bool,
    /// Whether a record of the request was applied.
    is_written: bool,
    /// The check that asks for what was sent.
    sent: (&'static str, Vec<String>),
    pub(super) by_path: BTreeMap<String, Slot>,
    /// The fields of which one must show a text, and none anything else.
    pub(super) shows: Option<(Vec<String>, String, Basis)>,
    /// By date field: the day, whether it is one of the organisation's zone, and the statements.
    pub(super) days: BTreeMap<String, (Date, bool, Vec<String>)>,
    /// The fields whose thing must have added what belongs to it.
    pub(super) attached: Vec<(String, Value, Basis)>,
}

/// What one record gives.
#[derive(Debug, Default)]
struct Given {
    had: BTreeSet<String>,
    null: BTreeSet<String>,
    empty: BTreeSet<String>,
}

/// What is known of a thing before a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Was<'k> {
    /// It is kept.
    Kept(&'k Kept),
    /// It is not.
    Nothing,
    /// That was not read.
    Unknown,
}

impl<'a> Slots<'a> {
    pub(super) fn new(model: Model<'a>, area: &'a Area, today: &'a [Date], was: Was<'_>) -> Self {
        let mut slots = Self {
            model,
            keys: model.keys(area),
            area,
            today,
            is_new: matches!(was, Was::Nothing),
            is_written: false,
            sent: (check::SENT, Vec::new()),
            by_path: BTreeMap::new(),
            shows: None,
            days: BTreeMap::new(),
            attached: Vec::new(),
        };
        if let (Was::Kept(kept), Some(updates)) = (was, &model.contract.file.reading.updates) {
            let why = Basis::new(check::UPDATES, ids([updates, &area.key.statement]));
            slots.by_path = slots.as_kept(&kept.record, &why);
        }
        slots
    }

    /// What is sent is asked for by another check, which rests on more.
    pub(super) fn asked_by(&mut self, check: &'static str, statements: Vec<String>) {
        self.sent = (check, statements);
    }

    /// Every field as it is kept.
    pub(super) fn as_kept(&self, record: &Map<String, Value>, why: &Basis) -> BTreeMap<String, Slot> {
        let mut slots = BTreeMap::new();
        let orders = orders(self.area);
        for path in paths(self.area, record) {
            // Whether an order to the call is kept is of no account.
            if orders.contains(&path.as_str()) {
                continue;
            }
            let value = at(record, &path, self.folds()).filter(|value| is_had(Some(value)));
            slots.insert(path, Slot { due: Due::OneOf(vec![value.cloned()]), why: why.clone() });
        }
        slots
    }

    /// Nothing of a record that another one supersedes is kept, unless it was before.
    pub(super) fn supersede(&mut self, record: &Map<String, Value>, statements: &[String]) {
        for path in paths(self.area, record) {
            let Some(value) = at(record, &path, self.folds()).filter(|value| is_had(Some(value))) else {
                continue;
            };
            let path = self.known(&path);
            // What an update leaves alone is asked for anyway.
            if self.is_new && !self.has_default(&path) {
                let why = Basis::new(check::LAST, statements.to_vec());
                let slot = self.by_path.entry(path).or_insert(Slot { due: Due::Not(Vec::new()), why });
                if let Due::Not(values) = &mut slot.due {
                    values.push(value.clone());
                }
            }
        }
    }

    /// Applies a record with that beside the list.
    pub(super) fn apply(&mut self, record: &Map<String, Value>, beside: &Map<String, Value>) {
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
        self.stand_in(record, beside, &mut given);
        let is_reset = self.reset(record, beside, &given);
        if !is_reset {
            self.choose(&given);
        }
        self.fill(&given);
        self.place_days(record, beside, &given);
        for behaviour in &self.area.behaviours {
            let Behaviour::Attaches { field, statement, .. } = behaviour else { continue };
            if let (true, Some(value)) = (given.had.contains(field), record.get(field)) {
                let why = Basis::new(check::ATTACHED, ids([statement]));
                self.attached.push((field.clone(), value.clone(), why));
            }
        }
        self.is_new = false;
    }

    /// What an earlier record of the request gave stands behind the next one only as updates leave it alone.
    fn leave_alone(&mut self) {
        let updates = ids(&self.model.contract.file.reading.updates);
        if updates.is_empty() {
            self.by_path.values_mut().for_each(|slot| slot.due = Due::Any);
            (self.shows, self.days, self.attached) = (None, BTreeMap::new(), Vec::new());
            return;
        }
        let whys = self.by_path.values_mut().map(|slot| &mut slot.why);
        let whys = whys.chain(self.shows.iter_mut().map(|(.., why)| why));
        for why in whys.chain(self.attached.iter_mut().map(|(.., why)| why)) {
            extend(&mut why.statements, &updates);
        }
        for (.., cites) in self.days.values_mut() {
            extend(cites, &updates);
        }
    }

    fn give(&mut self, spelt: &str, value: &Value, given: &mut Given) {
        let path = self.known(spelt);
        match value {
            Value::Null => {
                if let Some(slot) = self.by_path.get_mut(&path) {
                    extend(
                        &mut slot.why.statements,
                        &ids([&self.model.contract.file.reading.null_is_absent]),
                    );
                }
                given.null.insert(path);
            }
            // Whether empty text takes a value away or leaves it is open.
            Value::String(text) if text.is_empty() => {
                if let Some(slot) = self.by_path.get_mut(&path) {
                    match &mut slot.due {
                        Due::OneOf(values) => values.push(None),
                        due => *due = Due::Any,
                    }
                }
                given.empty.insert(path);
            }
            value => {
                let mut statements = self.cites(&path);
                extend(&mut statements, &self.sent.1);
                if path != spelt {
                    let names = &self.model.contract.file.reading.additional_names;
                    extend(&mut statements, &ids(names));
                }
                let why = Basis::new(self.sent.0, statements);
                self.by_path.insert(path.clone(), Slot { due: Due::is(value.clone()), why });
                given.had.insert(path);
            }
        }
    }

    /// What stands beside the list is kept as the record's own.
    fn stand_in(&mut self, record: &Map<String, Value>, beside: &Map<String, Value>, given: &mut Given) {
        for field in &self.area.envelope {
            let Some(of) = &field.stands_in_for else { continue };
            if is_had(record.get(of)) {
                continue;
            }
            if let Some(value) = self.keys.stand_in(of, beside) {
                let cites = field.stands_in_statement.as_ref().unwrap_or(&field.statement);
                let slot = Slot { due: Due::is(value.clone()), why: Basis::new(check::SENT, ids([cites])) };
                self.by_path.insert(of.clone(), slot);
                given.had.insert(of.clone());
            }
        }
    }

    /// Whether the record resets.
    fn reset(&mut self, record: &Map<String, Value>, beside: &Map<String, Value>, given: &Given) -> bool {
        let mut is_reset = false;
        for behaviour in &self.area.behaviours {
            let Behaviour::Resets { when, clears, shown_as, statement } = behaviour else { continue };
            let why = Basis::new(check::RESETS, ids([statement]));
            let text = Value::from(shown_as.as_str());
            if self.keys.holds(when, record, beside) {
                is_reset = true;
                for field in clears {
                    let due = Due::OneOf(vec![Some(text.clone()), None]);
                    self.by_path.insert(field.clone(), Slot { due, why: why.clone() });
                }
                self.shows = Some((clears.clone(), shown_as.clone(), why));
            } else if clears.iter().any(|field| given.had.contains(field)) {
                self.shows = None;
                for field in clears.iter().filter(|field| !given.had.contains(*field)) {
                    let shown = |slot: &&mut Slot| matches!(&slot.due, Due::OneOf(values) if values.contains(&Some(text.clone())));
                    if let Some(slot) = self.by_path.get_mut(field).filter(shown) {
                        *slot = Slot { due: Due::absent(), why: why.clone() };
                    }
                }
            }
        }
        is_reset
    }

    /// Of alternatives that the record gives the first stands, and the others are gone.
    fn choose(&mut self, given: &Given) {
        for behaviour in &self.area.behaviours {
            let Behaviour::Alternatives { fields, statement } = behaviour else { continue };
            let Some(stands) = fields.iter().find(|field| given.had.contains(*field)) else { continue };
            for field in fields.iter().filter(|field| *field != stands) {
                let why = Basis::new(check::ALTERNATIVES, ids([statement]));
                self.by_path.insert(field.clone(), Slot { due: Due::absent(), why });
            }
        }
    }

    fn fill(&mut self, given: &Given) {
        let orders = orders(self.area);
        for default in &self.area.defaults {
            let path = self.known(&default.field);
            let top = path.split('/').next().unwrap_or(&path);
            let is_kept = self.area.fields.iter().any(|field| field.name == top);
            if !is_kept || orders.contains(&path.as_str()) {
                continue;
            }
            if !default.always {
                if given.had.contains(&path) {
                    continue;
                }
                if !self.is_new {
                    self.leave_open_what_is_absent(&path);
                    continue;
                }
            }
            let due = if default.always || !given.empty.contains(&path) {
                self.source(&default.source)
            } else {
                Due::Any
            };
            let mut statements = ids([&default.statement]);
            // What follows a field that an update leaves alone rests on its being left alone.
            let follows = match &default.source {
                DefaultSource::Field(field) => Some(field.as_str()),
                DefaultSource::WeekdaysAfter(after) => Some(after.field.as_str()),
                _ => None,
            };
            let left = follows.and_then(|field| self.by_path.get(&self.known(field)));
            let updates = ids(&self.model.contract.file.reading.updates);
            let is_left = |slot: &&Slot| updates.iter().any(|id| slot.why.statements.contains(id));
            if let Some(left) = left.filter(is_left) {
                extend(&mut statements, &left.why.statements);
            }
            if !default.always && given.null.contains(&path) {
                extend(&mut statements, &ids([&self.model.contract.file.reading.null_is_absent]));
            }
            self.by_path.insert(path, Slot { due, why: Basis::new(check::DEFAULTS, statements) });
        }
    }

    /// Whether an update fills in a default that a thing lacks is not said.
    fn leave_open_what_is_absent(&mut self, path: &str) {
        if let Some(slot) = self.by_path.get_mut(path).filter(|slot| slot.due.values().is_none()) {
            slot.due = Due::Any;
        }
    }

    fn source(&self, source: &DefaultSource) -> Due {
        let one_of = |values: Vec<Value>| {
            if values.is_empty() { Due::Any } else { Due::OneOf(values.into_iter().map(Some).collect()) }
        };
        let held = |field: &str| self.by_path.get(&self.known(field)).and_then(|slot| slot.due.values());
        match source {
            DefaultSource::Value(value) => Due::is(value.clone()),
            DefaultSource::Field(field) => one_of(held(field).unwrap_or_default()),
            DefaultSource::Today => {
                one_of(self.today.iter().map(|day| Value::from(date::written(*day))).collect())
            }
            DefaultSource::WeekdaysAfter(after) => {
                let later = |value: &Value| {
                    let day = date::weekdays_after(date::day(value.as_str()?)?, after.days)?;
                    Some(Value::from(date::written(day)))
                };
                let days: Option<Vec<Value>> =
                    held(&after.field).unwrap_or_default().iter().map(later).collect();
                one_of(days.unwrap_or_default())
            }
            DefaultSource::SessionUser => one_of(
                self.model.fixtures.session_user.iter().map(|user| Value::from(user.as_str())).collect(),
            ),
            DefaultSource::Elsewhere(_) => Due::Any,
        }
    }

    /// The days that the record gives, in the zone that the request says.
    fn place_days(&mut self, record: &Map<String, Value>, beside: &Map<String, Value>, given: &Given) {
        let Some(flag) = self.area.envelope.iter().find(|field| field.zones) else { return };
        let in_zone = beside.get(&flag.name) == Some(&Value::Bool(true));
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

    /// Whether additional members' names are compared without case.
    pub(super) fn folds(&self) -> bool {
        self.model.contract.file.reading.additional_names.is_some()
    }

    /// The path by which a field is known: that of a slot whose name differs by its case alone, if any.
    fn known(&self, path: &str) -> String {
        if path.contains('/') && self.folds() && !self.by_path.contains_key(path) {
            let folded = path.to_lowercase();
            if let Some(known) = self.by_path.keys().find(|known| known.to_lowercase() == folded) {
                return known.clone();
            }
        }
        path.to_owned()
    }

    /// The statements of a field: an additional member's are its object's, and those on their names.
    fn cites(&self, path: &str) -> Vec<String> {
        if let Some(field) = field_at(self.area, path) {
            return ids([&field.statement]);
        }
        let object = path.split('/').next().and_then(|name| field_at(self.area, name));
        ids(object.map(|object| &object.statement))
    }
}

/// The paths that are compared: scalar fields, and the scalar members of objects that are there.
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
