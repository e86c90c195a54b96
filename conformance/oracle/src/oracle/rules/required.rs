//! `required`.

use serde_json::Value;
use tally_spec::model::{Cites, JsonType, Rule};

use crate::oracle::Fate;
use crate::oracle::finding::Place;
use crate::oracle::record::{Broken, Holds, Judge};
use crate::oracle::request::{Members, has_value};

impl<'j> Judge<'j> {
    /// Each of the fields has a value, and so has each object on the way to one.
    pub(super) fn required(&mut self, rule: &'j Rule, paths: &'j [String]) {
        let applies = self.applies(rule);
        // Each rule says what it misses: what another has found missing breaks this one too.
        self.missing.clear();
        for path in paths {
            if self.effective(path).is_none() {
                let (members, place) = (self.members, self.place);
                self.missing_on_the_way(rule, applies, path, 0, members, &place);
            }
        }
    }

    /// Notes the first member on a path that has no value, from `start` on.
    fn missing_on_the_way(
        &mut self,
        rule: &'j Rule,
        applies: Holds,
        path: &'j str,
        start: usize,
        holder: &'j Members,
        above: &Place<'_>,
    ) {
        let end = path[start..].find('/').map_or(path.len(), |length| start + length);
        let name = &path[start..end];
        match holder.get(name).filter(|value| has_value(value)) {
            // A value of a wrong type is found with its field.
            Some(Value::Object(members)) if end < path.len() => {
                self.missing_on_the_way(rule, applies, path, end + 1, members, &above.member(name));
            }
            Some(_) => {}
            None => self.missing(rule, applies, &path[..end], holder.get(name), above),
        }
    }

    fn missing(
        &mut self,
        rule: &'j Rule,
        applies: Holds,
        path: &'j str,
        found: Option<&Value>,
        above: &Place<'_>,
    ) {
        if !applies.plainly && applies.surely {
            return self.found.rests_on_all(&rule.statement);
        }
        if self.missing.contains(&path) {
            return;
        }
        if applies.plainly {
            self.missing.push(path);
        }
        let place = above.member(path.rsplit('/').next().unwrap_or(path));
        let mut premises = Vec::new();
        self.add_stand_in(path, &mut premises);
        let (mut fate, mut shape) = (Fate::Fails, true);
        let (keyword, place, how) = match found {
            None => ("required", above, "missing"),
            Some(Value::Null) => ("type", &place, "null"),
            Some(_) => {
                premises.extend(Cites::ids([&self.oracle.contract.file.reading.empty_is_missing]));
                let takes_text = self.area.field_at(path).is_none_or(|field| field.takes(JsonType::String));
                fate = if takes_text { Fate::Fails } else { Fate::Open };
                // Of a field that takes no text the type is wrong, and that is all a schema says.
                shape = takes_text;
                ("minLength", &place, "empty")
            }
        };
        let because = format!("`{path}` is {how} and is required");
        self.broken(Broken { rule, applies, keyword, premises, fate, shape, because }, place);
    }
}
