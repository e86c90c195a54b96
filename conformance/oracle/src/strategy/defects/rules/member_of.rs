//! `memberOf`.

use serde_json::{Value, json};
use tally_spec::model::Rule;

use crate::oracle::Fate;
use crate::strategy::defect::Change;
use crate::strategy::defects::{At, Borders};

impl Borders<'_, '_> {
    /// A thing that exists and is not among the members of what the record names.
    pub(in crate::strategy::defects) fn members_of_others(&mut self, at: At<'_>, kind: &str) {
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
            self.another_owners(at, rule, owner, &thing.name, &others);
            return;
        }
    }

    /// Another owner's members, as the owner's: which fails if the rule applies.
    fn another_owners(&mut self, at: At<'_>, rule: &Rule, owner: &str, name: &str, others: &[Value]) {
        let ways = self.ways(rule, Some(at.path)).into_iter().map(|way| (Fate::Fails, "", way));
        let ways_out = self.ways_out(rule, at.path).into_iter().map(|way| (Fate::Passes, "/exempt", way));
        for (fate, exempt, way) in ways.chain(ways_out).collect::<Vec<_>>() {
            if way.given.iter().any(|(given, _)| given == owner || given == at.path) {
                continue;
            }
            let what = format!("memberOf/another's{exempt}{}", way.name);
            let mut border = at.border(&what, fate, &[&rule.statement]);
            border.under(&way);
            border.given.push((owner.to_owned(), Some(json!(name))));
            border.changes.push(Change::Set(at.target(), others.to_vec()));
            self.found.push(border);
        }
    }
}

/// Whether two IDs begin alike: enough not to take one thing for two.
fn same(left: &str, right: &str) -> bool {
    let shorter = left.len().min(right.len());
    left.as_bytes()[..shorter] == right.as_bytes()[..shorter]
}
