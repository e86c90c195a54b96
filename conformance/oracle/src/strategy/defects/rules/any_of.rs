//! `anyOf`.

use serde_json::Value;
use tally_spec::model::{Cites, JsonType, Rule};

use super::presence;
use crate::oracle::Fate;
use crate::strategy::defect::{Change, Path};
use crate::strategy::defects::Borders;
use crate::strategy::defects::ways::Way;

impl<'m> Borders<'_, 'm> {
    pub(super) fn any_of(&mut self, rule: &'m Rule, paths: &[String]) {
        let asks_for_one = |way: &Way| {
            way.needs.iter().any(|name| paths.contains(name))
                || way.given.iter().any(|(name, value)| paths.contains(name) && value.is_some())
        };
        for way in self.ways(rule, None).iter().filter(|way| !asks_for_one(way)) {
            self.none_of(rule, paths, way);
            for only in paths {
                let mut alone =
                    presence(rule, &paths.join("+"), &format!("anyOf/only-{only}"), way, Fate::Passes);
                alone
                    .given
                    .extend(paths.iter().filter(|path| *path != only).map(|path| (path.clone(), None)));
                alone.needs.push(only.clone());
                self.found.push(alone);
            }
        }
        for way in self.ways_out(rule, "").iter().filter(|way| !asks_for_one(way)) {
            let mut excused = presence(rule, &paths.join("+"), "anyOf/none-needed", way, Fate::Passes);
            excused.given.extend(paths.iter().map(|path| (path.clone(), None)));
            self.found.push(excused);
        }
    }

    fn none_of(&mut self, rule: &Rule, paths: &[String], way: &Way) {
        let takes_text =
            |path: &String| self.area.field_at(path).is_some_and(|field| field.takes(JsonType::String));
        let texts: Vec<&String> = paths.iter().filter(|path| takes_text(path)).collect();
        let all = |value: Option<Value>| -> Vec<(String, Option<Value>)> {
            paths.iter().map(|path| (path.clone(), value.clone())).collect()
        };
        let names = paths.join("+");
        let mut none = presence(rule, &names, "anyOf/none", way, Fate::Fails);
        none.given.extend(all(None));
        let mut null = presence(rule, &names, "anyOf/null", way, Fate::Fails);
        null.given.extend(all(Some(Value::Null)));
        self.found.extend([none, null]);
        if !texts.is_empty() {
            let mut empty = presence(rule, &names, "anyOf/empty", way, Fate::Fails);
            empty.given.extend(all(None));
            let emptied = |path: &String| Change::Set(Path::to(path, false), vec![Value::from("")]);
            empty.changes.extend(texts.into_iter().map(emptied));
            empty.statements.extend(Cites::ids([&self.reading().empty_is_missing]));
            self.found.push(empty);
        }
        let excuse =
            rule.unless.as_ref().and_then(|unless| Some((unless, unless.constant.as_ref()?.as_bool()?)));
        if let Some((unless, value)) = excuse {
            let mut denied = presence(rule, &names, "anyOf/none-and-no-excuse", way, Fate::Fails);
            denied.given.retain(|(name, _)| name != &unless.field);
            denied.given.push((unless.field.clone(), Some(Value::Bool(!value))));
            denied.given.extend(all(None));
            self.found.push(denied);
        }
    }
}
