//! Borders that lie around a record: unknown members, and request options.

use serde_json::{Value, json};
use tally_spec::model::Cites;

use super::{At, Borders};
use crate::oracle::Fate;
use crate::strategy::Defect;
use crate::strategy::defect::{Change, Path};

impl Borders<'_, '_> {
    pub(super) fn surroundings(&mut self) {
        self.unknown_member();
        self.partly_contained();
        for option in &self.area.envelope {
            if let Some(of) = &option.stands_in_for {
                let cites = option.stands_in_statement.as_ref().unwrap_or(&option.statement);
                let defect = |what: &str, own: Option<&String>, given: Value| Defect {
                    id: format!("{of}/standsInFor/{what}"),
                    statements: Cites::ids([cites]),
                    fate: Fate::Passes,
                    keyword: "standsInFor".to_owned(),
                    field: of.clone(),
                    may_refuse: false,
                    changes: Vec::new(),
                    needs: Vec::new(),
                    given: vec![(of.clone(), own.map(|own| json!(own)))],
                    envelope: vec![(option.name.clone(), Some(given))],
                };
                let closed = self.maker.closed(of);
                for value in closed {
                    self.found.push(defect(&format!("inherits-{value}"), None, json!(value)));
                }
                if let [first, .., last] = closed {
                    self.found.push(defect("own-stands-before", Some(first), json!(last)));
                    let unknown = json!(format!("{first}-UNKNOWN"));
                    self.found.push(defect("own-beside-unknown", Some(last), unknown));
                }
            } else {
                self.null_option(&option.name);
            }
        }
    }

    fn null_option(&mut self, name: &str) {
        let cites = &self.maker.contract.file.reading.null_is_absent;
        self.found.push(Defect {
            id: format!("/beside/{name}-null"),
            statements: Cites::ids([cites]),
            fate: Fate::Passes,
            keyword: "beside".to_owned(),
            field: String::new(),
            may_refuse: false,
            changes: Vec::new(),
            needs: Vec::new(),
            given: Vec::new(),
            envelope: vec![(name.to_owned(), Some(Value::Null))],
        });
    }

    fn unknown_member(&mut self) {
        self.found.push(Defect {
            id: "/unknown/member".to_owned(),
            statements: Cites::ids([&self.area.statement]),
            fate: Fate::Open,
            keyword: "unknown".to_owned(),
            field: String::new(),
            may_refuse: false,
            changes: vec![Change::Set(
                Path::to("tallyUnknown", false),
                vec![json!("x"), json!(1), Value::Null],
            )],
            needs: Vec::new(),
            given: Vec::new(),
            envelope: Vec::new(),
        });
    }

    /// An array of which some objects have what at least one must have, and some have not.
    fn partly_contained(&mut self) {
        for rule in self.area.rules.iter().filter(|rule| !rule.constraint.contains().is_empty()) {
            let path = rule.constraint.field();
            let plan = self.maker.plans.iter().find(|plan| path == Some(&*plan.field.name));
            let Some(plan) = plan else { continue };
            let field = plan.field;
            let Some(way) = self.ways(rule, Some(&field.name)).into_iter().next() else { continue };
            let whole = plan.sample_element(&self.maker.mark);
            let mut part = whole.clone();
            if let Some(members) = part.as_object_mut() {
                rule.constraint.contains().iter().for_each(|name| drop(members.remove(name)));
            }
            let owned = self.area.rules.iter().any(|rule| rule.constraint.member_of().is_some());
            let at = At { field, path: &field.name, above: None };
            if !(owned && self.has_owners()) {
                let mut border = at.border("contains/partly", Fate::Open, &[&rule.statement]);
                border.under(&way);
                border
                    .changes
                    .push(Change::Set(at.target(), vec![json!([whole, part]), json!([part, whole])]));
                self.found.push(border);
            }
        }
    }
}
