//! Defaults: what fills in the fields that a record does not give.

use serde_json::Value;
use tally_spec::model::{Default, DefaultSource};

use super::date;
use super::expected::{Basis, Expected, ExpectedField, check};
use super::expected_fields::{ExpectedFields, Given};
use super::model::orders;
use crate::check::{extend, ids};

impl ExpectedFields<'_> {
    /// Fills in the defaults of the fields that a record does not give.
    pub(super) fn fill(&mut self, given: &Given) {
        let orders = orders(self.area);
        for default in &self.area.defaults {
            let path = self.known(&default.field);
            let top = path.split('/').next().unwrap_or(&path);
            let is_stored = self.area.fields.iter().any(|field| field.name == top);
            if !is_stored || orders.contains(&path.as_str()) {
                continue;
            }
            if !default.always {
                if given.had.contains(&path) {
                    continue;
                }
                if !self.is_new {
                    self.expect_anything_if_absent(&path);
                    continue;
                }
            }
            let expected = if default.always || !given.empty.contains(&path) {
                self.source(&default.source)
            } else {
                Expected::Any
            };
            let basis = Basis::new(check::DEFAULTS, self.statements_of(default, &path, given));
            self.by_path.insert(path, ExpectedField { expected, basis });
        }
    }

    /// The statements about a default: its own, and those about the field that it follows.
    fn statements_of(&self, default: &Default, path: &str, given: &Given) -> Vec<String> {
        let mut statements = ids([&default.statement]);
        // What follows a field that an update leaves alone depends on its being left alone.
        let follows = match &default.source {
            DefaultSource::Field(field) => Some(field.as_str()),
            DefaultSource::WeekdaysAfter(after) => Some(after.field.as_str()),
            DefaultSource::Value(_)
            | DefaultSource::Today
            | DefaultSource::SessionUser
            | DefaultSource::Elsewhere(_) => None,
        };
        let followed = follows.and_then(|field| self.by_path.get(&self.known(field)));
        let updates = ids(&self.model.contract.file.reading.updates);
        let is_left_alone =
            |entry: &&ExpectedField| updates.iter().any(|id| entry.basis.statements.contains(id));
        if let Some(followed) = followed.filter(is_left_alone) {
            extend(&mut statements, &followed.basis.statements);
        }
        if !default.always && given.null.contains(path) {
            extend(&mut statements, &ids([&self.model.contract.file.reading.null_is_absent]));
        }
        statements
    }

    /// Whether an update fills in a missing default is unspecified.
    fn expect_anything_if_absent(&mut self, path: &str) {
        let entry = self.by_path.get_mut(path);
        if let Some(entry) = entry.filter(|entry| entry.expected.values().is_none()) {
            entry.expected = Expected::Any;
        }
    }

    /// The values that a default can have.
    fn source(&self, source: &DefaultSource) -> Expected {
        let one_of = |values: Vec<Value>| {
            if values.is_empty() {
                Expected::Any
            } else {
                Expected::OneOf(values.into_iter().map(Some).collect())
            }
        };
        let values_of =
            |field: &str| self.by_path.get(&self.known(field)).and_then(|entry| entry.expected.values());
        match source {
            DefaultSource::Value(value) => Expected::is(value.clone()),
            DefaultSource::Field(field) => one_of(values_of(field).unwrap_or_default()),
            DefaultSource::Today => {
                one_of(self.today.iter().map(|day| Value::from(date::written(*day))).collect())
            }
            DefaultSource::WeekdaysAfter(after) => {
                let later = |value: &Value| {
                    let day = date::weekdays_after(date::day(value.as_str()?)?, after.days)?;
                    Some(Value::from(date::written(day)))
                };
                let days: Option<Vec<Value>> =
                    values_of(&after.field).unwrap_or_default().iter().map(later).collect();
                one_of(days.unwrap_or_default())
            }
            DefaultSource::SessionUser => one_of(
                self.model.fixtures.session_user.iter().map(|user| Value::from(user.as_str())).collect(),
            ),
            DefaultSource::Elsewhere(_) => Expected::Any,
        }
    }
}
