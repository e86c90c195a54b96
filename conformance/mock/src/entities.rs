//! What exists: the fixtures' entities, and those that requests created.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use tally_spec::model::{Contract, Kind};

use crate::memory::of_text;
use tally_fixtures::Fixtures;

/// The entities of the organisation, by kind and by what identifies them.
#[derive(Clone)]
pub(crate) struct Entities {
    /// The fixtures', in the contract's order of kinds. They never change.
    kinds: Arc<[EntitiesOfKind]>,
    /// Those that requests created, in the same order.
    made: Arc<Vec<CreatedEntities>>,
}

/// The place of a kind among its contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KindPlace(usize);

impl KindPlace {
    /// The place of the kind of that name.
    pub(crate) fn of(contract: &Contract, name: &str) -> Option<Self> {
        contract.file.kinds.keys().position(|kind| kind == name).map(Self)
    }
}

/// The entities of one kind that the fixtures list.
struct EntitiesOfKind {
    name: String,
    kind: Kind,
    known: Names,
    /// Of entities that the fixtures list as tables, the tables' places.
    rows: HashMap<Span, usize>,
    /// What belongs to an entity, by kind; of a kind without an entry, every entity belongs to it.
    members: HashMap<Span, Vec<(KindPlace, HashSet<String>)>>,
}

/// The entities of one kind that requests created.
#[derive(Clone, Default)]
struct CreatedEntities {
    known: Names,
    /// Their names, in the order of their creation.
    names: Vec<String>,
    /// What all this takes in memory.
    bytes: usize,
}

/// What an entity takes that a request created, apart from its texts.
const CREATED: usize = size_of::<String>() + 2 * size_of::<Span>() + 16;

/// What identifies entities, each once.
#[derive(Clone, Default)]
struct Names {
    /// One behind the other, which takes less than a text for each.
    text: String,
    spans: HashTable<Span>,
    hasher: RandomState,
}

/// The place of a name among the others.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Span {
    start: u32,
    end: u32,
}

impl Names {
    fn len(&self) -> usize {
        self.spans.len()
    }

    fn find(&self, name: &str) -> Option<Span> {
        let hash = self.hasher.hash_one(name);
        self.spans.find(hash, |span| span.of(&self.text) == Some(name)).copied()
    }

    /// Interns `name` and returns its place, or `None` if it is already present or the text would exceed 4 GiB.
    fn add(&mut self, name: &str) -> Option<Span> {
        if self.find(name).is_some() {
            return None;
        }
        let start = u32::try_from(self.text.len()).ok()?;
        let end = u32::try_from(self.text.len().checked_add(name.len())?).ok()?;
        let Self { text, spans, hasher } = self;
        text.push_str(name);
        let hash = |span: &Span| hasher.hash_one(span.of(text).unwrap_or_default());
        let span = Span { start, end };
        spans.insert_unique(hash(&span), span, hash);
        Some(span)
    }
}

impl Span {
    fn of(self, text: &str) -> Option<&str> {
        text.get(usize::try_from(self.start).ok()?..usize::try_from(self.end).ok()?)
    }
}

impl Entities {
    pub(crate) fn new(contract: &Contract, fixtures: &Fixtures) -> Self {
        let kinds = &contract.file.kinds;
        let of_kind = |(name, kind): (&String, &Kind)| {
            let mut of = EntitiesOfKind {
                name: name.clone(),
                kind: kind.clone(),
                known: Names::default(),
                rows: HashMap::new(),
                members: HashMap::new(),
            };
            for thing in fixtures.things.get(name).map_or(&[][..], Vec::as_slice) {
                let Some(place) = of.known.add(identity(kind, &thing.name)) else { continue };
                if kind.member.is_some() {
                    of.rows.insert(place, thing.row);
                }
                let members = thing.members.iter().filter_map(|(list, names)| {
                    let of = kind.members.get(list)?;
                    let member_kind = kinds.get(of)?;
                    let names = names.iter().map(|name| identity(member_kind, name).to_owned());
                    Some((KindPlace::of(contract, of)?, names.collect()))
                });
                let members: Vec<_> = members.collect();
                if !members.is_empty() {
                    of.members.insert(place, members);
                }
            }
            of
        };
        let kinds: Arc<[EntitiesOfKind]> = kinds.iter().map(of_kind).collect();
        Self { made: Arc::new(vec![CreatedEntities::default(); kinds.len()]), kinds }
    }

    /// The place of the kind of that name.
    pub(crate) fn kind(&self, name: &str) -> Option<KindPlace> {
        self.kinds.iter().position(|of| of.name == name).map(KindPlace)
    }

    /// The name of a kind.
    pub(crate) fn name(&self, kind: KindPlace) -> &str {
        self.kinds.get(kind.0).map_or("", |of| &of.name)
    }

    /// Whether an entity of that kind exists.
    pub(crate) fn exists(&self, kind: KindPlace, name: &str) -> bool {
        self.kinds.get(kind.0).is_some_and(|of| of.find(name).is_some() || self.was_made(kind, name))
    }

    fn was_made(&self, kind: KindPlace, name: &str) -> bool {
        let of = self.kinds.get(kind.0).zip(self.made.get(kind.0));
        of.is_some_and(|(of, made)| made.known.find(identity(&of.kind, name)).is_some())
    }

    /// Whether an entity belongs to another; each is a kind and a name.
    pub(crate) fn belongs(&self, member: (KindPlace, &str), owner: (KindPlace, &str)) -> bool {
        let Some(of) = self.kinds.get(owner.0.0) else { return false };
        let listed = match of.find(owner.1) {
            Some(owner) => of.members.get(&owner),
            None if self.was_made(owner.0, owner.1) => None,
            None => return false,
        };
        match listed.and_then(|all| all.iter().find(|(kind, _)| *kind == member.0)) {
            None => self.exists(member.0, member.1),
            Some((kind, members)) => {
                self.kinds.get(kind.0).is_some_and(|of| members.contains(identity(&of.kind, member.1)))
            }
        }
    }

    /// Creates an entity. Returns whether it did not exist before.
    pub(crate) fn create(&mut self, kind: KindPlace, name: &str) -> bool {
        let made = Arc::make_mut(&mut self.made);
        let Some((of, made)) = self.kinds.get(kind.0).zip(made.get_mut(kind.0)) else { return false };
        let known_as = identity(&of.kind, name);
        let is_new = of.known.find(known_as).is_none() && made.known.add(known_as).is_some();
        if is_new {
            made.bytes += CREATED + known_as.len() + of_text(name.len());
            made.names.push(name.to_owned());
        }
        is_new
    }

    /// What the entities that requests created take in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.made.iter().map(|made| made.bytes).sum()
    }

    /// The text that all names of one entity share, and no names of two: its table if the fixtures list it
    /// as one, so that its names of other kinds have it too.
    pub(crate) fn token<'n>(&self, kind: KindPlace, name: &'n str) -> Cow<'n, str> {
        let Some(of) = self.kinds.get(kind.0) else { return Cow::Borrowed(name) };
        let row = if of.rows.is_empty() { None } else { of.find(name).and_then(|place| of.rows.get(&place)) };
        match row {
            Some(row) => Cow::Owned(format!("{}#{row}", of.kind.fixtures)),
            None => Cow::Borrowed(identity(&of.kind, name)),
        }
    }

    /// Each kind by its name and its title, with the number of its entities and the names of those created.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (&str, &str, usize, &[String])> {
        self.kinds.iter().zip(self.made.iter()).map(|(of, made)| {
            let count = of.known.len() + made.known.len();
            (of.name.as_str(), of.kind.title.as_str(), count, made.names.as_slice())
        })
    }
}

impl EntitiesOfKind {
    fn find(&self, name: &str) -> Option<Span> {
        self.known.find(identity(&self.kind, name))
    }
}

/// What identifies an entity: the first characters of its ID, or its name without the blanks around it.
fn identity<'n>(kind: &Kind, name: &'n str) -> &'n str {
    match &kind.identity {
        // As many bytes are as many characters at the most.
        Some(identity) if name.len() <= identity.prefix => name,
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
