//! What a field must be stored as, and why.

use serde_json::Value;

pub(super) use crate::check::registry::stored as check;

/// What a field must be stored as.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expected {
    /// Anything: it is unspecified.
    Any,
    /// One of these; `None` stands for no value.
    OneOf(Vec<Option<Value>>),
    /// Anything but these.
    Not(Vec<Value>),
}

impl Expected {
    /// Exactly that value.
    pub(super) fn is(value: Value) -> Self {
        Self::OneOf(vec![Some(value)])
    }

    /// No value.
    pub(super) fn absent() -> Self {
        Self::OneOf(vec![None])
    }

    /// The values that it may have; `None` if they are unspecified or it may be absent.
    pub(super) fn values(&self) -> Option<Vec<Value>> {
        match self {
            Self::OneOf(values) => values.iter().cloned().collect(),
            Self::Any | Self::Not(_) => None,
        }
    }
}

/// What an expectation depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Basis {
    /// The check that asks.
    pub(super) check: &'static str,
    /// The statements, the principal first.
    pub(super) statements: Vec<String>,
}

impl Basis {
    pub(super) fn new(check: &'static str, statements: Vec<String>) -> Self {
        Self { check, statements }
    }
}

/// What is expected of a field, and on what basis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ExpectedField {
    pub(super) expected: Expected,
    pub(super) basis: Basis,
}
