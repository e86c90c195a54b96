//! Records as a worked request of the spec shows them, with other values: what a loader sends every night.
//!
//! The runner's strategies are not used: their records are to stand on boundaries, with escapes, markup and rare
//! letters in every text, and would say what such texts cost.

use serde_json::{Map, Value};
use tally_fixtures::Rng;
use tally_spec::model::{Area, ExampleKind, Field, JsonType, Rule, TextFormat};

use crate::contract::Contract;

/// A record.
pub type Record = Map<String, Value>;

/// Words of free texts: most are ASCII.
const WORDS: [&str; 12] =
    ["the", "review", "was", "discussed", "on", "a", "call", "with", "Zoë", "team", "carter", "miller"];

/// How many words a free text has for each word of the one shown.
const WORDS_A_WORD: usize = 2;

/// The days that [`Records::numbered`] tells apart.
const DAYS: usize = 100 * 12 * 28;

/// Which worked record of an area the others are made after.
#[derive(Debug, Clone, Copy)]
pub enum Pattern {
    /// The longest.
    Fullest,
    /// The shortest.
    Plainest,
}

/// Makes records of an area.
pub struct Records<'c> {
    contract: &'c Contract,
    area: &'c Area,
    /// The worked record, with the custom fields of all.
    pattern: Record,
    /// The members that make up a record's key, each with where its values come from.
    key: Vec<(&'c str, KeyValues<'c>)>,
}

/// Where the values of a member of the key come from.
enum KeyValues<'c> {
    /// What the organisation holds.
    Names(Vec<&'c str>),
    Days,
    /// Text of any form.
    Texts,
}

impl<'c> Records<'c> {
    /// Looks for a worked record to make others after; `None` if the area's requests hold none.
    #[must_use]
    pub fn new(contract: &'c Contract, area: &'c Area, pattern: Pattern) -> Option<Self> {
        let requests = area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Request);
        let records = requests.flat_map(|example| area.records(&contract.spec, &example.value));
        let mut records: Vec<&Record> = records.filter_map(Value::as_object).collect();
        records.sort_by_key(|record| Value::Object((*record).clone()).to_string().len());
        let mut pattern = match pattern {
            Pattern::Fullest => (*records.last()?).clone(),
            Pattern::Plainest => (*records.first()?).clone(),
        };
        for field in area.fields.iter().filter(|field| field.additional_properties.is_some()) {
            let Some(Value::Object(members)) = pattern.get_mut(&field.name) else { continue };
            let all = records.iter().filter_map(|record| record.get(&field.name)?.as_object()).flatten();
            for (name, value) in
                all.filter(|(name, _)| field.properties.iter().all(|known| known.name != **name))
            {
                members.entry(name).or_insert_with(|| value.clone());
            }
        }
        let mut made = Self { contract, area, pattern, key: Vec::new() };
        let parts = area.key.parts.iter().filter(|part| part.when.is_none());
        let names = parts.filter_map(|part| part.fields().find(|name| made.pattern.contains_key(*name)));
        made.key = names.filter_map(|name| Some((name.as_str(), made.key_values(name)?))).collect();
        made.key.sort_by_key(|(_, values)| values.count());
        Some(made)
    }

    fn key_values(&self, name: &str) -> Option<KeyValues<'c>> {
        let field = self.area.field_at(name)?;
        match (&field.kind, field.format) {
            (Some(kind), _) => self.names(kind).map(KeyValues::Names),
            (None, Some(TextFormat::Date)) => Some(KeyValues::Days),
            (None, Some(TextFormat::Email)) => None,
            (None, None) => {
                (field.types() == [JsonType::String] && field.closed.is_none()).then_some(KeyValues::Texts)
            }
        }
    }

    /// What the organisation holds of a kind; `None` if it holds nothing.
    fn names(&self, kind: &str) -> Option<Vec<&'c str>> {
        let things = self.contract.fixtures.things.get(kind).filter(|things| !things.is_empty())?;
        Some(things.iter().map(|thing| thing.name.as_str()).collect())
    }

    /// How many records [`Records::numbered`] makes whose keys differ.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.key.iter().fold(1, |product, (_, values)| product.saturating_mul(values.count()))
    }

    /// The record of that number: the worked one with a key of its own.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Record {
        let mut record = self.pattern.clone();
        let mut rest = number;
        for (name, values) in &self.key {
            record.insert((*name).to_owned(), values.value(rest).into());
            rest /= values.count();
        }
        for field in self.area.fields.iter().filter(|field| field.additional_properties.is_some()) {
            let Some(Value::Object(members)) = record.get_mut(&field.name) else { continue };
            if let Some(value) = members.values_mut().find(|value| value.is_number()) {
                *value = number.into();
            }
        }
        record
    }

    /// The key of a record that was made here, as a text.
    #[must_use]
    pub fn key(&self, record: &Record) -> String {
        let values = self.key.iter().filter_map(|(name, _)| record.get(*name)?.as_str());
        values.collect::<Vec<_>>().join(" ")
    }

    /// A record with every value drawn anew. It breaks no rule.
    #[must_use]
    pub fn random(&self, rng: &mut Rng) -> Record {
        self.members(&self.area.fields, "", &self.pattern, rng)
    }

    fn members(&self, fields: &[Field], above: &str, shown: &Record, rng: &mut Rng) -> Record {
        let value = |(name, shown): (&String, &Value)| {
            let field = fields.iter().find(|field| field.name == *name);
            (name.clone(), self.value(field, &format!("{above}{name}"), shown, rng))
        };
        shown.iter().map(value).collect()
    }

    /// Another value in place of the one shown.
    fn value(&self, field: Option<&Field>, path: &str, shown: &Value, rng: &mut Rng) -> Value {
        let bound = self
            .rules(path)
            .any(|rule| rule.constraint.pattern().is_some() || rule.constraint.max_length().is_some());
        if bound {
            return shown.clone();
        }
        if let Some(chosen) = field.and_then(|field| self.listed(field, rng)) {
            return chosen;
        }
        let inner = |fields: fn(&Field) -> &[Field]| field.map_or(&[][..], fields);
        let above = format!("{path}/");
        match shown {
            Value::Object(members) => {
                self.members(inner(|field| &field.properties), &above, members, rng).into()
            }
            Value::Array(elements) => {
                let element = |element: &Value| match element {
                    Value::Object(members) => {
                        self.members(inner(|field| &field.items), &above, members, rng).into()
                    }
                    other => other.clone(),
                };
                elements.iter().map(element).collect()
            }
            Value::Bool(_) => rng.one_in(2).into(),
            Value::Number(shown) => self.number(path, shown.as_f64().unwrap_or(1.0), rng),
            Value::String(shown) => self.scalar_of_text(field, path, shown, rng),
            Value::Null => Value::Null,
        }
    }

    /// One of the values that a field's description or the organisation lists.
    fn listed(&self, field: &Field, rng: &mut Rng) -> Option<Value> {
        if let Some(kind) = &field.kind {
            return rng.pick(&self.names(kind)?).map(|name| (*name).into());
        }
        match &field.closed {
            Some(closed) => rng.pick(closed).map(|value| value.as_str().into()),
            None => rng.pick(&field.examples).cloned(),
        }
    }

    /// Text, or a number if that is accepted as well.
    fn scalar_of_text(&self, field: Option<&Field>, path: &str, shown: &str, rng: &mut Rng) -> Value {
        let is_id = shown.len() >= 15 && !shown.contains(' ') && shown.contains(|c: char| c.is_ascii_digit());
        match field {
            Some(field) if field.takes(JsonType::Number) => {
                self.number(path, shown.parse().unwrap_or(1.0), rng)
            }
            Some(field) if field.format == Some(TextFormat::Date) => day(rng.below(DAYS)).into(),
            Some(field) if field.format == Some(TextFormat::Email) => {
                format!("{}@example.com", word(rng)).into()
            }
            _ if is_id => id(shown, rng).into(),
            _ => {
                let words = WORDS_A_WORD * shown.split_whitespace().count().max(1);
                (0..words).map(|_| word(rng)).collect::<Vec<_>>().join(" ").into()
            }
        }
    }

    /// A number of about the size shown that its rules allow.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the numbers of worked requests are small"
    )]
    #[expect(clippy::cast_precision_loss, reason = "the numbers of worked requests are small")]
    fn number(&self, path: &str, shown: f64, rng: &mut Rng) -> Value {
        let bound = |of: fn(&Rule) -> Option<f64>| self.rules(path).filter_map(of);
        let least = bound(|rule| rule.constraint.minimum()).fold(0.0, f64::max);
        let most = bound(|rule| rule.constraint.maximum()).fold(10.0 * shown.abs().max(1.0), f64::min);
        let step = bound(|rule| rule.constraint.multiple_of()).fold(1.0, f64::max);
        let first = (least / step).ceil();
        let steps = ((most / step).floor() - first).max(0.0) as usize;
        let number = (first + rng.below(steps + 1) as f64) * step;
        if number.fract() == 0.0 { Value::from(number as i64) } else { number.into() }
    }

    /// The rules on the value at a path.
    fn rules(&self, path: &str) -> impl Iterator<Item = &'c Rule> {
        self.area.rules.iter().filter(move |rule| rule.constraint.field() == Some(path))
    }
}

impl KeyValues<'_> {
    /// How many there are.
    const fn count(&self) -> usize {
        match self {
            Self::Names(names) => names.len(),
            Self::Days => DAYS,
            Self::Texts => usize::MAX,
        }
    }

    fn value(&self, number: usize) -> String {
        match self {
            Self::Names(names) => names[number % names.len()].to_owned(),
            Self::Days => day(number),
            Self::Texts => number.to_string(),
        }
    }
}

/// The day of a number, from the first of 2000 on.
fn day(number: usize) -> String {
    format!("{:04}-{:02}-{:02}", 2000 + number / 336 % 100, number / 28 % 12 + 1, number % 28 + 1)
}

fn word(rng: &mut Rng) -> &'static str {
    rng.pick(&WORDS).copied().unwrap_or_default()
}

/// Another ID of the form of one: the first three characters stay, since they say what it is an ID of.
fn id(shown: &str, rng: &mut Rng) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let drawn = |(place, letter): (usize, char)| match rng.pick(LETTERS) {
        Some(drawn) if place >= 3 && letter.is_ascii_alphanumeric() => char::from(*drawn),
        _ => letter,
    };
    shown.chars().enumerate().map(drawn).collect()
}
