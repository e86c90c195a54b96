//! A fixtures file from its template to a run, and what a run says of one that is wrong.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use tally_conformance::{cli, embedded};
use tally_fixtures::Fixtures;
use tally_spec::model::{Contract, Field};

const TOKEN: &str = "token-of-this-test";

fn contract() -> (Arc<Contract>, &'static tally_generated::runtime::Contract) {
    cli::contract(embedded::names().next()).expect("a contract is embedded")
}

fn tally(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tally"))
        .arg("conform")
        .args(arguments)
        .env("TALLY_TOKEN", TOKEN)
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .expect("it starts")
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("it can be made");
    folder
}

/// The keys of a template: those of lists, and of the tables that are comments yet.
fn keys(template: &str) -> BTreeSet<String> {
    let lines = template.lines().filter(|line| !line.contains("_file = "));
    let lists =
        lines.clone().filter_map(|line| line.strip_suffix(" = []")).filter(|key| !key.starts_with('#'));
    let tables = lines.filter_map(|line| line.strip_prefix("# [[")?.strip_suffix("]]"));
    lists.chain(tables).map(str::to_owned).collect()
}

/// The keys of the kinds that fields name, at whatever depth.
fn named(contract: &Contract, fields: &[Field]) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for field in fields {
        if let Some(kind) = &field.kind {
            let kind = &contract.file.kinds[kind];
            keys.extend([kind.fixtures.clone()].into_iter().chain(kind.unknown.clone()));
        }
        keys.extend(named(contract, &field.properties));
        keys.extend(named(contract, &field.items));
    }
    keys
}

/// The template with what the sample lists, and the tables' examples, filled in.
fn filled(contract: &Contract, template: &str) -> String {
    let sample = Fixtures::sample(contract).expect("the sample can be read");
    let mut text = String::new();
    let mut in_table = false;
    for line in template.lines() {
        in_table = line.starts_with("# [[") || in_table && line.starts_with('#');
        let key = line.strip_suffix(" = []");
        let names = key.and_then(|key| {
            let (kind, of_kind) = contract.file.kinds.iter().find(|(_, kind)| {
                kind.member.is_none() && kind.fixtures == key || kind.unknown.as_deref() == Some(key)
            })?;
            let unknown = of_kind.unknown.as_deref() == Some(key);
            let things = sample.things[kind].iter().map(|thing| thing.name.clone());
            Some(if unknown { sample.unknown[kind].clone() } else { things.take(50).collect() })
        });
        // Writing to a String does not fail.
        let _ = match (names, in_table && (line.starts_with("# [[") || line.contains(" = \""))) {
            (Some(names), _) => writeln!(text, "{} = {}", key.unwrap_or_default(), serde_json::json!(names)),
            (None, true) => writeln!(text, "{}", line.trim_start_matches("# ")),
            (None, false) => writeln!(text, "{line}"),
        };
    }
    text
}

#[test]
fn a_template_loads_once_it_is_filled_in() {
    let (contract, _) = contract();
    let folder = folder("template");
    for area in contract.areas.iter().filter(|area| area.limit.maximum <= 300) {
        let file = folder.join(format!("{}.toml", area.name));
        let path = file.to_str().expect("it is text");
        let made = tally(&["--init-fixtures", path, "--area", &area.name]);
        assert_eq!(made.status.code(), Some(0), "{}", said(&made));
        let template = fs::read_to_string(&file).expect("it is written");
        assert_eq!(keys(&template), named(&contract, &area.fields), "{}", area.name);
        // What is filled in is a person's work.
        let again = tally(&["--init-fixtures", path]);
        assert_eq!(again.status.code(), Some(2), "{}", said(&again));
        assert!(said(&again).contains("not overwritten"), "{}", said(&again));
        assert_eq!(fs::read_to_string(&file).expect("it is there"), template);
        fs::write(&file, filled(&contract, &template)).expect("it can be written");
        let run = tally(&["--fixtures", path, "--area", &area.name, "--profile", "smoke", "--quiet"]);
        assert_eq!(run.status.code(), Some(0), "{}: {}", area.name, said(&run));
        assert!(!said(&run).contains("left out: the fixtures have no data"), "{}", said(&run));
    }
    let all = folder.join("all.toml");
    assert_eq!(tally(&["--init-fixtures", all.to_str().expect("it is text")]).status.code(), Some(0));
    let fields = contract.areas.iter().flat_map(|area| area.fields.iter().cloned()).collect::<Vec<_>>();
    assert_eq!(keys(&fs::read_to_string(&all).expect("it is written")), named(&contract, &fields));
}

#[test]
fn wrong_fixtures_end_a_run_without_a_counterexample() {
    let (contract, generated) = contract();
    let mock = tally_mock::Contract::new(Arc::clone(&contract), generated).expect("it belongs together");
    let mock = tally_mock::Mock::builder(mock).token(TOKEN).start().expect("the mock starts");
    let area = contract.areas.iter().min_by_key(|area| area.limit.maximum).expect("there is one");
    let folder = folder("wrong");
    let file = folder.join("fixtures.toml");
    let path = |name: &str| folder.join(name).to_str().expect("it is text").to_owned();
    assert_eq!(
        tally(&["--init-fixtures", &path("fixtures.toml"), "--area", &area.name]).status.code(),
        Some(0)
    );
    let text = filled(&contract, &fs::read_to_string(&file).expect("it is written"));
    let (kind, of_kind) =
        contract.file.kinds.iter().find(|(_, kind)| kind.identity.is_some()).expect("there is one");
    let key = format!("\n{} = [", of_kind.fixtures);
    let things = &Fixtures::sample(&contract).expect("the sample can be read").things[kind];
    let wrong = format!("{}QQQQQQQQQ", &things[0].name[..6]);
    // A long list, of which few can be looked at.
    let known = things
        .iter()
        .take(3 * area.limit.maximum)
        .fold(String::new(), |all, thing| all + &format!("{:?},", thing.name));
    let text = text.replacen(&key, &format!("{key}{wrong:?},{known}"), 1);
    fs::write(&file, text).expect("it can be written");
    let run = tally(&[
        "--target",
        mock.root(),
        "--fixtures",
        &path("fixtures.toml"),
        "--area",
        &area.name,
        "--report",
        &path("report"),
        "--counterexamples",
        &path("counterexamples"),
    ]);
    let text = said(&run);
    assert_eq!(run.status.code(), Some(3), "{text}");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(&format!("`{}[0]` {wrong} was rejected", of_kind.fixtures)), "{text}");
    assert!(flat.contains("the fixtures were checked in part"), "{text}");
    assert!(!folder.join("counterexamples").exists(), "counterexamples were saved");
    let report = fs::read_to_string(folder.join("report/report.json")).expect("there is a report");
    assert!(report.contains("the fixtures were checked in part") && report.contains(&wrong), "{report}");
}
