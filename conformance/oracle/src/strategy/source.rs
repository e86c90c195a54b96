//! Where a field's values come from.

use std::borrow::Cow;

use serde_json::Value;
use tally_spec::model::{Additional, Constraint, Field, JsonType, Kind, Rule, TextFormat};

use super::forms::{has_other_form, names};
use super::keep::keeps;
use super::numbers::Numbers;
use super::plan::{Basis, Plan};
use super::samples::{matching, shown};
use super::text::{DAYS, day};
use crate::oracle::names_a_type;

/// Addresses for fields whose rules say more than that.
const EMAILS: [&str; 6] = [
    "a@example.com",
    "b@example.org",
    "one.two@example.com",
    "a@b.co",
    "TALLY@example.com",
    "t1@example.net",
];

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

impl<'a> Source<'a> {
    /// Where the values of a field come from under these rules, which are all on it.
    pub(super) fn new(basis: Basis<'a>, field: &'a Field, path: &str, rules: &[&'a Rule]) -> Self {
        let inner = |fields| inner(basis, fields, path);
        let kind = field.kind.as_ref().and_then(|kind| Some((kind, basis.contract.file.kinds.get(kind)?)));
        if let Some((name, kind)) = kind {
            let things = basis.fixtures.things.get(name).map_or(&[][..], Vec::as_slice);
            let mut names = names(kind, things);
            names.retain(|name| rules.is_empty() || keeps_each(rules, &Value::from(name.as_ref())));
            let is_free = !rules.iter().any(|rule| is_of_text(&rule.constraint));
            return Self::Things { kind, names, has_other_form: is_free && has_other_form(kind, things) };
        }
        if let Some(closed) = &field.closed {
            let values = closed.iter().map(|text| Cow::Owned(Value::from(text.as_str())));
            return Self::Listed(values.filter(|value| keeps_each(rules, value)).collect());
        }
        if field.takes(JsonType::Object) {
            let scalars = field.additional_properties == Some(Additional::Scalar);
            let shown = if scalars { shown(basis.area, field) } else { Vec::new() };
            return Self::Object { members: inner(&field.properties), shown };
        }
        if field.takes(JsonType::Array) {
            return Self::Array { members: inner(&field.items) };
        }
        Self::scalar(basis, field, rules)
    }

    /// Where the values of a field without kind or closed list come from.
    fn scalar(basis: Basis<'a>, field: &'a Field, rules: &[&'a Rule]) -> Self {
        let limit = rules.iter().filter_map(|rule| rule.constraint.max_length()).min();
        let pattern = rules.iter().find_map(|rule| rule.constraint.pattern());
        let is_bound = rules.iter().any(|rule| is_of_text(&rule.constraint));
        if field.format == Some(TextFormat::Date) {
            return if is_bound { listed(rules, (0..DAYS).map(day)) } else { Self::Day };
        }
        if !field.examples.is_empty() {
            let examples = field.examples.iter().filter(|example| keeps_each(rules, example));
            return Self::Listed(examples.map(Cow::Borrowed).collect());
        }
        if field.takes(JsonType::Number) {
            let numbers = Numbers::new(basis.contract, field, rules);
            return if numbers.is_none() { Self::Listed(Vec::new()) } else { Self::Number(numbers) };
        }
        if field.takes(JsonType::Boolean) {
            return Self::Boolean;
        }
        if field.format == Some(TextFormat::Email) {
            return if is_bound { listed(rules, EMAILS.into_iter()) } else { Self::Email };
        }
        match pattern {
            Some(pattern) => {
                let mut texts = matching(pattern, limit);
                let several = rules.iter().filter(|rule| rule.constraint.pattern().is_some()).count() > 1;
                texts.retain(|text| !several || keeps_each(rules, &Value::from(text.as_str())));
                Self::Matching(texts)
            }
            // Empty text is no value.
            None if limit == Some(0) => Self::Matching(Vec::new()),
            None => Self::Text { limit },
        }
    }
}

/// Those texts that keep every rule.
fn listed<'a>(rules: &[&Rule], texts: impl Iterator<Item = &'static str>) -> Source<'a> {
    let texts = texts.map(|text| Cow::Owned(Value::from(text)));
    Source::Listed(texts.filter(|text| keeps_each(rules, text)).collect())
}

/// The plans of an object's members.
fn inner<'a>(basis: Basis<'a>, fields: &'a [Field], path: &str) -> Vec<Plan<'a>> {
    // A member that names another record by a free ID cannot be made up.
    let typed = names_a_type(fields);
    let is_id = |field: &&Field| {
        typed && field.kind.is_none() && field.examples.is_empty() && field.properties.is_empty()
    };
    let plan = |field: &'a Field| Plan::new(basis, field, &format!("{path}/{}", field.name));
    fields.iter().filter(|field| !is_id(field)).map(plan).collect()
}

fn keeps_each(rules: &[&Rule], value: &Value) -> bool {
    rules.iter().all(|rule| keeps(&rule.constraint, value))
}

/// Whether the constraint is one on text.
pub(super) fn is_of_text(constraint: &Constraint) -> bool {
    constraint.pattern().is_some() || constraint.max_length().is_some()
}
