//! Request options that stand in for a field of the records without their own.
//!
//! A record's schema sees the record alone. What a rule demands by a value that it inherits is said at the
//! object that holds the list: for each value of the option, a branch with a definition for the records.

use serde_json::{Map, Value, json};
use tally_spec::model::{Area, Condition, Constraint, Rule};

use super::condition::{under, wanted};
use super::{Gap, demand, place, required};
use crate::schema::field::has_value;

/// What an option is, as far as rules ask.
#[derive(Debug, Clone, PartialEq)]
enum Case {
    /// This value.
    Value(Value),
    /// A usable value that no rule names.
    Other,
    /// Absent, or not usable.
    Missing,
}

impl Case {
    fn holds(&self, condition: &Condition) -> bool {
        let mut values = wanted(condition).peekable();
        match self {
            Self::Value(value) => values.peek().is_none() || values.any(|one| one == value),
            Self::Other => values.peek().is_none(),
            Self::Missing => false,
        }
    }

    /// The name of the definition of records that inherit it.
    fn definition(&self, of: &str) -> String {
        let name = match self {
            Self::Value(Value::String(text)) => format!("inherits-{of}-{text}"),
            Self::Value(value) => format!("inherits-{of}-{value}"),
            Self::Other => format!("inherits-other-{of}"),
            Self::Missing => format!("inherits-no-{of}"),
        };
        definition_name(&name)
    }
}

/// The stood-in fields that decide what a rule demands, each once.
fn decided_by<'a>(area: &'a Area, rule: &'a Rule) -> Vec<&'a str> {
    let listed = rule.constraint.required().iter().chain(rule.constraint.any_of());
    let paths = listed.chain(rule.conditions().map(|condition| &condition.field));
    let mut found: Vec<&str> = Vec::new();
    for path in paths.map(String::as_str).filter(|path| area.stand_in_for(path).is_some()) {
        if !found.contains(&path) {
            found.push(path);
        }
    }
    found
}

/// Whether a rule always requires fields: the record's own list says it, and [`own_name`] of stood-in ones.
const fn always_requires(rule: &Rule) -> bool {
    rule.is_unconditional() && matches!(rule.constraint, Constraint::Required(_))
}

/// What a rule demands of a record by its own values.
pub(super) fn on_record(area: &Area, rule: &Rule) -> Option<Value> {
    let (when, unless) = (rule.when.as_ref(), rule.unless.as_ref());
    if always_requires(rule) {
        let within: Vec<String> =
            rule.constraint.required().iter().filter(|path| path.contains('/')).cloned().collect();
        return required::schema(area, &within);
    }
    let demanded = under(when, unless, demand(area, &rule.constraint)?);
    match decided_by(area, rule).as_slice() {
        [] => Some(demanded),
        // The condition holds only if the record has a value of its own.
        [of] if when.is_some_and(|when| when.field == *of) => Some(demanded),
        [of] => Some(json!({ "if": place::with(of, has_value()), "then": demanded })),
        _ => None,
    }
}

/// A rule that two options decide.
pub(super) fn gap(area: &Area, rule: &Rule) -> Option<Gap> {
    let of = decided_by(area, rule);
    (of.len() > 1 && !always_requires(rule))
        .then(|| (format!("stand-ins {}", of.join(" ")), "a rule that two request options decide"))
}

/// The schemas that records without a value of their own in `of` are held to.
fn inherited(area: &Area, of: &str, case: &Case) -> Vec<Value> {
    let rules = area.rules.iter().filter(|rule| !always_requires(rule) && decided_by(area, rule) == [of]);
    rules.filter_map(|rule| inherited_rule(area, of, case, rule)).collect()
}

fn inherited_rule(area: &Area, of: &str, case: &Case, rule: &Rule) -> Option<Value> {
    let is_of = |condition: &&Condition| condition.field == of;
    let (when, unless) = (rule.when.as_ref(), rule.unless.as_ref());
    let excused = when.filter(is_of).is_some_and(|when| !case.holds(when))
        || unless.filter(is_of).is_some_and(|unless| case.holds(unless));
    if excused {
        return None;
    }
    let is_usable = *case != Case::Missing;
    let demanded = match &rule.constraint {
        Constraint::Required(paths) if is_usable => {
            let others: Vec<String> = paths.iter().filter(|path| *path != of).cloned().collect();
            required::schema(area, &others)?
        }
        Constraint::AnyOf(paths) if is_usable && paths.iter().any(|path| path == of) => return None,
        Constraint::Required(_)
        | Constraint::AnyOf(_)
        | Constraint::Range { .. }
        | Constraint::MultipleOf { .. }
        | Constraint::MaxLength { .. }
        | Constraint::Pattern { .. }
        | Constraint::Contains { .. }
        | Constraint::Exists { .. }
        | Constraint::MemberOf { .. } => demand(area, &rule.constraint)?,
    };
    let others = |condition: &&Condition| condition.field != of;
    Some(under(when.filter(others), unless.filter(others), demanded))
}

/// The values that an option can stand in with: those of the field's closed list, or those that conditions
/// look for.
fn values(area: &Area, of: &str) -> Vec<Value> {
    if let Some(closed) = closed(area, of) {
        return closed.iter().map(|value| json!(value)).collect();
    }
    let conditions = area.rules.iter().flat_map(Rule::conditions);
    let mut values = Vec::new();
    for value in conditions.filter(|condition| condition.field == of).flat_map(wanted) {
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    values
}

fn closed<'a>(area: &'a Area, of: &str) -> Option<&'a Vec<String>> {
    area.field_at(of)?.closed.as_ref()
}

/// An option that can stand in.
fn usable(area: &Area, of: &str) -> Value {
    match closed(area, of) {
        Some(closed) => json!({ "enum": closed }),
        None => has_value(),
    }
}

/// Each case of an option that demands something, with what it demands.
fn cases(area: &Area, of: &str) -> Vec<(Case, Vec<Value>)> {
    let mut cases: Vec<Case> = values(area, of).into_iter().map(Case::Value).collect();
    if closed(area, of).is_none() {
        cases.push(Case::Other);
    }
    cases.push(Case::Missing);
    let demanding = cases.into_iter().map(|case| {
        let rules = inherited(area, of, &case);
        (case, rules)
    });
    demanding.filter(|(_, rules)| !rules.is_empty()).collect()
}

/// At the object that holds the list: what each value of an option demands of the records without their own.
pub(in crate::schema) fn branches(area: &Area) -> Vec<Value> {
    let mut branches = Vec::new();
    for (option, of) in stand_ins(area) {
        let with = |value: Value| json!({ "required": [option], "properties": { option: value } });
        for (case, _) in cases(area, of) {
            let records = records(area, &case.definition(of));
            branches.push(match &case {
                Case::Value(value) => json!({ "if": with(json!({ "const": value })), "then": records }),
                Case::Other => {
                    let known: Vec<Value> =
                        values(area, of).into_iter().chain([json!(null), json!("")]).collect();
                    json!({ "if": with(json!({ "not": { "enum": known } })), "then": records })
                }
                Case::Missing => json!({ "if": with(usable(area, of)), "else": records }),
            });
        }
        if requires(area, of) {
            branches.push(json!({ "if": with(usable(area, of)), "else": records(area, &own_name(of)) }));
        }
    }
    branches
}

/// The records of the list, or the one object in its place, held to a definition.
fn records(area: &Area, definition: &str) -> Value {
    let reference = json!({ "$ref": format!("#/$defs/{definition}") });
    let list = if area.list.one_object.is_some() {
        let one = json!({ "type": "object" });
        json!({ "type": ["array", "object"], "if": one, "then": reference, "else": { "items": reference } })
    } else {
        json!({ "type": "array", "items": reference })
    };
    json!({ "properties": { area.list.name.as_str(): list } })
}

/// The definitions that the branches name.
pub(in crate::schema) fn definitions(area: &Area) -> Map<String, Value> {
    let mut definitions = Map::new();
    for (_, of) in stand_ins(area) {
        for (case, rules) in cases(area, of) {
            let schema = json!({
                "description": format!("A record without a {of} of its own, where the one beside the list stands in."),
                "type": "object",
                "if": place::with(of, has_value()),
                "else": { "allOf": rules }
            });
            definitions.insert(case.definition(of), schema);
        }
        if requires(area, of) {
            let mut own = Map::from_iter([("type".to_owned(), json!("object"))]);
            if let Some(Value::Object(needs)) = required::schema(area, &[of.to_owned()]) {
                own.extend(needs);
            }
            definitions.insert(own_name(of), Value::Object(own));
        }
    }
    definitions
}

fn stand_ins(area: &Area) -> impl Iterator<Item = (&str, &str)> {
    area.envelope.iter().filter_map(|option| Some((option.name.as_str(), option.stands_in_for.as_deref()?)))
}

/// Whether a rule always requires the field.
fn requires(area: &Area, of: &str) -> bool {
    area.rules
        .iter()
        .any(|rule| always_requires(rule) && rule.constraint.required().iter().any(|path| path == of))
}

fn own_name(of: &str) -> String {
    definition_name(&format!("own-{of}"))
}

/// A name that a reference can hold as it is.
fn definition_name(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}
