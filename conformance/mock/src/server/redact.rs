//! Takes tokens out of what is kept of exchanges.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, header};
use tally_fixtures::{Spellings, replaced};

/// What replaces a token.
pub(super) const REMOVED: &str = "(removed)";

/// Tokens of fewer bytes that a request carries are words such as `x` or `token`, of which a mock that takes
/// any makes no secret. Tokens that the mock was given are secrets of any length.
const SHORTEST: usize = 8;

/// The headers that carry secrets, in addition to the one that the contract's authentication names.
const HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// The tokens that no text may show.
pub(crate) struct Redact {
    tokens: Vec<Spellings>,
    header: String,
}

/// The tokens that the texts of one exchange may not show.
pub(crate) struct Tokens<'r> {
    redact: &'r Redact,
    borne: Vec<Spellings>,
}

impl Redact {
    /// For a mock with those tokens; its callers send theirs in that header.
    pub(crate) fn new<'t>(tokens: impl Iterator<Item = &'t str>, header: &str) -> Self {
        let tokens = tokens.filter(|token| !token.is_empty());
        let tokens = tokens.map(|token| Spellings::new(token, false)).collect();
        Self { tokens, header: header.to_ascii_lowercase() }
    }

    /// For an exchange whose request carries those credentials, each the value of a header.
    pub(crate) fn with<'c>(&self, credentials: impl IntoIterator<Item = &'c str>) -> Tokens<'_> {
        let borne = credentials.into_iter().flat_map(borne);
        let is_known = |token: &String| self.tokens.iter().any(|known| known.secret() == token.as_bytes());
        let borne = borne.filter(|token| token.len() >= SHORTEST && !is_known(token));
        Tokens { redact: self, borne: borne.map(|token| Spellings::new(&token, false)).collect() }
    }

    /// For an exchange whose request has those headers: whatever stands in the header for tokens, or in those of
    /// HTTP, however often they are given.
    pub(super) fn with_headers(&self, headers: &HeaderMap, own: &HeaderName) -> Tokens<'_> {
        let others = [header::AUTHORIZATION, header::PROXY_AUTHORIZATION];
        let names = others.iter().filter(|name| *name != own).chain([own]);
        let values = names.flat_map(|name| headers.get_all(name));
        let values: Vec<Cow<'_, str>> =
            values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        self.with(values.iter().map(AsRef::as_ref))
    }

    fn hides(&self, name: &str) -> bool {
        [self.header.as_str()].iter().chain(HEADERS).any(|hidden| hidden.eq_ignore_ascii_case(name))
    }
}

/// The tokens in a header's value: what follows the scheme, or the value if there is none. Those of the scheme
/// `Basic` are also read.
fn borne(value: &str) -> Vec<String> {
    let words: Vec<&str> = value.split([' ', '\t', ',']).filter(|word| !word.is_empty()).collect();
    let [scheme, tokens @ ..] = words.as_slice() else { return Vec::new() };
    let mut all: Vec<String> = tokens.iter().map(|token| token.trim_matches('"').to_owned()).collect();
    if tokens.is_empty() {
        all.push((*scheme).to_owned());
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let read = tokens.first().and_then(|token| STANDARD.decode(token).ok());
        let read = read.and_then(|bytes| String::from_utf8(bytes).ok());
        all.extend(
            read.iter().filter_map(|pair| pair.split_once(':')).map(|(_, password)| password.to_owned()),
        );
        all.extend(read);
    }
    all
}

impl Tokens<'_> {
    fn all(&self) -> impl Iterator<Item = &Spellings> {
        self.redact.tokens.iter().chain(&self.borne)
    }

    /// The most bytes that a token takes, however it is spelt.
    pub(super) fn longest(&self) -> usize {
        self.all().map(Spellings::longest).max().unwrap_or_default()
    }

    fn places(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        self.all().flat_map(|token| token.places(bytes)).collect()
    }

    /// The first bytes, at most `most`, without any token, however it is spelt. The bytes behind them, as many as
    /// a token can take, say whether one begins there.
    pub(super) fn start(&self, bytes: &[u8], most: usize) -> Bytes {
        let start = &bytes[..bytes.len().min(most.saturating_add(self.longest()))];
        // Kept bytes are a copy of their own: a part would keep the whole in memory.
        Bytes::from(replaced(start, self.places(start), REMOVED, most).into_owned())
    }

    /// The text without any token.
    pub(crate) fn text(&self, text: String) -> String {
        let places = self.places(text.as_bytes());
        if places.is_empty() {
            return text;
        }
        String::from_utf8_lossy(&replaced(text.as_bytes(), places, REMOVED, usize::MAX)).into_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn redact() -> Redact {
        Redact::new(["se/cret", ""].into_iter(), "X-Key")
    }

    #[test]
    fn tokens_are_taken_out_wherever_they_stand() {
        let redact = redact();
        let tokens = redact.with(["Bearer borne-by-the-request"]);
        let clean = tokens.start(b"se/cret se/cret borne-by-the-request", 1000);
        assert_eq!(clean, "(removed) (removed) (removed)");
        assert_eq!(tokens.text("/a/se%2Fcret".to_owned()), "/a/(removed)");
        assert_eq!(tokens.text("/a/b%2Fc".to_owned()), "/a/b%2Fc");
        let headers: [(&str, &[u8]); 3] =
            [("X-Key", b"anything"), ("cookie", b"a=b"), ("x-other", b"an se/cret")];
        let lines = tokens.headers(headers.into_iter());
        assert_eq!(lines, "X-Key: (removed)\ncookie: (removed)\nx-other: an (removed)\n");
    }

    #[test]
    fn a_token_is_taken_out_however_it_is_spelt() {
        let redact = redact();
        let tokens = redact.with(["Bearer borne-by-the-request"]);
        for (sent, clean) in [
            (r#"{"a":"x se\/cret","b":"\u0041"}"#, r#"{"a":"x (removed)","b":"\u0041"}"#),
            (r#"{"\u0073e/cret":1}"#, r#"{"(removed)":1}"#),
            (r#"["\u0062\u006Frne-by-the-re\u0071uest", "a\"b"]"#, r#"["(removed)", "a\"b"]"#),
            (r#"["\"se\/cret\"", "se/cret"]"#, r#"["\"(removed)\"", "(removed)"]"#),
            (r#"["Ym9ybmUtYnktdGhlLXJlcXVlc3Q="]"#, r#"["(removed)="]"#),
            // Not JSON: a mark too many, an end too early, an invalid escape.
            (r#"5" "s\u0065/cret" x"#, r#"5" "(removed)" x"#),
            (r#"["s\u0065/cret"#, r#"["(removed)"#),
            (r#"["\u00zz", "\u", "\ud800", "\"#, r#"["\u00zz", "\u", "\ud800", "\"#),
            (r#"["se\ncret"]"#, r#"["se\ncret"]"#),
        ] {
            assert_eq!(tokens.start(sent.as_bytes(), 1000), clean, "{sent}");
            assert_eq!(tokens.text(sent.to_owned()), clean, "{sent}");
        }
    }

    #[test]
    fn a_token_is_known_in_whatever_form_it_is_sent() {
        for sent in [
            "Bearer borne-by-the-request",
            "Bearer\tborne-by-the-request",
            "bearer   borne-by-the-request ",
            "borne-by-the-request",
            "Bearer other, Bearer borne-by-the-request",
            "Basic dXNlcjpib3JuZS1ieS10aGUtcmVxdWVzdA==",
        ] {
            let redact = redact();
            let clean = redact.with([sent]).text("a borne-by-the-request b".to_owned());
            assert_eq!(clean, "a (removed) b", "{sent}");
        }
        let mut headers = HeaderMap::new();
        let own = HeaderName::from_static("x-key");
        headers.append(&own, "the-first-token".parse().unwrap());
        headers.append(&own, "Bearer the-second-token".parse().unwrap());
        headers.append(header::AUTHORIZATION, "Bearer the-third-token".parse().unwrap());
        let (redact, text) = (redact(), "the-first-token the-second-token the-third-token".to_owned());
        assert_eq!(redact.with_headers(&headers, &own).text(text), "(removed) (removed) (removed)");
    }

    #[test]
    fn a_word_that_any_mock_takes_is_no_secret() {
        let redact = redact();
        assert_eq!(redact.with(["Bearer x"]).text("an x".to_owned()), "an x");
    }
}
