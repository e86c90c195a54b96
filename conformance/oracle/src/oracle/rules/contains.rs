//! `contains`.

use serde_json::Value;
use tally_spec::model::Cites;

use super::Asked;
use crate::oracle::Fate;
use crate::oracle::record::{Broken, Judge};
use crate::oracle::request::has_value;

impl<'j> Judge<'j> {
    /// At least one element of the list has a value in each of the members.
    pub(super) fn contains(&mut self, asked: Asked<'j, '_>, value: &'j Value, names: &'j [String]) {
        let Value::Array(elements) = value else { return };
        let has = |element: &Value, name: &String| element.get(name).is_some_and(has_value);
        let complete = |element: &&Value| names.iter().all(|name| has(element, name));
        let count = elements.iter().filter(complete).count();
        if count == 0 {
            let is_empty =
                |element: &Value, name: &String| element.get(name).is_some_and(|value| value == "");
            let any_empty = elements.iter().any(|element| names.iter().any(|name| is_empty(element, name)));
            let reading = &self.oracle.contract.file.reading.empty_is_missing;
            let premises = if any_empty { Cites::ids([reading]) } else { Vec::new() };
            let odd = elements.iter().any(|element| !element.is_object());
            let fate = if odd { Fate::Open } else { Fate::Fails };
            let because = format!("no element has a value in `{}`", names.join("`, `"));
            self.broken(Broken { premises, fate, ..asked.breach("contains", because) }, asked.place);
        } else if count < elements.len() && !asked.is_off() {
            let because = format!("some elements have no value in `{}`", names.join("`, `"));
            self.found.open(Cites::ids([&asked.rule.statement]), asked.place, because);
        }
    }
}
