//! The sample fixtures: a mock starts with them, so that they are read as a mock reads them.

use serde_json::Value;

use super::Linter;
use crate::Problem;
use crate::document::Document;
use crate::model::Kind;
use crate::near::did_you_mean;

const FILE: &str = "fixtures/sample.toml";

/// Keys that every fixtures file may have.
const KEYS: &[&str] = &["session_user", "time_zone"];

pub(super) fn check(linter: &mut Linter<'_>) {
    let Some(source) = linter.files.iter().find(|file| file.path == FILE) else { return };
    let document = match Document::parse(source) {
        Ok(document) => document,
        Err(problems) => {
            let cure = |problem| Problem { cure: Some("mend the TOML".to_owned()), ..problem };
            return linter.problems.extend(problems.into_iter().map(cure));
        }
    };
    let value = document.value();
    let problems = Checker { linter, document: &document, value: &value, problems: Vec::new() }.check();
    linter.problems.extend(problems);
}

struct Checker<'c, 'a> {
    linter: &'c Linter<'a>,
    document: &'c Document<'c>,
    value: &'c Value,
    problems: Vec<Problem>,
}

impl Checker<'_, '_> {
    fn check(mut self) -> Vec<Problem> {
        let file = &self.linter.contract.file;
        let mut known: Vec<String> = KEYS.iter().map(|key| (*key).to_owned()).collect();
        for kind in file.kinds.values() {
            known.extend([kind.fixtures.clone(), format!("{}_file", kind.fixtures)]);
            known.extend(kind.unknown.clone());
        }
        known.extend(file.switches.keys().cloned());
        for key in self.value.as_object().into_iter().flat_map(serde_json::Map::keys) {
            if !known.contains(key) {
                let cure = did_you_mean(key, known.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("the keys are {}", known.join(", ")));
                let problem =
                    self.document.key_problem(&pointer(key), format!("unknown key `{key}`"), Some(cure));
                self.problems.push(problem);
            }
        }
        for key in KEYS {
            if self.value.get(*key).is_some_and(|value| !value.is_string()) {
                self.report(&pointer(key), "this is not text", "put it in quotes");
            }
        }
        for kind in file.kinds.values() {
            self.kind(kind);
        }
        for name in file.switches.keys() {
            if self.value.get(name.as_str()).is_some_and(|value| !value.is_boolean()) {
                self.report(&pointer(name), "this is neither true nor false", "write one of them");
            }
        }
        self.problems
    }

    fn kind(&mut self, kind: &Kind) {
        let (list, file) = (self.value.get(&kind.fixtures), format!("{}_file", kind.fixtures));
        match &kind.member {
            None => self.names(&kind.fixtures, kind),
            Some(member) => self.rows(&kind.fixtures, member, kind),
        }
        if let Some(unknown) = &kind.unknown {
            self.names(unknown, kind);
        }
        let named = self.value.get(&file);
        if let Some(name) = named.and_then(Value::as_str)
            && !self.linter.files.iter().any(|one| one.path == format!("fixtures/{name}"))
        {
            self.report(&pointer(&file), &format!("there is no file fixtures/{name}"), "write it");
        }
        if list.is_none() && named.is_none() {
            let message = format!("the sample holds no `{}`", kind.fixtures);
            self.report("", &message, &format!("add `{} = […]`", kind.fixtures));
        }
    }

    /// A list of IDs or names.
    fn names(&mut self, key: &str, kind: &Kind) {
        let Some(value) = self.value.get(key) else { return };
        let Some(list) = value.as_array() else {
            return self.report(&pointer(key), "this is not a list", "write a list of texts");
        };
        for (place, value) in list.iter().enumerate() {
            self.name(&format!("{}/{place}", pointer(key)), value, kind);
        }
    }

    /// A list of tables, each with an ID or name in one member.
    fn rows(&mut self, key: &str, member: &str, kind: &Kind) {
        let Some(value) = self.value.get(key) else { return };
        let Some(list) = value.as_array() else {
            return self.report(&pointer(key), "this is not a list", "write a list of tables");
        };
        for (place, row) in list.iter().enumerate() {
            let at = format!("{}/{place}", pointer(key));
            if !row.is_object() {
                self.report(&at, "this is not a table", &format!("write `{{ {member} = … }}`"));
            }
            if let Some(value) = row.get(member) {
                self.name(&format!("{at}{}", pointer(member)), value, kind);
            }
        }
    }

    fn name(&mut self, at: &str, value: &Value, kind: &Kind) {
        let Some(text) = value.as_str().filter(|text| !text.is_empty()) else {
            return self.report(at, "this is not text, or is empty", "put the ID or name in quotes");
        };
        let pattern = kind.pattern.as_deref();
        let compiled = pattern.and_then(|pattern| regex_lite::Regex::new(pattern).ok());
        if compiled.is_some_and(|pattern| !pattern.is_match(text)) {
            let message = format!("{text:?} does not match the pattern of `{}`", kind.title);
            self.report(at, &message, &format!("write one that matches {}", pattern.unwrap_or_default()));
        }
    }

    fn report(&mut self, at: &str, message: &str, cure: &str) {
        self.problems.push(self.document.problem(at, message.to_owned(), Some(cure.to_owned())));
    }
}

fn pointer(key: &str) -> String {
    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
}
