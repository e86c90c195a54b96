//! What a field must be kept as, and why.

use serde_json::Value;

pub(super) use crate::check::registry::stored as check;

/// What a field must be kept as.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Due {
    /// Whatever it is: the contract leaves it open.
    Any,
    /// One of these; none for no value.
    OneOf(Vec<Option<Value>>),
    /// Anything but these.
    Not(Vec<Value>),
}

impl Due {
    /// That value and no other.
    pub(super) fn is(value: Value) -> Self {
        Self::OneOf(vec![Some(value)])
    }

    /// No value.
    pub(super) fn absent() -> Self {
        Self::OneOf(vec![None])
    }

    /// The values that it may be; none where that is open, or it may be absent.
    pub(super) fn values(&self) -> Option<Vec<Value>> {
        match self {
            Self::OneOf(values) => values.iter().cloned().collect(),
            Self::Any | Self::Not(_) => None,
        }
    }
}

/// What an expectation rests on.
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

/// A field's expectation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    pub(super) due: Due,
    pub(super) why: Basis,
}
