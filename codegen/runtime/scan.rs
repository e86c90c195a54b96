//! Scanning text eight bytes at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The place, from `from` on, of the first quote, backslash or control character; the length where there is
/// none.
#[inline]
pub(super) fn end_of_plain_text(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(word) = word(bytes, at) {
        let found = zeros(word ^ (ONES * 0x22)) | zeros(word ^ (ONES * 0x5c)) | controls(word);
        if found != 0 {
            return at + first(found);
        }
        at += 8;
    }
    let is_plain = |byte: &&u8| !matches!(**byte, b'"' | b'\\' | ..0x20);
    at + bytes.get(at..).unwrap_or_default().iter().take_while(is_plain).count()
}

/// The place, from `from` on, of the first byte that is no blank; the length where there is none.
#[inline]
pub(super) fn end_of_blanks(bytes: &[u8], from: usize) -> usize {
    match bytes.get(from) {
        Some(..=b' ') => end_of_long_blanks(bytes, from),
        _ => from,
    }
}

fn end_of_long_blanks(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        while matches!(bytes.get(at), Some(b'\n' | b'\r' | b'\t')) {
            at += 1;
        }
        let start = at;
        // Indentation is mostly spaces.
        while let Some(word) = word(bytes, at) {
            let others = word ^ (ONES * 0x20);
            if others != 0 {
                at += first(others);
                break;
            }
            at += 8;
        }
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        if at == start && !matches!(bytes.get(at), Some(b'\n' | b'\r' | b'\t')) {
            return at;
        }
    }
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let chunk = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*chunk))
}

/// High bits at the bytes that are zero. Only the lowest is certain: a borrow may set those above it.
#[inline]
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// High bits at the bytes below a space. Only the lowest is certain.
#[inline]
const fn controls(word: u64) -> u64 {
    word.wrapping_sub(ONES * 0x20) & !word & HIGHS
}

#[inline]
const fn first(found: u64) -> usize {
    found.trailing_zeros() as usize / 8
}
