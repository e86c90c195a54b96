//! Names on the wire, as names in Rust.

use proc_macro2::{Ident, Span};

/// `StockLevel` for `stock level`, `stockLevel` or `stock-level`.
pub(crate) fn type_name(name: &str) -> String {
    let capital = |word: String| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    words(name).into_iter().map(capital).collect()
}

/// `stock_level` for `stockLevel`, with no two underscores together.
pub(crate) fn snake(name: &str) -> String {
    words(name).join("_")
}

/// The identifier of a field, function or module: snake case, with an underscore behind a keyword.
pub(crate) fn snake_ident(name: &str) -> Ident {
    ident(&snake(name))
}

/// The identifier of what stands beside the fields of those names: the one that is wanted, with an underscore
/// behind it where a field has that already.
pub(crate) fn beside<'n>(wanted: &str, fields: impl IntoIterator<Item = &'n String>) -> Ident {
    let is_taken = fields.into_iter().any(|field| snake_ident(field) == wanted);
    // No field's identifier but a keyword's ends in an underscore.
    ident(&if is_taken { format!("{wanted}_") } else { wanted.to_owned() })
}

/// The identifier of a type or variant.
pub(crate) fn type_ident(name: &str) -> Ident {
    ident(&type_name(name))
}

/// An identifier: with an underscore before a digit, and behind a keyword.
pub(crate) fn ident(name: &str) -> Ident {
    let mut name = name.to_owned();
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    if syn::parse_str::<Ident>(&name).is_err() {
        name.push('_');
    }
    Ident::new(&name, Span::call_site())
}

/// The words of a name in lower case: parted at what is no letter or digit, and before a capital behind a
/// small letter. A word in capitals stays one.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for letter in name.chars() {
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
    fn what_stands_beside_the_fields_has_a_name_of_its_own() {
        let fields = ["Text", "type"].map(str::to_owned);
        assert_eq!(beside("beyond", &fields), "beyond");
        assert_eq!(beside("text", &fields), "text_");
    }
}
