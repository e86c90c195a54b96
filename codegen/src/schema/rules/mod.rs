//! What an area's rules add to its request's schema: one file for each constraint, one for conditions, and one
//! for request options that stand in for a record's fields.
//!
//! A rule about a value that always applies stands in the field's own schema. Every other rule stands in the
//! record's, under its conditions.

mod any_of;
mod condition;
mod contains;
mod exists;
mod max_length;
mod member_of;
mod multiple_of;
mod pattern;
mod place;
mod range;
mod required;
mod stand_in;

use serde_json::{Map, Value, json};
use tally_spec::model::{Area, Constraint, Field, Rule};

use super::field::types;
pub(super) use required::always as always_required;
pub(super) use stand_in::{branches, definitions};

/// A keyword and its value, in the order in which a schema holds them.
type Keyword = (&'static str, Value);

/// What a schema can't say of a rule: the rule by its keyword and field, and why.
pub(super) type Gap = (String, &'static str);

/// Adds the rules about a field's value that always apply.
pub(super) fn on_field(area: &Area, field: &Field, path: &str, schema: &mut Map<String, Value>) {
    let rules = area.rules.iter();
    let rules = rules.filter(|rule| rule.is_unconditional() && rule.constraint.field() == Some(path));
    let constraints: Vec<&Constraint> = rules.map(|rule| &rule.constraint).collect();
    // Bounds come last: text that spells a number is held to both at once.
    let (ranges, others): (Vec<&Constraint>, Vec<&Constraint>) =
        constraints.into_iter().partition(|constraint| matches!(constraint, Constraint::Range { .. }));
    let (numbers, texts): (Vec<&Constraint>, Vec<&Constraint>) =
        others.into_iter().partition(|constraint| matches!(constraint, Constraint::MultipleOf { .. }));
    for constraint in numbers {
        hold_all(field, schema, value_keywords(field, constraint));
    }
    hold_all(field, schema, range::merged(field, &ranges));
    for constraint in texts {
        hold_all(field, schema, value_keywords(field, constraint));
    }
}

fn hold_all(field: &Field, schema: &mut Map<String, Value>, keywords: Vec<Keyword>) {
    for (keyword, value) in keywords {
        hold(field, schema, keyword, value);
    }
}

/// Adds a keyword to a field's schema. One that is there already with another value keeps it: the second goes
/// under `allOf`.
pub(super) fn hold(field: &Field, schema: &mut Map<String, Value>, keyword: &str, value: Value) {
    match schema.get(keyword) {
        None => drop(schema.insert(keyword.to_owned(), value)),
        Some(known) if *known == value => {}
        Some(_) => push_all_of(schema, json!({ "type": types(field, true), keyword: value })),
    }
}

/// Adds a schema to those under `allOf`.
pub(super) fn push_all_of(schema: &mut Map<String, Value>, one: Value) {
    if let Value::Array(all) = schema.entry("allOf").or_insert_with(|| json!([])) {
        all.push(one);
    }
}

/// What the rules add to the record's schema: the fields that it always must have, and schemas that must hold too.
pub(super) fn on_record(area: &Area) -> (Vec<String>, Vec<Value>) {
    let (mut required, mut others) = (Vec::new(), Vec::new());
    for rule in &area.rules {
        if rule.is_unconditional() && rule.constraint.field().is_some() {
            continue;
        }
        let always = if rule.is_unconditional() { rule.constraint.required() } else { &[] };
        for path in always.iter().filter(|path| required::is_plain(area, path)) {
            // Two rules may require one field; a schema's list names it once.
            if !required.contains(path) {
                required.push(path.clone());
            }
        }
        if let Some(schema) = stand_in::on_record(area, rule) {
            others.push(schema);
        }
    }
    (required, others)
}

/// The schema of records that keep a rule, its conditions apart; `None` if a schema can't say it, or if it
/// demands nothing.
fn demand(area: &Area, constraint: &Constraint) -> Option<Value> {
    match constraint {
        Constraint::Required(paths) => required::schema(area, paths),
        Constraint::AnyOf(paths) => Some(any_of::schema(paths)),
        Constraint::Range { field: path, .. }
        | Constraint::MultipleOf { field: path, .. }
        | Constraint::MaxLength { field: path, .. }
        | Constraint::Pattern { field: path, .. }
        | Constraint::Contains { field: path, .. } => {
            let field = area.field_at(path)?;
            let mut schema = Map::from_iter([("type".to_owned(), types(field, true))]);
            for (keyword, value) in value_keywords(field, constraint) {
                schema.insert(keyword.to_owned(), value);
            }
            place::of_record(area, path, Value::Object(schema))
        }
        Constraint::Exists { .. } | Constraint::MemberOf { .. } => None,
    }
}

/// The keywords that a constraint on a value is said by.
fn value_keywords(field: &Field, constraint: &Constraint) -> Vec<Keyword> {
    match constraint {
        Constraint::Range { minimum, maximum, .. } => range::keywords(field, *minimum, *maximum),
        Constraint::MultipleOf { divisor, .. } => multiple_of::keywords(*divisor),
        Constraint::MaxLength { limit, .. } => max_length::keywords(*limit),
        Constraint::Pattern { pattern, .. } => pattern::keywords(pattern),
        Constraint::Contains { members, .. } => contains::keywords(members),
        Constraint::Required(_)
        | Constraint::AnyOf(_)
        | Constraint::Exists { .. }
        | Constraint::MemberOf { .. } => Vec::new(),
    }
}

/// What a schema can't say of a rule.
pub(super) fn gaps(area: &Area, rule: &Rule) -> Vec<Gap> {
    let gap = match &rule.constraint {
        Constraint::Range { field, minimum, maximum } => range::gap(area, field, *minimum, *maximum),
        Constraint::MultipleOf { field, divisor } => multiple_of::gap(area, field, *divisor),
        Constraint::Exists { field, .. } => Some(exists::gap(field)),
        Constraint::MemberOf { field, of } => Some(member_of::gap(field, of)),
        Constraint::Required(_)
        | Constraint::AnyOf(_)
        | Constraint::MaxLength { .. }
        | Constraint::Pattern { .. }
        | Constraint::Contains { .. } => None,
    };
    gap.into_iter().chain(stand_in::gap(area, rule)).collect()
}

/// A number as JSON writes it: whole ones without a fraction.
#[expect(clippy::cast_possible_truncation, reason = "the guard leaves whole numbers that fit")]
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}
