//! A rule's table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Misfit, listed};
use crate::model::{Cites, Condition, Constraint, Rule, UnknownThing};

const CURE: &str = "a rule has one of required, anyOf, or field with one keyword";

/// A rule as a file writes it: [`Rule`] says which keys go together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schemars(rename = "Rule")]
pub(in crate::model) struct RuleTable {
    /// The fields that must have a value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    required: Vec<String>,
    /// The fields of which at least one must have a value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    any_of: Vec<String>,
    /// The field whose value is constrained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// The least value, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minimum: Option<f64>,
    /// The greatest value, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    maximum: Option<f64>,
    /// The value is a whole multiple of this; 1 for whole numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    multiple_of: Option<f64>,
    /// The most Unicode scalar values in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_length: Option<usize>,
    /// A regular expression that the text matches (the common subset of Rust's and ECMA-262's).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    /// Of an array: at least one of its objects has a value in each of these members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    contains: Vec<String>,
    /// What becomes of a record whose `field` (which has a `kind`) names nothing that exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exists: Option<UnknownThing>,
    /// The field whose thing must list, among its members, what `field` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    member_of: Option<String>,
    /// Statements that the rule comes from; violations name the first.
    statement: Cites,
    /// The rule applies only if this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<Condition>,
    /// The rule does not apply if this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unless: Option<Condition>,
    /// The text an endpoint's error carries for a breach, if it differs from the area's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl TryFrom<RuleTable> for Rule {
    type Error = Misfit;

    fn try_from(mut table: RuleTable) -> Result<Self, Misfit> {
        let constraint = table.constraint()?;
        let RuleTable { statement, when, unless, message, .. } = table;
        Ok(Self { constraint, statement, when, unless, message })
    }
}

impl RuleTable {
    /// The one constraint, taken out of the table.
    fn constraint(&mut self) -> Result<Constraint, Misfit> {
        let misfit = |message: String| Err(Misfit { message, cure: CURE });
        let field = self.field.take();
        let mut found = self.about_presence();
        let about_values = self.about_values(field.as_deref().unwrap_or_default());
        match (&field, found.first(), about_values.first()) {
            (Some(_), Some((key, _)), None) => {
                return misfit(format!("`{key}` lists its fields itself: `field` does not go with it"));
            }
            (None, None, Some((key, _))) => {
                return misfit(format!("the rule has `{key}` and no `field`"));
            }
            _ => found.extend(about_values),
        }
        let keys: Vec<&str> = found.iter().map(|(key, _)| *key).collect();
        match (keys.as_slice(), found.pop()) {
            ([_], Some((_, constraint))) => Ok(constraint),
            ([], _) => misfit("the rule has no constraint".to_owned()),
            (keys, _) => misfit(format!("the rule has more than one constraint: {}", listed(keys))),
        }
    }

    fn about_presence(&mut self) -> Vec<(&'static str, Constraint)> {
        let (required, any_of) = (std::mem::take(&mut self.required), std::mem::take(&mut self.any_of));
        let required = (!required.is_empty()).then_some(("required", Constraint::Required(required)));
        let any_of = (!any_of.is_empty()).then_some(("anyOf", Constraint::AnyOf(any_of)));
        required.into_iter().chain(any_of).collect()
    }

    fn about_values(&mut self, field: &str) -> Vec<(&'static str, Constraint)> {
        let field = || field.to_owned();
        let mut found = Vec::new();
        let (minimum, maximum) = (self.minimum, self.maximum);
        if minimum.is_some() || maximum.is_some() {
            let key = if minimum.is_some() { "minimum" } else { "maximum" };
            found.push((key, Constraint::Range { field: field(), minimum, maximum }));
        }
        if let Some(divisor) = self.multiple_of {
            found.push(("multipleOf", Constraint::MultipleOf { field: field(), divisor }));
        }
        if let Some(limit) = self.max_length {
            found.push(("maxLength", Constraint::MaxLength { field: field(), limit }));
        }
        if let Some(pattern) = self.pattern.take() {
            found.push(("pattern", Constraint::Pattern { field: field(), pattern }));
        }
        if !self.contains.is_empty() {
            let members = std::mem::take(&mut self.contains);
            found.push(("contains", Constraint::Contains { field: field(), members }));
        }
        if let Some(unknown) = self.exists {
            found.push(("exists", Constraint::Exists { field: field(), unknown }));
        }
        if let Some(of) = self.member_of.take() {
            found.push(("memberOf", Constraint::MemberOf { field: field(), of }));
        }
        found
    }
}

impl From<Rule> for RuleTable {
    fn from(rule: Rule) -> Self {
        let Rule { constraint, statement, when, unless, message } = rule;
        let mut table = Self {
            required: Vec::new(),
            any_of: Vec::new(),
            field: constraint.field().map(str::to_owned),
            minimum: None,
            maximum: None,
            multiple_of: None,
            max_length: None,
            pattern: None,
            contains: Vec::new(),
            exists: None,
            member_of: None,
            statement,
            when,
            unless,
            message,
        };
        match constraint {
            Constraint::Required(fields) => table.required = fields,
            Constraint::AnyOf(fields) => table.any_of = fields,
            Constraint::Range { minimum, maximum, .. } => (table.minimum, table.maximum) = (minimum, maximum),
            Constraint::MultipleOf { divisor, .. } => table.multiple_of = Some(divisor),
            Constraint::MaxLength { limit, .. } => table.max_length = Some(limit),
            Constraint::Pattern { pattern, .. } => table.pattern = Some(pattern),
            Constraint::Contains { members, .. } => table.contains = members,
            Constraint::Exists { unknown, .. } => table.exists = Some(unknown),
            Constraint::MemberOf { of, .. } => table.member_of = Some(of),
        }
        table
    }
}
