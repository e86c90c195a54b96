//! Values of a JSON type that a field does not take, and objects that hold too much.

use serde_json::{Value, json};
use tally_spec::model::{Additional, JsonType};

use super::{At, Borders};
use crate::oracle::Fate;
use crate::strategy::Defect;
use crate::strategy::defect::{Change, Path, Step};

impl Borders<'_, '_> {
    pub(super) fn wrong_types(&mut self, at: At<'_>) {
        let (field, reading) = (at.field, self.reading());
        for (json_type, name, value) in samples() {
            if field.takes(json_type) {
                continue;
            }
            let border =
                at.border(&format!("type/{name}"), Fate::Open, &[&field.statement, &reading.wrong_type]);
            let changes = vec![Change::Set(at.target(), vec![value])];
            self.found.push(Defect { may_refuse: true, changes, ..border });
        }
        if field.takes(JsonType::Array) {
            self.elements(at);
        }
        if field.additional_properties == Some(Additional::Scalar) {
            self.additional(at);
        }
    }

    fn elements(&mut self, at: At<'_>) {
        let reading = self.reading();
        let mut steps = at.target().steps;
        steps.push(Step::First);
        for (name, value) in [("text", json!("x")), ("number", json!(7)), ("null", Value::Null)] {
            let what = format!("type/element-{name}");
            let border = at.border(&what, Fate::Open, &[&at.field.statement, &reading.wrong_type]);
            let changes = vec![Change::Set(Path { steps: steps.clone() }, vec![value])];
            let needs = vec![at.top()];
            self.found.push(Defect { may_refuse: true, changes, needs, ..border });
        }
    }

    fn additional(&mut self, at: At<'_>) {
        let reading = self.reading();
        let member = |name: &str| {
            let mut steps = at.target().steps;
            steps.push(Step::Member(name.to_owned()));
            Path { steps }
        };
        let plan = self.maker.plans.iter().find(|plan| plan.field.name == at.path);
        let Some(shown) = plan.and_then(|plan| plan.shown_member()).map(str::to_owned) else { return };
        for (name, value) in [("list", json!([])), ("object", json!({}))] {
            let cites = [&at.field.statement, &reading.wrong_type];
            let border = at.border(&format!("additionalProperties/{name}"), Fate::Open, &cites);
            let changes = vec![Change::Set(member(&shown), vec![value])];
            self.found.push(Defect { may_refuse: true, changes, needs: vec![at.top()], ..border });
        }
        let scalars =
            [("text", json!("x")), ("number", json!(7)), ("true", json!(true)), ("null", Value::Null)];
        for (name, value) in scalars {
            let cites = [&at.field.statement];
            let border = at.border(&format!("additionalProperties/{name}"), Fate::Passes, &cites);
            let changes = vec![Change::Set(member(&shown), vec![value])];
            self.found.push(Defect { changes, needs: vec![at.top()], ..border });
        }
        let border = at.border("additionalProperties/unknown", Fate::Open, &[&at.field.statement]);
        let changes = vec![Change::Set(member("TallyUnknown"), vec![json!(1)])];
        self.found.push(Defect { changes, needs: vec![at.top()], ..border });
    }
}

fn samples() -> [(JsonType, &'static str, Value); 5] {
    [
        (JsonType::String, "text", json!("7")),
        (JsonType::Number, "number", json!(7)),
        (JsonType::Boolean, "true", json!(true)),
        (JsonType::Object, "object", json!({})),
        (JsonType::Array, "list", json!([])),
    ]
}
