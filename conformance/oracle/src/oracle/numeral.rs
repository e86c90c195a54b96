//! Numbers spelt as text.

use std::cmp::Ordering;

use serde_json::Value;

/// The value of plain digits, perhaps with a plus before and a fraction of zeros behind: what is let through.
pub(super) fn spelt(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let digits = match unsigned.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => digits,
        Some(_) => return None,
        None => unsigned,
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

/// Whether text is digits and no more, with no needless zero before them: the one spelling that is settled.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'))
}

/// The value of text by a generous reading: a sign, a fraction, an exponent.
pub(super) fn generous(text: &str) -> Option<f64> {
    let starts = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.');
    let allowed = |byte: u8| starts(byte) || matches!(byte, b'e' | b'E');
    let spells = text.bytes().next().is_some_and(starts) && text.bytes().all(allowed);
    if spells { text.parse().ok().filter(|number: &f64| number.is_finite()) } else { None }
}

/// Whether text holds anything that some endpoint may take for a digit.
pub(super) fn holds_digits(text: &str) -> bool {
    text.chars().any(char::is_numeric)
}

/// Whether two numbers are the same.
pub(super) fn is_same(one: f64, other: f64) -> bool {
    one.partial_cmp(&other) == Some(std::cmp::Ordering::Equal)
}

/// JSON equality: numbers by their value.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left.partial_cmp(&right) == Some(Ordering::Equal),
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_told_apart() {
        for (text, is_spelt, plain, generously) in [
            ("5", true, true, true),
            ("0", true, true, true),
            ("05", true, false, true),
            ("+5", true, false, true),
            ("5.0", true, false, true),
            ("5.5", false, false, true),
            ("-1", false, false, true),
            ("1e1", false, false, true),
            ("5.", false, false, true),
            ("", false, false, false),
            ("abc", false, false, false),
            ("NaN", false, false, false),
            ("１", false, false, false),
            ("1,0", false, false, false),
        ] {
            assert_eq!(spelt(text).is_some(), is_spelt, "{text}");
            assert_eq!(is_plain(text), plain, "{text}");
            assert_eq!(generous(text).is_some(), generously, "{text}");
        }
    }
}
