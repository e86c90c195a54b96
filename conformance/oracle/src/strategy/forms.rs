//! The forms of things' IDs: with their checksum, and without.

use std::borrow::Cow;

use regex_lite::Regex;
use tally_spec::model::Kind;

use crate::oracle::checksum;
use tally_fixtures::Thing;

/// What the things are called, in a form whose checksum is right.
pub(super) fn names<'a>(kind: &Kind, things: &'a [Thing]) -> Vec<Cow<'a, str>> {
    things.iter().map(|thing| usable(kind, &thing.name)).collect()
}

/// A name in a form whose checksum is right.
pub(super) fn usable<'a>(kind: &Kind, name: &'a str) -> Cow<'a, str> {
    match split(kind, name) {
        Some((prefix, rest)) if !rest.is_empty() && Some(rest) != check(kind, prefix).as_deref() => {
            Cow::Owned(prefix.to_owned())
        }
        _ => Cow::Borrowed(name),
    }
}

/// An ID's identifying prefix, and what follows it.
fn split<'t>(kind: &Kind, name: &'t str) -> Option<(&'t str, &'t str)> {
    let identity = kind.identity.as_ref().filter(|identity| identity.checksum.is_some())?;
    name.split_at_checked(identity.prefix)
}

fn check(kind: &Kind, prefix: &str) -> Option<String> {
    Some(checksum(kind.identity.as_ref()?.checksum?, prefix))
}

/// An ID with its checksum if it has none, without if it has one.
pub(super) fn other_form(kind: &Kind, name: &str) -> String {
    match split(kind, name) {
        Some((prefix, "")) => format!("{prefix}{}", check(kind, prefix).unwrap_or_default()),
        Some((prefix, _)) => prefix.to_owned(),
        None => name.to_owned(),
    }
}

/// Whether the kind's things have another form.
pub(super) fn has_other_form(kind: &Kind, things: &[Thing]) -> bool {
    let Some(pattern) = kind.pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok()) else {
        return false;
    };
    things.first().is_some_and(|thing| {
        let other = other_form(kind, &thing.name);
        other != thing.name && pattern.is_match(&other)
    })
}
