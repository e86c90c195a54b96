//! Regular expressions of the simple kind, taken apart into runs of letters.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// So many letters of a class in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    /// Letters from the first to the second of each pair.
    pairs: Vec<(u8, u8)>,
    least: usize,
    most: usize,
}

/// The static that holds a pattern: a form in runs of letters, or a regular expression if the pattern is not of that
/// kind.
pub(super) fn item(name: &Ident, pattern: &str) -> TokenStream {
    let Some((runs, tail)) = parse(pattern) else {
        return quote! {
            static #name: LazyLock<Regex> =
                LazyLock::new(|| Regex::new(#pattern).expect("the spec's reader compiled it"));
        };
    };
    let (runs, tail) = (runs.iter().map(run), tail.iter().map(run));
    quote! {
        static #name: Form = Form { pattern: #pattern, runs: &[#(#runs),*], tail: &[#(#tail),*] };
    }
}

/// Whether [`item`] makes a form of the pattern.
pub(super) fn is_simple(pattern: &str) -> bool {
    parse(pattern).is_some()
}

fn run(run: &Run) -> TokenStream {
    let pairs = run.pairs.iter().map(|(first, last)| {
        let (first, last) = (Literal::byte_character(*first), Literal::byte_character(*last));
        quote! { (#first, #last) }
    });
    let least = Literal::usize_unsuffixed(run.least);
    let most = match run.most {
        usize::MAX => quote! { usize::MAX },
        most => {
            let most = Literal::usize_unsuffixed(most);
            quote! { #most }
        }
    };
    quote! { Run::new(&[#(#pairs),*], #least, #most) }
}

/// `^`, runs, perhaps `(?:` runs `)?`, `$`. `None` if a run could end in more than one place.
fn parse(pattern: &str) -> Option<(Vec<Run>, Vec<Run>)> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let (main, tail) = match inner.split_once("(?:") {
        Some((main, group)) => (main, group.strip_suffix(")?")?),
        None => (inner, ""),
    };
    let (runs, tail) = (parse_runs(main)?, parse_runs(tail)?);
    let all: Vec<&Run> = runs.iter().chain(&tail).collect();
    let certain = (0..all.len()).all(|place| is_certain(all[place], &all[place + 1..]));
    (certain && !all.is_empty()).then_some((runs, tail))
}

/// Whether a run ends in one place only: none of what may follow it begins with a letter of its own. Runs that may be
/// empty let the one after them follow too.
fn is_certain(run: &Run, behind: &[&Run]) -> bool {
    let first_that_must_be = behind.iter().position(|next| next.least > 0);
    let following = &behind[..first_that_must_be.map_or(behind.len(), |place| place + 1)];
    run.least == run.most || following.iter().all(|next| !overlap(run, next))
}

fn overlap(one: &Run, other: &Run) -> bool {
    one.pairs.iter().any(|(first, last)| other.pairs.iter().any(|(from, to)| first <= to && from <= last))
}

fn parse_runs(mut rest: &str) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    while !rest.is_empty() {
        let (pairs, behind) = parse_class(rest)?;
        let (least, most, behind) = parse_count(behind)?;
        runs.push(Run { pairs, least, most });
        rest = behind;
    }
    Some(runs)
}

/// One letter that stands for itself, or a class of plain letters and ranges.
fn parse_class(text: &str) -> Option<(Vec<(u8, u8)>, &str)> {
    let Some(class) = text.strip_prefix('[') else {
        let letter = *text.as_bytes().first()?;
        return is_plain(letter).then(|| (vec![(letter, letter)], &text[1..]));
    };
    let (inside, behind) = class.split_once(']')?;
    let mut letters = inside.as_bytes();
    let mut pairs = Vec::new();
    while let [first, rest @ ..] = letters {
        let (last, rest) = match rest {
            [b'-', last, rest @ ..] => (last, rest),
            _ => (first, rest),
        };
        if !is_plain(*first) || !is_plain(*last) {
            return None;
        }
        pairs.push((*first, *last));
        letters = rest;
    }
    (!pairs.is_empty()).then_some((pairs, behind))
}

/// Whether a letter stands for itself, within a class and without.
fn is_plain(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b' ' | b'/' | b':' | b'@' | b',')
}

fn parse_count(text: &str) -> Option<(usize, usize, &str)> {
    match text.as_bytes().first() {
        Some(b'?') => Some((0, 1, &text[1..])),
        Some(b'*') => Some((0, usize::MAX, &text[1..])),
        Some(b'+') => Some((1, usize::MAX, &text[1..])),
        Some(b'{') => {
            let (count, behind) = text[1..].split_once('}')?;
            let (least, most) = count.split_once(',').unwrap_or((count, count));
            let most = if most.is_empty() { usize::MAX } else { most.parse().ok()? };
            Some((least.parse().ok()?, most, behind))
        }
        _ => Some((1, 1, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, simple: bool) {
        assert_eq!(is_simple(pattern), simple, "{pattern}");
    }

    #[test]
    fn runs_that_end_in_one_place_are_simple() {
        check("^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$", true);
        check("^D-[0-9]{4}$", true);
        check("^[A-Z]{2}[0-9]+$", true);
        check("^[a-z]*[0-9]?X$", true);
    }

    #[test]
    fn what_needs_more_is_left_to_a_regular_expression() {
        check("[a-z]", false);
        check("^a|b$", false);
        check("^[a-z]+[x]$", false);
        check("^[a-z]*[0-9]?x$", false);
        check("^[^a-z]$", false);
        check(r"^\d+$", false);
        check("^a.c$", false);
        check("^(?:ab)?(?:cd)?$", false);
        check("^a{2}?$", false);
        check("^$", false);
    }
}
