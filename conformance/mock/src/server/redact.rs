//! Takes tokens out of what is kept of exchanges.

use std::ops::Range;

use bytes::Bytes;
use memchr::memmem::Finder;

/// What replaces a token.
pub(super) const REMOVED: &str = "(removed)";

/// Tokens of fewer bytes that a request carries are words such as `x` or `token`, of which a mock that takes
/// any makes no secret. Tokens that the mock was given are secrets of any length.
const SHORTEST: usize = 8;

/// The most bytes that JSON takes for one of a text's: `\u0041`.
const ESCAPED: usize = 6;

/// The headers that carry secrets, in addition to the one that the contract's authentication names.
const HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// The tokens that no text may show.
pub(crate) struct Redact {
    tokens: Vec<Finder<'static>>,
    header: String,
}

/// The tokens that the texts of one exchange may not show.
pub(crate) struct Tokens<'r> {
    redact: &'r Redact,
    borne: Option<Finder<'static>>,
}

impl Redact {
    /// For a mock with those tokens; its callers send theirs in that header.
    pub(crate) fn new<'t>(tokens: impl Iterator<Item = &'t str>, header: &str) -> Self {
        let tokens = tokens.filter(|token| !token.is_empty());
        let tokens = tokens.map(|token| Finder::new(token).into_owned()).collect();
        Self { tokens, header: header.to_ascii_lowercase() }
    }

    /// For an exchange whose request carries those credentials.
    pub(crate) fn with(&self, credentials: Option<&str>) -> Tokens<'_> {
        let token = credentials.map(|text| text.split_once(' ').map_or(text, |(_, token)| token).trim());
        let is_known = |token: &&str| self.tokens.iter().any(|known| known.needle() == token.as_bytes());
        let borne = token.filter(|token| token.len() >= SHORTEST && !is_known(token));
        Tokens { redact: self, borne: borne.map(|token| Finder::new(token).into_owned()) }
    }

    fn hides(&self, name: &str) -> bool {
        [self.header.as_str()].iter().chain(HEADERS).any(|hidden| hidden.eq_ignore_ascii_case(name))
    }
}

impl Tokens<'_> {
    fn all(&self) -> impl Iterator<Item = &Finder<'static>> {
        self.redact.tokens.iter().chain(&self.borne)
    }

    /// The most bytes that a token takes, however JSON spells it.
    pub(super) fn longest(&self) -> usize {
        self.all().map(|token| token.needle().len() * ESCAPED).max().unwrap_or_default()
    }

    /// The bytes without any token, and without the strings of JSON in which escapes spell one.
    pub(super) fn bytes(&self, bytes: Bytes) -> Bytes {
        let clean = self.as_they_are(bytes);
        if memchr::memchr(b'\\', &clean).is_none() { clean } else { self.escaped(clean) }
    }

    /// The bytes without any token that stands there letter by letter.
    fn as_they_are(&self, bytes: Bytes) -> Bytes {
        let mut clean = bytes;
        for token in self.all() {
            if token.find(&clean).is_none() {
                continue;
            }
            let mut without = Vec::with_capacity(clean.len());
            let mut rest = 0;
            for at in token.find_iter(&clean) {
                without.extend_from_slice(&clean[rest..at]);
                without.extend_from_slice(REMOVED.as_bytes());
                rest = at + token.needle().len();
            }
            without.extend_from_slice(&clean[rest..]);
            clean = without.into();
        }
        clean
    }

    /// The bytes without the strings that hold a token once their escapes are read. Each string is read once,
    /// so that this takes as long as the bytes are many.
    fn escaped(&self, bytes: Bytes) -> Bytes {
        let mut without = Vec::new();
        let mut rest = 0;
        for string in escaped_strings(&bytes) {
            let read = unescaped(&bytes[string.clone()]);
            if self.all().any(|token| token.find(&read).is_some()) {
                without.extend_from_slice(&bytes[rest..string.start]);
                without.extend_from_slice(REMOVED.as_bytes());
                rest = string.end;
            }
        }
        if rest == 0 {
            return bytes;
        }
        without.extend_from_slice(&bytes[rest..]);
        without.into()
    }

    /// The text without any token.
    pub(crate) fn text(&self, text: String) -> String {
        let may_hold = text.contains('\\') || self.all().any(|token| token.find(text.as_bytes()).is_some());
        if may_hold { String::from_utf8_lossy(&self.bytes(text.into())).into_owned() } else { text }
    }

    /// The path without any token; percent-decoded if the encoding hid one.
    pub(super) fn path(&self, path: &str) -> String {
        let read = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let has = self.all().any(|token| token.find(read.as_bytes()).is_some());
        if has { self.text(read.into_owned()) } else { path.to_owned() }
    }

    /// Headers as lines of HTTP, without any token, and with nothing of those that carry secrets.
    pub(super) fn headers<'h>(&self, headers: impl Iterator<Item = (&'h str, &'h [u8])>) -> String {
        let mut lines = String::with_capacity(512);
        for (name, value) in headers {
            lines.push_str(name);
            lines.push_str(": ");
            if self.redact.hides(name) {
                lines.push_str(REMOVED);
            } else {
                lines.push_str(&String::from_utf8_lossy(value));
            }
            lines.push('\n');
        }
        self.text(lines)
    }
}

/// The strings between quotation marks that contain an escape. Text that is not JSON may have a mark
/// too many: what lies outside of strings is looked at as well.
fn escaped_strings(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut strings = Vec::new();
    let (mut start, mut at, mut has_escape) = (0, 0, false);
    while let Some(next) = bytes.get(at..).and_then(|left| memchr::memchr2(b'"', b'\\', left)) {
        let found = at + next;
        at = if bytes[found] == b'"' { found + 1 } else { found + 2 };
        if bytes[found] == b'"' {
            strings.extend(std::mem::take(&mut has_escape).then_some(start..found));
            start = at;
        } else {
            has_escape = true;
        }
    }
    strings.extend(has_escape.then_some(start..bytes.len()));
    strings
}

/// A string of JSON as it is read. Anything but an escape stays as it is.
fn unescaped(string: &[u8]) -> Vec<u8> {
    let mut read = Vec::with_capacity(string.len());
    let mut left = string;
    while let Some(at) = memchr::memchr(b'\\', left) {
        read.extend_from_slice(&left[..at]);
        left = &left[at + 1..];
        let Some((escape, after)) = left.split_first() else { break };
        left = after;
        match escape {
            b'u' => {
                let digits = left.get(..4).and_then(|digits| std::str::from_utf8(digits).ok());
                let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                if let Some(code) = code {
                    let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                    read.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                    left = &left[4..];
                }
            }
            b'b' => read.push(8),
            b'f' => read.push(12),
            b'n' => read.push(b'\n'),
            b'r' => read.push(b'\r'),
            b't' => read.push(b'\t'),
            other => read.push(*other),
        }
    }
    read.extend_from_slice(left);
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redact() -> Redact {
        Redact::new(["se/cret", ""].into_iter(), "X-Key")
    }

    #[test]
    fn tokens_are_taken_out_wherever_they_stand() {
        let redact = redact();
        let tokens = redact.with(Some("Bearer borne-by-the-request"));
        let clean = tokens.bytes(Bytes::from_static(b"se/cret se/cret borne-by-the-request"));
        assert_eq!(clean, "(removed) (removed) (removed)");
        assert_eq!(tokens.path("/a/se%2Fcret"), "/a/(removed)");
        assert_eq!(tokens.path("/a/b%2Fc"), "/a/b%2Fc");
        let headers: [(&str, &[u8]); 3] =
            [("X-Key", b"anything"), ("cookie", b"a=b"), ("x-other", b"an se/cret")];
        let lines = tokens.headers(headers.into_iter());
        assert_eq!(lines, "X-Key: (removed)\ncookie: (removed)\nx-other: an (removed)\n");
    }

    #[test]
    fn a_string_that_spells_a_token_by_escapes_is_taken_out() {
        let redact = redact();
        let tokens = redact.with(Some("Bearer borne-by-the-request"));
        for (sent, clean) in [
            (r#"{"a":"x se\/cret","b":"\u0041"}"#, r#"{"a":"(removed)","b":"\u0041"}"#),
            (r#"{"\u0073e/cret":1}"#, r#"{"(removed)":1}"#),
            (r#"["\u0062\u006Frne-by-the-re\u0071uest", "a\"b"]"#, r#"["(removed)", "a\"b"]"#),
            (r#"["\"se\/cret\"", "se/cret"]"#, r#"["(removed)", "(removed)"]"#),
            // Not JSON: a mark too many, an end too early, an invalid escape.
            (r#"5" "s\u0065/cret" x"#, r#"5" "(removed)" x"#),
            (r#"5" s\u0065/cret "x"#, r#"5"(removed)"x"#),
            (r#"["s\u0065/cret"#, r#"["(removed)"#),
            (r#"["\u00zz", "\u", "\ud800", "\"#, r#"["\u00zz", "\u", "\ud800", "\"#),
            (r#"["se\\/cret", "se\ncret"]"#, r#"["se\\/cret", "se\ncret"]"#),
        ] {
            assert_eq!(tokens.bytes(Bytes::from_static(sent.as_bytes())), clean, "{sent}");
            assert_eq!(tokens.text(sent.to_owned()), clean, "{sent}");
        }
    }

    #[test]
    fn a_word_that_any_mock_takes_is_no_secret() {
        let redact = redact();
        assert_eq!(redact.with(Some("Bearer x")).text("an x".to_owned()), "an x");
    }
}
