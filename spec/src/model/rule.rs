//! Rules: what a record must be, beyond the types of its fields.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Cites;
use super::wire::RuleTable;

/// A condition on a record, with request options standing in for fields that say so.
///
/// It holds if the field has a value (neither absent nor null nor empty text) and, with `const`
/// or `enum`, if that value is one of those given.
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

/// One rule of an area: a constraint, and when it applies.
///
/// A file gives exactly one constraint, by its keyword: `required`, `anyOf`, `minimum` and/or `maximum`,
/// `multipleOf`, `maxLength`, `pattern`, `contains`, `exists` or `memberOf`. All but the first two constrain the
/// value of `field`, if it has one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "RuleTable", into = "RuleTable")]
pub struct Rule {
    /// What must hold.
    pub constraint: Constraint,
    /// Statements that the rule comes from; violations name the first.
    pub statement: Cites,
    /// The rule applies only if this holds.
    pub when: Option<Condition>,
    /// The rule does not apply if this holds.
    pub unless: Option<Condition>,
    /// The text that an endpoint's error carries for a breach, if it differs from the area's.
    pub message: Option<String>,
}

impl Rule {
    /// Whether the rule applies to every record, whatever its values are.
    #[must_use]
    pub const fn is_unconditional(&self) -> bool {
        self.when.is_none() && self.unless.is_none()
    }

    /// The rule's conditions, `when` first.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.when.iter().chain(&self.unless)
    }
}

/// What a rule demands.
///
/// A field is named by its own name, by `object/member`, or by `array/member` for that member of each object
/// of an array. A field without a value (absent, null or empty text) breaks only `Required` and `AnyOf`.
#[derive(Debug, Clone, PartialEq)]
pub enum Constraint {
    /// Each of these fields has a value.
    Required(Vec<String>),
    /// At least one of these fields has a value.
    AnyOf(Vec<String>),
    /// The number lies between two bounds, both included.
    Range {
        /// The field.
        field: String,
        /// The least value, if there is one.
        minimum: Option<f64>,
        /// The greatest value, if there is one.
        maximum: Option<f64>,
    },
    /// The number is a whole multiple of the divisor.
    MultipleOf {
        /// The field.
        field: String,
        /// The divisor.
        divisor: f64,
    },
    /// The text has at most so many Unicode scalar values.
    MaxLength {
        /// The field.
        field: String,
        /// The limit.
        limit: usize,
    },
    /// The text matches the regular expression.
    Pattern {
        /// The field.
        field: String,
        /// The regular expression.
        pattern: String,
    },
    /// The array holds an object with a value in each of the members.
    Contains {
        /// The field.
        field: String,
        /// The members.
        members: Vec<String>,
    },
    /// What the field names exists in the organisation. Not a rule of shape.
    Exists {
        /// The field.
        field: String,
        /// What becomes of a record that names an unknown one.
        unknown: UnknownThing,
    },
    /// What the field names is among the members of what `of` names. Not a rule of shape.
    MemberOf {
        /// The field.
        field: String,
        /// The field that names the owner.
        of: String,
    },
}

impl Constraint {
    /// The one field whose value is constrained; `None` for constraints on which fields have a value.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Required(_) | Self::AnyOf(_) => None,
            Self::Range { field, .. }
            | Self::MultipleOf { field, .. }
            | Self::MaxLength { field, .. }
            | Self::Pattern { field, .. }
            | Self::Contains { field, .. }
            | Self::Exists { field, .. }
            | Self::MemberOf { field, .. } => Some(field),
        }
    }

    /// The fields that must each have a value; empty unless this is `Required`.
    #[must_use]
    pub fn required(&self) -> &[String] {
        if let Self::Required(fields) = self { fields } else { &[] }
    }

    /// The fields of which at least one must have a value; empty unless this is `AnyOf`.
    #[must_use]
    pub fn any_of(&self) -> &[String] {
        if let Self::AnyOf(fields) = self { fields } else { &[] }
    }

    /// The least value of a `Range`.
    #[must_use]
    pub const fn minimum(&self) -> Option<f64> {
        if let Self::Range { minimum, .. } = self { *minimum } else { None }
    }

    /// The greatest value of a `Range`.
    #[must_use]
    pub const fn maximum(&self) -> Option<f64> {
        if let Self::Range { maximum, .. } = self { *maximum } else { None }
    }

    /// The divisor of a `MultipleOf`.
    #[must_use]
    pub const fn multiple_of(&self) -> Option<f64> {
        if let Self::MultipleOf { divisor, .. } = self { Some(*divisor) } else { None }
    }

    /// The limit of a `MaxLength`.
    #[must_use]
    pub const fn max_length(&self) -> Option<usize> {
        if let Self::MaxLength { limit, .. } = self { Some(*limit) } else { None }
    }

    /// The regular expression of a `Pattern`.
    #[must_use]
    pub fn pattern(&self) -> Option<&str> {
        if let Self::Pattern { pattern, .. } = self { Some(pattern) } else { None }
    }

    /// The members that `Contains` demands; empty unless this is one.
    #[must_use]
    pub fn contains(&self) -> &[String] {
        if let Self::Contains { members, .. } = self { members } else { &[] }
    }

    /// What becomes of an unknown name; `None` unless this is `Exists`.
    #[must_use]
    pub const fn exists(&self) -> Option<UnknownThing> {
        if let Self::Exists { unknown, .. } = self { Some(*unknown) } else { None }
    }

    /// The field that names the owner; `None` unless this is `MemberOf`.
    #[must_use]
    pub fn member_of(&self) -> Option<&str> {
        if let Self::MemberOf { of, .. } = self { Some(of) } else { None }
    }
}
