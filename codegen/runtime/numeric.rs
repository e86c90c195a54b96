//! Numbers that may be written as text.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A number, or text that contains one.
///
/// ```
/// use tally_generated::runtime::TextOrNumber;
///
/// assert_eq!(serde_json::to_string(&TextOrNumber::from(7)).unwrap(), "7");
/// assert_eq!(serde_json::to_string(&TextOrNumber::from("7")).unwrap(), "\"7\"");
/// ```
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

impl From<i32> for TextOrNumber<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for TextOrNumber<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for TextOrNumber<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<serde_json::Number> for TextOrNumber<'_> {
    fn from(number: serde_json::Number) -> Self {
        Self::Number(number)
    }
}

impl From<String> for TextOrNumber<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
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
