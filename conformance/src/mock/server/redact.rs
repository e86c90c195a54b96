//! Takes tokens out of what is kept of exchanges.

use bytes::Bytes;
use memchr::memmem;

/// What stands where a token stood.
pub(super) const REMOVED: &str = "(removed)";

/// Tokens of fewer bytes that a request bears are words such as `x` or `token`, of which a mock that takes
/// any makes no secret. Tokens that the mock was given are secrets of any length.
const SHORTEST: usize = 8;

/// The headers that bear secrets, beside the one that the contract's authentication names.
const HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// The tokens that no text may show.
pub(super) struct Redact {
    tokens: Vec<Vec<u8>>,
    header: String,
}

/// The tokens that the texts of one exchange may not show.
pub(super) struct Tokens<'r> {
    redact: &'r Redact,
    borne: Option<Vec<u8>>,
}

impl Redact {
    /// For a mock with those tokens; its callers send theirs in that header.
    pub(super) fn new<'t>(tokens: impl Iterator<Item = &'t str>, header: &str) -> Self {
        let tokens = tokens.filter(|token| !token.is_empty()).flat_map(spellings).collect();
        Self { tokens, header: header.to_ascii_lowercase() }
    }

    /// For an exchange whose request bears those credentials.
    pub(super) fn with(&self, credentials: Option<&str>) -> Tokens<'_> {
        let token = credentials.map(|text| text.split_once(' ').map_or(text, |(_, token)| token).trim());
        let is_known = |token: &&str| self.tokens.iter().any(|known| known == token.as_bytes());
        let borne = token.filter(|token| token.len() >= SHORTEST && !is_known(token));
        Tokens { redact: self, borne: borne.map(|token| token.as_bytes().to_vec()) }
    }

    fn hides(&self, name: &str) -> bool {
        name == self.header || HEADERS.contains(&name)
    }
}

impl Tokens<'_> {
    fn all(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.redact.tokens.iter().chain(&self.borne)
    }

    /// The length of the longest token.
    pub(super) fn longest(&self) -> usize {
        self.all().map(Vec::len).max().unwrap_or_default()
    }

    /// The bytes without any token.
    pub(super) fn bytes(&self, bytes: Bytes) -> Bytes {
        let mut clean = bytes;
        for token in self.all() {
            let finder = memmem::Finder::new(token);
            if finder.find(&clean).is_none() {
                continue;
            }
            let mut without = Vec::with_capacity(clean.len());
            let mut rest = 0;
            for at in finder.find_iter(&clean) {
                without.extend_from_slice(&clean[rest..at]);
                without.extend_from_slice(REMOVED.as_bytes());
                rest = at + token.len();
            }
            without.extend_from_slice(&clean[rest..]);
            clean = without.into();
        }
        clean
    }

    /// The text without any token.
    pub(super) fn text(&self, text: String) -> String {
        let has = self.all().any(|token| memmem::find(text.as_bytes(), token).is_some());
        if has { String::from_utf8_lossy(&self.bytes(text.into())).into_owned() } else { text }
    }

    /// The path without any token, percent signs read as what they stand for where they hid one.
    pub(super) fn path(&self, path: &str) -> String {
        let read = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let has = self.all().any(|token| memmem::find(read.as_bytes(), token).is_some());
        if has { self.text(read.into_owned()) } else { path.to_owned() }
    }

    /// A header's value without any token, and nothing of one that bears secrets.
    pub(super) fn header(&self, name: &str, value: &[u8]) -> String {
        if self.redact.hides(name) {
            return REMOVED.to_owned();
        }
        self.text(String::from_utf8_lossy(value).into_owned())
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
        assert_eq!(tokens.header("x-key", b"anything"), REMOVED);
        assert_eq!(tokens.header("x-other", b"an se/cret"), "an (removed)");
    }

    #[test]
    fn a_word_that_any_mock_takes_is_no_secret() {
        let redact = redact();
        assert_eq!(redact.with(Some("Bearer x")).text("an x".to_owned()), "an x");
    }
}
