//! `contains`.

use serde_json::{Value, json};
use tally_spec::model::{Cites, JsonType, Rule};

use super::{Making, Side};
use crate::oracle::Fate;
use crate::strategy::defect::{Change, Path};
use crate::strategy::defects::{At, Borders};

impl<'m> Borders<'_, 'm> {
    pub(super) fn contains(&self, at: At<'_>, rule: &'m Rule, members: &[String]) -> Vec<Side<'m>> {
        let mut sides = vec![Side::broken(rule, "contains/empty-list", vec![json!([])])];
        let cites = vec![&rule.statement];
        let empty = vec![&rule.statement, &self.maker.contract.file.reading.empty_is_missing];
        for member in members {
            let path = Path::each(&format!("{}/{member}", at.path));
            let ways: [(&str, &Vec<&'m Cites>, Change); 3] = [
                ("missing", &cites, Change::Remove(path.clone())),
                ("null", &cites, Change::Set(path.clone(), vec![Value::Null])),
                ("empty", &empty, Change::Set(path, vec![json!("")])),
            ];
            let field = self.area.field_at(&format!("{}/{member}", at.path));
            let takes_text = field.is_none_or(|field| field.takes(JsonType::String));
            // Empty text in a member that takes none has a wrong type.
            for (what, cites, change) in ways.into_iter().filter(|(what, ..)| takes_text || *what != "empty")
            {
                sides.push(Side {
                    what: format!("contains/{member}-{what}"),
                    fate: Fate::Fails,
                    cites: cites.clone(),
                    making: Making::Change(change),
                });
            }
        }
        sides
    }
}
