//! Runs the cases in this folder. Each says what was stored, what was sent, and what must be stored then. Right
//! outcomes must lead to no breach; each wrong one must be found by its check and statement.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};
use tally_conformance::cli;
use tally_conformance::fixtures::Fixtures;
use tally_conformance::observe::{Attached, Became, Delivered, Kept, Model, Request, World};
use tally_spec::model::Contract;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// A slash path.
    name: String,
    description: String,
    area: String,
    #[serde(default)]
    today: Option<String>,
    /// By area, the stored records.
    before: BTreeMap<String, Vec<KeptCase>>,
    #[serde(default)]
    envelope: Map<String, Value>,
    records: Vec<Map<String, Value>>,
    /// The places of the records that fail.
    #[serde(default)]
    failed: Vec<usize>,
    #[serde(default)]
    job: bool,
    /// One right outcome.
    after: Value,
    /// By kind, the things that requests made.
    #[serde(default)]
    created: BTreeMap<String, Vec<String>>,
    /// Other right outcomes, by how they differ from `after`.
    #[serde(default)]
    also_right: Vec<Change>,
    /// Wrong outcomes, with the check and statement that find them.
    wrong: Vec<Wrong>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptCase {
    id: String,
    record: Map<String, Value>,
    instants: Option<BTreeMap<String, i64>>,
    attached: Option<Vec<(String, String)>>,
    sent: Option<Vec<(String, u64)>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Change {
    /// By JSON Pointer into `after`, the value set there.
    #[serde(default)]
    set: BTreeMap<String, Value>,
    /// JSON Pointers into `after` to what is not there.
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    created: Option<BTreeMap<String, Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrong {
    #[serde(default)]
    set: BTreeMap<String, Value>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    created: Option<BTreeMap<String, Vec<String>>>,
    check: String,
    statement: String,
    /// The weakest provenance of its premises, if that matters.
    #[serde(default)]
    weighs: Option<String>,
}

impl From<KeptCase> for Kept {
    fn from(case: KeptCase) -> Self {
        let attached = |(field, to)| Attached { field, to };
        let sent = |(to, times)| Delivered { to, times };
        Self {
            id: case.id,
            record: case.record,
            instants: case.instants,
            attached: case.attached.map(|all| all.into_iter().map(attached).collect()),
            sent: case.sent.map(|all| all.into_iter().map(sent).collect()),
        }
    }
}

fn changed(after: &Value, change: &Change) -> Value {
    let mut after = after.clone();
    let parted = |pointer: &str| {
        let (parent, last) = pointer.rsplit_once('/').expect("a pointer");
        (parent.to_owned(), last.replace("~1", "/").replace("~0", "~"))
    };
    for pointer in &change.remove {
        let (parent, last) = parted(pointer);
        match after.pointer_mut(&parent) {
            Some(Value::Object(members)) => {
                assert!(members.remove(&last).is_some(), "{pointer} is not there");
            }
            Some(Value::Array(elements)) => drop(elements.remove(last.parse().expect("a place"))),
            _ => panic!("{pointer} is not there"),
        }
    }
    for (pointer, value) in &change.set {
        let (parent, last) = parted(pointer);
        match after.pointer_mut(&parent) {
            Some(Value::Object(members)) => drop(members.insert(last, value.clone())),
            Some(Value::Array(elements)) => elements.push(value.clone()),
            _ => panic!("{parent} is not there"),
        }
    }
    after
}

fn kept(by_area: BTreeMap<String, Vec<KeptCase>>) -> BTreeMap<String, Vec<Kept>> {
    let kept = |(area, kept): (String, Vec<KeptCase>)| (area, kept.into_iter().map(Kept::from).collect());
    by_area.into_iter().map(kept).collect()
}

/// What each check has to say of an outcome: check, principal statement, weight, message.
fn breaches(
    model: &Model<'_>,
    contract: &Contract,
    case: &Case,
    change: &Change,
) -> Vec<(String, String, String, String)> {
    let area = contract.area(&case.area).unwrap_or_else(|| panic!("{}: no such area", case.name));
    let became = |place| if case.failed.contains(&place) { Became::Failed } else { Became::Passed };
    let became: Vec<Became> = (0..case.records.len()).map(became).collect();
    let text = serde_json::to_string(&changed(&case.after, change)).expect("it is JSON");
    let after = kept(serde_json::from_str(&text).expect("the outcome has the form of what is kept"));
    let before = World {
        areas: kept(before(case)),
        is_whole: !case.job,
        today: case.today.iter().map(|day| day.parse().expect("a day")).collect(),
        created: BTreeMap::new(),
    };
    let created = change.created.clone().unwrap_or_else(|| case.created.clone());
    let after = World { areas: after, is_whole: !case.job, today: Vec::new(), created };
    let request =
        Request { area, envelope: &case.envelope, records: &case.records, became: &became, is_job: case.job };
    let prediction = model.predict(&request, &before);
    let found = model.judge(&prediction, &after).into_iter().filter_map(|question| question.breach);
    let described = |one: tally_conformance::check::Breach| {
        let weight = format!("{:?}", one.provenance(contract)).to_lowercase();
        (one.check.to_owned(), one.principal().to_owned(), weight, one.message.clone())
    };
    found.map(described).collect()
}

fn before(case: &Case) -> BTreeMap<String, Vec<KeptCase>> {
    let again = |one: &KeptCase| KeptCase {
        id: one.id.clone(),
        record: one.record.clone(),
        instants: one.instants.clone(),
        attached: one.attached.clone(),
        sent: one.sent.clone(),
    };
    case.before.iter().map(|(area, kept)| (area.clone(), kept.iter().map(again).collect())).collect()
}

fn run(contract: &Contract, fixtures: &Fixtures, file: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/observe");
    let text = fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let model = Model::new(contract, fixtures);
    let mut failed = Vec::new();
    for case in &cases {
        assert!(!case.wrong.is_empty(), "{}: a case that cannot fail", case.name);
        assert!(!case.description.is_empty(), "{}: says nothing of itself", case.name);
        let none = Change::default();
        for (number, change) in std::iter::once(&none).chain(&case.also_right).enumerate() {
            let found = breaches(&model, contract, case, change);
            if !found.is_empty() {
                failed.push(format!("{}: right outcome {number}: {found:?}", case.name));
            }
        }
        for (number, wrong) in case.wrong.iter().enumerate() {
            let change = Change {
                set: wrong.set.clone(),
                remove: wrong.remove.clone(),
                created: wrong.created.clone(),
            };
            let found = breaches(&model, contract, case, &change);
            let is = |one: &(String, String, String, String)| {
                let weighs = wrong.weighs.as_ref().is_none_or(|weight| *weight == one.2);
                one.0 == wrong.check && one.1 == wrong.statement && weighs
            };
            if !found.iter().any(is) {
                let wanted = (&wrong.check, &wrong.statement);
                failed.push(format!(
                    "{}: wrong outcome {number}: expected {wanted:?}, got {found:?}",
                    case.name
                ));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_first_contract_is_kept_as_its_document_says() {
    let (contract, _) = cli::contract(Some("gsapi-v1")).expect("it is embedded");
    let fixtures = Fixtures::sample(&contract).expect("the sample can be read");
    for file in ["defaults.json", "keys.json", "behaviours.json", "batches.json"] {
        run(&contract, &fixtures, file);
    }
}

#[test]
fn the_second_contract_is_kept_as_its_statements_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/tests/parcels-v2");
    let mut files = Vec::new();
    for below in ["", "areas/", "examples/", "fixtures/"] {
        for entry in fs::read_dir(folder.join(below)).expect("the folder is there") {
            let path = entry.expect("it can be read").path();
            if path.is_file() {
                let name = format!("{below}{}", path.file_name().expect("a file").to_string_lossy());
                let text = fs::read_to_string(&path).expect("it is text");
                files.push(tally_spec::SourceFile { shown_as: name.clone(), path: name, text });
            }
        }
    }
    let contract = tally_spec::read(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let fixtures = Fixtures::sample(&contract).expect("the sample can be read");
    run(&contract, &fixtures, "parcels.json");
}
