//! The exit codes of runs that show nothing: 3 if a check did not run to its end, 2 if a name is unknown.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tally_conformance::{cli, embedded};

fn tally(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tally"))
        .arg("conform")
        .args(arguments)
        .env_remove("TALLY_TOKEN")
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .expect("it starts")
}

/// Runs, and checks the exit code and what is said on either stream.
fn assert_ends(arguments: &[&str], code: i32, said: &str) {
    let output = tally(arguments);
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("it is text")).concat();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    assert!(text.contains(said), "{arguments:?}: {said:?} is not in {text}");
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ends").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("it can be made");
    folder
}

fn area() -> String {
    let (contract, _) = cli::contract(embedded::names().next()).expect("a contract is embedded");
    contract.areas[0].name.clone()
}

#[test]
fn a_few_requests_do_not_show_that_an_endpoint_conforms() {
    assert_ends(&["--max-requests", "5", "--quiet"], 3, "the limit of 5 requests was reached");
    assert_ends(&["--max-time", "0", "--quiet"], 3, "the limit of 0 s was reached");
    // What was asked for is all there is.
    assert_ends(&["--area", &area(), "--profile", "smoke", "--quiet"], 0, "conforms");
}

#[test]
fn an_unknown_name_is_wrong_usage() {
    let folder = folder("unknown");
    let path = folder.to_str().expect("it is text");
    let of_folder = ["--replay", path, "--quiet"];
    assert_ends(&of_folder, 2, "there is no counterexample in");
    let area = area();
    let fault =
        ["--fault", "limit-plus-one", "--area", &area, "--profile", "smoke", "--counterexamples", path];
    assert_ends(&fault, 1, "does not conform");
    let file =
        fs::read_dir(&folder).expect("it can be read").next().expect("one").expect("it can be read").path();
    let saved: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&file).expect("it can be read")).expect("it is JSON");
    for (member, name) in [("check", "no_such_check"), ("area", "no-such-area"), ("contract", "no-such-v1")] {
        let mut wrong = saved.clone();
        wrong[member] = name.into();
        fs::write(&file, wrong.to_string()).expect("it can be written");
        assert_ends(&of_folder, 2, name);
    }
    for (option, name) in
        [("--area", "no-such-area"), ("--fault", "no-such-fault"), ("--observe", "no-such-reader")]
    {
        assert_ends(&[option, name], 2, name);
    }
    fs::write(&file, saved.to_string()).expect("it can be written");
    assert_ends(&of_folder, 0, "FIXED");
}

#[test]
fn a_counterexample_of_which_nothing_is_sent_is_not_fixed() {
    let folder = folder("unsent");
    let path = folder.to_str().expect("it is text");
    let (contract, _) = cli::contract(embedded::names().next()).expect("a contract is embedded");
    let fault =
        ["--fault", "limit-plus-one", "--area", &area(), "--profile", "smoke", "--counterexamples", path];
    assert_ends(&fault, 1, "does not conform");
    let other = contract.areas.iter().map(|area| area.name.as_str()).find(|name| *name != area());
    let elsewhere = ["--replay", path, "--area", other.expect("there are two")];
    assert_ends(&elsewhere, 3, "INCONCLUSIVE");
}
