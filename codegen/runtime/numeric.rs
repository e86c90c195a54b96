//! Numbers that may be spelt as text.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A number, or text that spells one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TextOrNumber<'a> {
    /// A JSON number.
    Number(serde_json::Number),
    /// Text, such as `"7"`.
    #[serde(borrow)]
    Text(Cow<'a, str>),
}

impl From<u32> for TextOrNumber<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl<'a> From<&'a str> for TextOrNumber<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

/// The value of text that spells a whole number: digits, perhaps a plus before and a fraction of zero behind.
pub(super) fn spelt(text: &str) -> Option<f64> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let zeros = !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0');
    if digits(whole) && zeros { whole.parse().ok() } else { None }
}
