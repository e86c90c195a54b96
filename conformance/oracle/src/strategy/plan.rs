//! How the values of a field are made.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Map, Value};
use tally_spec::model::{Additional, Area, Contract, Field, JsonType, Kind, Rule, TextFormat};

use super::Rng;
use super::forms::{has_other_form, names, other_form};
use super::numbers::Numbers;
use super::samples::{matching, shown};
use super::text::{DAYS, PHRASES, cut, day};
use crate::oracle::{is_type_name, names_a_type};
use tally_fixtures::Fixtures;

/// The digits of the largest turn, and one more.
const TURN_DIGITS: usize = 8;

/// How the values of a field are made.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) field: &'a Field,
    pub(super) source: Source<'a>,
}

/// Where a field's values come from.
#[derive(Debug)]
pub(super) enum Source<'a> {
    /// Things of the organisation, by ID or name.
    Things { kind: &'a Kind, names: Vec<Cow<'a, str>>, has_other_form: bool },
    /// A closed list, or the values that the document shows of an open one.
    Listed(Vec<Cow<'a, Value>>),
    /// Texts that match a pattern, made beforehand.
    Matching(Vec<String>),
    /// Days.
    Day,
    /// E-mail addresses.
    Email,
    /// Free text.
    Text { limit: Option<usize> },
    /// Numbers, and text that spells them.
    Number(Numbers),
    /// True or false.
    Boolean,
    /// An object: its named members, and shown additional ones.
    Object { members: Vec<Plan<'a>>, shown: Vec<(String, Value)> },
    /// A list of objects.
    Array { members: Vec<Plan<'a>> },
}

/// What a value is made for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'w> {
    /// The mark that free text bears.
    pub(super) mark: &'w str,
    /// A number that no other record of the batch has.
    pub(super) turn: usize,
    /// Where the field is a part of the key: the number of its value.
    pub(super) number: Option<usize>,
    /// Whether the text must differ from every other record's.
    pub(super) distinct: bool,
    /// Whether spellings that only our reading allows are avoided.
    pub(super) firm: bool,
    /// Whether the plainest value is wanted.
    pub(super) plain: bool,
}

/// What fields are planned from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Basis<'a> {
    pub(super) contract: &'a Contract,
    pub(super) area: &'a Area,
    pub(super) fixtures: &'a Fixtures,
}

impl<'a> Plan<'a> {
    /// Plans a field, named by its path as rules name it.
    pub(super) fn new(basis: Basis<'a>, field: &'a Field, path: &str) -> Self {
        let inner = |fields| Self::inner(basis, fields, path);
        let kind = field.kind.as_ref().and_then(|kind| Some((kind, basis.contract.file.kinds.get(kind)?)));
        let source = if let Some((name, kind)) = kind {
            let things = basis.fixtures.things.get(name).map_or(&[][..], Vec::as_slice);
            Source::Things { kind, names: names(kind, things), has_other_form: has_other_form(kind, things) }
        } else if let Some(closed) = &field.closed {
            Source::Listed(closed.iter().map(|text| Cow::Owned(Value::from(text.as_str()))).collect())
        } else if field.takes(JsonType::Object) {
            let scalars = field.additional_properties == Some(Additional::Scalar);
            let shown = if scalars { shown(basis.area, field) } else { Vec::new() };
            Source::Object { members: inner(&field.properties), shown }
        } else if field.takes(JsonType::Array) {
            Source::Array { members: inner(&field.items) }
        } else {
            Self::scalar(basis, field, path)
        };
        Self { field, source }
    }

    /// The plans of an object's members.
    fn inner(basis: Basis<'a>, fields: &'a [Field], path: &str) -> Vec<Self> {
        // A member that names another record by a free ID cannot be made up.
        let typed = names_a_type(fields);
        let is_id = |field: &&Field| {
            typed && field.kind.is_none() && field.examples.is_empty() && field.properties.is_empty()
        };
        let plan = |field: &'a Field| Self::new(basis, field, &format!("{path}/{}", field.name));
        fields.iter().filter(|field| !is_id(field)).map(plan).collect()
    }

    /// Where the values of a field without kind or closed list come from.
    fn scalar(basis: Basis<'a>, field: &'a Field, path: &str) -> Source<'a> {
        let rules = basis.area.rules.iter().filter(|rule| rule.constraint.field() == Some(path));
        let rules: Vec<&'a Rule> = rules.collect();
        let limit = rules.iter().find_map(|rule| rule.constraint.max_length());
        if field.format == Some(TextFormat::Date) {
            Source::Day
        } else if !field.examples.is_empty() {
            Source::Listed(field.examples.iter().map(Cow::Borrowed).collect())
        } else if field.takes(JsonType::Number) {
            Source::Number(Numbers::new(basis.contract, field, &rules))
        } else if field.takes(JsonType::Boolean) {
            Source::Boolean
        } else if field.format == Some(TextFormat::Email) {
            Source::Email
        } else if let Some(pattern) = rules.iter().find_map(|rule| rule.constraint.pattern()) {
            Source::Matching(matching(pattern, limit))
        } else {
            Source::Text { limit }
        }
    }

    /// How many values there are to tell records apart by; none where there is no end of them.
    pub(super) fn capacity(&self) -> Option<usize> {
        match &self.source {
            Source::Things { names, .. } => Some(names.len()),
            Source::Listed(values) => Some(values.len()),
            Source::Matching(texts) => Some(texts.len()),
            Source::Day => Some(DAYS),
            Source::Number(numbers) => Some(numbers.capacity()),
            Source::Boolean => Some(2),
            Source::Email | Source::Text { limit: None } => None,
            Source::Text { limit: Some(limit) } => (*limit < TURN_DIGITS).then_some(1),
            Source::Object { .. } | Source::Array { .. } => Some(1),
        }
    }

    /// Whether no value can be made, because the fixtures hold none.
    pub(super) fn is_empty(&self) -> bool {
        self.capacity() == Some(0)
    }

    /// A value; arrays have no element yet.
    pub(super) fn value(&self, rng: &mut Rng, wish: &Wish<'_>) -> Option<Value> {
        let number = |rng: &mut Rng, count: usize| match wish.number {
            Some(number) => number % count.max(1),
            None if wish.plain => 0,
            None => rng.below(count),
        };
        Some(match &self.source {
            Source::Things { kind, names, has_other_form } => {
                let name = names.get(number(rng, names.len()))?;
                let other = *has_other_form && !wish.firm && !wish.plain && rng.one_in(3);
                Value::String(if other { other_form(kind, name) } else { name.clone().into_owned() })
            }
            Source::Listed(values) => values.get(number(rng, values.len()))?.clone().into_owned(),
            Source::Matching(texts) => Value::String(texts.get(number(rng, texts.len()))?.clone()),
            Source::Day => Value::from(day(match wish.number {
                Some(number) => number,
                None if wish.plain => 3,
                None => rng.below(DAYS),
            })),
            Source::Email => Value::String(email(wish)),
            Source::Text { limit } => Value::String(text(rng, *limit, wish)),
            Source::Number(numbers) => numbers.value(rng, wish),
            Source::Boolean => Value::Bool(number(rng, 2) == 1),
            Source::Object { members, shown } => Value::Object(object(members, shown, rng, wish)),
            Source::Array { .. } => Value::Array(Vec::new()),
        })
    }

    /// The values of an element of the array that this plan is for; `names` in place of the things of the
    /// members that name one of them.
    pub(super) fn element(
        &self,
        number: usize,
        names: Option<(&str, &[String])>,
        rng: &mut Rng,
        wish: &Wish<'_>,
    ) -> Value {
        let mut element = Map::new();
        if let Source::Array { members } = &self.source {
            for plan in members {
                let wish = Wish { number: Some(number), ..*wish };
                let owned = names.filter(|(member, _)| *member == plan.field.name);
                let value = match owned {
                    Some((_, names)) => names.get(number % names.len().max(1)).cloned().map(Value::String),
                    None => plan.value(rng, &wish),
                };
                element.extend(value.map(|value| (plan.field.name.clone(), value)));
            }
        }
        Value::Object(element)
    }
}

impl Plan<'_> {
    /// The plainest element of the array that this plan is for.
    pub(super) fn sample_element(&self, mark: &str) -> Value {
        let wish = Wish { mark, turn: 0, number: None, distinct: false, firm: true, plain: true };
        self.element(0, None, &mut Rng::new(0), &wish)
    }

    /// The name of an additional member that the worked requests show for an object.
    pub(super) fn shown_member(&self) -> Option<&str> {
        match &self.source {
            Source::Object { shown, .. } => shown.first().map(|(name, _)| name.as_str()),
            _ => None,
        }
    }
}

fn object(
    members: &[Plan<'_>],
    shown: &[(String, Value)],
    rng: &mut Rng,
    wish: &Wish<'_>,
) -> Map<String, Value> {
    let mut object = Map::new();
    for plan in members {
        let names_type = is_type_name(plan.field) || names_a_type(&plan.field.properties);
        if names_type || (!wish.plain && rng.one_in(2)) {
            let value = plan.value(rng, &Wish { number: None, distinct: false, ..*wish });
            object.extend(value.map(|value| (plan.field.name.clone(), value)));
        }
    }
    for (name, value) in shown {
        let value = match value {
            Value::Number(_) if !wish.plain => Value::from(rng.below(1000)),
            other => other.clone(),
        };
        object.insert(name.clone(), value);
    }
    object
}

fn email(wish: &Wish<'_>) -> String {
    let mut text = String::with_capacity(wish.mark.len() + 24);
    text.extend(wish.mark.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-'));
    text.push_str(if text.is_empty() { "a" } else { "." });
    push_number(&mut text, wish.turn);
    text.push_str("@example.com");
    text
}

fn text(rng: &mut Rng, limit: Option<usize>, wish: &Wish<'_>) -> String {
    let phrase = if wish.plain { None } else { rng.pick(PHRASES) };
    let phrase = phrase.filter(|_| !wish.distinct || rng.one_in(2)).map_or("", |phrase| *phrase);
    let mut text = String::with_capacity(wish.mark.len() + phrase.len() + 22);
    // What tells the text from others must not be cut off.
    if wish.distinct && limit.is_some() {
        push_number(&mut text, wish.turn);
        text.push('-');
    }
    text.push_str(wish.mark);
    if wish.distinct && limit.is_none() {
        text.push('-');
        push_number(&mut text, wish.turn);
    }
    if !text.is_empty() && !phrase.is_empty() {
        text.push(' ');
    }
    text.push_str(phrase);
    if text.is_empty() {
        text.push('x');
    }
    cut(text, limit)
}

/// Adds a number's digits, without a text of their own.
fn push_number(text: &mut String, number: usize) {
    write!(text, "{number}").expect("a String takes any text");
}
