//! Names on the wire, as names in Rust.

use proc_macro2::{Ident, Span};
pub(crate) use tally_spec::names::{snake, type_name};

/// The identifier of a field, function or module: snake case, with an underscore behind a keyword.
pub(crate) fn snake_ident(name: &str) -> Ident {
    ident(&snake(name))
}

/// The identifier of a local variable of the record's judge that holds a field's value: its own names keep theirs.
pub(crate) fn local(name: &str) -> Ident {
    let ident = snake_ident(name);
    let is_taken = ["record", "parts", "envelope", "text", "field"].iter().any(|taken| ident == taken);
    if is_taken { self::ident(&format!("{ident}_")) } else { ident }
}

/// The identifier of an addition to fields of those names: the one that is wanted, with an underscore
/// behind it where a field has that already.
pub(crate) fn distinct<'n>(wanted: &str, fields: impl IntoIterator<Item = &'n String>) -> Ident {
    let is_taken = fields.into_iter().any(|field| snake_ident(field) == wanted);
    // No field's identifier but a keyword's ends in an underscore.
    ident(&if is_taken { format!("{wanted}_") } else { wanted.to_owned() })
}

/// The identifier of a type or variant.
pub(crate) fn type_ident(name: &str) -> Ident {
    ident(&type_name(name))
}

/// The identifiers of the variants of a closed list, in its order: values that would have one name are numbered.
pub(crate) fn variants(values: &[String]) -> Vec<Ident> {
    let mut taken: Vec<String> = Vec::new();
    for value in values {
        let name = type_name(value);
        let mut numbered = (2..).map(|number| format!("{name}{number}"));
        let is_free = |name: &String| {
            !taken.contains(name) && !values.iter().any(|other| other != value && type_name(other) == *name)
        };
        let free = if taken.contains(&name) { numbered.find(is_free) } else { None };
        taken.push(free.unwrap_or(name));
    }
    taken.iter().map(|name| ident(name)).collect()
}

/// An identifier: with an underscore before a digit, and behind a keyword.
pub(crate) fn ident(name: &str) -> Ident {
    let mut name = name.to_owned();
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    // `gen` is reserved since edition 2024, which `syn` does not know.
    if syn::parse_str::<Ident>(&name).is_err() || name == "gen" {
        name.push('_');
    }
    Ident::new(&name, Span::call_site())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_variant_of_its_own() {
        let variants = |values: &[&str]| -> Vec<String> {
            let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
            super::variants(&values).iter().map(ToString::to_string).collect()
        };
        assert_eq!(variants(&["A", "a", "b"]), ["A", "A2", "B"]);
        assert_eq!(variants(&["A", "a", "a2"]), ["A", "A3", "A2"]);
        assert_eq!(variants(&["self", "Self"]), ["Self_", "Self2"]);
        assert_eq!(variants(&["-", "+", "self", "1"]), ["__", "_2", "Self_", "_1"]);
    }

    #[test]
    fn keywords_are_no_identifiers() {
        for keyword in ["type", "gen", "self", "crate", "super", "async", "try", "abstract", "yield", "_"] {
            assert_ne!(snake_ident(keyword), keyword);
        }
        assert_eq!(type_ident("self"), "Self_");
    }

    #[test]
    fn an_addition_has_a_name_that_no_field_has() {
        let fields = ["Text", "type"].map(str::to_owned);
        assert_eq!(distinct("beyond", &fields), "beyond");
        assert_eq!(distinct("text", &fields), "text_");
    }
}
