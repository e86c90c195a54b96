//! What exists: the fixtures' things, and those that requests made.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use tally_spec::model::{Contract, Kind};

use crate::fixtures::Fixtures;

/// The things of the organisation, by kind and by what identifies them.
#[derive(Clone)]
pub(super) struct Things {
    kinds: BTreeMap<String, OfKind>,
}

/// The things of one kind.
#[derive(Clone)]
struct OfKind {
    kind: Kind,
    known: HashMap<String, Known>,
    /// The names of those that requests made, in the order of their making.
    created: Vec<String>,
}

/// A thing, as far as rules ask for it.
#[derive(Clone, Default)]
struct Known {
    /// Of a thing that the fixtures list as a table: the table's place.
    row: Option<usize>,
    /// What belongs to it, by the kind of what belongs; a kind without an entry belongs to it whole.
    members: BTreeMap<String, HashSet<String>>,
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
                    Some((of.clone(), names.collect()))
                });
                let row = kind.member.is_some().then_some(thing.row);
                (identity(kind, &thing.name).to_owned(), Known { row, members: members.collect() })
            });
            (name.clone(), OfKind { kind: kind.clone(), known: known.collect(), created: Vec::new() })
        };
        Self { kinds: kinds.iter().map(of_kind).collect() }
    }

    /// Whether a thing of that kind exists.
    pub(super) fn exists(&self, kind: &str, name: &str) -> bool {
        self.find(kind, name).is_some()
    }

    /// Whether a thing belongs to another; each is a kind and a name.
    pub(super) fn belongs(&self, member: (&str, &str), owner: (&str, &str)) -> bool {
        let Some(owner) = self.find(owner.0, owner.1) else { return false };
        match owner.members.get(member.0) {
            None => self.exists(member.0, member.1),
            Some(members) => {
                self.kinds.get(member.0).is_some_and(|of| members.contains(identity(&of.kind, member.1)))
            }
        }
    }

    /// Makes a thing, and says whether it was not there before.
    pub(super) fn create(&mut self, kind: &str, name: &str) -> bool {
        let Some(of) = self.kinds.get_mut(kind) else { return false };
        let known_as = identity(&of.kind, name);
        if of.known.contains_key(known_as) {
            return false;
        }
        of.known.insert(known_as.to_owned(), Known::default());
        of.created.push(name.to_owned());
        true
    }

    /// What two names of one thing have in common, and no names of two: its table where the fixtures list it
    /// as one, so that its names of other kinds have it too.
    pub(super) fn token<'n>(&self, kind: &str, name: &'n str) -> Cow<'n, str> {
        let Some(of) = self.kinds.get(kind) else { return Cow::Borrowed(name) };
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
            .map(|(name, of)| (name.as_str(), of.kind.title.as_str(), of.known.len(), of.created.as_slice()))
    }

    fn find(&self, kind: &str, name: &str) -> Option<&Known> {
        let of = self.kinds.get(kind)?;
        of.known.get(identity(&of.kind, name))
    }
}

/// What identifies a thing: the first characters of its ID, or its name without the blanks around it.
fn identity<'n>(kind: &Kind, name: &'n str) -> &'n str {
    match &kind.identity {
        Some(identity) => {
            let end = name.char_indices().nth(identity.prefix).map_or(name.len(), |(at, _)| at);
            &name[..end]
        }
        None => name.trim(),
    }
}
