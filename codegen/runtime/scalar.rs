//! Values of custom fields.

use serde::{Deserialize, Serialize};

/// A scalar value: of a field that no spec names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// No value.
    Null,
    /// True or false.
    Boolean(bool),
    /// A number.
    Number(serde_json::Number),
    /// Text.
    Text(String),
}
