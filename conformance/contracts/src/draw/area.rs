//! An area's file.

use serde_json::{Value, json};

use super::contract::Names;
use super::fields::{Drawn, Holds, fields, folded};
use super::{Pen, rules, words};

pub(super) fn area(pen: &mut Pen, names: &Names, stem: &str) -> Value {
    let count = 1 + pen.rng.below(6);
    let drawn = fields(pen, &names.kinds, count, 0);
    let (response, does) = pen.pick(&names.judging).clone();
    let list = (*pen.pick(&["items", "list", "type", "records"])).to_owned();
    let envelope = envelope(pen, &drawn, &list);
    let isolation = if pen.chance(20) { "allOrNothing" } else { "eachForItself" };
    let keyed = rules::keyed(pen, &drawn);
    let next = if does == "counting" { json!({ "statement": pen.cite() }) } else { Value::Null };
    let mut area = json!({
        "title": format!("Area {stem}"),
        "record": *pen.pick(words::RECORDS),
        "description": "Stores what is sent.",
        "path": format!("/{stem}/{}", pen.pick(&["upsert", "v1/put", "x"])),
        "statement": pen.cite(),
        "response": response,
        "message": "not accepted",
        "isolation": isolation,
        "list": listing(pen, &list, does),
        "limit": limit(pen, names, &drawn),
        "nextBatchSize": next,
        "key": rules::key(pen, &keyed),
        "fields": drawn.iter().map(|one| one.value.clone()).collect::<Vec<_>>(),
        "envelope": envelope,
        "rules": rules::rules(pen, &drawn, &keyed),
    });
    if does == "counting" {
        area["echoes"] = echoes(pen, &drawn);
    }
    area["defaults"] = defaults(pen, &drawn);
    area
}

fn listing(pen: &mut Pen, name: &str, does: &str) -> Value {
    let mut list = json!({ "name": name });
    if pen.chance(30) {
        list["oneObject"] = pen.cite();
    }
    if does == "whole" && pen.chance(50) {
        list["emptyFails"] = pen.cite();
    }
    list
}

fn limit(pen: &mut Pen, names: &Names, drawn: &[Drawn]) -> Value {
    let over = match &names.later {
        Some(later) if pen.chance(70) => {
            json!({ "does": "acknowledges", "response": later, "statement": pen.cite() })
        }
        _ => json!({
            "does": "refuses", "httpStatus": 413, "code": "too-many", "text": "send fewer", "statement": pen.cite(),
        }),
    };
    let mut limit = json!({ "maximum": *pen.pick(&[1, 2, 3, 5, 20]), "statement": pen.cite(), "over": over });
    let arrays: Vec<&Drawn> = drawn.iter().filter(|one| matches!(one.holds, Holds::Array(_))).collect();
    if !arrays.is_empty() && pen.chance(15) {
        limit["counts"] = json!(pen.pick(&arrays).name);
        limit["countsStatement"] = pen.cite();
    }
    limit
}

/// Request options, of which one may stand in for a record's field.
fn envelope(pen: &mut Pen, drawn: &[Drawn], list: &str) -> Vec<Value> {
    let mut options = Vec::new();
    let count = pen.rng.below(3);
    for field in fields(pen, &[], count, 1) {
        let usable = matches!(field.holds, Holds::Text | Holds::Number | Holds::Boolean | Holds::Closed(_));
        if !usable || folded(&field.name) == folded(list) {
            continue;
        }
        let mut value = field.value;
        value["format"] = Value::Null;
        let texts: Vec<&Drawn> = drawn.iter().filter(|one| matches!(one.holds, Holds::Closed(_))).collect();
        let stands = options.iter().any(|one: &Value| one.get("standsInFor").is_some());
        if field.holds == Holds::Text && !texts.is_empty() && !stands && pen.chance(60) {
            value["standsInFor"] = json!(pen.pick(&texts).name);
            value["standsInStatement"] = pen.cite();
        }
        options.push(value);
    }
    options
}

fn echoes(pen: &mut Pen, drawn: &[Drawn]) -> Value {
    let mut echoes = Vec::new();
    for field in drawn {
        let scalar = !matches!(field.holds, Holds::Object(_) | Holds::Array(_) | Holds::Anything);
        let reserved = ["why", "kind"].contains(&folded(&field.name).as_str());
        if !scalar || reserved || !pen.chance(50) {
            continue;
        }
        let mut echo = json!({ "name": field.name, "field": field.name, "statement": pen.cite() });
        if field.holds == Holds::Date && pen.chance(50) {
            echo["encoding"] = json!("epochMilliseconds");
        }
        echoes.push(echo);
    }
    Value::Array(echoes)
}

fn defaults(pen: &mut Pen, drawn: &[Drawn]) -> Value {
    let mut defaults = Vec::new();
    for field in drawn {
        if !pen.chance(15) {
            continue;
        }
        let mut default = json!({ "field": field.name, "statement": pen.cite() });
        match &field.holds {
            Holds::Text => default["default"] = json!("usual"),
            Holds::Closed(values) => default["default"] = json!(values[0]),
            Holds::Date => default["today"] = json!(true),
            Holds::Number | Holds::NumericText => default["default"] = json!(1),
            Holds::Boolean => default["default"] = json!(true),
            Holds::Kind(_) | Holds::Object(_) | Holds::Array(_) | Holds::Anything => continue,
        }
        defaults.push(default);
    }
    Value::Array(defaults)
}
