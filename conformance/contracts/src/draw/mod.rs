//! A small contract from a seed: its files, as text.

mod area;
mod contract;
mod fields;
mod plant;
mod rules;
mod toml;
mod words;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tally_fixtures::{Rng, join};
use tally_spec::SourceFile;

/// One contract in so many holds a mistake on purpose.
const PLANTED: usize = 6;

/// A contract that was drawn.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// Its name, which is its folder's.
    pub name: String,
    /// Its files.
    pub files: Vec<SourceFile>,
    /// The mistake that it holds on purpose, which the linter must refuse; `None` if it must accept the contract.
    pub planted: Option<&'static str>,
}

/// Draws the contract of that number from a seed: the same files each time.
#[must_use]
pub fn draw(seed: u64, number: usize) -> Drawn {
    let mut pen = Pen { rng: Rng::new(join(seed, number as u64)) };
    let name = format!("c{number}");
    let mut sketch = contract::contract(&mut pen, &name);
    let planted = pen.rng.one_in(PLANTED).then(|| plant::plant(&mut pen, &mut sketch));
    let mut numbers = BTreeSet::new();
    let areas = sketch.areas.iter().map(|(_, area)| area);
    areas.chain([&sketch.contract]).flat_map(Map::values).for_each(|value| cited(value, &mut numbers));
    let statements: Vec<Value> = numbers.into_iter().map(statement).collect();
    let mut files = vec![
        ("contract.toml".to_owned(), toml::file(&sketch.contract)),
        ("statements.toml".to_owned(), toml::file(&members(&json!({ "statements": statements })))),
        ("fixtures/sample.toml".to_owned(), toml::file(&sketch.fixtures)),
    ];
    files.extend(sketch.areas.iter().map(|(name, area)| (format!("areas/{name}.toml"), toml::file(area))));
    let source = |(path, text)| SourceFile { shown_as: format!("spec/{name}/{path}"), path, text };
    Drawn { files: files.into_iter().map(source).collect(), name, planted }
}

/// A contract's files as values.
struct Sketch {
    contract: Map<String, Value>,
    areas: Vec<(String, Map<String, Value>)>,
    fixtures: Map<String, Value>,
}

/// The source of every choice.
struct Pen {
    rng: Rng,
}

impl Pen {
    /// True so many times in a hundred.
    fn chance(&mut self, percent: usize) -> bool {
        self.rng.below(100) < percent
    }

    /// One of the items.
    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        self.rng.pick(items).expect("the list is not empty")
    }

    /// So many of the items or fewer, each once, in an order by chance.
    fn some<T: Clone>(&mut self, items: &[T], most: usize) -> Vec<T> {
        let mut rest = items.to_vec();
        let mut taken = Vec::new();
        while taken.len() < most && !rest.is_empty() {
            taken.push(rest.swap_remove(self.rng.below(rest.len())));
        }
        taken
    }

    /// A citation: one statement, or now and then two.
    fn cite(&mut self) -> Value {
        let first = self.number();
        if !self.chance(10) {
            return json!(id(first));
        }
        let second = self.number();
        if first == second { json!([id(first)]) } else { json!([id(first), id(second)]) }
    }

    fn number(&mut self) -> usize {
        1 + self.rng.below(16)
    }
}

/// Collects the numbers of the statements that are cited; no other text looks like one.
fn cited(value: &Value, found: &mut BTreeSet<usize>) {
    match value {
        Value::String(text) => {
            found.extend(text.strip_prefix('X').and_then(|number| number.parse::<usize>().ok()));
        }
        Value::Array(list) => list.iter().for_each(|value| cited(value, found)),
        Value::Object(members) => members.values().for_each(|value| cited(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn id(number: usize) -> String {
    format!("X{number}")
}

/// The statement of that number. One in eight is an assumption.
fn statement(number: usize) -> Value {
    let provenance =
        ["stated", "stated", "shown", "stated", "platform", "stated", "assumed", "stated"][number % 8];
    let summary = format!("What statement {number} says.");
    let mut statement = json!({ "id": id(number), "provenance": provenance, "summary": summary });
    if matches!(provenance, "stated" | "shown") {
        statement["where"] = json!(format!("Orders › Note {number}"));
    }
    statement
}

/// The members of a value that is written as an object.
fn members(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
