//! Looks the names of an area up.

use serde_json::Value;
use tally_spec::model::{
    Area, Behaviour, Condition, Contract, Default, DefaultSource, Field, KeyPart, TextFormat, UnknownThing,
};

use super::{
    Named, PlannedDefault, PlannedField, PlannedPart, Reference, Reset, Sending, Source, StandIn, Test,
    Wanted, find, place,
};
use crate::entities::KindPlace;

/// Looks names up.
#[derive(Clone, Copy)]
pub(super) struct LookUp<'c> {
    pub(super) contract: &'c Contract,
    pub(super) area: &'c Area,
}

impl LookUp<'_> {
    fn place(self, name: &str) -> Option<usize> {
        place(&self.area.fields, name)
    }

    pub(super) fn places(self, names: &[String]) -> Vec<usize> {
        names.iter().filter_map(|name| self.place(name)).collect()
    }

    pub(super) fn field(self, field: &Field) -> PlannedField {
        PlannedField {
            member: format!("{}:", Value::from(field.name.as_str())),
            is_date: field.format == Some(TextFormat::Date),
            is_order: self.is_order(&field.name),
        }
    }

    fn is_order(self, name: &str) -> bool {
        self.area.behaviours.iter().any(|behaviour| match behaviour {
            Behaviour::Resets { when, .. } => when.field == name,
            Behaviour::Sends { again, .. } => again == name,
            _ => false,
        })
    }

    fn stand_in(self, field: &Field) -> Option<StandIn> {
        let stands = |option: &Field| option.stands_in_for.as_deref() == Some(&field.name);
        let place = self.area.envelope.iter().position(stands)?;
        Some(StandIn { place, closed: field.closed.clone() })
    }

    pub(super) fn stand_ins(self) -> Vec<(usize, StandIn)> {
        let stand_in = |(place, field)| Some((place, self.stand_in(field)?));
        self.area.fields.iter().enumerate().filter_map(stand_in).collect()
    }

    pub(super) fn key_part(self, part: &KeyPart) -> PlannedPart {
        PlannedPart {
            when: part.when.as_ref().map(|when| self.test(when)),
            fields: part.fields().filter_map(|field| self.named(field)).collect(),
        }
    }

    pub(super) fn creates(self) -> Vec<(Named, KindPlace)> {
        let rules = self.area.rules.iter();
        let creates = rules.filter(|rule| rule.constraint.exists() == Some(UnknownThing::Creates));
        creates.filter_map(|rule| self.kinded(rule.constraint.field()?)).collect()
    }

    /// What `pick` makes of the area's behaviours.
    pub(super) fn behaviours<T>(self, pick: impl Fn(&Behaviour) -> Option<T>) -> Vec<T> {
        self.area.behaviours.iter().filter_map(pick).collect()
    }

    pub(super) fn reset(self, behaviour: &Behaviour) -> Option<Reset> {
        let Behaviour::Resets { when, clears, shown_as, .. } = behaviour else { return None };
        Some(Reset { when: self.test(when), clears: self.places(clears), shown_as: shown_as.clone() })
    }

    pub(super) fn sending(self, behaviour: &Behaviour) -> Option<Sending> {
        let Behaviour::Sends { to, again, .. } = behaviour else { return None };
        let (to, kind) = self.kinded(to)?;
        Some(Sending { to, kind, again: self.named(again) })
    }

    /// A field that names entities of a kind.
    fn kinded(self, pointer: &str) -> Option<(Named, KindPlace)> {
        let named = self.named(pointer)?;
        let kind = named.kind?;
        Some((named, kind))
    }

    pub(super) fn named(self, pointer: &str) -> Option<Named> {
        let kind = find(&self.area.fields, pointer).and_then(|field| field.kind.as_deref());
        let kind = kind.and_then(|kind| KindPlace::of(self.contract, kind));
        if let Some(place) = self.place(pointer) {
            return Some(Named { place, within: Vec::new(), kind });
        }
        let mut steps = pointer.split('/');
        let place = self.place(steps.next()?)?;
        Some(Named { place, within: steps.map(str::to_owned).collect(), kind })
    }

    pub(super) fn test(self, condition: &Condition) -> Test {
        let values = condition.constant.iter().chain(condition.one_of.iter().flatten());
        let wanted = if condition.constant.is_none() && condition.one_of.is_none() {
            Wanted::Any
        } else if let Some(texts) = values.clone().map(Value::as_str).collect::<Option<Vec<_>>>() {
            Wanted::Texts(texts.into_iter().map(str::to_owned).collect())
        } else {
            Wanted::Values(values.cloned().collect())
        };
        Test { named: self.named(&condition.field), wanted }
    }

    pub(super) fn reference(self, rule: usize) -> Option<Reference> {
        let says = &self.area.rules[rule];
        if says.constraint.exists() != Some(UnknownThing::Fails) && says.constraint.member_of().is_none() {
            return None;
        }
        let named = self.named(says.constraint.field()?)?;
        let owner = says.constraint.member_of().map(|of| {
            let owner = self.named(of)?;
            let kind = owner.kind?;
            Some((owner, kind))
        });
        Some(Reference {
            rule,
            when: says.when.as_ref().map(|when| self.test(when)),
            unless: says.unless.as_ref().map(|unless| self.test(unless)),
            kind: named.kind?,
            named,
            // An owner of no kind cannot be looked up.
            owner: match owner {
                Some(None) => return None,
                Some(owner) => owner,
                None => None,
            },
        })
    }

    pub(super) fn default(self, default: &Default) -> Option<PlannedDefault> {
        let (field, member) = match default.field.split_once('/') {
            Some((field, member)) => (field, Some(member.to_owned())),
            None => (default.field.as_str(), None),
        };
        if self.is_order(&default.field) {
            return None;
        }
        let source = match &default.source {
            DefaultSource::Value(value) => Source::Value(value.to_string()),
            DefaultSource::Field(name) => Source::Field(self.place(name)?),
            DefaultSource::Today => Source::Today,
            DefaultSource::WeekdaysAfter(after) => {
                Source::WeekdaysAfter { place: self.place(&after.field)?, days: after.days }
            }
            DefaultSource::SessionUser => Source::SessionUser,
            DefaultSource::Elsewhere(_) => return None,
        };
        Some(PlannedDefault { place: self.place(field)?, member, source, always: default.always })
    }
}
