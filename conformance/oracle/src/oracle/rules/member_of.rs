//! `memberOf`: not a rule of shape.

use serde_json::Value;
use tally_spec::model::Cites;

use super::Asked;
use crate::oracle::record::{Broken, Judge};
use crate::oracle::things::Standing;

impl<'j> Judge<'j> {
    /// What the text names is among the members of what the other field names.
    pub(super) fn member_of(&mut self, asked: Asked<'j, '_>, value: &'j Value, owner: &str) {
        let (Value::String(text), Some(kind)) = (value, &asked.field.kind) else { return };
        let things = &self.oracle.things;
        let owner_kind = self.area.field_at(owner).and_then(|field| field.kind.as_deref());
        let owner_name = self.effective(owner).and_then(Value::as_str);
        let (Some(owner_kind), Some(owner_name)) = (owner_kind, owner_name) else { return };
        let Some(thing) = things.find(owner_kind, owner_name) else { return };
        let listing = things.kind(owner_kind).and_then(|kinds| {
            let mut listings = kinds.members.iter();
            listings.find(|(_, members)| *members == kind).map(|(listing, _)| listing)
        });
        // A thing without a list owns all of the kind: whether it exists is another rule's.
        let Some(members) = listing.and_then(|listing| thing.members.get(listing)) else { return };
        let readings =
            |is_read: bool, kind: &str| things.kind(kind).filter(|_| is_read).map(|kind| &kind.statement);
        let of_owner = readings(!things.is_listed(owner_kind, owner_name), owner_kind);
        let known_as = things.identity(kind, text);
        if members.iter().any(|member| things.identity(kind, member) == known_as) {
            let is_read = !members.iter().any(|member| member == text);
            let cited = of_owner.into_iter().chain(readings(is_read, kind));
            return cited.for_each(|cites| self.found.rests_on_all(cites));
        }
        let folded = known_as.to_lowercase();
        let in_other_case =
            members.iter().any(|member| things.identity(kind, member).to_lowercase() == folded);
        // Whether names are compared with their case is open.
        let is_open =
            in_other_case && !things.has_ids(kind) || things.standing(kind, text) == Standing::Padded;
        if is_open && !asked.is_off() {
            return self.left_open(asked, "memberOf", format!("{text:?} may be spelt otherwise"));
        }
        let premises = Cites::ids(of_owner.into_iter().chain(readings(in_other_case, kind)));
        let because = format!("{text:?} is not among the members of {owner_name:?}");
        self.broken(Broken { premises, shape: false, ..asked.breach("memberOf", because) }, asked.place);
    }
}
