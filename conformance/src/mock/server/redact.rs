//! Takes tokens out of what is kept of exchanges.

use bytes::Bytes;
use memchr::memmem::Finder;

/// What stands where a token stood.
pub(super) const REMOVED: &str = "(removed)";

/// Tokens of fewer bytes that a request bears are words such as `x` or `token`, of which a mock that takes
/// any makes no secret. Tokens that the mock was given are secrets of any length.
const SHORTEST: usize = 8;

/// The headers that bear secrets, beside the one that the contract's authentication names.
const HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// The tokens that no text may show.
pub(super) struct Redact {
    tokens: Vec<Finder<'static>>,
    header: String,
}

/// The tokens that the texts of one exchange may not show.
pub(super) struct Tokens<'r> {
    redact: &'r Redact,
    borne: Option<Finder<'static>>,
}

impl Redact {
    /// For a mock with those tokens; its callers send theirs in that header.
    pub(super) fn new<'t>(tokens: impl Iterator<Item = &'t str>, header: &str) -> Self {
        let spellings = tokens.filter(|token| !token.is_empty()).flat_map(spellings);
        let tokens = spellings.map(|token| Finder::new(&token).into_owned()).collect();
        Self { tokens, header: header.to_ascii_lowercase() }
    }

    /// For an exchange whose request bears those credentials.
    pub(super) fn with(&self, credentials: Option<&str>) -> Tokens<'_> {
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

    /// The length of the longest token.
    pub(super) fn longest(&self) -> usize {
        self.all().map(|token| token.needle().len()).max().unwrap_or_default()
    }

    /// The bytes without any token.
    pub(super) fn bytes(&self, bytes: Bytes) -> Bytes {
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

    /// The text without any token.
    pub(super) fn text(&self, text: String) -> String {
        let has = self.all().any(|token| token.find(text.as_bytes()).is_some());
        if has { String::from_utf8_lossy(&self.bytes(text.into())).into_owned() } else { text }
    }

    /// The path without any token, percent signs read as what they stand for where they hid one.
    pub(super) fn path(&self, path: &str) -> String {
        let read = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let has = self.all().any(|token| token.find(read.as_bytes()).is_some());
        if has { self.text(read.into_owned()) } else { path.to_owned() }
    }

    /// Headers as lines of HTTP, without any token, and with nothing of those that bear secrets.
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

/// A token as it is, and as JSON may spell it.
fn spellings(token: &str) -> Vec<Vec<u8>> {
    let mut spellings = vec![token.as_bytes().to_vec()];
    if token.contains('/') {
        spellings.push(token.replace('/', "\\/").into_bytes());
    }
    spellings
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
        let clean = tokens.bytes(Bytes::from_static(b"se/cret se\\/cret borne-by-the-request"));
        assert_eq!(clean, "(removed) (removed) (removed)");
        assert_eq!(tokens.path("/a/se%2Fcret"), "/a/(removed)");
        assert_eq!(tokens.path("/a/b%2Fc"), "/a/b%2Fc");
        let headers: [(&str, &[u8]); 3] =
            [("X-Key", b"anything"), ("cookie", b"a=b"), ("x-other", b"an se/cret")];
        let lines = tokens.headers(headers.into_iter());
        assert_eq!(lines, "X-Key: (removed)\ncookie: (removed)\nx-other: an (removed)\n");
    }

    #[test]
    fn a_word_that_any_mock_takes_is_no_secret() {
        let redact = redact();
        assert_eq!(redact.with(Some("Bearer x")).text("an x".to_owned()), "an x");
    }
}
