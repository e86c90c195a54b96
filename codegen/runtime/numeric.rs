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

/// The whole numbers up to here are the same to an `f64` and to the one who wrote them.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether a number is a whole multiple of a divisor above 0; `raw` is the number as it was written.
///
/// Whole numbers of 64 bits are divided as such, others as the `f64` they are nearest to. If the divisor has a
/// fraction, both are taken for the decimals that they print as: 0.3 is a multiple of 0.1.
#[inline]
pub(super) fn is_multiple(number: f64, raw: &str, divisor: f64) -> bool {
    if divisor.fract() != 0.0 {
        return is_multiple_in_decimals(number, divisor);
    }
    if number.abs() < EXACT || divisor > EXACT {
        return number.fract() == 0.0 && (divisor.to_bits() == 1_f64.to_bits() || number % divisor == 0.0);
    }
    is_large_multiple(number, raw, divisor)
}

#[cold]
#[expect(clippy::cast_possible_truncation, reason = "the divisor is whole, and at most 2^53")]
fn is_large_multiple(number: f64, raw: &str, divisor: f64) -> bool {
    let of_64_bits = i128::from(i64::MIN)..=i128::from(u64::MAX);
    match raw.parse::<i128>().ok().filter(|whole| of_64_bits.contains(whole)) {
        Some(whole) => whole % (divisor as i128) == 0,
        None => number % divisor == 0.0,
    }
}

#[cold]
fn is_multiple_in_decimals(number: f64, divisor: f64) -> bool {
    let ((digits, places), (by, by_places)) = (decimal(number), decimal(divisor));
    // No digits end in zero: those of a number with more places don't divide by ten.
    let rest = || (places..by_places).fold(digits % by.max(1), |rest, _| rest * 10 % by.max(1));
    digits == 0 || (places <= by_places && rest() == 0)
}

/// The shortest digits that a number prints as, none of them a zero at the end, and how many of them are
/// behind the point. Digits are at most 17.
fn decimal(number: f64) -> (u64, i32) {
    let text = format!("{:e}", number.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (unit, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let places = i32::try_from(fraction.len()).unwrap_or_default();
    let digits = [unit, fraction].concat().parse().unwrap_or_default();
    (digits, places - exponent.parse::<i32>().unwrap_or_default())
}
