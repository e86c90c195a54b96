//! Numbers that may be written as text.

use std::borrow::Cow;
use std::cmp::Ordering;

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

/// A number as it was written, in JSON or as text, with the `f64` nearest to it.
#[derive(Debug)]
pub(super) struct Written<'a> {
    value: f64,
    raw: Cow<'a, str>,
}

/// A number of no more characters, and without an exponent, has no digits that an `f64` does not keep.
const KEPT: usize = 15;

/// The whole numbers up to here are the same to an `f64` and to the one who wrote them.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// More of a number is not shown.
const SHOWN: usize = 40;

/// Numbers below 2^53 and whole numbers of 64 bits are compared and divided by all their digits. All others are the
/// `f64` they are nearest to. A bound or a divisor is the decimal that it prints as.
impl<'a> Written<'a> {
    #[inline]
    pub(super) const fn new(value: f64, raw: Cow<'a, str>) -> Self {
        Self { value, raw }
    }

    /// The number that text spells: digits, perhaps a plus before them, and a fraction after them, of zeros unless
    /// `fraction` allows any.
    pub(super) fn spelt(text: Cow<'a, str>, fraction: bool) -> Option<Self> {
        let unsigned = text.strip_prefix('+').unwrap_or(&text);
        let (whole, places) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let zeros = || places.bytes().all(|byte| byte == b'0');
        let spells = digits(whole) && digits(places) && (fraction || zeros());
        let value = unsigned.parse().ok().filter(|_| spells)?;
        Some(Self { value, raw: text })
    }

    /// How it compares with a bound.
    #[inline]
    pub(super) fn compare(&self, bound: f64) -> Ordering {
        match self.value.partial_cmp(&bound) {
            // The nearest `f64` of a number that is below a bound is not above it.
            Some(Ordering::Equal) if self.raw.len() > 2 => self.compare_digits(bound),
            Some(order) => order,
            None => Ordering::Equal,
        }
    }

    #[cold]
    #[expect(clippy::cast_possible_truncation, reason = "equal to a whole number of 64 bits")]
    fn compare_digits(&self, bound: f64) -> Ordering {
        if self.keeps_digits() {
            return Ordering::Equal;
        }
        if self.value.abs() < EXACT {
            return Decimal::read(&self.raw).compare(&Decimal::read(&format!("{bound:e}")));
        }
        self.whole().map_or(Ordering::Equal, |whole| whole.cmp(&(bound as i128)))
    }

    /// Whether it is a whole multiple of a divisor above 0.
    #[inline]
    pub(super) fn is_multiple(&self, divisor: f64) -> bool {
        if divisor.fract() != 0.0 || self.value.abs() >= EXACT {
            return self.is_odd_multiple(divisor);
        }
        let nearly =
            self.value.fract() == 0.0 && (divisor.to_bits() == 1_f64.to_bits() || self.value % divisor == 0.0);
        nearly && (self.keeps_digits() || Decimal::read(&self.raw).is_multiple(divisor))
    }

    #[cold]
    #[expect(clippy::cast_possible_truncation, reason = "the divisor is whole, and at most 2^53")]
    fn is_odd_multiple(&self, divisor: f64) -> bool {
        if self.value.abs() < EXACT {
            return Decimal::read(&self.raw).is_multiple(divisor);
        }
        if divisor.fract() != 0.0 {
            return Decimal::read(&format!("{:e}", self.value)).is_multiple(divisor);
        }
        match self.whole().filter(|_| divisor <= EXACT) {
            Some(whole) => whole % (divisor as i128) == 0,
            None => self.value % divisor == 0.0,
        }
    }

    /// Whether the nearest `f64` is the number as it was written.
    #[inline]
    fn keeps_digits(&self) -> bool {
        self.raw.len() <= KEPT && !self.raw.bytes().any(|byte| matches!(byte, b'e' | b'E'))
    }

    /// The whole number of 64 bits that it is.
    fn whole(&self) -> Option<i128> {
        let of_64_bits = i128::from(i64::MIN)..=i128::from(u64::MAX);
        self.raw.parse::<i128>().ok().filter(|whole| of_64_bits.contains(whole))
    }

    /// The number as it was written, if it is not too long to read.
    pub(super) fn shown(&self) -> String {
        match self.raw.get(..SHOWN) {
            Some(start) if self.raw.len() > SHOWN => format!("{start}…"),
            _ => self.raw.to_string(),
        }
    }
}

/// A decimal: digits, and the power of ten that they are multiplied by.
#[derive(Debug, Clone, Copy)]
struct Decimal<'t> {
    negative: bool,
    whole: &'t [u8],
    fraction: &'t [u8],
    exponent: i64,
}

/// An exponent beyond this is as good as this: no text has so many digits.
const FARTHEST: i64 = 1 << 48;

/// A number of digits.
fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(FARTHEST)
}

impl<'t> Decimal<'t> {
    /// Reads a number, which must be well-formed.
    fn read(text: &'t str) -> Self {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let unsigned = mantissa.trim_start_matches(['-', '+']);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let too_far = if exponent.starts_with('-') { -FARTHEST } else { FARTHEST };
        let exponent = exponent.parse::<i64>().unwrap_or(too_far).clamp(-FARTHEST, FARTHEST);
        let negative = mantissa.starts_with('-');
        Self { negative, whole: whole.as_bytes(), fraction: fraction.as_bytes(), exponent }
    }

    fn all_digits(self) -> impl DoubleEndedIterator<Item = u8> {
        self.whole.iter().chain(self.fraction).copied()
    }

    /// The power of ten of the first digit that is not zero. `None` for zero.
    fn first(self) -> Option<i64> {
        let zeros = self.all_digits().position(|digit| digit != b'0')?;
        Some(signed(self.whole.len()) - signed(zeros) - 1 + self.exponent)
    }

    fn compare(&self, other: &Decimal<'_>) -> Ordering {
        let (first, others) = match (self.first(), other.first()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) if other.negative => return Ordering::Greater,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), _) if self.negative && !(other.negative && other.first().is_some()) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(_), Some(_)) if other.negative && !self.negative => return Ordering::Greater,
            (Some(first), Some(others)) => (first, others),
        };
        let size = first.cmp(&others).then_with(|| self.compare_significant(other));
        if self.negative { size.reverse() } else { size }
    }

    /// Compares the digits from the first that is not zero.
    fn compare_significant(&self, other: &Decimal<'_>) -> Ordering {
        let is_zero = |digit: &u8| *digit == b'0';
        let mut ours = self.all_digits().skip_while(is_zero);
        let mut theirs = other.all_digits().skip_while(is_zero);
        loop {
            let pair = (ours.next(), theirs.next());
            if pair == (None, None) {
                return Ordering::Equal;
            }
            match pair.0.unwrap_or(b'0').cmp(&pair.1.unwrap_or(b'0')) {
                Ordering::Equal => {}
                order => return order,
            }
        }
    }

    /// Whether it is a whole multiple of a divisor above 0. It must be below 2^53 or one that an `f64` prints as.
    fn is_multiple(self, divisor: f64) -> bool {
        let text = format!("{divisor:e}");
        let by = Decimal::read(&text);
        let step = |rest: u128, digit: u8| rest * 10 + u128::from(digit - b'0');
        // An `f64` prints at most 17 digits, none of them a zero at the end unless it is the only one.
        let divisor = by.all_digits().fold(0, step).max(1);
        let by_places = signed(by.fraction.len()) - by.exponent;
        let zeros = self.all_digits().rev().take_while(|digit| *digit == b'0').count();
        let length = self.whole.len() + self.fraction.len() - zeros;
        if length == 0 {
            return true;
        }
        let places = signed(self.fraction.len()) - signed(zeros) - self.exponent;
        // Its digits don't end in zero, so ten does not divide them.
        if places > by_places {
            return false;
        }
        let rest = self.all_digits().take(length).fold(0, |rest, digit| step(rest, digit) % divisor);
        (places..by_places).fold(rest, |rest, _| rest * 10 % divisor) == 0
    }
}
