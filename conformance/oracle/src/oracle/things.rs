//! Which things the organisation holds, by the fixtures.

use std::collections::{BTreeMap, HashMap, HashSet};

use regex_lite::Regex;
use tally_spec::model::{Contract, Kind};

use super::checksum;
use tally_fixtures::{Fixtures, Thing};

/// What the fixtures say of an ID or a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It exists, and is spelt as the fixtures spell it.
    Listed,
    /// It exists, by the identity of its kind.
    Same,
    /// It is an ID that exists but for the case of its letters, and names nothing that is known to.
    OtherCase,
    /// It names nothing, and is spelt as the fixtures spell it.
    Unknown,
    /// It names nothing, by the identity of its kind.
    AlsoUnknown,
    /// It has not the form of its kind, so that it can name nothing.
    Malformed,
    /// The fixtures do not say.
    Unsaid,
    /// Its form differs from the kind's by no more than blanks around it.
    Padded,
}

/// Whether a text has the form of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// It has.
    Right,
    /// It has, but for its checksum.
    WrongChecksum,
    /// It would have without the blanks around it.
    Padded,
    /// It has not.
    Wrong,
}

/// The things of every kind.
#[derive(Debug)]
pub(super) struct Things {
    kinds: BTreeMap<String, KindOfThings>,
}

/// The things of one kind.
#[derive(Debug)]
struct KindOfThings {
    kind: Kind,
    /// `None` for names, and if the pattern does not compile, which the spec's reader refuses.
    pattern: Option<Regex>,
    listed: HashSet<String>,
    by_identity: HashMap<String, Thing>,
    /// The identities of IDs in small letters; empty for names.
    folded: HashSet<String>,
    unknown: HashSet<String>,
    unknown_identities: HashSet<String>,
}

impl Things {
    /// Gathers what the fixtures list, by the identity of each kind.
    pub(super) fn new(contract: &Contract, fixtures: &Fixtures) -> Self {
        let gather = |(name, kind): (&String, &Kind)| {
            let things = fixtures.things.get(name).map_or(&[][..], Vec::as_slice);
            let unknown = fixtures.unknown.get(name).map_or(&[][..], Vec::as_slice);
            let gathered = KindOfThings {
                kind: kind.clone(),
                pattern: kind.pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok()),
                listed: things.iter().map(|thing| thing.name.clone()).collect(),
                by_identity: things
                    .iter()
                    .map(|thing| (identity(kind, &thing.name).to_owned(), thing.clone()))
                    .collect(),
                folded: things
                    .iter()
                    .filter(|_| kind.identity.is_some())
                    .map(|thing| identity(kind, &thing.name).to_lowercase())
                    .collect(),
                unknown: unknown.iter().cloned().collect(),
                unknown_identities: unknown.iter().map(|name| identity(kind, name).to_owned()).collect(),
            };
            (name.clone(), gathered)
        };
        Self { kinds: contract.file.kinds.iter().map(gather).collect() }
    }

    /// The kind of that name.
    pub(super) fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.get(name).map(|things| &things.kind)
    }

    /// Whether a text has the form of the kind.
    pub(super) fn form(&self, kind: &str, text: &str) -> Form {
        let Some(KindOfThings { kind, pattern: Some(pattern), .. }) = self.kinds.get(kind) else {
            return Form::Right;
        };
        if !pattern.is_match(text) {
            let trimmed = text.trim();
            let blanks_alone =
                trimmed.len() < text.len() && (trimmed.is_empty() || pattern.is_match(trimmed));
            return if blanks_alone { Form::Padded } else { Form::Wrong };
        }
        match wanted_checksum(kind, text) {
            Some((found, wanted)) if found != wanted => Form::WrongChecksum,
            _ => Form::Right,
        }
    }

    /// What the fixtures say of a text.
    pub(super) fn standing(&self, kind: &str, text: &str) -> Standing {
        let Some(things) = self.kinds.get(kind) else { return Standing::Unsaid };
        match self.form(kind, text) {
            Form::Wrong => return Standing::Malformed,
            Form::Padded => return Standing::Padded,
            Form::Right | Form::WrongChecksum => {}
        }
        let known_as = identity(&things.kind, text);
        if things.listed.contains(text) {
            Standing::Listed
        } else if things.by_identity.contains_key(known_as) {
            Standing::Same
        } else if things.unknown.contains(text) {
            Standing::Unknown
        } else if things.unknown_identities.contains(known_as) {
            Standing::AlsoUnknown
        } else if things.folded.contains(&known_as.to_lowercase()) {
            Standing::OtherCase
        } else {
            Standing::Unsaid
        }
    }

    /// Whether a text is spelt as the fixtures spell something that exists.
    pub(super) fn is_listed(&self, kind: &str, text: &str) -> bool {
        self.kinds.get(kind).is_some_and(|things| things.listed.contains(text))
    }

    /// The thing that a text names.
    pub(super) fn find(&self, kind: &str, text: &str) -> Option<&Thing> {
        let things = self.kinds.get(kind)?;
        things.by_identity.get(identity(&things.kind, text))
    }

    /// Of a thing that is listed as a table: which one, whatever kind of name it was found by.
    pub(super) fn row(&self, kind: &str, text: &str) -> Option<String> {
        let listed = &self.kinds.get(kind)?.kind;
        listed.member.as_ref()?;
        Some(format!("{}#{}", listed.fixtures, self.find(kind, text)?.row))
    }

    /// Whether the kind's things are named by IDs rather than names.
    pub(super) fn has_ids(&self, kind: &str) -> bool {
        self.kinds.get(kind).is_some_and(|things| things.kind.identity.is_some())
    }

    /// What two texts have in common if they name the same thing of a kind.
    pub(super) fn identity<'t>(&self, kind: &str, text: &'t str) -> &'t str {
        self.kinds.get(kind).map_or(text, |things| identity(&things.kind, text))
    }

    /// Other spellings of the thing that a text names: its identity, and with the checksum behind it.
    pub(super) fn spellings(&self, kind: &str, text: &str) -> Vec<String> {
        let Some(things) = self.kinds.get(kind) else { return Vec::new() };
        let short = identity(&things.kind, text.trim());
        let checksummed = things.kind.identity.as_ref().and_then(|identity| identity.checksum);
        let long = checksummed.map(|length| format!("{short}{}", checksum(length, short)));
        std::iter::once(short.to_owned())
            .chain(long)
            .filter(|other| self.is_same(kind, text, other))
            .collect()
    }

    /// Whether a text is another spelling of the thing that the first one names.
    pub(super) fn is_same(&self, kind: &str, left: &str, right: &str) -> bool {
        self.identity(kind, left) == self.identity(kind, right)
            && self.form(kind, right) == Form::Right
            && self.form(kind, left) != Form::Wrong
    }
}

/// What identifies a thing: the prefix of an ID, a name without the blanks around it.
fn identity<'t>(kind: &Kind, text: &'t str) -> &'t str {
    match &kind.identity {
        Some(identity) => {
            let end = text.char_indices().nth(identity.prefix).map_or(text.len(), |(at, _)| at);
            &text[..end]
        }
        None => text.trim(),
    }
}

/// What follows the prefix, and what should.
fn wanted_checksum<'t>(kind: &Kind, text: &'t str) -> Option<(&'t str, String)> {
    let checksummed = kind.identity.as_ref()?.checksum?;
    let prefix = identity(kind, text);
    let rest = &text[prefix.len()..];
    (!rest.is_empty()).then(|| (rest, checksum(checksummed, prefix)))
}
