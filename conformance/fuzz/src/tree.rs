//! Changes a JSON value in one place, whatever it stands for.

use serde_json::{Map, Value, json};
use tally_fixtures::Rng;

/// Pieces of text that mean something to one of the languages that texts are written to.
const PIECES: &[&str] = &[
    "",
    " ",
    "../",
    "/",
    "\\",
    "..",
    "\n",
    "\r",
    "\"",
    "\"\"\"",
    "'",
    "*/",
    "<script>",
    "]]>",
    "&amp;",
    "`",
    "```",
    "$(",
    "${",
    "\0",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "🙂",
    "é",
    "self",
    "type",
    "r#",
    "_",
    "-",
    ".",
    "A",
    "C:",
    "~",
    "%2e",
    "^",
    "[A-Z]",
    "{2}",
    "{0,99999}",
    "(",
    "+",
    "|",
    "9999-12-31",
    "2015-02-29",
    "X1",
    "object/member",
    "a/b",
    ":",
    "?x=1",
    "#",
];

/// Changes the value in one place: a member or an element is taken away, doubled, moved or replaced, a name or a
/// text is cut or lengthened.
pub(crate) fn change(value: &mut Value, rng: &mut Rng) {
    let count = count(value);
    let donor = nth(value, rng.below(count)).cloned().unwrap_or_default();
    let Some(place) = nth_mut(value, &mut rng.below(count)) else { return };
    match (rng.below(8), place) {
        (0, place) => *place = donor,
        (1, place) => *place = scalar(rng),
        (2, Value::Object(members)) if !members.is_empty() => {
            if let Some(name) = members.keys().nth(rng.below(members.len())).cloned() {
                members.shift_remove(&name);
            }
        }
        (2, Value::Array(list)) if !list.is_empty() => {
            list.remove(rng.below(list.len()));
        }
        (3 | 4, Value::Object(members)) => rename(members, rng),
        (_, Value::Object(members)) => {
            let name = match &donor {
                Value::String(name) => name.clone(),
                Value::Object(other) => other.keys().next().cloned().unwrap_or_default(),
                _ => rng.pick(PIECES).copied().unwrap_or_default().to_owned(),
            };
            members.insert(name, donor);
        }
        (3 | 4, Value::Array(list)) if !list.is_empty() => {
            let same = list[rng.below(list.len())].clone();
            list.push(same);
        }
        (_, Value::Array(list)) => list.insert(rng.below(list.len() + 1), donor),
        (_, Value::String(text)) => edit(text, rng),
        (_, Value::Number(number)) => {
            let near =
                number.as_i64().map(|number| json!(number.wrapping_add([-1, 1, 2, 100][rng.below(4)])));
            *number = match near.unwrap_or_else(|| scalar(rng)) {
                Value::Number(number) => number,
                _ => 0.into(),
            };
        }
        (_, place) => *place = scalar(rng),
    }
}

/// Gives one member another name, in its place.
fn rename(members: &mut Map<String, Value>, rng: &mut Rng) {
    let chosen = rng.below(members.len().max(1));
    let renamed = std::mem::take(members).into_iter().enumerate().map(|(place, (mut name, value))| {
        if place == chosen {
            edit(&mut name, rng);
        }
        (name, value)
    });
    *members = renamed.collect();
}

/// Cuts a text, or puts a piece into it.
fn edit(text: &mut String, rng: &mut Rng) {
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
    let (from, to) = (places[rng.below(places.len())], places[rng.below(places.len())]);
    let piece = rng.pick(PIECES).copied().unwrap_or_default();
    match rng.below(3) {
        0 => text.replace_range(from.min(to)..from.max(to), piece),
        1 => text.insert_str(from, piece),
        _ => *text = piece.to_owned(),
    }
}

fn scalar(rng: &mut Rng) -> Value {
    match rng.below(8) {
        0 => json!(rng.one_in(2)),
        1 => json!(null),
        2 => json!([0_i64, 1, -1, 2, 200, 404, 65_535, 65_536, i64::MAX, i64::MIN][rng.below(10)]),
        3 => json!([0.5, -0.0, 1e300, 1e-300, 1e15, 9_007_199_254_740_993.0, 0.1][rng.below(7)]),
        4 => json!(u64::MAX),
        _ => json!(rng.pick(PIECES)),
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(count).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

fn nth(value: &Value, index: usize) -> Option<&Value> {
    fn below<'v>(value: &'v Value, left: &mut usize) -> Option<&'v Value> {
        if *left == 0 {
            return Some(value);
        }
        *left -= 1;
        match value {
            Value::Array(list) => list.iter().find_map(|value| below(value, left)),
            Value::Object(members) => members.values().find_map(|value| below(value, left)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        }
    }
    let mut left = index;
    below(value, &mut left)
}

fn nth_mut<'v>(value: &'v mut Value, left: &mut usize) -> Option<&'v mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(list) => list.iter_mut().find_map(|value| nth_mut(value, left)),
        Value::Object(members) => members.values_mut().find_map(|value| nth_mut(value, left)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
