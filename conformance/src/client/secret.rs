//! The token, kept from every text.

use std::fmt;

use subtle::ConstantTimeEq as _;

/// A text that no message, report or panic shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: for the request's header, and for looking whether an answer holds it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether that is the text. How long the answer takes tells no more than whether the lengths are the same.
    #[must_use]
    pub fn is(&self, sent: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(sent).into()
    }

    /// Whether the bytes hold the text. Texts of under eight characters are too common to tell.
    #[must_use]
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let wanted = self.0.as_bytes();
        wanted.len() >= 8 && bytes.windows(wanted.len()).any(|window| window == wanted)
    }

    /// The text with every occurrence of the secret blotted out.
    #[must_use]
    pub fn blot(&self, text: &str) -> String {
        if self.0.is_empty() { text.to_owned() } else { text.replace(&self.0, "$TALLY_TOKEN") }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_shows_it() {
        let secret = Secret::new("do-not-show-me");
        assert!(!format!("{secret:?} {secret}").contains("show"));
        assert_eq!(secret.blot("a do-not-show-me b"), "a $TALLY_TOKEN b");
    }

    #[test]
    fn it_is_itself_alone() {
        let secret = Secret::new("0123456789");
        assert!(secret.is(b"0123456789"));
        for other in ["", "012345678", "0123456788", "01234567890", "1123456789"] {
            assert!(!secret.is(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn it_is_found_in_bytes() {
        assert!(Secret::new("0123456789").is_in(b"{\"x\":\"0123456789\"}"));
        assert!(!Secret::new("0123456789").is_in(b"012345678"));
        assert!(!Secret::new("{").is_in(b"{}"));
    }
}
