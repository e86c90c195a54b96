//! Checksums.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::Files;

/// The SHA-256 of a text, in hexadecimal.
#[must_use]
pub fn digest(text: &str) -> String {
    let mut hexadecimal = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a string does not fail.
        let _ = write!(hexadecimal, "{byte:02x}");
    }
    hexadecimal
}

/// The text of `SHA256SUMS`, which `sha256sum --check` reads.
#[must_use]
pub fn sums(files: &Files) -> String {
    let lines: Vec<String> = files.iter().map(|(path, text)| format!("{}  {path}\n", digest(text))).collect();
    lines.concat()
}

/// The SHA-256 of a text, in base 64, as a content security policy names it.
pub(super) fn base64_digest(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(44);
    for group in Sha256::digest(text.as_bytes()).chunks(3) {
        let byte = |place: usize| usize::from(group.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let letter = LETTERS[bits >> (18 - 6 * place) & 63];
            encoded.push(if place <= group.len() { char::from(letter) } else { '=' });
        }
    }
    encoded
}
