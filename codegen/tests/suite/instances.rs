//! Contracts and instances for tests: the worked examples, and mutations of them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tally_spec::SourceFile;
use tally_spec::model::{Contract, ExampleKind, Field};

/// The contract of that name, from its folder under `spec/`.
pub(crate) fn contract(name: &str) -> Contract {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec").join(name);
    let mut files = Vec::new();
    read_below(&folder, &folder, &mut files);
    tally_spec::read(&files).unwrap()
}

fn read_below(top: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_below(top, &path, files);
            continue;
        }
        let below = path.strip_prefix(top).unwrap().to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).unwrap();
        files.push(SourceFile { shown_as: below.clone(), path: below, text });
    }
}

/// The request examples of an area.
pub(crate) fn requests(contract: &Contract, area: &str) -> Vec<Value> {
    let examples = &contract.area(area).unwrap().examples;
    let requests = examples.iter().filter(|example| example.entry.kind == ExampleKind::Request);
    requests.map(|example| example.value.clone()).collect()
}

/// Values to put in other values' places: those that rules and examples of the contract name, and the
/// usual troublemakers.
fn values(contract: &Contract) -> Vec<Value> {
    let mut values = vec![
        json!(null),
        json!(""),
        json!(0),
        json!(10),
        json!(11),
        json!(-1),
        json!(2.5),
        json!(3.0),
        json!(true),
        json!(false),
        json!("x"),
        json!("10"),
        json!("11"),
        json!("+5"),
        json!("05"),
        json!("5.0"),
        json!("-1"),
        json!("2015-02-28"),
        json!("2015-02-30"),
        json!("2016-02-29"),
        json!("2014-02-01T10:00:00Z"),
        json!("001F000001NH5is"),
        json!("001F000001NH5isIA"),
        json!([]),
        json!({}),
        json!([{}]),
        json!([1]),
    ];
    for area in &contract.areas {
        for field in area.fields.iter().chain(&area.envelope) {
            closed_values(field, &mut values);
        }
    }
    values
}

fn closed_values(field: &Field, values: &mut Vec<Value>) {
    values.extend(field.closed.iter().flatten().map(|value| json!(value)));
    values.extend(field.items.first().map(|item| json!([{ item.name.clone(): "x" }, {}])));
}

/// The names of every field of an area, of records and request options.
fn names(contract: &Contract, area: &str) -> Vec<String> {
    let area = contract.area(area).unwrap();
    let mut names: Vec<String> =
        area.fields.iter().chain(&area.envelope).map(|field| field.name.clone()).collect();
    names.push("unknown".to_owned());
    names
}

/// Makes mutants of an area's instances.
pub(crate) struct Mutator {
    values: Vec<Value>,
    names: Vec<String>,
}

impl Mutator {
    /// For instances of that area.
    pub(crate) fn new(contract: &Contract, area: &str) -> Self {
        Self { values: values(contract), names: names(contract, area) }
    }

    /// For answers of that area: the members that a failed record's entry repeats may come and go.
    pub(crate) fn for_answers(contract: &Contract, area: &str) -> Self {
        let echoes = &contract.area(area).unwrap().echoes;
        let names = echoes.iter().map(|echo| echo.name.clone()).chain(["unknown".to_owned()]).collect();
        let mut values = values(contract);
        values.extend([json!(100.0), json!(1e3), json!(1e30), json!(-0.0), json!(1_404_777_600_000.0)]);
        Self { values, names }
    }

    /// An instance with one to three places changed: dropped, retyped, emptied, doubled, moved by one.
    pub(crate) fn mutate(&self, instance: &Value, seed: u64) -> Value {
        let mut random = Random(seed);
        let mut mutant = instance.clone();
        for _ in 0..=random.below(3) {
            let mut pointers = Vec::new();
            collect(&mutant, String::new(), &mut pointers);
            let pointer = pointers[random.below(pointers.len())].clone();
            self.change(&mut mutant, &pointer, &mut random);
        }
        mutant
    }

    fn change(&self, root: &mut Value, pointer: &str, random: &mut Random) {
        let choice = random.below(12);
        if choice < 3 && !pointer.is_empty() {
            remove(root, pointer);
            return;
        }
        let Some(value) = root.pointer_mut(pointer) else { return };
        let replacement = match (choice, &*value) {
            (3, Value::Number(number)) => json!(number.as_f64().unwrap_or_default() + 1.0),
            (4, Value::Number(number)) => json!(number.as_f64().unwrap_or_default() - 0.5),
            (5, Value::String(text)) => json!(text.chars().skip(1).collect::<String>()),
            (6, Value::String(text)) => json!(format!("{text}{}", ["x", "0", "é", " "][random.below(4)])),
            (7, Value::Bool(flag)) => json!(!flag),
            (7, Value::Array(elements)) => json!(elements.iter().chain(elements).collect::<Vec<_>>()),
            (8 | 9, Value::Object(members)) => {
                let mut members = members.clone();
                members.insert(random.pick(&self.names).clone(), random.pick(&self.values).clone());
                Value::Object(members)
            }
            _ => random.pick(&self.values).clone(),
        };
        *value = replacement;
    }
}

fn collect(value: &Value, at: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                collect(inner, format!("{at}/{name}"), pointers);
            }
        }
        Value::Array(elements) => {
            for (index, inner) in elements.iter().enumerate() {
                collect(inner, format!("{at}/{index}"), pointers);
            }
        }
        _ => {}
    }
    pointers.push(at);
}

fn remove(root: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", ""));
    match root.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.remove(name)),
        Some(Value::Array(elements)) => drop(elements.remove(name.parse().unwrap())),
        _ => {}
    }
}

/// A small random source: `SplitMix64`.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}
