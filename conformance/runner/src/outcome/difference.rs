//! What was expected and what was found, to be compared by eye.

use std::fmt::Display;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::laid_out::{compact, pretty};

/// The most bytes of a value that are written out.
const MOST: usize = 8_000;

/// The part of an answer that is not as expected, in both forms: a line each, or JSON over several lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "difference", deny_unknown_fields)]
pub struct Difference {
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl Difference {
    /// Two texts.
    #[must_use]
    pub fn new(expected: impl Display, found: impl Display) -> Self {
        Self { expected: expected.to_string(), found: found.to_string() }
    }

    /// Two values of one member.
    #[must_use]
    pub fn of_member(name: &str, expected: &Value, found: Option<&Value>) -> Self {
        Self::new(
            member(name, expected),
            found.map_or_else(|| format!("no {name:?}"), |found| member(name, found)),
        )
    }

    /// Two HTTP statuses.
    #[must_use]
    pub fn of_statuses(expected: u16, found: u16) -> Self {
        Self::new(format!("HTTP {expected}"), format!("HTTP {found}"))
    }

    /// Two forms of one JSON value.
    #[must_use]
    pub fn of_values(expected: &Value, found: &Value) -> Self {
        Self::new(pretty(expected, MOST), pretty(found, MOST))
    }
}

fn member(name: &str, value: &Value) -> String {
    format!("{name:?}: {}", compact(value, MOST))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_missing_member_is_said_to_be_missing() {
        let difference = Difference::of_member("failed", &json!(1), None);
        assert_eq!(difference, Difference::new("\"failed\": 1", "no \"failed\""));
    }
}
