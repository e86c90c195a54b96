//! Scalar values: of members that the spec does not name, and in answers.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value that is neither an object nor a list.
///
/// ```
/// use tally_generated::runtime::Scalar;
///
/// assert_eq!(Scalar::from("north").as_str(), Some("north"));
/// assert_eq!(Scalar::from(7).as_f64(), Some(7.0));
/// assert_eq!(Scalar::from(true).to_string(), "true");
/// assert_eq!(Scalar::Null.as_str(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// Null.
    Null,
    /// True or false.
    Boolean(bool),
    /// A number.
    Number(serde_json::Number),
    /// Text.
    Text(String),
}

impl Scalar {
    /// The text, or `None` if the value is not text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Boolean(_) | Self::Number(_) => None,
        }
    }

    /// The number, or `None` if the value is not a number.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            Self::Null | Self::Boolean(_) | Self::Text(_) => None,
        }
    }

    /// True or false, or `None` if the value is neither.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            Self::Null | Self::Number(_) | Self::Text(_) => None,
        }
    }
}

/// Text stands without quotation marks.
impl fmt::Display for Scalar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Boolean(value) => value.fmt(formatter),
            Self::Number(number) => number.fmt(formatter),
            Self::Text(text) => formatter.write_str(text),
        }
    }
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i32> for Scalar {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Scalar {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<serde_json::Number> for Scalar {
    fn from(number: serde_json::Number) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
