//! `exists`.

use serde_json::json;
use tally_spec::model::{Cites, Rule, UnknownThing};

use crate::oracle::Fate;
use crate::strategy::defect::Change;
use crate::strategy::defects::ways::Way;
use crate::strategy::defects::{At, Borders};
use crate::strategy::keep::keeps_all;

/// Whether a rule that asks for what a field names applies to the record, and how that comes.
#[derive(Clone)]
pub(in crate::strategy::defects) struct Asked<'r> {
    /// The rule; `None` if there is none.
    pub(in crate::strategy::defects) rule: Option<&'r Rule>,
    pub(in crate::strategy::defects) applies: bool,
    pub(in crate::strategy::defects) way: Way,
}

impl<'m> Borders<'_, 'm> {
    /// The ways in which the existence of what a field names is asked for, and not.
    pub(in crate::strategy::defects) fn asked(&self, at: At<'_>) -> Vec<Asked<'m>> {
        let Some(rule) = self.rules_on(at.path).find(|rule| rule.constraint.exists().is_some()) else {
            return vec![Asked { rule: None, applies: false, way: Way::default() }];
        };
        let asked = |applies| move |way| Asked { rule: Some(rule), applies, way };
        let ways = self.ways(rule, Some(at.path)).into_iter().map(asked(true));
        // Another value of the field itself may free the record, but one that names nothing is made here.
        let own = rule.conditions().any(|condition| condition.field == at.path);
        let ways_out = if own { Vec::new() } else { self.ways_out(rule, at.path) };
        ways.chain(ways_out.into_iter().map(asked(false))).collect()
    }

    /// Adds a border of what a field names.
    pub(in crate::strategy::defects) fn put(
        &mut self,
        at: At<'_>,
        asked: &Asked<'_>,
        what: &str,
        fate: Fate,
        cites: &[&Cites],
        change: Change,
    ) {
        let mut border = at.border(&format!("{what}{}", asked.way.name), fate, cites);
        let mut change = change;
        if let (Fate::Passes, Change::Set(_, values)) = (fate, &mut change) {
            values.retain(|value| keeps_all(self.area, at.path, value));
            if values.is_empty() {
                return;
            }
        }
        border.under(&asked.way);
        border.needs.push(at.top());
        border.changes.push(change);
        self.found.push(border);
    }

    /// What is known to exist nowhere.
    pub(in crate::strategy::defects) fn unknown(&mut self, at: At<'_>, kind: &str, asked: &Asked<'_>) {
        let Some(rule) = asked.rule else { return };
        let unknown = self.maker.fixtures.unknown.get(kind).map_or(&[][..], Vec::as_slice);
        if unknown.is_empty() {
            return;
        }
        let fate = match rule.constraint.exists() {
            // To name it would make it exist, and it must stay unknown to other areas and to later runs.
            None | Some(UnknownThing::Creates) => return,
            Some(UnknownThing::Open | UnknownThing::Fails) if !asked.applies => Fate::Passes,
            Some(UnknownThing::Open) => Fate::Open,
            Some(UnknownThing::Fails) => Fate::Fails,
        };
        let change = Change::Set(at.target(), unknown.iter().map(|name| json!(name)).collect());
        self.put(at, asked, "exists/unknown", fate, &[&rule.statement], change);
    }

    /// A name of which the fixtures say nothing.
    pub(in crate::strategy::defects) fn unsaid(&mut self, at: At<'_>, kind: &str, asked: &Asked<'_>) {
        let Some(rule) = asked.rule else { return };
        let name = format!("{} new name", self.maker.mark);
        let things = self.maker.fixtures.things.get(kind);
        if things.is_some_and(|things| things.iter().any(|thing| thing.name.trim() == name.trim())) {
            return;
        }
        let passes = !asked.applies || rule.constraint.exists() == Some(UnknownThing::Creates);
        let fate = if passes { Fate::Passes } else { Fate::Open };
        let change = Change::Set(at.target(), vec![json!(name)]);
        self.put(at, asked, "exists/unsaid", fate, &[&rule.statement], change);
    }
}
