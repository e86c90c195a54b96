//! The checksum behind an ID's identifying prefix.

use tally_spec::model::Checksum;

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The characters that belong behind the prefix.
///
/// ```
/// use tally_oracle::oracle::checksum;
/// use tally_spec::model::Checksum;
///
/// assert_eq!(checksum(Checksum::CaseOfFives, "aAaaaBaaaaaaaaa"), "CBA");
/// ```
#[must_use]
pub fn checksum(kind: Checksum, prefix: &str) -> String {
    match kind {
        Checksum::CaseOfFives => prefix.as_bytes().chunks(5).map(letter).collect(),
    }
}

fn letter(five: &[u8]) -> char {
    let bits = five.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase());
    let number: usize = bits.map(|(place, _)| 1 << place).sum();
    char::from(LETTERS[number % LETTERS.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_ids_bear_their_checksum() {
        for id in ["0015000000Gv7qJAAR", "003D000000QOJW5IAP"] {
            let (prefix, rest) = id.split_at(15);
            assert_eq!(checksum(Checksum::CaseOfFives, prefix), rest, "{id}");
        }
    }

    #[test]
    fn lower_case_and_digits_count_nothing() {
        assert_eq!(checksum(Checksum::CaseOfFives, "001000000000000"), "AAA");
        assert_eq!(checksum(Checksum::CaseOfFives, "AAAAAaaaaaAAAAA"), "5A5");
    }
}
