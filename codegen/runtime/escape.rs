//! Escapes in text.

use super::reader::{NotJson, Read};

/// The offset after the escape whose backslash is at `at`. Surrogates must come in pairs.
pub(super) fn end_of_escape(bytes: &[u8], at: usize) -> Read<usize> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => match four_digits(bytes, at + 2)? {
            0xDC00..=0xDFFF => Err(NotJson::LoneSurrogate),
            0xD800..=0xDBFF if low_surrogate(bytes, at + 6).is_none() => Err(NotJson::LoneSurrogate),
            0xD800..=0xDBFF => Ok(at + 12),
            _ => Ok(at + 6),
        },
        Some(_) => Err(NotJson::Escape),
        None => Err(NotJson::End),
    }
}

/// The text with its escapes replaced; all of them are valid.
pub(super) fn written_out(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        text.push_str(plain);
        let length = written(escaped, &mut text);
        rest = escaped.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// Appends the character of the escape after its backslash. Returns the escape's length in bytes.
fn written(escaped: &str, text: &mut String) -> usize {
    let bytes = escaped.as_bytes();
    let letter = match bytes.first() {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let unit = four_digits(bytes, 1).unwrap_or_default();
            return match low_surrogate(bytes, 5).filter(|_| (0xD800..0xDC00).contains(&unit)) {
                Some(low) => {
                    text.extend(char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00)));
                    11
                }
                None => {
                    text.extend(char::from_u32(unit));
                    5
                }
            };
        }
        Some(itself) => char::from(*itself),
        None => return 0,
    };
    text.push(letter);
    1
}

/// The low surrogate whose escape is at `at`, or `None` if there is none.
fn low_surrogate(bytes: &[u8], at: usize) -> Option<u32> {
    let escape = bytes.get(at..at + 2)?;
    let unit = four_digits(bytes, at + 2).ok()?;
    (escape == b"\\u" && (0xDC00..0xE000).contains(&unit)).then_some(unit)
}

fn four_digits(bytes: &[u8], at: usize) -> Read<u32> {
    let digits = bytes.get(at..at + 4).ok_or(NotJson::End)?;
    digits.iter().try_fold(0, |value, digit| {
        let digit = char::from(*digit).to_digit(16).ok_or(NotJson::Escape)?;
        Ok(value * 16 + digit)
    })
}
