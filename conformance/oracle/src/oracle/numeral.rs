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

/// Whether text is digits with a fraction that is not all zeros, perhaps after a plus.
pub(super) fn has_fraction(text: &str) -> bool {
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = unsigned.split_once('.');
    parts.is_some_and(|(whole, fraction)| {
        are_digits(whole) && are_digits(fraction) && fraction.bytes().any(|byte| byte != b'0')
    })
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
    if spells { standing_for(text) } else { None }
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

/// From here on not every whole number is an `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The `f64` that stands for a number as it was written: the nearest one. If that has lost digits and the number is
/// below 2^53, it is the next `f64` on the number's own side, so that a bound which the number passes is passed, and
/// a divisor that does not divide it does not.
fn standing_for(text: &str) -> Option<f64> {
    let nearest: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
    let is_short = text.len() <= 15 && !text.contains(['e', 'E']);
    if is_short || nearest.abs() >= EXACT {
        return Some(nearest);
    }
    let size = scientific(text).cmp(&scientific(&format!("{nearest:e}")));
    let order = if text.starts_with('-') { size.reverse() } else { size };
    Some(match order {
        Ordering::Less => nearest.next_down(),
        Ordering::Equal => nearest,
        Ordering::Greater => nearest.next_up(),
    })
}

/// A number's size: the power of ten of its first digit that is not zero, and its digits from there, without zeros
/// at the end. Zero has no digits, and is below any other.
fn scientific(text: &str) -> (i64, String) {
    let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let unsigned = mantissa.trim_start_matches(['+', '-']);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    let zeros = digits.len() - significant.len();
    let significant = significant.trim_end_matches('0');
    if significant.is_empty() {
        return (i64::MIN, String::new());
    }
    // A power that is no `i64` makes the number zero or infinite, whatever its digits.
    let power =
        power.parse::<i64>().unwrap_or(if power.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 });
    let length = |length: usize| i64::try_from(length).unwrap_or(i64::MAX / 4);
    (power.saturating_add(length(whole.len())).saturating_sub(length(zeros)), significant.to_owned())
}

/// Reads JSON: its numbers are those that stand for what is written. `None` if it is not JSON.
pub(super) fn read_json(bytes: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut rewritten = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = end_of_text(bytes, at),
            b'-' | b'0'..=b'9' => {
                let start = at;
                while bytes
                    .get(at)
                    .is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
                {
                    at += 1;
                }
                if let Some(number) = stand_in(&text[start..at]) {
                    rewritten.push_str(&text[copied..start]);
                    rewritten.push_str(&number);
                    copied = at;
                }
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return serde_json::from_slice(bytes).ok();
    }
    rewritten.push_str(&text[copied..]);
    serde_json::from_str(&rewritten).ok()
}

/// The offset behind the text that starts at a quote.
fn end_of_text(bytes: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

/// What to write in place of a number, if its nearest `f64` has lost digits.
fn stand_in(number: &str) -> Option<String> {
    let nearest: f64 = serde_json::from_str(number).ok()?;
    let standing = standing_for(number)?;
    (standing.to_bits() != nearest.to_bits()).then(|| format!("{standing:e}"))
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

    #[test]
    fn numbers_with_lost_digits_stand_on_their_own_side() {
        for (text, standing) in [
            ("10", 10.0),
            ("10.00000000000000000000", 10.0),
            ("100000000000000000000e-19", 10.0),
            ("10.0000000000000000000001", 10_f64.next_up()),
            ("9.9999999999999999999999", 10_f64.next_down()),
            ("-10.0000000000000000000001", (-10_f64).next_down()),
            ("100000000000000000000001e-22", 10_f64.next_up()),
            ("0.1", 0.1),
            ("0.1000000000000000000001", 0.1_f64.next_up()),
            ("1e-400", 0_f64.next_up()),
            ("-1e-400", 0_f64.next_down()),
            ("1e-99999999999999999999", 0_f64.next_up()),
            ("0e-400", 0.0),
            ("1e300", 1e300),
        ] {
            assert_eq!(standing_for(text), Some(standing), "{text}");
            let json = read_json(format!("[{text}, \"\\\"{text}\"]").as_bytes()).expect("it is JSON");
            assert_eq!(json[0].as_f64(), Some(standing), "{text}");
            assert_eq!(json[1].as_str(), Some(format!("\"{text}").as_str()), "{text}");
        }
        for text in ["1e400", "01.0000000000000000000001", "1.0000000000000000e", "[1.00000000000000001e0"] {
            assert_eq!(read_json(text.as_bytes()), None, "{text}");
        }
    }
}
