//! Mistakes that a linter must refuse.

use serde_json::{Value, json};

use super::{Pen, Sketch};

type Mistake = (&'static str, fn(&mut Sketch));

const MISTAKES: &[Mistake] = &[
    ("a limit of 0", |sketch| area(sketch)["limit"]["maximum"] = json!(0)),
    ("no scheme", |sketch| contract(sketch, "/service/authentication/scheme", json!(""))),
    ("a lower-case verb", |sketch| contract(sketch, "/service/verb/value", json!("post"))),
    ("a header with a blank", |sketch| contract(sketch, "/service/authentication/header", json!("X Key"))),
    ("a header with a line break", |sketch| {
        contract(sketch, "/service/authentication/header", json!("X-Key\r\nX-Other"));
    }),
    ("a query in a path", |sketch| area(sketch)["path"] = json!("/orders?all=1")),
    ("a record whose type is taken", |sketch| area(sketch)["record"] = json!("request")),
    ("two fields of one identifier", |sketch| {
        add_field(sketch, json!({ "name": "unused-name", "type": "string" }));
        add_field(sketch, json!({ "name": "unusedName", "type": "string" }));
    }),
    ("a closed list with a value twice", |sketch| {
        add_field(sketch, json!({ "name": "unusedName", "type": "string", "enum": ["A", "A"] }));
    }),
    ("an empty closed list", |sketch| {
        add_field(sketch, json!({ "name": "unusedName", "type": "string", "enum": [] }));
    }),
    ("a range on text", |sketch| {
        add_rule(sketch, json!({ "minimum": 1 }));
    }),
    ("a pattern that is read in two ways", |sketch| {
        add_rule(sketch, json!({ "pattern": "^a.c$" }));
    }),
    ("a divisor that is rounded", |sketch| {
        add_field(sketch, json!({ "name": "unusedNumber", "type": "number" }));
        add_rule(sketch, json!({ "multipleOf": 0.01 }));
    }),
    ("no character allowed", |sketch| {
        add_rule(sketch, json!({ "maxLength": 0 }));
    }),
    ("a field without a name", |sketch| {
        add_field(sketch, json!({ "name": "", "type": "string" }));
    }),
    ("a request option with a date's format", |sketch| {
        let option =
            json!({ "name": "unusedOption", "type": "string", "format": "date", "statement": cited(sketch) });
        area(sketch)["envelope"] = json!([option]);
    }),
    ("an object that is required as its member is", |sketch| {
        let member = json!({ "name": "inner", "type": "string", "statement": cited(sketch) });
        add_field(sketch, json!({ "name": "unusedObject", "type": "object", "properties": [member] }));
        let rule = json!({ "required": ["unusedObject", "unusedObject/inner"], "statement": cited(sketch) });
        area(sketch)["rules"].as_array_mut().expect("every area has rules").push(rule);
    }),
    ("a fixtures file that can't be read", |sketch| {
        sketch.fixtures.insert("no_such_key".to_owned(), json!(["x"]));
    }),
];

/// Plants one of the mistakes; its name.
pub(super) fn plant(pen: &mut Pen, sketch: &mut Sketch) -> &'static str {
    let (name, change) = *pen.pick(MISTAKES);
    change(sketch);
    name
}

fn area(sketch: &mut Sketch) -> &mut serde_json::Map<String, Value> {
    &mut sketch.areas[0].1
}

fn contract(sketch: &mut Sketch, pointer: &str, value: Value) {
    let (first, rest) = pointer[1..].split_once('/').expect("two steps");
    let place = sketch.contract.get_mut(first).and_then(|value| value.pointer_mut(&format!("/{rest}")));
    *place.expect("it was drawn") = value;
}

/// A statement that every contract cites.
fn cited(sketch: &Sketch) -> Value {
    sketch.contract["service"]["verb"]["statement"].clone()
}

fn add_field(sketch: &mut Sketch, mut field: Value) {
    field["statement"] = cited(sketch);
    let fields = area(sketch)["fields"].as_array_mut();
    fields.expect("every area has fields").push(field);
}

fn add_rule(sketch: &mut Sketch, mut rule: Value) {
    add_field(sketch, json!({ "name": "unusedName", "type": "string" }));
    rule["statement"] = cited(sketch);
    rule["field"] = json!("unusedName");
    let rules = area(sketch)["rules"].as_array_mut();
    rules.expect("every area has a list of rules").push(rule);
}
