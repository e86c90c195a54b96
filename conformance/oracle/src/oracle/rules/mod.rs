//! Judges a record by its area's rules: one file for each constraint, and one for conditions.

mod any_of;
mod condition;
mod contains;
mod exists;
mod max_length;
mod member_of;
mod multiple_of;
mod pattern;
mod range;
mod required;

use serde_json::Value;
use tally_spec::model::{Cites, Constraint, Field, Rule};

use super::finding::{Finding, Place};
use super::record::{Broken, Holds, Judge};
use super::request::{has_value, is_taken};
use super::{Fate, Reason};

/// A rule about a value, and where the value stands.
#[derive(Debug, Clone, Copy)]
struct Asked<'j, 'p> {
    rule: &'j Rule,
    applies: Holds,
    field: &'j Field,
    place: &'p Place<'p>,
}

impl<'j> Asked<'j, '_> {
    /// Whether the rule is sure not to apply to the record.
    const fn is_off(&self) -> bool {
        !self.applies.plainly && self.applies.surely
    }

    /// The breach of a rule of shape, which makes the record fail.
    fn breach(&self, keyword: &'j str, because: String) -> Broken<'j> {
        let (rule, applies, premises) = (self.rule, self.applies, Vec::new());
        Broken { rule, applies, keyword, premises, fate: Fate::Fails, shape: true, because }
    }
}

impl<'j> Judge<'j> {
    /// Every rule about which fields have a value.
    pub(super) fn presence(&mut self) {
        for rule in &self.area.rules {
            match &rule.constraint {
                Constraint::Required(paths) => self.required(rule, paths),
                Constraint::AnyOf(paths) => self.any_of(rule, paths),
                Constraint::Range { .. }
                | Constraint::MultipleOf { .. }
                | Constraint::MaxLength { .. }
                | Constraint::Pattern { .. }
                | Constraint::Contains { .. }
                | Constraint::Exists { .. }
                | Constraint::MemberOf { .. } => {}
            }
        }
    }

    /// Every rule about the value of one field.
    pub(super) fn values(&mut self) {
        for rule in &self.area.rules {
            let Some(path) = rule.constraint.field() else { continue };
            let Some(field) = self.area.field_at(path) else { continue };
            let applies = self.applies(rule);
            let place = self.place;
            let (name, rest) = split(path);
            if let Some(value) = self.own(name) {
                self.values_at(rule, applies, field, value, rest, &place.member(name));
            }
        }
    }

    /// The values at the rest of a rule's path: of an array, those of each object.
    fn values_at(
        &mut self,
        rule: &'j Rule,
        applies: Holds,
        field: &'j Field,
        value: &'j Value,
        rest: Option<&'j str>,
        place: &Place<'_>,
    ) {
        let Some(rest) = rest else {
            return self.value_by_rule(Asked { rule, applies, field, place }, value);
        };
        let (name, rest) = split(rest);
        let mut within = |holder: &'j Value, place: &Place<'_>| {
            if let Some(value) = holder.get(name).filter(|value| has_value(value)) {
                self.values_at(rule, applies, field, value, rest, &place.member(name));
            }
        };
        match value {
            Value::Array(elements) => {
                elements
                    .iter()
                    .enumerate()
                    .for_each(|(index, element)| within(element, &place.element(index)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                within(value, place);
            }
        }
    }

    fn value_by_rule(&mut self, asked: Asked<'j, '_>, value: &'j Value) {
        if !is_taken(asked.field, value) {
            return;
        }
        match &asked.rule.constraint {
            Constraint::Range { minimum, maximum, .. } => self.range(asked, value, *minimum, *maximum),
            Constraint::MultipleOf { divisor, .. } => self.multiple_of(asked, value, *divisor),
            Constraint::MaxLength { limit, .. } => self.max_length(asked, value, *limit),
            Constraint::Pattern { pattern, .. } => self.pattern(asked, value, pattern),
            Constraint::Contains { members, .. } => self.contains(asked, value, members),
            Constraint::Exists { unknown, .. } => self.exists(asked, value, *unknown),
            Constraint::MemberOf { of, .. } => self.member_of(asked, value, of),
            Constraint::Required(_) | Constraint::AnyOf(_) => {}
        }
    }

    /// Notes that the contract leaves a value open.
    fn left_open(&mut self, asked: Asked<'j, '_>, keyword: &str, because: String) {
        let (statements, keyword) = (Cites::ids([&asked.rule.statement]), keyword.to_owned());
        let reason = Reason { statements, pointer: asked.place.pointer(), keyword, because };
        self.found.add(Finding { reason, fate: Fate::Open, shape: false, may_refuse: false });
    }
}

/// A path's first name, and what follows it.
fn split(path: &str) -> (&str, Option<&str>) {
    path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)))
}
