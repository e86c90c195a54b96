//! Hurl's assertions that a response does not contain the token, in any spelling.
//!
//! A file holds no token: Hurl reads it from a variable, and other spellings have to be made from that. The captures
//! build a regular expression for each of them, by Hurl's filters, in a variable of its own that is redacted as well.

use super::TOKEN;
use super::hurl_text::quoted;

/// An expression that matches nothing.
const NOTHING: &str = r"[^\s\S]";

/// The variables with the expressions.
const SPELT: &str = "token_spelt";
const DIGITS: &str = "token_digits";
const BASE64: [&str; 3] = ["token_base64_0", "token_base64_1", "token_base64_2"];

/// Matches one byte of the token, whose hexadecimal digits are `$1`: as it is, after backslashes, or escaped as in JSON
/// or in URLs; each of these escapes may itself be written with the other.
const BYTE: &str = r"(?:(?:\\|%5[Cc])*\x$1|(?:\\|%5[Cc])+u00(?i:$1)|(?:%(?:25)?|\\+u0025)(?i:$1))";

/// Match the two characters of base64 that are neither letters nor digits, in both alphabets, escaped or not.
const PLUS: &str = r"(?:[+-]|%2[Bb]|\\+u002[Bb])";
const SLASH: &str = r"(?:\\*/|_|%2[Ff]|\\+u002[Ff])";

/// Returns the lines for `[Captures]` that make the expressions.
pub(super) fn captures() -> Vec<String> {
    let hex = ["utf8Encode".to_owned(), "toHex".to_owned()];
    // A short token is a word: its hexadecimal digits and its base64 could stand in any text.
    let digits = [hex.to_vec(), vec![replaced("^.{0,15}$", NOTHING)]].concat();
    let spelt = [hex.to_vec(), vec![replaced("(..)", BYTE)]].concat();
    let base64 = BASE64.iter().enumerate().map(|(shift, name)| capture(name, &base64(shift)));
    [capture(SPELT, &spelt), capture(DIGITS, &digits)].into_iter().chain(base64).collect()
}

/// The filters that make an expression of the token's base64 if `shift` bytes stand before it in a group of three.
fn base64(shift: usize) -> Vec<String> {
    let mut filters = Vec::new();
    if shift > 0 {
        filters.push(replaced("^", &"x".repeat(shift)));
    }
    filters.extend(["utf8Encode".to_owned(), "base64Encode".to_owned()]);
    // The first and the last character also hold bits of what stands around the token.
    filters.push(replaced(".=+$", ""));
    if shift > 0 {
        filters.push(replaced(&format!("^{}", ".".repeat(shift + 1)), ""));
    }
    filters.extend([replaced("^.{0,9}$", NOTHING), replaced("[+]", PLUS), replaced("/", SLASH)]);
    filters
}

/// Returns the lines for `[Asserts]` that hold if what the query finds contains no spelling of the token.
pub(super) fn asserts(query: &str) -> Vec<String> {
    let lacks = |pattern: String| format!("{query} not matches \"{pattern}\"");
    let mut lines = vec![
        format!("{query} not contains \"{{{{{TOKEN}}}}}\""),
        lacks(format!("{{{{{SPELT}}}}}")),
        lacks(format!("(?i){{{{{DIGITS}}}}}")),
    ];
    lines.extend(BASE64.map(|name| lacks(format!("{{{{{name}}}}}"))));
    lines
}

fn capture(name: &str, filters: &[String]) -> String {
    format!("{name}: variable {} {} redact", quoted(TOKEN), filters.join(" "))
}

fn replaced(pattern: &str, by: &str) -> String {
    format!("replaceRegex {} {}", quoted(pattern), quoted(by))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use regex_lite::Regex;

    use super::*;

    /// The quoted texts of a line, as Hurl reads them, each with what stands before it.
    fn quotes(line: &str) -> Vec<(String, String)> {
        let (mut found, mut letters) = (Vec::new(), line.chars());
        loop {
            let before: String = letters.by_ref().take_while(|letter| *letter != '"').collect();
            let mut text = String::new();
            loop {
                match letters.next() {
                    Some('\\') => text.extend(letters.next()),
                    Some('"') => break,
                    Some(letter) => text.push(letter),
                    None => return found,
                }
            }
            found.push((before.trim().to_owned(), text));
        }
    }

    /// The variables that the captures make of a token, by Hurl's filters.
    fn variables(token: &str) -> Vec<(String, String)> {
        let one = |line: String| {
            let (name, rest) = line.split_once(": variable ").expect("a variable's query");
            let mut value = token.to_owned();
            let mut parts = quotes(rest).into_iter().skip(1);
            while let Some((filters, pattern)) = parts.next() {
                for filter in filters.split(' ') {
                    value = match filter {
                        "toHex" => {
                            value.bytes().fold(String::new(), |all, byte| all + &format!("{byte:02x}"))
                        }
                        "base64Encode" => STANDARD.encode(&value),
                        "utf8Encode" => value,
                        "replaceRegex" => {
                            let (between, by) = parts.next().expect("a replacement");
                            assert_eq!(between, "");
                            let pattern = Regex::new(&pattern).expect("an expression");
                            pattern.replace_all(&value, by.as_str()).into_owned()
                        }
                        other => panic!("{other} is no filter"),
                    };
                }
            }
            (name.to_owned(), value)
        };
        captures().into_iter().map(one).collect()
    }

    /// Whether every assertion holds for a body.
    fn hold(token: &str, body: &str) -> bool {
        let mut variables = variables(token);
        variables.push((TOKEN.to_owned(), token.to_owned()));
        let filled = |text: &str| {
            variables
                .iter()
                .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
        };
        asserts("body").iter().all(|line| {
            let (predicate, wanted) = quotes(line).remove(0);
            match predicate.as_str() {
                "body not contains" => !body.contains(&filled(&wanted)),
                "body not matches" => !Regex::new(&filled(&wanted)).expect("an expression").is_match(body),
                other => panic!("{other} is no predicate"),
            }
        })
    }

    fn spelt(token: &str) -> Vec<String> {
        let each = |escape: fn(u8) -> String| token.bytes().map(escape).collect::<String>();
        vec![
            token.to_owned(),
            token.replace('/', "\\/"),
            each(|byte| format!("\\u{byte:04x}")),
            each(|byte| format!("\\\\u{byte:04X}")),
            each(|byte| if byte % 2 == 0 { format!("\\u{byte:04X}") } else { char::from(byte).to_string() }),
            each(|byte| format!("%{byte:02x}")),
            each(|byte| format!("%25{byte:02X}")),
            each(|byte| format!("%{byte:02x}")).replace('%', "\\u0025"),
            each(|byte| format!("{byte:02x}")),
            each(|byte| format!("{byte:02X}")),
            STANDARD.encode(token).replace('/', "\\/"),
            STANDARD.encode(format!("x{token}yz")),
            URL_SAFE_NO_PAD.encode(format!("xy{token}z")),
            STANDARD.encode(token).replace('/', "%2F").replace('+', "%2b"),
        ]
    }

    #[test]
    fn hurl_finds_each_spelling_of_the_token() {
        for token in ["Zq9/a+secret.token-0123456789abcdef", "00D!AQ.x/y==", "????>>>>~~~~"] {
            for spelt in spelt(token) {
                assert!(!hold(token, &format!(r#"{{"a":"x {spelt}."}}"#)), "{token} as {spelt}");
            }
            assert!(hold(token, r#"{"a":"100% of \u0041 and c29tZXRoaW5nIGVsc2U="}"#), "{token}");
        }
    }

    #[test]
    fn a_word_is_looked_for_only_as_it_is() {
        assert!(hold("abc", r#"{"a":"YWJj and 616263, ab c"}"#));
        assert!(!hold("abc", r#"{"a":"abc"}"#));
    }

    proptest! {
        #[test]
        fn other_text_does_not_spell_it(token in "[a-z]{8,12}[0-9]", text in "[^0-9]{0,200}") {
            prop_assert!(hold(&token, &text));
        }
    }
}
