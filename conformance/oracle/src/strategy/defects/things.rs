//! Borders of IDs and names: their form, and whether they name something.

use regex_lite::Regex;
use serde_json::{Value, json};
use tally_spec::model::{Cites, Kind, Rule, UnknownThing};

use super::{At, Borders};
use crate::oracle::Fate;
use crate::strategy::Defect;
use crate::strategy::defect::{Change, Rewriting};
use crate::strategy::forms::other_form;

/// Whether a rule that asks for a thing to exist applies to the record.
#[derive(Clone)]
struct Asked<'r> {
    rule: Option<&'r Rule>,
    applies: bool,
    /// What is added to the border's id.
    name: String,
    given: Vec<(String, Option<Value>)>,
    needs: Vec<String>,
}

impl<'m> Borders<'_, 'm> {
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

    /// The ways in which the existence of the thing is asked for.
    fn asked(&self, at: At<'_>) -> Vec<Asked<'m>> {
        let Some(rule) = self.rules_on(at.path).find(|rule| rule.constraint.exists().is_some()) else {
            let (name, given, needs) = (String::new(), Vec::new(), Vec::new());
            return vec![Asked { rule: None, applies: false, name, given, needs }];
        };
        let asked = |applies: bool, name: &str, given, needs| Asked {
            rule: Some(rule),
            applies,
            name: name.to_owned(),
            given,
            needs,
        };
        match (&rule.when, &rule.unless) {
            (None, None) => vec![asked(true, "", Vec::new(), Vec::new())],
            (None, Some(unless)) if unless.constant.is_none() && unless.one_of.is_none() => vec![
                asked(true, "", vec![(unless.field.clone(), None)], Vec::new()),
                asked(false, &format!("/with-{}", unless.field), Vec::new(), vec![unless.field.clone()]),
            ],
            _ => Vec::new(),
        }
    }

    fn put(
        &mut self,
        at: At<'_>,
        asked: &Asked<'_>,
        what: &str,
        fate: Fate,
        cites: &[&Cites],
        change: Change,
    ) {
        let mut border = at.border(&format!("{what}{}", asked.name), fate, cites);
        border.given.extend(asked.given.clone());
        border.needs.extend(asked.needs.clone());
        border.needs.push(at.top());
        border.changes.push(change);
        self.found.push(border);
    }

    fn unknown(&mut self, at: At<'_>, kind: &str, asked: &Asked<'_>) {
        let Some(rule) = asked.rule else { return };
        let unknown = self.maker.fixtures.unknown.get(kind).map_or(&[][..], Vec::as_slice);
        if unknown.is_empty() {
            return;
        }
        let fate = match rule.constraint.exists() {
            // To name it would make it exist, and it must stay unknown to other areas and to later runs.
            Some(UnknownThing::Creates) => return,
            _ if !asked.applies => Fate::Passes,
            Some(UnknownThing::Open) => Fate::Open,
            _ => Fate::Fails,
        };
        let change = Change::Set(at.target(), unknown.iter().map(|name| json!(name)).collect());
        self.put(at, asked, "exists/unknown", fate, &[&rule.statement], change);
    }

    /// A name of which the fixtures say nothing.
    fn unsaid(&mut self, at: At<'_>, kind: &str, asked: &Asked<'_>) {
        let Some(rule) = asked.rule else { return };
        let name = format!("{} new name", self.maker.mark);
        let things = self.maker.fixtures.things.get(kind);
        if things.is_some_and(|things| things.iter().any(|thing| thing.name.trim() == name.trim())) {
            return;
        }
        let passes = !asked.applies || rule.constraint.exists() == Some(UnknownThing::Creates);
        let fate = if passes { Fate::Passes } else { Fate::Open };
        self.put(
            at,
            asked,
            "exists/unsaid",
            fate,
            &[&rule.statement],
            Change::Set(at.target(), vec![json!(name)]),
        );
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
            ("too-short", Rewriting::First(identity - 1), cut(long, identity - 1)),
            ("between", Rewriting::First(identity + 1), cut(long, identity + 1)),
            ("too-long", Rewriting::With("A".to_owned()), format!("{long}A")),
            ("punctuation", Rewriting::Replaced(4, '-'), replaced(long, 4, '-')),
            ("beyond-ascii", Rewriting::Replaced(4, '\u{e9}'), replaced(long, 4, '\u{e9}')),
        ] {
            if !pattern.is_match(&text) {
                let change = match rewriting {
                    // The text that a record happens to have may be of the shorter form.
                    Rewriting::First(_) | Rewriting::With(_) => Change::Set(at.target(), vec![json!(text)]),
                    other => Change::Rewrite(at.target(), other),
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
        let plain =
            Asked { rule: None, applies: true, name: String::new(), given: Vec::new(), needs: Vec::new() };
        let has_members = self.rules_on(at.path).any(|rule| rule.constraint.member_of().is_some());
        let (what, fate) = match kind.pattern {
            Some(_) => ("pattern/padded", Fate::Open),
            // Names are compared without the blanks around them.
            None => ("name/padded", Fate::Passes),
        };
        let padded = Change::Rewrite(at.target(), Rewriting::Padded);
        self.put(at, &plain, what, fate, &[&kind.statement], padded);
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
        let asks = |rule: &Rule| {
            rule.constraint.exists() == Some(UnknownThing::Fails)
                && rule.when.is_none()
                && rule.unless.is_none()
        };
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

    /// A thing that exists and is not among the members of what the record names.
    fn members_of_others(&mut self, at: At<'_>, kind: &str) {
        let Some(rule) = self.rules_on(at.path).find(|rule| rule.constraint.member_of().is_some()) else {
            return;
        };
        let Some(owner) = rule.constraint.member_of() else { return };
        let owner_field = self.area.fields.iter().find(|field| field.name == owner);
        let Some(owner_kind) = owner_field.and_then(|field| field.kind.as_deref()) else { return };
        let fixtures = self.maker.fixtures;
        let listing = self.maker.contract.file.kinds.get(owner_kind).and_then(|kinds| {
            kinds.members.iter().find(|(_, members)| *members == kind).map(|(listing, _)| listing)
        });
        let Some(listing) = listing else { return };
        let things = fixtures.things.get(kind).map_or(&[][..], Vec::as_slice);
        for thing in fixtures.things.get(owner_kind).into_iter().flatten() {
            let Some(members) = thing.members.get(listing) else { continue };
            let others: Vec<Value> = things
                .iter()
                .filter(|other| !members.iter().any(|member| same(member, &other.name)))
                .take(3)
                .map(|other| json!(other.name))
                .collect();
            if others.is_empty() {
                continue;
            }
            let border = at.border("memberOf/another's", Fate::Fails, &[&rule.statement]);
            let given = vec![(owner.to_owned(), Some(json!(thing.name)))];
            let changes = vec![Change::Set(at.target(), others)];
            self.found.push(Defect { changes, given, ..border });
            return;
        }
    }
}

/// Whether two IDs begin alike: enough not to take one thing for two.
fn same(left: &str, right: &str) -> bool {
    let shorter = left.len().min(right.len());
    left.as_bytes()[..shorter] == right.as_bytes()[..shorter]
}

fn cut(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

fn replaced(text: &str, place: usize, with: char) -> String {
    text.chars().enumerate().map(|(at, c)| if at == place { with } else { c }).collect()
}
