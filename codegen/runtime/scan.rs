//! Scanning text in blocks.

use wide::u8x16;

/// The offset, from `from` on, of the first quote, backslash or control character; the length if there is none.
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

/// The offset, from `from` on, of the first byte that is not blank; the length if there is none.
#[inline]
pub(super) fn end_of_blanks(bytes: &[u8], from: usize) -> usize {
    match bytes.get(from) {
        Some(..=b' ') => end_of_long_blanks(bytes, from),
        _ => from,
    }
}

/// Most blanks are one space after a colon, or a line's end and the indentation after it.
fn end_of_long_blanks(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    if bytes.get(at + 1).is_some_and(|next| *next > b' ') && bytes.get(at) == Some(&b' ') {
        return at + 1;
    }
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        let found = not_blank(*block);
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += 16;
    }
    let is_blank = |byte: &&u8| matches!(**byte, b' ' | b'\n' | b'\r' | b'\t');
    at + bytes.get(at..).unwrap_or_default().iter().take_while(is_blank).count()
}

/// A bit for each byte of a block that is not blank.
#[inline]
fn not_blank(block: [u8; 16]) -> u32 {
    let block = u8x16::new(block);
    let is = |blank: u8| block.simd_eq(u8x16::splat(blank));
    let blank = (is(b' ') | is(b'\n')) | (is(b'\r') | is(b'\t'));
    !blank.to_bitmask() & 0xffff
}
