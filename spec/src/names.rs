//! Names on the wire, as names in Rust: how the generator spells them, so that the linter finds names that would
//! be one.

/// `StockLevel` for `stock level`, `stockLevel` or `stock-level`.
#[must_use]
pub fn type_name(name: &str) -> String {
    let capital = |word: String| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    words(name).into_iter().map(capital).collect()
}

/// `stock_level` for `stockLevel`, with no two underscores together.
#[must_use]
pub fn snake(name: &str) -> String {
    words(name).join("_")
}

/// The words of a name in lower case: parted at punctuation and blanks, and before a capital behind a small letter.
/// A word in capitals stays one. A character beyond ASCII is a word, by its number.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for letter in name.chars() {
        if !letter.is_ascii() {
            words.extend([format!("u{:x}", u32::from(letter)), String::new()]);
            small = false;
            continue;
        }
        if !letter.is_ascii_alphanumeric() || (small && letter.is_ascii_uppercase()) {
            words.push(String::new());
        }
        small = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        if let (true, Some(word)) = (letter.is_ascii_alphanumeric(), words.last_mut()) {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_into_words() {
        for (name, snake_case, camel_case) in [
            ("stock level", "stock_level", "StockLevel"),
            ("stockLevel", "stock_level", "StockLevel"),
            ("part__date__c", "part_date_c", "PartDateC"),
            ("ExternalID", "external_id", "ExternalId"),
            ("_id", "id", "Id"),
            ("\u{540d}\u{524d}", "u540d_u524d", "U540dU524d"),
            ("\u{e9}t\u{e9}", "ue9_t_ue9", "Ue9TUe9"),
            ("-", "", ""),
        ] {
            assert_eq!((snake(name).as_str(), type_name(name).as_str()), (snake_case, camel_case), "{name}");
        }
    }
}
