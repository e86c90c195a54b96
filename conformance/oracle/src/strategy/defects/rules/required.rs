//! `required`.

use serde_json::Value;
use tally_spec::model::{Cites, JsonType, Rule};

use super::presence;
use crate::oracle::Fate;
use crate::strategy::defect::{Change, Path};
use crate::strategy::defects::Borders;
use crate::strategy::defects::ways::Way;

impl<'m> Borders<'_, 'm> {
    pub(super) fn required(&mut self, rule: &'m Rule, paths: &[String]) {
        for way in self.ways(rule, None) {
            for path in paths {
                let conflicts = |name: &String| name == path || name.starts_with(&format!("{path}/"));
                let is_given = way.given.iter().any(|(name, value)| conflicts(name) && value.is_some());
                if !is_given && !way.needs.iter().any(conflicts) {
                    self.required_field(rule, &way, path);
                }
            }
        }
    }

    fn required_field(&mut self, rule: &Rule, way: &Way, path: &str) {
        let takes_text = self.area.field_at(path).is_some_and(|field| field.takes(JsonType::String));
        let option = self.area.stand_in_for(path);
        let mut way = way.clone();
        // Nothing may stand in for what is missing.
        way.envelope.extend(option.map(|option| (option.name.clone(), None)));
        let target = Path::to(path, false);
        let mut add = |what: &str, change: Change, more: Vec<String>, way: &Way| {
            let mut defect = presence(rule, path, what, way, Fate::Fails);
            defect.statements.extend(more.into_iter().filter(|id| !way.statements.contains(id)));
            defect.changes.push(change);
            self.found.push(defect);
        };
        add("required/missing", Change::Remove(target.clone()), Vec::new(), &way);
        add("required/null", Change::Set(target.clone(), vec![Value::Null]), Vec::new(), &way);
        let empty = Cites::ids([&self.maker.contract.file.reading.empty_is_missing]);
        if takes_text {
            add("required/empty", Change::Set(target.clone(), vec![Value::from("")]), empty, &way);
        }
        let within_given = |object: &str| way.given.iter().any(|(name, _)| name.starts_with(object));
        if let Some((object, _)) = path.split_once('/').filter(|(object, _)| !within_given(object)) {
            add("required/no-object", Change::Remove(Path::to(object, false)), Vec::new(), &way);
        }
        if let Some(option) = option.filter(|_| takes_text) {
            let unknown = format!("{}-UNKNOWN", self.maker.closed(path).first().map_or("", String::as_str));
            way.envelope = vec![(option.name.clone(), Some(Value::from(unknown)))];
            let cites = Cites::ids([option.stands_in_statement.as_ref().unwrap_or(&option.statement)]);
            if !self.maker.closed(path).is_empty() {
                add("required/missing/unknown-beside", Change::Remove(target), cites, &way);
            }
        }
    }
}
