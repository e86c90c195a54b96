//! When two records of requests are about the same stored record.

use serde_json::{Map, Value};
use tally_spec::model::{Area, Condition, Contract, Field, KeyPart, TextFormat, Unkeyed};

use super::date;
use super::value::{at, identity, is_had, number};
use tally_fixtures::Fixtures;

/// A record's key: the identity of each part that counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(Vec<String>);

impl std::fmt::Display for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0.join(", "))
    }
}

/// Reads the keys of records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys<'a> {
    pub(super) contract: &'a Contract,
    pub(super) fixtures: &'a Fixtures,
    pub(super) area: &'a Area,
}

impl<'a> Keys<'a> {
    /// The key of a record with these request options; `None` if each such record is a new one.
    pub(super) fn of(&self, record: &Map<String, Value>, envelope: &Map<String, Value>) -> Option<Key> {
        let standing = |part: &KeyPart| {
            let counts = part.when.as_ref().is_none_or(|when| self.holds(when, record, envelope));
            let mut fields = part.fields().filter(|_| counts);
            fields.find_map(|field| Some(self.identity_of(field, self.effective(field, record, envelope)?)))
        };
        let parts: Vec<Option<String>> = self.area.key.parts.iter().map(standing).collect();
        let none = parts.iter().all(Option::is_none);
        (!none || self.area.key.unkeyed == Unkeyed::Keyed)
            .then(|| Key(parts.into_iter().map(Option::unwrap_or_default).collect()))
    }

    /// The record's own value, or the one that stands in for it.
    pub(super) fn effective<'v>(
        &self,
        field: &str,
        record: &'v Map<String, Value>,
        envelope: &'v Map<String, Value>,
    ) -> Option<&'v Value> {
        let own = at(record, field, true).filter(|value| is_had(Some(value)));
        own.or_else(|| self.stand_in(field, envelope))
    }

    /// The request option that stands in for a field, if the field accepts its value.
    pub(super) fn stand_in<'v>(&self, field: &str, envelope: &'v Map<String, Value>) -> Option<&'v Value> {
        let stands = |one: &&Field| one.stands_in_for.as_deref() == Some(field);
        let value = envelope.get(&self.area.envelope.iter().find(stands)?.name)?;
        let closed = self.area.fields.iter().find(|one| one.name == field)?.closed.as_ref();
        let taken = closed.is_none_or(|closed| closed.iter().any(|known| value == known.as_str()));
        (taken && is_had(Some(value))).then_some(value)
    }

    /// Whether a condition holds of a record.
    pub(super) fn holds(
        &self,
        condition: &Condition,
        record: &Map<String, Value>,
        envelope: &Map<String, Value>,
    ) -> bool {
        let Some(value) = self.effective(&condition.field, record, envelope) else { return false };
        let mut wanted = condition.constant.iter().chain(condition.one_of.iter().flatten()).peekable();
        wanted.peek().is_none() || wanted.any(|wanted| wanted == value)
    }

    /// The identity of a value among those of its field.
    pub(super) fn identity_of(&self, path: &str, value: &Value) -> String {
        let field = self.field(path);
        let kind = field.and_then(|field| field.kind.as_deref());
        let is_date = field.is_some_and(|field| field.format == Some(TextFormat::Date));
        if let Some(day) = value.as_str().filter(|_| is_date).and_then(date::day) {
            return date::written(day);
        }
        match (value.as_str(), kind) {
            (Some(text), Some(kind)) => self.thing(kind, text),
            (Some(text), None) => text.trim().to_owned(),
            (None, _) => number(value).map_or_else(|| value.to_string(), |number| number.to_string()),
        }
    }

    /// The identity of an entity: the row of its table in the fixtures, if it has one, otherwise its name.
    pub(super) fn thing(&self, kind_name: &str, text: &str) -> String {
        let Some(kind) = self.contract.file.kinds.get(kind_name) else { return text.trim().to_owned() };
        let known = identity(kind, text);
        let things = self.fixtures.things.get(kind_name).filter(|_| kind.member.is_some());
        let mut things = things.into_iter().flatten();
        match things.find(|thing| identity(kind, &thing.name) == known) {
            Some(thing) => format!("{} {}", kind.fixtures, thing.row + 1),
            None => known.to_owned(),
        }
    }

    /// The field at a path.
    pub(super) fn field(&self, path: &str) -> Option<&'a Field> {
        field_at(self.area, path)
    }
}

/// The field at `name`, `object/member` or `array/member`.
pub(super) fn field_at<'a>(area: &'a Area, path: &str) -> Option<&'a Field> {
    let (name, member) = path.split_once('/').map_or((path, None), |(name, member)| (name, Some(member)));
    let field = area.fields.iter().find(|field| field.name == name)?;
    match member {
        None => Some(field),
        Some(member) => field.properties.iter().chain(&field.items).find(|inner| inner.name == member),
    }
}
