//! Borders of the rules about which fields have a value.

use serde_json::Value;
use tally_spec::model::{Condition, JsonType, Rule};

use super::{Borders, ids};
use crate::oracle::Fate;
use crate::strategy::Defect;
use crate::strategy::defect::{Change, Path};

/// One way in which a rule's condition is made to hold.
#[derive(Clone, Default)]
struct Way {
    /// What is added to the border's id.
    name: String,
    given: Vec<(String, Option<Value>)>,
    beside: Vec<(String, Option<Value>)>,
    needs: Vec<String>,
    /// Statements that the way rests on.
    statements: Vec<String>,
}

impl Borders<'_, '_> {
    pub(super) fn presence(&mut self) {
        for rule in &self.area.rules {
            for way in self.ways(rule) {
                for name in rule.constraint.required() {
                    self.required(rule, &way, name);
                }
                if !rule.constraint.any_of().is_empty() {
                    self.any_of(rule, &way);
                }
            }
            if !rule.constraint.any_of().is_empty() {
                self.any_of_excused(rule);
            }
        }
    }

    /// The ways to make a rule apply: each value of its condition, the record's own and inherited.
    fn ways(&self, rule: &Rule) -> Vec<Way> {
        let mut ways = match &rule.when {
            None => vec![Way::default()],
            Some(when) => self.ways_to_hold(when),
        };
        if let Some(unless) = &rule.unless {
            for way in &mut ways {
                way.given.push((unless.field.clone(), None));
            }
        }
        ways
    }

    fn ways_to_hold(&self, condition: &Condition) -> Vec<Way> {
        let field = &condition.field;
        let mut ways = Vec::new();
        for value in condition.constant.iter().chain(condition.one_of.iter().flatten()) {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let name = format!("/{field}={shown}");
            let given = vec![(field.clone(), Some(value.clone()))];
            ways.push(Way { name: name.clone(), given, ..Way::default() });
            for beside in self.area.envelope.iter().filter(|b| b.stands_in_for.as_ref() == Some(field)) {
                ways.push(Way {
                    name: format!("{name}/inherited"),
                    given: vec![(field.clone(), None)],
                    beside: vec![(beside.name.clone(), Some(value.clone()))],
                    needs: Vec::new(),
                    statements: ids(&[beside.stands_in_statement.as_ref().unwrap_or(&beside.statement)]),
                });
            }
        }
        if ways.is_empty() {
            ways.push(Way { needs: vec![field.clone()], ..Way::default() });
        }
        ways
    }

    fn required(&mut self, rule: &Rule, way: &Way, name: &str) {
        let field = self.area.fields.iter().find(|field| field.name == name);
        let takes_text = field.is_some_and(|field| field.takes(JsonType::String));
        let beside = self.area.envelope.iter().find(|beside| beside.stands_in_for.as_deref() == Some(name));
        let mut way = way.clone();
        // Nothing may stand in for what is missing.
        way.beside.extend(beside.map(|beside| (beside.name.clone(), None)));
        let target = Path::to(name, false);
        let mut add = |what: &str, change: Change, more: Vec<String>, way: &Way| {
            let mut defect = presence(rule, name, what, way, Fate::Fails);
            defect.statements.extend(more.into_iter().filter(|id| !way.statements.contains(id)));
            defect.changes.push(change);
            self.found.push(defect);
        };
        add("required/missing", Change::Remove(target.clone()), Vec::new(), &way);
        add("required/null", Change::Set(target.clone(), vec![Value::Null]), Vec::new(), &way);
        let empty = ids(&[&self.maker.contract.file.reading.empty_is_missing]);
        if takes_text {
            add("required/empty", Change::Set(target.clone(), vec![Value::from("")]), empty, &way);
        }
        if let Some(beside) = beside.filter(|_| takes_text) {
            let unknown = format!("{}-UNKNOWN", self.maker.closed(name).first().map_or("", String::as_str));
            way.beside = vec![(beside.name.clone(), Some(Value::from(unknown)))];
            let cites = ids(&[beside.stands_in_statement.as_ref().unwrap_or(&beside.statement)]);
            if !self.maker.closed(name).is_empty() {
                add("required/missing/unknown-beside", Change::Remove(target), cites, &way);
            }
        }
    }

    fn any_of(&mut self, rule: &Rule, way: &Way) {
        let names = rule.constraint.any_of().join("+");
        let takes_text = |name: &String| {
            let field = self.area.fields.iter().find(|field| &field.name == name);
            field.is_some_and(|field| field.takes(JsonType::String))
        };
        let texts: Vec<&String> = rule.constraint.any_of().iter().filter(|name| takes_text(name)).collect();
        let all = |value: Option<Value>| {
            rule.constraint.any_of().iter().map(move |name| (name.clone(), value.clone())).collect::<Vec<_>>()
        };
        let mut none = presence(rule, &names, "anyOf/none", way, Fate::Fails);
        none.given.extend(all(None));
        let mut null = presence(rule, &names, "anyOf/null", way, Fate::Fails);
        null.given.extend(all(Some(Value::Null)));
        self.found.extend([none, null]);
        if !texts.is_empty() {
            let mut empty = presence(rule, &names, "anyOf/empty", way, Fate::Fails);
            empty.given.extend(all(None));
            empty.changes.extend(
                texts.into_iter().map(|name| Change::Set(Path::to(name, false), vec![Value::from("")])),
            );
            empty.statements.extend(ids(&[&self.reading().empty_is_missing]));
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
        for only in rule.constraint.any_of() {
            let mut alone = presence(rule, &names, &format!("anyOf/only-{only}"), way, Fate::Passes);
            alone.given.extend(
                rule.constraint.any_of().iter().filter(|name| *name != only).map(|name| (name.clone(), None)),
            );
            alone.needs.push(only.clone());
            self.found.push(alone);
        }
    }

    /// None of the fields where the rule does not apply.
    fn any_of_excused(&mut self, rule: &Rule) {
        let Some(unless) = &rule.unless else { return };
        for way in self.ways_to_hold(unless) {
            if way.given.iter().any(|(name, _)| rule.constraint.any_of().contains(name))
                || rule.when.is_some()
            {
                continue;
            }
            let mut excused =
                presence(rule, &rule.constraint.any_of().join("+"), "anyOf/none-needed", &way, Fate::Passes);
            excused.given.extend(rule.constraint.any_of().iter().map(|name| (name.clone(), None)));
            self.found.push(excused);
        }
    }
}

fn presence(rule: &Rule, field: &str, what: &str, way: &Way, fate: Fate) -> Defect {
    let mut statements = ids(&[&rule.statement]);
    statements.extend(
        way.statements.iter().filter(|id| !rule.statement.iter().any(|known| known == **id)).cloned(),
    );
    Defect {
        id: format!("{field}/{what}{}", way.name),
        statements,
        fate,
        keyword: what.split('/').next().unwrap_or(what).to_owned(),
        field: field.to_owned(),
        may_refuse: false,
        changes: Vec::new(),
        needs: way.needs.clone(),
        given: way.given.clone(),
        beside: way.beside.clone(),
    }
}
