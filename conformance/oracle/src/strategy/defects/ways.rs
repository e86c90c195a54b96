//! Ways to make a rule apply to a record, or not.

use serde_json::{Value, json};
use tally_spec::model::{Cites, Condition, JsonType, Rule, TextFormat};

use super::Borders;
use crate::strategy::keep::{holds_for, wanted};

/// What a record needs so that a rule applies to it, or does not.
#[derive(Debug, Clone, Default)]
pub(super) struct Way {
    /// What is added to the border's id.
    pub(super) name: String,
    /// Fields with the value that they must have; `None` if they must have none.
    pub(super) given: Vec<(String, Option<Value>)>,
    /// Request options likewise.
    pub(super) envelope: Vec<(String, Option<Value>)>,
    /// Fields that must have a value.
    pub(super) needs: Vec<String>,
    /// Statements that the way rests on.
    pub(super) statements: Vec<String>,
}

impl Way {
    /// Both at once; `None` if one asks for what the other rules out.
    fn and(&self, other: &Self) -> Option<Self> {
        let disagrees = |ours: &[(String, Option<Value>)], theirs: &[(String, Option<Value>)]| {
            ours.iter().any(|(name, value)| theirs.iter().any(|(one, other)| one == name && other != value))
        };
        let lacks = |way: &Self, needs: &[String]| {
            way.given.iter().any(|(name, value)| value.is_none() && needs.contains(name))
        };
        if disagrees(&self.given, &other.given)
            || disagrees(&self.envelope, &other.envelope)
            || lacks(self, &other.needs)
            || lacks(other, &self.needs)
        {
            return None;
        }
        let mut both = self.clone();
        both.name.push_str(&other.name);
        both.given.extend(other.given.iter().cloned());
        both.envelope.extend(other.envelope.iter().cloned());
        both.needs.extend(other.needs.iter().cloned());
        both.statements.extend(other.statements.iter().cloned());
        Some(both)
    }
}

impl Borders<'_, '_> {
    /// The ways to make a rule apply: each value of its condition, the record's own and inherited. `target` is
    /// the field whose value the rule constrains, and which no way can give a value of its own.
    pub(super) fn ways(&self, rule: &Rule, target: Option<&str>) -> Vec<Way> {
        let mut ways = match &rule.when {
            None => vec![Way::default()],
            Some(when) if target == Some(&*when.field) => match wanted(when).next() {
                None => vec![Way::default()],
                Some(_) => Vec::new(),
            },
            Some(when) => self.ways_to_hold(when),
        };
        match &rule.unless {
            None => {}
            // A value that breaks the rule is none that the condition names.
            Some(unless) if target == Some(&*unless.field) => {
                ways.retain(|_| wanted(unless).next().is_some());
            }
            Some(unless) => ways = ways.iter().filter_map(|way| self.unless_not(way, unless)).collect(),
        }
        ways
    }

    /// The way, with the condition not holding.
    fn unless_not(&self, way: &Way, unless: &Condition) -> Option<Way> {
        if let Some((_, value)) = way.given.iter().find(|(name, _)| *name == unless.field) {
            let holds = value.as_ref().is_some_and(|value| holds_for(unless, value));
            return (!holds).then(|| way.clone());
        }
        let nameless = |other: Way| Way { name: String::new(), ..other };
        let mut others = self.ways_not_to_hold(unless).into_iter().map(nameless);
        others.find_map(|other| way.and(&other))
    }

    /// The ways to free a record from a rule.
    pub(super) fn ways_out(&self, rule: &Rule, target: &str) -> Vec<Way> {
        let mut ways = Vec::new();
        match &rule.when {
            None => {}
            Some(when) if when.field == target => {
                let named = wanted(when).next().map(|_| "/other-value".to_owned());
                ways.extend(named.map(|name| Way { name, ..Way::default() }));
            }
            Some(when) => ways.extend(self.ways_not_to_hold(when)),
        }
        let Some(unless) = &rule.unless else { return ways };
        let bases = match &rule.when {
            None => vec![Way::default()],
            Some(when) if when.field == target => vec![Way::default()],
            Some(when) => self.ways_to_hold(when),
        };
        if unless.field == target {
            if wanted(unless).next().is_none() {
                ways.push(Way { name: format!("/with-{target}"), ..Way::default() });
            }
            return ways;
        }
        for mut excuse in self.ways_to_hold(unless) {
            if excuse.name.is_empty() {
                excuse.name = format!("/with-{}", unless.field);
            }
            ways.extend(bases.iter().filter_map(|base| base.and(&excuse)));
        }
        ways
    }

    /// The ways to make a condition hold.
    pub(super) fn ways_to_hold(&self, condition: &Condition) -> Vec<Way> {
        let field = &condition.field;
        let mut ways = Vec::new();
        for value in wanted(condition).filter(|value| self.maker.is_sound(field, value)) {
            let name = format!("/{field}={}", shown(value));
            let given = vec![(field.clone(), Some(value.clone()))];
            ways.push(Way { name: name.clone(), given, ..Way::default() });
            for option in
                self.area.envelope.iter().filter(|option| option.stands_in_for.as_ref() == Some(field))
            {
                ways.push(Way {
                    name: format!("{name}/inherited"),
                    given: vec![(field.clone(), None)],
                    envelope: vec![(option.name.clone(), Some(value.clone()))],
                    needs: Vec::new(),
                    statements: Cites::ids([option
                        .stands_in_statement
                        .as_ref()
                        .unwrap_or(&option.statement)]),
                });
            }
        }
        if wanted(condition).next().is_none() {
            ways.push(Way { needs: vec![field.clone()], ..Way::default() });
        }
        ways
    }

    /// The ways to make a condition not hold: without a value, and with another one.
    pub(super) fn ways_not_to_hold(&self, condition: &Condition) -> Vec<Way> {
        let field = &condition.field;
        let stand_in = self.area.stand_in_for(field);
        let no_option: Vec<_> = stand_in.iter().map(|option| (option.name.clone(), None)).collect();
        let mut ways = Vec::new();
        if !self.area.rules.iter().any(|rule| rule.constraint.required().contains(field)) {
            ways.push(Way {
                name: format!("/without-{field}"),
                given: vec![(field.clone(), None)],
                envelope: no_option,
                ..Way::default()
            });
        }
        if let Some(value) = self.another_value(condition) {
            let name = format!("/{field}={}", shown(&value));
            ways.push(Way { name, given: vec![(field.clone(), Some(value))], ..Way::default() });
        }
        ways
    }

    /// A value of the condition's field that it does not look for.
    fn another_value(&self, condition: &Condition) -> Option<Value> {
        wanted(condition).next()?;
        let field = self.area.field_at(&condition.field)?;
        let mut values: Vec<Value> = Vec::new();
        values.extend(field.closed.iter().flatten().map(|value| json!(value)));
        values.extend(field.examples.iter().cloned());
        if let Some(kind) = &field.kind {
            let things = self.maker.fixtures.things.get(kind).map_or(&[][..], Vec::as_slice);
            values.extend(things.iter().map(|thing| json!(thing.name)));
        }
        if field.takes(JsonType::Boolean) {
            values.extend([json!(false), json!(true)]);
        }
        if field.takes(JsonType::Number) {
            values.extend([1, 0, 2, 5, 10, 20, 50, 100].map(|number| json!(number)));
        }
        if field.format == Some(TextFormat::Date) {
            values.extend(["2015-02-03", "2015-02-04"].map(|day| json!(day)));
        } else if field.takes(JsonType::String) && field.examples.is_empty() {
            values.extend(["Tally other", "x", "X", "1"].map(|text| json!(text)));
        }
        values
            .into_iter()
            .find(|value| self.maker.is_sound(&condition.field, value) && !holds_for(condition, value))
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
