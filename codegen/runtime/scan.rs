//! Scanning text in blocks.

use wide::u8x16;

const ONES: u64 = 0x0101_0101_0101_0101;

/// The place, from `from` on, of the first quote, backslash or control character; the length where there is
/// none.
#[inline]
pub(super) fn end_of_plain_text(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        let found = not_plain(*block);
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += 16;
    }
    let is_plain = |byte: &&u8| !matches!(**byte, b'"' | b'\\' | ..0x20);
    at + bytes.get(at..).unwrap_or_default().iter().take_while(is_plain).count()
}

/// A bit for each byte of a block that is a quote, a backslash or a control character.
#[inline]
fn not_plain(block: [u8; 16]) -> u32 {
    let block = u8x16::new(block);
    let control = block.min(u8x16::splat(0x1f)).simd_eq(block);
    let ends = block.simd_eq(u8x16::splat(b'"')) | block.simd_eq(u8x16::splat(b'\\'));
    (control | ends).to_bitmask()
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

#[inline]
const fn first(found: u64) -> usize {
    found.trailing_zeros() as usize / 8
}
