//! How the values of a field are made.

use std::borrow::Cow;
use std::fmt::Write as _;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use regex_lite::Regex;
use serde_json::{Map, Value};
use tally_spec::model::{
    Additional, Area, Contract, ExampleKind, Field, JsonType, Kind, Provenance, Rule, TextFormat,
};

use super::Rng;
use super::text::{PHRASES, cut, day};
use crate::fixtures::{Fixtures, Thing};
use crate::oracle::{checksum, is_type_name, names_a_type};

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

/// The numbers that a field's rules allow, as whole steps.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    pub(super) minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
    pub(super) step: Option<f64>,
    pub(super) as_text: bool,
    /// Whether the document is sure of the types beyond the first.
    pub(super) both_are_sure: bool,
    /// Whether text is the first type.
    pub(super) text_first: bool,
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

impl<'a> Plan<'a> {
    /// Plans a field, named by its path as rules name it.
    pub(super) fn new(
        contract: &'a Contract,
        area: &'a Area,
        fixtures: &'a Fixtures,
        field: &'a Field,
        path: &str,
    ) -> Self {
        let rules: Vec<&Rule> =
            area.rules.iter().filter(|rule| rule.field.as_deref() == Some(path)).collect();
        let inner = |fields: &'a [Field]| -> Vec<Plan<'a>> {
            let plan = |field: &'a Field| {
                Plan::new(contract, area, fixtures, field, &format!("{path}/{}", field.name))
            };
            // A member that names another record by a free ID cannot be made up.
            let typed = names_a_type(fields);
            let is_id = |field: &&Field| {
                typed && field.kind.is_none() && field.examples.is_empty() && field.properties.is_empty()
            };
            fields.iter().filter(|field| !is_id(field)).map(plan).collect()
        };
        let kind = field.kind.as_ref().and_then(|kind| Some((kind, contract.file.kinds.get(kind)?)));
        let source = if let Some((name, kind)) = kind {
            let things = fixtures.things.get(name).map_or(&[][..], Vec::as_slice);
            Source::Things { kind, names: names(kind, things), has_other_form: has_other_form(kind, things) }
        } else if let Some(closed) = &field.closed {
            Source::Listed(closed.iter().map(|text| Cow::Owned(Value::from(text.as_str()))).collect())
        } else if field.takes(JsonType::Object) {
            let shown = if field.additional_properties == Some(Additional::Scalar) {
                shown(area, field)
            } else {
                Vec::new()
            };
            Source::Object { members: inner(&field.properties), shown }
        } else if field.takes(JsonType::Array) {
            Source::Array { members: inner(&field.items) }
        } else if field.format == Some(TextFormat::Date) {
            Source::Day
        } else if !field.examples.is_empty() {
            Source::Listed(field.examples.iter().map(Cow::Borrowed).collect())
        } else if field.takes(JsonType::Number) {
            Source::Number(Numbers::new(contract, field, &rules))
        } else if field.takes(JsonType::Boolean) {
            Source::Boolean
        } else if field.format == Some(TextFormat::Email) {
            Source::Email
        } else if let Some(pattern) = rules.iter().find_map(|rule| rule.pattern.as_deref()) {
            Source::Matching(matching(pattern, rules.iter().find_map(|rule| rule.max_length)))
        } else {
            Source::Text { limit: rules.iter().find_map(|rule| rule.max_length) }
        };
        Self { field, source }
    }

    /// How many values there are to tell records apart by; none where there is no end of them.
    pub(super) fn capacity(&self) -> Option<usize> {
        match &self.source {
            Source::Things { names, .. } => Some(names.len()),
            Source::Listed(values) => Some(values.len()),
            Source::Matching(texts) => Some(texts.len()),
            Source::Day => Some(super::text::DAYS),
            Source::Email | Source::Text { limit: None } => None,
            _ => Some(1),
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
                None => rng.below(super::text::DAYS),
            })),
            Source::Email => Value::String(email(wish)),
            Source::Text { limit } => Value::String(text(rng, *limit, wish)),
            Source::Number(numbers) => numbers.value(rng, wish),
            Source::Boolean => Value::Bool(!wish.plain && rng.one_in(2)),
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

impl Numbers {
    fn new(contract: &Contract, field: &Field, rules: &[&Rule]) -> Self {
        let greatest = |bounds: Vec<f64>| bounds.into_iter().reduce(f64::max);
        let least = |bounds: Vec<f64>| bounds.into_iter().reduce(f64::min);
        let weight = contract.weight(field.statement.iter());
        Self {
            minimum: greatest(rules.iter().filter_map(|rule| rule.minimum).collect()),
            maximum: least(rules.iter().filter_map(|rule| rule.maximum).collect()),
            step: rules.iter().find_map(|rule| rule.multiple_of),
            as_text: field.takes(JsonType::String),
            both_are_sure: weight != Provenance::Assumed,
            text_first: field.types().first() == Some(&JsonType::String),
        }
    }

    /// The value so many steps above the least one.
    pub(super) fn nth(&self, steps: usize) -> f64 {
        let step = self.step.unwrap_or(1.0);
        #[expect(clippy::cast_precision_loss, reason = "steps are few")]
        let above = steps as f64 * step;
        match (self.minimum, self.maximum) {
            (Some(minimum), _) => (minimum / step).ceil() * step + above,
            (None, Some(maximum)) => (maximum / step).floor() * step - above,
            (None, None) => above,
        }
    }

    /// How many steps fit between the bounds, both included, up to a thousand.
    pub(super) fn steps(&self) -> usize {
        let (Some(minimum), Some(maximum)) = (self.minimum, self.maximum) else { return 1000 };
        let steps = ((maximum - minimum) / self.step.unwrap_or(1.0)).floor().clamp(0.0, 999.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped above")]
        let steps = steps as usize;
        steps + 1
    }

    fn value(&self, rng: &mut Rng, wish: &Wish<'_>) -> Value {
        let steps = self.steps();
        let nth = match rng.below(4) {
            _ if wish.plain => 1.min(steps - 1),
            0 => 0,
            1 if self.maximum.is_some() => steps - 1,
            _ => rng.below(steps),
        };
        let free = self.both_are_sure || !wish.firm;
        let as_text = self.as_text && if wish.plain || !free { self.text_first } else { rng.one_in(2) };
        let number = self.nth(nth);
        if as_text && number >= 0.0 {
            return Value::String(format!("{:.0}", number.floor()));
        }
        let between = self.step.is_none() && self.maximum.is_none() && !wish.plain && rng.one_in(4);
        self::number(if between { number + 0.25 } else { number })
    }
}

/// A JSON number, whole where it can be.
pub(super) fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        let text = format!("{number:.0}");
        return text.parse::<i64>().map_or(Value::Null, Value::from);
    }
    Value::from(number)
}

/// What the things are called, in a form whose checksum is right.
fn names<'a>(kind: &Kind, things: &'a [Thing]) -> Vec<Cow<'a, str>> {
    let name = |thing: &'a Thing| {
        let name = thing.name.as_str();
        match split(kind, name) {
            Some((prefix, rest)) if !rest.is_empty() && Some(rest) != check(kind, prefix).as_deref() => {
                Cow::Owned(prefix.to_owned())
            }
            _ => Cow::Borrowed(name),
        }
    };
    things.iter().map(name).collect()
}

/// An ID's identifying prefix, and what follows it.
fn split<'t>(kind: &Kind, name: &'t str) -> Option<(&'t str, &'t str)> {
    let identity = kind.identity.as_ref().filter(|identity| identity.checksum.is_some())?;
    name.split_at_checked(identity.prefix)
}

fn check(kind: &Kind, prefix: &str) -> Option<String> {
    Some(checksum(kind.identity.as_ref()?.checksum?, prefix))
}

/// An ID with its checksum where it has none, without where it has one.
pub(super) fn other_form(kind: &Kind, name: &str) -> String {
    match split(kind, name) {
        Some((prefix, "")) => format!("{prefix}{}", check(kind, prefix).unwrap_or_default()),
        Some((prefix, _)) => prefix.to_owned(),
        None => name.to_owned(),
    }
}

fn has_other_form(kind: &Kind, things: &[Thing]) -> bool {
    let Some(pattern) = kind.pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok()) else {
        return false;
    };
    things.first().is_some_and(|thing| {
        let other = other_form(kind, &thing.name);
        other != thing.name && pattern.is_match(&other)
    })
}

/// Text that matches a pattern and is not longer than a limit: a few, always the same.
pub(super) fn matching(pattern: &str, limit: Option<usize>) -> Vec<String> {
    let unanchored = pattern.trim_start_matches('^').trim_end_matches('$');
    let Ok(strategy) = proptest::string::string_regex(unanchored) else { return Vec::new() };
    let Ok(pattern) = Regex::new(pattern) else { return Vec::new() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(proptest::test_runner::Config::default(), rng);
    let mut texts: Vec<String> = (0..1024)
        .filter_map(|_| strategy.new_tree(&mut runner).ok())
        .map(|tree| tree.current())
        .filter(|text| limit.is_none_or(|limit| text.chars().count() <= limit))
        .filter(|text| pattern.is_match(text) && text.trim() == text && !text.is_empty())
        .collect();
    texts.sort();
    texts.dedup();
    texts
}

/// The additional members that the area's worked requests show for an object.
fn shown(area: &Area, field: &Field) -> Vec<(String, Value)> {
    let mut shown = Vec::new();
    for example in area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Request) {
        find_shown(field, &example.value, &mut shown);
    }
    shown
}

fn find_shown(field: &Field, value: &Value, shown: &mut Vec<(String, Value)>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| find_shown(field, element, shown)),
        Value::Object(members) => {
            for (name, inner) in members {
                if let (true, Value::Object(inner)) = (name == &field.name, inner) {
                    let named = |name: &str| field.properties.iter().any(|property| property.name == name);
                    let known = |name: &str, shown: &[(String, Value)]| shown.iter().any(|(n, _)| n == name);
                    for (name, value) in inner {
                        let scalar = !value.is_object() && !value.is_array();
                        if scalar && !named(name) && !known(name, shown) {
                            shown.push((name.clone(), value.clone()));
                        }
                    }
                }
                find_shown(field, inner, shown);
            }
        }
        _ => {}
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
    text.push_str(wish.mark);
    if wish.distinct {
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
