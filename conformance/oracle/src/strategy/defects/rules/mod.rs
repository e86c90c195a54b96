//! Borders of an area's rules: one file for each constraint.

mod any_of;
mod contains;
mod exists;
mod max_length;
mod member_of;
mod multiple_of;
mod pattern;
mod range;
mod required;

use serde_json::Value;
use tally_spec::model::{Cites, Constraint, Rule};

pub(super) use exists::Asked;

use super::ways::Way;
use super::{At, Borders};
use crate::oracle::Fate;
use crate::strategy::Defect;
use crate::strategy::defect::Change;
use crate::strategy::keep::{holds_for, is_ordinary, keeps, keeps_all, wanted};
use crate::strategy::maker::Maker;
use crate::strategy::numbers::{Numbers, common_step};

/// A value on one side of a rule's boundary.
struct Side<'c> {
    what: String,
    fate: Fate,
    cites: Vec<&'c Cites>,
    making: Making,
}

/// How a record comes to that side.
enum Making {
    /// One of these is the field's value.
    Values(Vec<Value>),
    /// A change of what is in the field.
    Change(Change),
}

impl<'c> Side<'c> {
    fn new(rule: &'c Rule, what: impl Into<String>, fate: Fate, values: Vec<Value>) -> Self {
        Self { what: what.into(), fate, cites: vec![&rule.statement], making: Making::Values(values) }
    }

    fn broken(rule: &'c Rule, what: impl Into<String>, values: Vec<Value>) -> Self {
        Self::new(rule, what, Fate::Fails, values)
    }

    fn kept(rule: &'c Rule, what: impl Into<String>, values: Vec<Value>) -> Self {
        Self::new(rule, what, Fate::Passes, values)
    }
}

/// Values that break a rule which does not apply, and no other rule.
#[derive(Debug)]
pub(in crate::strategy) struct Exempt {
    /// The rule's place among the area's.
    pub(in crate::strategy) rule: usize,
    /// The field.
    pub(in crate::strategy) field: String,
    pub(in crate::strategy) values: Vec<Value>,
}

/// For each conditional rule on a field of the record the values that are for records to which it does not apply.
pub(in crate::strategy) fn exempt(maker: &Maker<'_>) -> Vec<Exempt> {
    let borders = Borders { maker, area: maker.area, found: Vec::new() };
    let conditional = maker.area.rules.iter().enumerate().filter(|(_, rule)| !rule.is_unconditional());
    let exempt = conditional.filter_map(|(place, rule)| {
        let path = rule.constraint.field()?;
        let field = maker.area.fields.iter().find(|field| field.name == path)?;
        let at = At { field, path, above: None };
        let sides = borders.sides(at, rule).into_iter().filter(|side| side.fate == Fate::Fails);
        let values: Vec<Value> = sides.flat_map(|side| borders.exempt_values(at, rule, &side)).collect();
        (!values.is_empty()).then(|| Exempt { rule: place, field: path.to_owned(), values })
    });
    exempt.collect()
}

impl<'m> Borders<'_, 'm> {
    /// The borders of the rules about which fields have a value.
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

    /// The borders of the rules about a field's value: on both sides if the rule applies, and beyond it
    /// if it does not.
    pub(super) fn rules(&mut self, at: At<'_>) {
        for rule in self.rules_on(at.path).collect::<Vec<_>>() {
            let sides = self.sides(at, rule);
            if sides.is_empty() {
                continue;
            }
            for way in self.ways(rule, Some(at.path)) {
                for side in &sides {
                    self.side(at, side, &way);
                }
            }
            for way in self.ways_out(rule, at.path) {
                let broken = sides.iter().filter(|side| side.fate == Fate::Fails);
                broken.for_each(|side| self.exempt(at, rule, side, &way));
            }
        }
    }

    /// Both sides of a rule of shape. Whether what is named exists, and what belongs to what, have borders of
    /// their own, with those of the kinds.
    fn sides(&self, at: At<'_>, rule: &'m Rule) -> Vec<Side<'m>> {
        match &rule.constraint {
            Constraint::Range { minimum, maximum, .. } => self.range(at, rule, *minimum, *maximum),
            Constraint::MultipleOf { divisor, .. } => self.multiple_of(at, rule, *divisor),
            Constraint::MaxLength { limit, .. } => self.max_length(at, rule, *limit),
            Constraint::Pattern { pattern, .. } => pattern::sides(rule, pattern),
            Constraint::Contains { members, .. } => self.contains(at, rule, members),
            Constraint::Required(_)
            | Constraint::AnyOf(_)
            | Constraint::Exists { .. }
            | Constraint::MemberOf { .. } => Vec::new(),
        }
    }

    /// A border on that side of a rule that applies.
    fn side(&mut self, at: At<'_>, side: &Side<'_>, way: &Way) {
        let mut border = at.border(&format!("{}{}", side.what, way.name), side.fate, &side.cites);
        border.under(way);
        match &side.making {
            Making::Change(change) => {
                border.changes.push(change.clone());
                border.needs.push(at.top());
            }
            Making::Values(values) if side.fate == Fate::Fails => {
                if values.is_empty() {
                    return;
                }
                border.changes.push(Change::Set(at.target(), values.clone()));
            }
            Making::Values(values) => {
                let is_right = |value: &&Value| {
                    self.maker.is_of(at.field, value) && keeps_all(self.area, at.path, value)
                };
                let values: Vec<Value> = values.iter().filter(is_right).cloned().collect();
                if !self.set(at, &mut border, values) {
                    return;
                }
            }
        }
        self.found.push(border);
    }

    /// A border beyond a rule that does not apply.
    fn exempt(&mut self, at: At<'_>, rule: &Rule, side: &Side<'_>, way: &Way) {
        let values = self.exempt_values(at, rule, side);
        let mut border = at.border(&format!("{}/exempt{}", side.what, way.name), Fate::Passes, &side.cites);
        border.under(way);
        if values.is_empty() {
            return;
        }
        if at.above.is_none() {
            border.given.push((at.path.to_owned(), values.into_iter().next()));
        } else {
            border.changes.push(Change::Set(at.target(), values));
        }
        self.found.push(border);
    }

    /// Those values that break the rule and no other one.
    fn exempt_values(&self, at: At<'_>, rule: &Rule, side: &Side<'_>) -> Vec<Value> {
        let Making::Values(values) = &side.making else { return Vec::new() };
        // What else is excused for the same reason may be broken too.
        let others: Vec<&Rule> = self
            .rules_on(at.path)
            .filter(|other| (&other.when, &other.unless) != (&rule.when, &rule.unless))
            .collect();
        let is_free = |value: &Value| match &rule.when {
            Some(when) if when.field == at.path && wanted(when).next().is_some() => !holds_for(when, value),
            _ => true,
        };
        let is_right = |value: &&Value| {
            self.maker.is_of(at.field, value)
                && is_ordinary(value)
                && !keeps(&rule.constraint, value)
                && others.iter().all(|other| keeps(&other.constraint, value))
                && is_free(value)
        };
        values.iter().filter(is_right).cloned().collect()
    }

    /// The numbers of the field at a path: those that keep every rule, if there are any.
    fn numbers_at(&self, path: &str) -> Option<Numbers> {
        self.maker.plan_at(path)?.numbers().cloned()
    }

    /// What the numbers at a path are counted in.
    fn step(&self, path: &str) -> f64 {
        let divisors = self.rules_on(path).filter_map(|rule| rule.constraint.multiple_of());
        divisors.reduce(common_step).unwrap_or(1.0)
    }
}

/// A border of a rule about which fields have a value.
fn presence(rule: &Rule, field: &str, what: &str, way: &Way, fate: Fate) -> Defect {
    let mut border = Defect {
        id: format!("{field}/{what}{}", way.name),
        statements: Cites::ids([&rule.statement]),
        fate,
        keyword: what.split('/').next().unwrap_or(what).to_owned(),
        field: field.to_owned(),
        may_refuse: false,
        changes: Vec::new(),
        needs: Vec::new(),
        given: Vec::new(),
        envelope: Vec::new(),
    };
    border.under(way);
    border
}

impl Defect {
    /// Adds what a way asks for.
    pub(in crate::strategy::defects) fn under(&mut self, way: &Way) {
        let new = way.statements.iter().filter(|id| !self.statements.contains(id)).cloned();
        let new: Vec<String> = new.collect();
        self.statements.extend(new);
        self.given.extend(way.given.iter().cloned());
        self.needs.extend(way.needs.iter().cloned());
        self.envelope.extend(way.envelope.iter().cloned());
    }
}
