//! Borders of IDs and names: their form, and whether they name something.

use regex_lite::Regex;
use serde_json::json;
use tally_spec::model::{Kind, Rule, UnknownThing};

use super::rules::Asked;
use super::ways::Way;
use super::{At, Borders};
use crate::oracle::Fate;
use crate::strategy::defect::{Change, Rewriting};
use crate::strategy::forms::other_form;

impl Borders<'_, '_> {
    pub(super) fn things(&mut self, at: At<'_>) {
        let Some((name, kind)) =
            at.field.kind.as_ref().and_then(|kind| self.maker.contract.file.kinds.get_key_value(kind))
        else {
            return;
        };
        for asked in self.asked(at) {
            self.unknown(at, name, &asked);
            if let Some(pattern) = kind.pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok()) {
                self.malformed(at, name, kind, &pattern, &asked);
            } else {
                self.unsaid(at, name, &asked);
            }
        }
        self.forms(at, name, kind);
        self.members_of_others(at, name);
    }

    /// Texts that have not the form of the kind, made from one that has.
    fn malformed(&mut self, at: At<'_>, name: &str, kind: &Kind, pattern: &Regex, asked: &Asked<'_>) {
        let Some(thing) = self.maker.fixtures.things.get(name).and_then(|things| things.first()) else {
            return;
        };
        let long = [thing.name.clone(), other_form(kind, &thing.name)];
        let Some(long) = long.iter().max_by_key(|form| form.len()) else { return };
        let identity = kind.identity.as_ref().map_or(long.len(), |identity| identity.prefix);
        let applies = asked.applies || asked.rule.is_none();
        let fate = if applies { Fate::Fails } else { Fate::Open };
        for (what, rewriting, text) in [
            (
                "too-short",
                Rewriting::First(identity.saturating_sub(1)),
                cut(long, identity.saturating_sub(1)),
            ),
            ("between", Rewriting::First(identity + 1), cut(long, identity + 1)),
            ("too-long", Rewriting::With("A".to_owned()), format!("{long}A")),
            ("punctuation", Rewriting::Replaced(4, '-'), replaced(long, 4, '-')),
            ("beyond-ascii", Rewriting::Replaced(4, '\u{e9}'), replaced(long, 4, '\u{e9}')),
        ] {
            if !pattern.is_match(&text) {
                let change = match rewriting {
                    // The text that a record happens to have may be of the shorter form.
                    Rewriting::First(_) | Rewriting::With(_) => Change::Set(at.target(), vec![json!(text)]),
                    Rewriting::Replaced(..) | Rewriting::Padded => Change::Rewrite(at.target(), rewriting),
                };
                self.put(at, asked, &format!("pattern/{what}"), fate, &[&kind.statement], change);
            }
        }
        for (what, text) in [("short-word", "te"), ("blank-inside", "001 00000000000")] {
            if !pattern.is_match(text) {
                let change = Change::Set(at.target(), vec![json!(text)]);
                self.put(at, asked, &format!("pattern/{what}"), fate, &[&kind.statement], change);
            }
        }
    }

    /// Other spellings of a thing that exists.
    fn forms(&mut self, at: At<'_>, name: &str, kind: &Kind) {
        let Some(thing) = self.maker.fixtures.things.get(name).and_then(|things| things.first()) else {
            return;
        };
        let plain = Asked { rule: None, applies: true, way: Way::default() };
        let has_members = self.rules_on(at.path).any(|rule| rule.constraint.member_of().is_some());
        let (what, fate) = match kind.pattern {
            Some(_) => ("pattern/padded", Fate::Open),
            // Names are compared without the blanks around them.
            None => ("name/padded", Fate::Passes),
        };
        let is_bound =
            |rule: &Rule| rule.constraint.pattern().is_some() || rule.constraint.max_length().is_some();
        if !self.rules_on(at.path).any(is_bound) {
            let padded = Change::Rewrite(at.target(), Rewriting::Padded);
            self.put(at, &plain, what, fate, &[&kind.statement], padded);
        }
        let Some(identity) = &kind.identity else { return };
        let other = other_form(kind, &thing.name);
        if other == thing.name || (has_members && self.has_owners()) {
            return;
        }
        for form in [&thing.name, &other] {
            let long = form.chars().count() > identity.prefix;
            let what = if long { "identity/long" } else { "identity/short" };
            // Only the form that the fixtures do not list rests on what identifies a thing.
            let cites = if *form == thing.name { &at.field.statement } else { &kind.statement };
            let change = Change::Set(at.target(), vec![json!(form)]);
            self.put(at, &plain, what, Fate::Passes, &[cites], change);
        }
        self.other_case(at, name, kind, identity.prefix);
        let long = if other.len() > thing.name.len() { other } else { thing.name.clone() };
        let last = long.chars().last().unwrap_or('A');
        let wrong = replaced(&long, long.chars().count() - 1, if last == 'Z' { 'Y' } else { 'Z' });
        let change = Change::Set(at.target(), vec![json!(wrong)]);
        self.put(at, &plain, "identity/wrong-checksum", Fate::Open, &[&kind.statement], change);
    }

    /// An ID that exists but for the case of its letters.
    fn other_case(&mut self, at: At<'_>, name: &str, kind: &Kind, prefix: usize) {
        let things = self.maker.fixtures.things.get(name).map_or(&[][..], Vec::as_slice);
        let asks =
            |rule: &Rule| rule.constraint.exists() == Some(UnknownThing::Fails) && rule.is_unconditional();
        let Some(rule) = self.rules_on(at.path).find(|rule| asks(rule)) else { return };
        let turned = |id: &str| -> String {
            let turn = |c: char| {
                if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            };
            id.chars().take(prefix).map(turn).collect()
        };
        let Some(text) = things.first().map(|thing| turned(&thing.name)) else { return };
        if things.iter().all(|thing| !thing.name.starts_with(&text)) {
            let mut border =
                at.border("identity/other-case", Fate::Fails, &[&rule.statement, &kind.statement]);
            border.changes.push(Change::Set(at.target(), vec![json!(text)]));
            self.found.push(border);
        }
    }
}

fn cut(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

fn replaced(text: &str, place: usize, with: char) -> String {
    text.chars().enumerate().map(|(at, c)| if at == place { with } else { c }).collect()
}
