//! Amounts of memory.

/// A mebibyte. Unit: bytes.
pub const MIB: u64 = 1 << 20;

/// What a process may have apart from what its option sets. Unit: bytes.
pub const APART: u64 = 64 * MIB;

/// The bytes of an amount such as `128MiB`; `None` if it is no such amount.
#[must_use]
pub fn parse(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" => 1,
        "KiB" => 1 << 10,
        "MiB" => MIB,
        "GiB" => 1 << 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

/// An amount in mebibytes, rounded up.
#[must_use]
pub const fn in_mib(bytes: u64) -> u64 {
    bytes.div_ceil(MIB)
}
