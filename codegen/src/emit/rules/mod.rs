//! The calls that hold a record to its area's rules: one file for each constraint, and one for conditions.
//!
//! What a name exists as, and what belongs to what, is the organisation's: `exists` and `memberOf` are no rules
//! of shape, and nothing is emitted for them.

mod any_of;
mod condition;
mod contains;
mod max_length;
mod multiple_of;
mod pattern;
mod range;
mod required;
mod stand_in;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use tally_spec::model::{Area, Constraint, Contract, Rule};

use crate::names;
use pattern::Patterns;

/// The rules of an area, and the patterns that they and the area's kinds need.
pub(super) struct Rules<'a> {
    area: &'a Area,
    patterns: Patterns<'a>,
}

impl<'a> Rules<'a> {
    pub(super) fn new(contract: &'a Contract, area: &'a Area) -> Self {
        Self { area, patterns: Patterns::new(contract, area) }
    }

    /// The statics that hold the patterns.
    pub(super) fn pattern_items(&self) -> Vec<TokenStream> {
        self.patterns.items()
    }

    /// The step that holds text to the pattern of a kind.
    pub(super) fn matches_kind(&self, kind: &str, pattern: &str, statement: &str) -> TokenStream {
        self.patterns.step(kind, pattern, statement)
    }

    /// The step that holds text to the spelling of a whole number. If a rule always asks for a multiple of a whole
    /// number, that rule reports a fraction in text as it does one in a number.
    pub(super) fn numeric(&self, path: &str, statement: &str) -> TokenStream {
        let asks_for_whole = self.area.rules.iter().any(|rule| {
            let is_about_it = rule.is_unconditional() && rule.constraint.field() == Some(path);
            is_about_it && rule.constraint.multiple_of().is_some_and(|divisor| divisor.fract() == 0.0)
        });
        if asks_for_whole {
            quote! { .decimal(#statement) }
        } else {
            quote! { .numeric(#statement) }
        }
    }

    /// The calls for a rule about which fields have a value, under its conditions; `None` for other rules.
    pub(super) fn about_presence(&self, rule: &Rule) -> Option<TokenStream> {
        let statement = rule.statement.principal();
        let calls = match &rule.constraint {
            Constraint::Required(paths) => self.required(paths, statement),
            Constraint::AnyOf(paths) => self.any_of(paths, statement),
            Constraint::Range { .. }
            | Constraint::MultipleOf { .. }
            | Constraint::MaxLength { .. }
            | Constraint::Pattern { .. }
            | Constraint::Contains { .. }
            | Constraint::Exists { .. }
            | Constraint::MemberOf { .. } => return None,
        };
        Some(match self.applies(rule) {
            Some(applies) => quote! { if #applies { #calls } },
            None => calls,
        })
    }

    /// The step for a rule about the value of the field at that path, under the rule's conditions; `None` for
    /// other rules. `element` names the parts of a list's object.
    pub(super) fn about_value(&self, place: usize, path: &str, element: &Ident) -> Option<TokenStream> {
        let rule = self.area.rules.get(place).filter(|rule| rule.constraint.field() == Some(path))?;
        let statement = rule.statement.principal();
        let step = match &rule.constraint {
            Constraint::Range { minimum, maximum, .. } => range::step(*minimum, *maximum, statement),
            Constraint::MultipleOf { divisor, .. } => multiple_of::step(*divisor, statement),
            Constraint::MaxLength { limit, .. } => max_length::step(*limit, statement),
            Constraint::Pattern { field, pattern } => self.patterns.step(field, pattern, statement),
            Constraint::Contains { members, .. } => contains::step(members, element, statement),
            Constraint::Required(_)
            | Constraint::AnyOf(_)
            | Constraint::Exists { .. }
            | Constraint::MemberOf { .. } => return None,
        };
        let Some(applies) = self.applies(rule) else { return Some(step) };
        // Within an object `parts` are the object's: there the answer has a name of its own.
        let ident = self.applies_ident(place);
        let applies = if path.contains('/') {
            quote! { #ident }
        } else {
            applies
        };
        Some(quote! { .given(#applies, |field| field #step) })
    }

    /// Whether rules about values within objects apply, asked before the objects are judged.
    pub(super) fn asked_first(&self) -> Vec<TokenStream> {
        let within = |rule: &Rule| match &rule.constraint {
            Constraint::Range { field, .. }
            | Constraint::MultipleOf { field, .. }
            | Constraint::MaxLength { field, .. }
            | Constraint::Pattern { field, .. }
            | Constraint::Contains { field, .. } => field.contains('/'),
            Constraint::Required(_)
            | Constraint::AnyOf(_)
            | Constraint::Exists { .. }
            | Constraint::MemberOf { .. } => false,
        };
        let asked = |(place, rule): (usize, &Rule)| {
            let (applies, ident) = (self.applies(rule)?, self.applies_ident(place));
            within(rule).then(|| quote! { let #ident = #applies; })
        };
        self.area.rules.iter().enumerate().filter_map(asked).collect()
    }

    /// The name for whether the rule in that place applies: one that no field's has.
    fn applies_ident(&self, place: usize) -> Ident {
        let mut name = format!("rule_{place}_applies");
        while self.area.fields.iter().any(|field| names::snake_ident(&field.name) == name) {
            name.push('_');
        }
        names::ident(&name)
    }
}
