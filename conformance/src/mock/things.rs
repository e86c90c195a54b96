//! What exists: the fixtures' things, and those that requests made.

use std::collections::{BTreeMap, HashMap, HashSet};

use tally_spec::model::{Contract, Kind};

use crate::fixtures::Fixtures;

/// The things of the organisation, by kind and by what identifies them.
pub(super) struct Things {
    known: BTreeMap<String, HashMap<String, Known>>,
}

/// A thing, as far as rules ask for it.
struct Known {
    /// What belongs to it, by the kind of what belongs; a kind without an entry belongs to it whole.
    members: BTreeMap<String, HashSet<String>>,
}

impl Things {
    pub(super) fn new(contract: &Contract, fixtures: &Fixtures) -> Self {
        let mut known = BTreeMap::new();
        for (name, kind) in &contract.file.kinds {
            let things = fixtures.things.get(name).map_or(&[][..], Vec::as_slice);
            let things = things.iter().map(|thing| {
                let members = thing.members.iter().filter_map(|(list, names)| {
                    let of = kind.members.get(list)?;
                    let member_kind = contract.file.kinds.get(of)?;
                    Some((of.clone(), names.iter().map(|name| identity(member_kind, name)).collect()))
                });
                (identity(kind, &thing.name), Known { members: members.collect() })
            });
            known.insert(name.clone(), things.collect());
        }
        Self { known }
    }

    /// Whether a thing of that kind exists.
    pub(super) fn exists(&self, contract: &Contract, kind: &str, name: &str) -> bool {
        self.find(contract, kind, name).is_some()
    }

    /// Whether a thing belongs to another.
    pub(super) fn belongs(&self, contract: &Contract, member: (&str, &str), owner: (&str, &str)) -> bool {
        let Some(owner) = self.find(contract, owner.0, owner.1) else { return false };
        match owner.members.get(member.0) {
            None => self.exists(contract, member.0, member.1),
            Some(members) => contract
                .file
                .kinds
                .get(member.0)
                .is_some_and(|kind| members.contains(&identity(kind, member.1))),
        }
    }

    /// Makes a thing that was not there.
    pub(super) fn create(&mut self, contract: &Contract, kind: &str, name: &str) {
        if let Some(model) = contract.file.kinds.get(kind) {
            let things = self.known.entry(kind.to_owned()).or_default();
            things.entry(identity(model, name)).or_insert_with(|| Known { members: BTreeMap::new() });
        }
    }

    fn find(&self, contract: &Contract, kind: &str, name: &str) -> Option<&Known> {
        self.known.get(kind)?.get(&identity(contract.file.kinds.get(kind)?, name))
    }
}

/// What identifies a thing: the first characters of its ID, or its name without the blanks around it.
fn identity(kind: &Kind, name: &str) -> String {
    match &kind.identity {
        Some(identity) => name.chars().take(identity.prefix).collect(),
        None => name.trim().to_owned(),
    }
}
