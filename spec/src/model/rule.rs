//! Rules: what a record must be, beyond the types of its fields.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Cites;

/// A condition on a record, with values beside the list standing in where a field says so.
///
/// It holds where the field has a value (neither absent nor null nor empty text) and, with `const`
/// or `enum`, where that value is one of those given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Condition {
    /// The field looked at.
    pub field: String,
    /// The value that it must have.
    #[serde(default, rename = "const", skip_serializing_if = "Option::is_none")]
    pub constant: Option<Value>,
    /// The values of which it must have one.
    #[serde(default, rename = "enum", skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<Value>>,
}

/// What becomes of a record that names a thing the organisation does not have.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, std::default::Default,
)]
#[serde(rename_all = "lowercase")]
pub enum UnknownThing {
    /// The record fails.
    #[default]
    Fails,
    /// The contract does not say; a mock takes the record.
    Open,
    /// The thing is made, and the record passes.
    Creates,
}

/// One rule. Exactly one constraint is given, by its keyword: `required`, `anyOf`, `minimum` and/or
/// `maximum`, `multipleOf`, `maxLength`, `pattern`, `contains`, `exists` or `memberOf`. All but the first
/// two constrain the value of `field`, where it has one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Rule {
    /// The fields that must have a value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// The fields of which at least one must have a value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<String>,
    /// The field whose value is constrained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The least value, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    /// The greatest value, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// The value is a whole multiple of this; 1 for whole numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<f64>,
    /// The most Unicode scalar values in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// A regular expression that the text matches (the common subset of Rust's and ECMA-262's).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Of an array: at least one of its objects has a value in each of these members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contains: Vec<String>,
    /// What becomes of a record whose `field` (which has a `kind`) names nothing that exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exists: Option<UnknownThing>,
    /// The field whose thing must list, among its members, what `field` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_of: Option<String>,
    /// Statements that the rule comes from; violations name the first.
    pub statement: Cites,
    /// The rule holds only where this does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// The rule does not hold where this does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<Condition>,
    /// The text an endpoint's error carries for a breach, where it differs from the area's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A rule's one constraint, told apart.
///
/// Fields are named as in [`Rule::field`]: a record's own field, or `array/member` for a member of each
/// object of an array, or `object/member`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Constraint<'a> {
    /// Each of these fields has a value.
    Required(&'a [String]),
    /// At least one of these fields has a value.
    AnyOf(&'a [String]),
    /// The number lies between the two, each included where given.
    Range {
        /// The field.
        field: &'a str,
        /// The least value.
        minimum: Option<f64>,
        /// The greatest value.
        maximum: Option<f64>,
    },
    /// The number is a whole multiple.
    MultipleOf {
        /// The field.
        field: &'a str,
        /// The divisor.
        divisor: f64,
    },
    /// The text has at most so many Unicode scalar values.
    MaxLength {
        /// The field.
        field: &'a str,
        /// The limit.
        limit: usize,
    },
    /// The text matches.
    Pattern {
        /// The field.
        field: &'a str,
        /// The regular expression.
        pattern: &'a str,
    },
    /// The array holds an object with a value in each of the members.
    Contains {
        /// The field.
        field: &'a str,
        /// The members.
        members: &'a [String],
    },
    /// The thing named exists in the organisation. Not a rule of shape.
    Exists {
        /// The field.
        field: &'a str,
        /// What becomes of a record that names an unknown one.
        unknown: UnknownThing,
    },
    /// The thing named is among the members of the thing that `of` names. Not a rule of shape.
    MemberOf {
        /// The field.
        field: &'a str,
        /// The field that names the owner.
        of: &'a str,
    },
}

impl Rule {
    /// The rule's constraint, or none where the table gives none or more than one, which
    /// [`crate::read`] refuses.
    #[must_use]
    pub fn constraint(&self) -> Option<Constraint<'_>> {
        let field = self.field.as_deref();
        let mut found = Vec::new();
        if !self.required.is_empty() {
            found.push(Constraint::Required(&self.required));
        }
        if !self.any_of.is_empty() {
            found.push(Constraint::AnyOf(&self.any_of));
        }
        if let Some(field) = field {
            found.extend(self.constraints_on(field));
        }
        match found.as_slice() {
            [only] if field.is_none() == matches!(only, Constraint::Required(_) | Constraint::AnyOf(_)) => {
                Some(*only)
            }
            _ => None,
        }
    }

    fn constraints_on<'a>(&'a self, field: &'a str) -> Vec<Constraint<'a>> {
        let mut found = Vec::new();
        if self.minimum.is_some() || self.maximum.is_some() {
            let (minimum, maximum) = (self.minimum, self.maximum);
            found.push(Constraint::Range { field, minimum, maximum });
        }
        if let Some(divisor) = self.multiple_of {
            found.push(Constraint::MultipleOf { field, divisor });
        }
        if let Some(limit) = self.max_length {
            found.push(Constraint::MaxLength { field, limit });
        }
        if let Some(pattern) = &self.pattern {
            found.push(Constraint::Pattern { field, pattern });
        }
        if !self.contains.is_empty() {
            let members = &self.contains;
            found.push(Constraint::Contains { field, members });
        }
        if let Some(unknown) = self.exists {
            found.push(Constraint::Exists { field, unknown });
        }
        if let Some(of) = &self.member_of {
            found.push(Constraint::MemberOf { field, of });
        }
        found
    }
}
