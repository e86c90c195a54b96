//! Text as Hurl reads it.

use std::fmt::Write as _;

use tally_spec::is_unseen;

/// The text as Hurl writes it in quotes, in backticks and in headers: no template, no comment, nothing unseen.
pub(super) fn text(text: &str) -> String {
    let mut safe = String::new();
    let mut last = ' ';
    for character in text.chars() {
        match character {
            '"' | '\\' | '`' | '#' => {
                safe.push('\\');
                safe.push(character);
            }
            // Two braces begin a template, unless one is an escape.
            '{' if last == '{' => safe.push_str("\\u{7b}"),
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            other if is_unseen(other) || other.is_control() => {
                // Writing to a String does not fail.
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(other));
            }
            other => safe.push(other),
        }
        last = character;
    }
    safe
}

/// A text in quotes.
pub(super) fn quoted(raw: &str) -> String {
    format!("\"{}\"", text(raw))
}

/// A text of which a regular expression takes each character for itself.
pub(super) fn literally(raw: &str) -> String {
    let mut safe = String::new();
    for character in raw.chars() {
        if character.is_ascii_punctuation() {
            safe.push('\\');
        }
        safe.push(character);
    }
    safe
}

/// A path of which Hurl takes no character for its own.
pub(super) fn path(raw: &str) -> String {
    let mut safe = String::new();
    for byte in raw.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => safe.push(char::from(byte)),
            b'/' | b'-' | b'.' | b'_' | b'~' | b'%' | b'?' | b'&' | b'=' | b'+' | b':' | b'@' => {
                safe.push(char::from(byte));
            }
            // Writing to a String does not fail.
            _ => drop(write!(safe, "%{byte:02X}")),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::hostile::text as hostile;
    use super::*;

    /// Reads a text as Hurl does, between quotes or backticks. `None` if it ends early or holds a template.
    fn read(safe: &str) -> Option<String> {
        let mut read = String::new();
        let mut letters = safe.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '"' | '`' | '#' | '\n' | '\r' | '\t' => return None,
                '{' if letters.peek() == Some(&'{') => return None,
                '\\' => read.push(match letters.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => {
                        let digits: String =
                            letters.by_ref().skip(1).take_while(|letter| *letter != '}').collect();
                        char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                    }
                    other @ ('"' | '\\' | '`' | '#') => other,
                    _ => return None,
                }),
                other => read.push(other),
            }
        }
        Some(read)
    }

    proptest! {
        #[test]
        fn hurl_reads_the_same_text_and_no_template(raw in hostile()) {
            let safe = text(&raw);
            prop_assert!(!safe.chars().any(|letter| letter.is_control() || is_unseen(letter)));
            prop_assert_eq!(read(&safe), Some(raw));
        }

        #[test]
        fn a_path_holds_nothing_of_hurls_own(raw in hostile()) {
            let taken = |letter: char| " #{}\"'`\\[]<>|^\n".contains(letter) || !letter.is_ascii();
            prop_assert!(!path(&raw).contains(taken), "{}", path(&raw));
        }
    }
}
