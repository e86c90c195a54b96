//! `anyOf`.

use tally_spec::model::{Cites, JsonType, Rule};

use crate::oracle::Fate;
use crate::oracle::record::{Broken, Holds, Judge};

impl<'j> Judge<'j> {
    /// At least one of the fields has a value.
    pub(super) fn any_of(&mut self, rule: &'j Rule, paths: &'j [String]) {
        let applies = self.applies(rule);
        let given = paths.iter().filter(|path| self.effective(path).is_some()).count();
        if given == 0 {
            self.none_of(rule, applies, paths);
        } else if given < paths.len() && applies.plainly {
            // That some are enough is what the rule says first.
            self.found.rests_on(rule.statement.principal());
        }
    }

    fn none_of(&mut self, rule: &'j Rule, applies: Holds, paths: &'j [String]) {
        let is_empty = |path: &String| self.member_at(path).is_some_and(|value| value == "");
        let empty = paths.iter().any(is_empty);
        let premises = if empty {
            Cites::ids([&self.oracle.contract.file.reading.empty_is_missing])
        } else {
            Vec::new()
        };
        let takes_no_text =
            |path: &String| self.area.field_at(path).is_some_and(|field| !field.takes(JsonType::String));
        let doubtful = paths.iter().any(|path| is_empty(path) && takes_no_text(path));
        let fate = if doubtful { Fate::Open } else { Fate::Fails };
        let because = format!("none of `{}` has a value", paths.join("`, `"));
        let place = self.place;
        self.broken(Broken { rule, applies, keyword: "anyOf", premises, fate, shape: true, because }, &place);
    }
}
