//! Every border that a record of an area can stand on, found in the spec.

mod rules;
mod surroundings;
mod things;
mod values;
mod ways;
mod wrong_types;

use serde_json::Value;
use tally_spec::model::{Area, Cites, Field, JsonType, Reading, Rule};

pub(super) use rules::{Exempt, exempt};

use super::Defect;
use super::defect::{Change, Path};
use super::keep::{has_value, keeps, keeps_all};
use super::maker::Maker;
use crate::oracle::Fate;

/// Every border, field by field and then rule by rule, each once.
pub(super) fn all(maker: &Maker<'_>) -> Vec<Defect> {
    let mut borders = Borders { maker, area: maker.area, found: Vec::new() };
    borders.presence();
    for field in &maker.area.fields {
        borders.field(field, &field.name, None);
    }
    borders.surroundings();
    let mut found: Vec<Defect> = Vec::new();
    for defect in borders.found {
        if !found.iter().any(|known| known.id == defect.id) && maker.can_stand_on(&defect) {
            found.push(defect);
        }
    }
    found
}

/// What records cannot be made of because the fixtures say too little, for a person.
pub(super) fn left_out(maker: &Maker<'_>) -> Vec<String> {
    let fixtures = maker.fixtures;
    let mut left_out = Vec::new();
    for rule in &maker.area.rules {
        let Some(path) = rule.constraint.field() else { continue };
        let field = maker.area.field_at(path);
        let Some(name) = field.and_then(|field| field.kind.as_ref()) else { continue };
        let Some(kind) = maker.contract.file.kinds.get(name) else { continue };
        if rule.constraint.exists().is_some() && fixtures.unknown.get(name).is_none_or(Vec::is_empty) {
            let wanted = kind.unknown.as_deref().unwrap_or("what names nothing");
            left_out.push(format!("{path}/exists/unknown: the fixtures list no `{wanted}`"));
        }
        if fixtures.things.get(name).is_none_or(Vec::is_empty) {
            left_out.push(format!("{path}: the fixtures list no `{}`", kind.fixtures));
        }
        let owned = fixtures.things.values().flatten().any(|thing| !thing.members.is_empty());
        if rule.constraint.member_of().is_some() && !owned {
            left_out.push(format!("{path}/memberOf/another's: the fixtures give nothing members of its own"));
        }
    }
    left_out.dedup();
    left_out
}

/// Gathers borders.
struct Borders<'b, 'm> {
    maker: &'b Maker<'m>,
    area: &'m Area,
    found: Vec<Defect>,
}

/// A field's place: its path as rules name it.
#[derive(Clone, Copy)]
struct At<'f> {
    field: &'f Field,
    path: &'f str,
    /// The record's own field that it lies in; `None` if it is one.
    above: Option<&'f Field>,
}

impl At<'_> {
    fn target(&self) -> Path {
        Path::to(self.path, self.above.is_some_and(|above| above.takes(JsonType::Array)))
    }

    /// A border without changes yet.
    fn border(&self, what: &str, fate: Fate, cites: &[&Cites]) -> Defect {
        let keyword = what.split('/').next().unwrap_or(what).to_owned();
        Defect {
            id: format!("{}/{what}", self.path),
            statements: Cites::ids(cites.iter().copied()),
            fate,
            keyword,
            field: self.path.to_owned(),
            may_refuse: false,
            changes: Vec::new(),
            needs: if self.path.contains('/') { vec![self.top()] } else { Vec::new() },
            given: Vec::new(),
            envelope: Vec::new(),
        }
    }

    /// The record's own member on the way.
    fn top(&self) -> String {
        self.path.split('/').next().unwrap_or(self.path).to_owned()
    }
}

impl<'m> Borders<'_, 'm> {
    fn reading(&self) -> &'m Reading {
        &self.maker.contract.file.reading
    }

    /// The borders of a field and of what is in it.
    fn field(&mut self, field: &'m Field, path: &str, above: Option<&'m Field>) {
        let at = At { field, path, above };
        self.wrong_types(at);
        self.values(at);
        self.rules(at);
        self.things(at);
        for inner in field.properties.iter().chain(&field.items) {
            self.field(inner, &format!("{path}/{}", inner.name), Some(above.unwrap_or(field)));
        }
    }

    /// A border on which a value, or one of several alike, puts the record. One that passes, or is left open,
    /// keeps the field's rules.
    fn on_value(&mut self, at: At<'_>, what: &str, fate: Fate, cites: &[&Cites], values: Vec<Value>) {
        let mut border = at.border(what, fate, cites);
        let is_right = |value: &Value| match fate {
            Fate::Passes => keeps_all(self.area, at.path, value),
            Fate::Open => self.rules_on(at.path).all(|rule| {
                let is_bound = rule.constraint.max_length().is_none() && rule.constraint.pattern().is_none();
                (rule.is_unconditional() && is_bound) || !has_value(value) || keeps(&rule.constraint, value)
            }),
            Fate::Fails => true,
        };
        let values: Vec<Value> = values.into_iter().filter(is_right).collect();
        let is_set = if fate == Fate::Fails {
            border.changes.push(Change::Set(at.target(), values.clone()));
            !values.is_empty()
        } else {
            self.set(at, &mut border, values)
        };
        if is_set {
            self.found.push(border);
        }
    }

    /// Has a border put one of these values in the field. False if there is none.
    fn set(&self, at: At<'_>, border: &mut Defect, values: Vec<Value>) -> bool {
        if values.is_empty() {
            return false;
        }
        if at.above.is_none() && self.maker.is_pivot(at.path) {
            // What conditions look at must be there when the rest of the record is made.
            border.given.push((at.path.to_owned(), values.into_iter().next()));
        } else {
            border.changes.push(Change::Set(at.target(), values));
        }
        true
    }

    /// Whether a rule asks for a value in the field, or within it, under whatever condition.
    fn is_asked_for(&self, path: &str) -> bool {
        let asks = |rule: &Rule| {
            let names = |name: &String| {
                name.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            rule.constraint.required().iter().any(names)
                || rule.constraint.any_of().iter().any(names)
                || rule.constraint.field().is_some_and(|array| {
                    rule.constraint.contains().iter().any(|member| format!("{array}/{member}") == path)
                })
        };
        self.area.rules.iter().any(asks)
    }

    /// Whether some things have lists of what belongs to them, so that not each fits each record.
    fn has_owners(&self) -> bool {
        self.maker.fixtures.things.values().flatten().any(|thing| !thing.members.is_empty())
    }

    /// The rules about the value at a path.
    fn rules_on(&self, path: &str) -> impl Iterator<Item = &'m Rule> {
        let path = path.to_owned();
        self.area.rules.iter().filter(move |rule| rule.constraint.field() == Some(path.as_str()))
    }
}
