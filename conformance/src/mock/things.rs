//! What exists: the fixtures' things, and those that requests made.

use compact_str::CompactString;
use foldhash::{HashMap, HashSet};
use std::borrow::Cow;
use tally_spec::model::{Contract, Kind};

use crate::fixtures::Fixtures;

/// The things of the organisation, by kind and by what identifies them.
#[derive(Clone)]
pub(super) struct Things {
    /// In the contract's order.
    kinds: Vec<OfKind>,
}

/// The place of a kind among its contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KindPlace(usize);

impl KindPlace {
    /// The place of the kind of that name.
    pub(super) fn of(contract: &Contract, name: &str) -> Option<Self> {
        contract.file.kinds.keys().position(|kind| kind == name).map(Self)
    }
}

/// The things of one kind.
#[derive(Clone)]
struct OfKind {
    name: String,
    kind: Kind,
    /// IDs and most names are short enough to stand in the table itself.
    known: HashMap<CompactString, Known>,
    /// The names of those that requests made, in the order of their making.
    created: Vec<String>,
}

/// A thing, as far as rules ask for it.
#[derive(Clone, Default)]
struct Known {
    /// Of a thing that the fixtures list as a table: the table's place.
    row: Option<u32>,
    /// What belongs to it, by the kind of what belongs; a kind without an entry belongs to it whole.
    members: Box<[(KindPlace, HashSet<String>)]>,
}

impl Things {
    pub(super) fn new(contract: &Contract, fixtures: &Fixtures) -> Self {
        let kinds = &contract.file.kinds;
        let of_kind = |(name, kind): (&String, &Kind)| {
            let things = fixtures.things.get(name).map_or(&[][..], Vec::as_slice);
            let known = things.iter().map(|thing| {
                let members = thing.members.iter().filter_map(|(list, names)| {
                    let of = kind.members.get(list)?;
                    let member_kind = kinds.get(of)?;
                    let names = names.iter().map(|name| identity(member_kind, name).to_owned());
                    Some((KindPlace::of(contract, of)?, names.collect()))
                });
                let row = kind.member.is_some().then(|| u32::try_from(thing.row).ok()).flatten();
                (identity(kind, &thing.name).into(), Known { row, members: members.collect() })
            });
            OfKind { name: name.clone(), kind: kind.clone(), known: known.collect(), created: Vec::new() }
        };
        Self { kinds: kinds.iter().map(of_kind).collect() }
    }

    /// The place of the kind of that name.
    pub(super) fn kind(&self, name: &str) -> Option<KindPlace> {
        self.kinds.iter().position(|of| of.name == name).map(KindPlace)
    }

    /// The name of a kind.
    pub(super) fn name(&self, kind: KindPlace) -> &str {
        self.kinds.get(kind.0).map_or("", |of| &of.name)
    }

    /// Whether a thing of that kind exists.
    pub(super) fn exists(&self, kind: KindPlace, name: &str) -> bool {
        self.find(kind, name).is_some()
    }

    /// Whether a thing belongs to another; each is a kind and a name.
    pub(super) fn belongs(&self, member: (KindPlace, &str), owner: (KindPlace, &str)) -> bool {
        let Some(owner) = self.find(owner.0, owner.1) else { return false };
        match owner.members.iter().find(|(kind, _)| *kind == member.0) {
            None => self.exists(member.0, member.1),
            Some((kind, members)) => {
                self.kinds.get(kind.0).is_some_and(|of| members.contains(identity(&of.kind, member.1)))
            }
        }
    }

    /// Makes a thing, and says whether it was not there before.
    pub(super) fn create(&mut self, kind: KindPlace, name: &str) -> bool {
        let Some(of) = self.kinds.get_mut(kind.0) else { return false };
        let known_as = identity(&of.kind, name);
        if of.known.contains_key(known_as) {
            return false;
        }
        of.known.insert(known_as.into(), Known::default());
        of.created.push(name.to_owned());
        true
    }

    /// What two names of one thing have in common, and no names of two: its table where the fixtures list it
    /// as one, so that its names of other kinds have it too.
    pub(super) fn token<'n>(&self, kind: KindPlace, name: &'n str) -> Cow<'n, str> {
        let Some(of) = self.kinds.get(kind.0) else { return Cow::Borrowed(name) };
        let known_as = identity(&of.kind, name);
        match of.kind.member.as_ref().and_then(|_| of.known.get(known_as)?.row) {
            Some(row) => Cow::Owned(format!("{}#{row}", of.kind.fixtures)),
            None => Cow::Borrowed(known_as),
        }
    }

    /// Each kind by its name and its title, with the number of its things and the names of those made.
    pub(super) fn listed(&self) -> impl Iterator<Item = (&str, &str, usize, &[String])> {
        self.kinds
            .iter()
            .map(|of| (of.name.as_str(), of.kind.title.as_str(), of.known.len(), of.created.as_slice()))
    }

    fn find(&self, kind: KindPlace, name: &str) -> Option<&Known> {
        let of = self.kinds.get(kind.0)?;
        of.known.get(identity(&of.kind, name))
    }
}

/// What identifies a thing: the first characters of its ID, or its name without the blanks around it.
fn identity<'n>(kind: &Kind, name: &'n str) -> &'n str {
    match &kind.identity {
        Some(identity) => {
            let prefix = name.as_bytes().get(..identity.prefix);
            let end = match prefix {
                None => name.len(),
                Some(prefix) if prefix.is_ascii() => identity.prefix,
                Some(_) => name.char_indices().nth(identity.prefix).map_or(name.len(), |(at, _)| at),
            };
            &name[..end]
        }
        None => name.trim(),
    }
}
