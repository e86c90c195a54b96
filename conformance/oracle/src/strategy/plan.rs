//! How the values of a field are made.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use tally_spec::model::{Area, Constraint, Contract, Field, KeyPart, Rule};

use super::Rng;
use super::forms::other_form;
use super::numbers::Numbers;
pub(super) use super::source::Source;
use super::text::{DAYS, PHRASES, cut, day};
use crate::oracle::{is_type_name, names_a_type};
use tally_fixtures::Fixtures;

/// The digits of the largest turn, and one more.
const TURN_DIGITS: usize = 8;

/// Conditional rules on one field of which every set has a source of its own.
const FEW_RULES: usize = 4;

/// How the values of a field are made.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) field: &'a Field,
    /// Where values come from under the rules that always apply.
    pub(super) source: Source<'a>,
    /// Where they come from if some of the field's conditional rules apply.
    variants: Vec<Variant<'a>>,
}

/// Where a field's values come from if some of its rules do not apply.
#[derive(Debug)]
struct Variant<'a> {
    /// The places of those rules among the area's.
    off: Vec<usize>,
    source: Source<'a>,
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
    /// The places of the conditional rules that are sure not to apply.
    pub(super) off: &'w [usize],
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
        let rules = basis.area.rules.iter().enumerate();
        let (always, sometimes): (Vec<_>, Vec<_>) = rules
            .filter(|(_, rule)| rule.constraint.field() == Some(path) && bears_on_values(&rule.constraint))
            .partition(|(_, rule)| rule.is_unconditional());
        let all = always.iter().chain(&sometimes).map(|(_, rule)| *rule).collect::<Vec<_>>();
        let is_key = basis.area.key.parts.iter().flat_map(KeyPart::fields).any(|part| part == path);
        if is_key && !sometimes.is_empty() {
            // What tells records apart comes from one source, whatever applies to them.
            let plan = Self { field, source: Source::new(basis, field, path, &all), variants: Vec::new() };
            if !plan.is_empty() {
                return plan;
            }
        }
        let always: Vec<&'a Rule> = always.into_iter().map(|(_, rule)| rule).collect();
        let source = Source::new(basis, field, path, &always);
        Self { field, source, variants: variants(basis, field, path, &always, &sometimes) }
    }

    /// Where values come from in a record to which the rules in these places do not apply.
    fn source(&self, off: &[usize]) -> &Source<'a> {
        let fits = |variant: &&Variant<'a>| variant.off.iter().all(|place| off.contains(place));
        let fitting = self.variants.iter().filter(fits);
        fitting.max_by_key(|variant| variant.off.len()).map_or(&self.source, |variant| &variant.source)
    }

    /// The numbers that keep every rule, whether it applies or not; if there are none, those that keep the rules
    /// that always apply. `None` if the field has other values.
    pub(super) fn numbers(&self) -> Option<&Numbers> {
        let mut sources = [self.source(&[]), &self.source].into_iter();
        sources.find_map(|source| if let Source::Number(numbers) = source { Some(numbers) } else { None })
    }

    /// The plan of a member of this plan's object, or of its list's objects.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let (Source::Object { members, .. } | Source::Array { members }) = &self.source else { return None };
        members.iter().find(|member| member.field.name == name)
    }

    /// How many values there are to tell records apart by; `None` if there is no end of them.
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
        Some(match self.source(wish.off) {
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
        let wish = Wish { mark, turn: 0, number: None, distinct: false, firm: true, plain: true, off: &[] };
        self.element(0, None, &mut Rng::new(0), &wish)
    }

    /// The name of an additional member that the worked requests show for an object.
    pub(super) fn shown_member(&self) -> Option<&str> {
        let Source::Object { shown, .. } = &self.source else { return None };
        shown.first().map(|(name, _)| name.as_str())
    }
}

/// Whether what values a field may have depends on the constraint.
fn bears_on_values(constraint: &Constraint) -> bool {
    match constraint {
        Constraint::Range { .. }
        | Constraint::MultipleOf { .. }
        | Constraint::MaxLength { .. }
        | Constraint::Pattern { .. } => true,
        // Every object of a list has each member, and what things exist is for the fixtures.
        Constraint::Contains { .. }
        | Constraint::Exists { .. }
        | Constraint::MemberOf { .. }
        | Constraint::Required(_)
        | Constraint::AnyOf(_) => false,
    }
}

/// Sources for the sets of rules that may not apply: each set if the rules are few, else none, each pair and all.
fn variants<'a>(
    basis: Basis<'a>,
    field: &'a Field,
    path: &str,
    always: &[&'a Rule],
    sometimes: &[(usize, &'a Rule)],
) -> Vec<Variant<'a>> {
    let count = sometimes.len();
    let sets: Vec<Vec<usize>> = if count <= FEW_RULES {
        (0..1_usize << count).map(|set| (0..count).filter(|bit| set >> bit & 1 == 1).collect()).collect()
    } else {
        let all: Vec<usize> = (0..count).collect();
        let without = |left: usize, right: usize| {
            all.iter().copied().filter(|one| *one != left && *one != right).collect::<Vec<_>>()
        };
        let pairs = (0..count).flat_map(|left| (left..count).map(move |right| (left, right)));
        let pairs = pairs.map(|(left, right)| without(left, right));
        std::iter::once(Vec::new()).chain(pairs).chain([all.clone()]).collect()
    };
    let variant = |off: Vec<usize>| {
        let on =
            sometimes.iter().enumerate().filter(|(nth, _)| !off.contains(nth)).map(|(_, (_, rule))| *rule);
        let rules: Vec<&'a Rule> = always.iter().copied().chain(on).collect();
        let off = off.into_iter().map(|nth| sometimes[nth].0).collect();
        Variant { off, source: Source::new(basis, field, path, &rules) }
    };
    if count == 0 { Vec::new() } else { sets.into_iter().map(variant).collect() }
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
        let drawn = value.is_number() && !wish.plain;
        let value = if drawn { Value::from(rng.below(1000)) } else { value.clone() };
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
