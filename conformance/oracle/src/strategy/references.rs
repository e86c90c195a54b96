//! Records that differ in what they name: by them the claims of a fixtures file are checked.

use serde_json::Value;
use tally_spec::model::{Field, JsonType, UnknownThing};

use super::defect::{Change, Path, top};
use super::forms::{other_form, usable};
use super::maker::Maker;
use super::{Batch, Defect, Rng, join};
use crate::oracle::Fate;
use tally_fixtures::Fixtures;

/// A field by which records name things of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'a> {
    /// The kind, a key of the contract's `kinds`.
    pub kind: &'a str,
    /// The field's path, as rules name it.
    pub path: String,
    /// What becomes of a record that names nothing, by the strictest rule; `None` if no rule says so.
    pub unknown: Option<UnknownThing>,
    /// The list that the field's object is an element of, if it is in one.
    list: Option<&'a str>,
}

impl<'a> Maker<'a> {
    /// The fixtures that records are made from.
    #[must_use]
    pub const fn fixtures(&self) -> &'a Fixtures {
        self.fixtures
    }

    /// The fields by which records name things, in the spec's order.
    #[must_use]
    pub fn references(&self) -> Vec<Reference<'a>> {
        let mut found = Vec::new();
        for field in &self.area.fields {
            self.gather(field, &field.name, None, &mut found);
        }
        found
    }

    fn gather(&self, field: &'a Field, path: &str, above: Option<&'a Field>, found: &mut Vec<Reference<'a>>) {
        if let Some(kind) = &field.kind {
            let on_it = self.area.rules.iter().filter(|rule| rule.constraint.field() == Some(path));
            let strictness = |unknown: &UnknownThing| match unknown {
                UnknownThing::Fails => 0,
                UnknownThing::Open => 1,
                UnknownThing::Creates => 2,
            };
            let unknown = on_it.filter_map(|rule| rule.constraint.exists()).min_by_key(strictness);
            let list = above.filter(|above| above.takes(JsonType::Array)).map(|above| above.name.as_str());
            found.push(Reference { kind, path: path.to_owned(), unknown, list });
        }
        for inner in field.properties.iter().chain(&field.items) {
            self.gather(inner, &format!("{path}/{}", inner.name), Some(above.unwrap_or(field)), found);
        }
    }

    /// How many things one request can name in the field, if each is to be told from the others.
    #[must_use]
    pub fn most_named(&self, reference: &Reference<'_>, judged_whole: bool) -> usize {
        if judged_whole && reference.list.is_none() { 1 } else { self.area.limit.maximum.max(1) }
    }

    /// Records that are valid but for what they name in the field: one for each of the names, or, if the request
    /// is judged whole, one record whose list has an element for each. They have no value at the paths of
    /// `without`.
    #[must_use]
    pub fn naming(
        &self,
        seed: u64,
        (reference, judged_whole): (&Reference<'_>, bool),
        without: &[&str],
        names: &[&str],
    ) -> Batch {
        let seed = join(seed, 16);
        let border = |name: &str| Self::border(reference, without, name);
        if let (Some(list), true) = (reference.list, judged_whole) {
            let first = border(names.first().copied().unwrap_or_default());
            let mut batch = self.with_defects(seed, 1, &[(0, &first)]);
            let member = reference.path.rsplit('/').next().unwrap_or_default();
            for record in &mut batch.records {
                if let Some(Value::Array(elements)) = record.get_mut(list) {
                    let pattern = elements.first().cloned().unwrap_or_default();
                    *elements = names.iter().map(|name| with(&pattern, member, name)).collect();
                }
            }
            return batch;
        }
        let borders: Vec<Defect> = names.iter().map(|name| border(name)).collect();
        self.with_defects(seed, names.len(), &borders.iter().enumerate().collect::<Vec<_>>())
    }

    /// Records that all name the same in the field and differ in what else they hold: the plainest come first, and
    /// every other one may have values at the paths of `without`.
    #[must_use]
    pub fn naming_one(
        &self,
        seed: u64,
        (reference, count): (&Reference<'_>, usize),
        without: &[&str],
        name: &str,
    ) -> Batch {
        let seed = join(seed, 19);
        let borders = [Self::border(reference, without, name), Self::border(reference, &[], name)];
        let plainest = borders.len();
        let seeds: Vec<u64> =
            (0..count).map(|index| if index < plainest { 0 } else { join(seed, index as u64) }).collect();
        let defects: Vec<(usize, &Defect)> = borders.iter().cycle().take(count).enumerate().collect();
        self.of_seeds(seed, &seeds, &defects)
    }

    /// The name in its other form, if the kind's IDs have two.
    #[must_use]
    pub fn other_form(&self, kind: &str, name: &str) -> Option<String> {
        let kind = self.contract.file.kinds.get(kind)?;
        Some(other_form(kind, name)).filter(|other| other != name)
    }

    /// The key of a fixtures file that lists what names nothing of the kind.
    #[must_use]
    pub fn unknown_key(&self, kind: &str) -> Option<&'a str> {
        self.contract.file.kinds.get(kind)?.unknown.as_deref()
    }

    /// The name as records spell it: an ID whose checksum is wrong goes without.
    #[must_use]
    pub fn spelt(&self, kind: &str, name: &str) -> String {
        let kind = self.contract.file.kinds.get(kind);
        kind.map_or_else(|| name.to_owned(), |kind| usable(kind, name).into_owned())
    }

    /// A name that the fixtures do not list and that hardly names anything: made from one of the kind, so that its
    /// form is the same.
    #[must_use]
    pub fn made_up(&self, kind: &str, seed: u64, like: &str) -> Option<String> {
        let listed = |name: &str| {
            let things = self.fixtures.things.get(kind).into_iter().flatten();
            things.map(|thing| thing.name.as_str()).any(|known| known.starts_with(name))
        };
        let of_kind = self.contract.file.kinds.get(kind)?;
        if of_kind.pattern.is_none() {
            return Some(format!("{} {}", self.mark, join(seed, 17) % 1_000_000))
                .filter(|name| !listed(name));
        }
        let identity = of_kind.identity.as_ref().map_or(usize::MAX, |identity| identity.prefix);
        let short: String = like.chars().take(identity).collect();
        let mut rng = Rng::new(join(seed, 17));
        // The first characters of an ID often tell its kind.
        let kept = short.chars().count() / 3;
        let mut drawn = |c: char| match c {
            '0'..='9' => char::from(b'0' + u8::try_from(rng.below(10)).unwrap_or(0)),
            'a'..='z' => char::from(b'a' + u8::try_from(rng.below(26)).unwrap_or(0)),
            'A'..='Z' => char::from(b'A' + u8::try_from(rng.below(26)).unwrap_or(0)),
            other => other,
        };
        let name: String =
            short.chars().enumerate().map(|(at, c)| if at < kept { c } else { drawn(c) }).collect();
        (!listed(&name)).then_some(name)
    }

    /// A border on which the record names something in the field.
    fn border(reference: &Reference<'_>, without: &[&str], name: &str) -> Defect {
        let Reference { path, list, .. } = reference;
        Defect {
            id: format!("{path}/{name}"),
            statements: Vec::new(),
            fate: Fate::Passes,
            keyword: "exists".to_owned(),
            field: path.clone(),
            may_refuse: false,
            changes: vec![Change::Set(Path::to(path, list.is_some()), vec![Value::from(name)])],
            needs: if path.contains('/') { vec![top(path).to_owned()] } else { Vec::new() },
            given: without.iter().map(|path| ((*path).to_owned(), None)).collect(),
            envelope: Vec::new(),
        }
    }
}

/// An element with another name in a member.
fn with(element: &Value, member: &str, name: &str) -> Value {
    let mut element = element.clone();
    if let Value::Object(members) = &mut element {
        members.insert(member.to_owned(), Value::from(name));
    }
    element
}
