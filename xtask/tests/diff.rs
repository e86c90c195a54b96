//! `cargo xtask diff` as a gate: what it exits with, in each form, and what it reads.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

const CONTRACT: &str = "spec/tests/parcels-v2";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn diff(arguments: &[&str]) -> Output {
    let command = env!("CARGO_BIN_EXE_xtask");
    Command::new(command).arg("diff").args(arguments).current_dir(root()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A copy of the contract in a folder of the test's own, with one text in one of its files replaced.
fn changed(name: &str, file: &str, from: &str, to: &str) -> PathBuf {
    let own = env::temp_dir().join(format!("tally-diff-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&own);
    // A contract's folder bears its name.
    let folder = own.join("parcels-v2");
    copy(&root().join(CONTRACT), &folder);
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} holds no {from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn equal_contracts_pass() {
    let same = diff(&[CONTRACT, CONTRACT]);
    assert_eq!(same.status.code(), Some(0));
    assert_eq!(out(&same), "0 changes; breaking for senders: 0, for endpoints: 0\n");
}

#[test]
fn a_lowered_limit_fails_in_every_form() {
    let new = changed("limit", "areas/shipments.toml", "maximum = 5", "maximum = 4");
    let new = new.to_str().unwrap();
    let (text, markdown) = (diff(&[CONTRACT, new]), diff(&[CONTRACT, new, "--format", "markdown"]));
    let json = diff(&[CONTRACT, new, "--format", "json"]);
    for output in [&text, &markdown, &json] {
        assert_eq!(output.status.code(), Some(1));
    }
    assert_eq!(
        out(&text),
        "senders   endpoints shipments: limit (limit-lowered): 5 -> 4\n\
         1 change; breaking for senders: 1, for endpoints: 1\n"
    );
    assert!(
        out(&markdown).starts_with("**1 change; breaking for senders: 1, for endpoints: 1**\n\n| senders |")
    );
    assert!(out(&json).contains("\"class\": \"limit-lowered\""), "{}", out(&json));
    fs::remove_dir_all(Path::new(new).parent().unwrap()).unwrap();
}

#[test]
fn a_description_breaks_nobody() {
    let new = changed("words", "areas/shipments.toml", "description = \"", "description = \"Also: ");
    let output = diff(&[CONTRACT, new.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(out(&output).contains("(documentation)"), "{}", out(&output));
    fs::remove_dir_all(new.parent().unwrap()).unwrap();
}

/// What was published before places were required can't be edited any more, and is compared all the same.
#[test]
fn an_earlier_version_without_places_is_compared() {
    let earlier = changed("earlier", "statements.toml", "where = \"Shipments › Limits\"\n", "");
    let output = diff(&[earlier.to_str().unwrap(), CONTRACT]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(out(&output).contains("Shipments › Limits"), "{}", out(&output));
    let backwards = diff(&[CONTRACT, earlier.to_str().unwrap()]);
    assert_eq!(backwards.status.code(), Some(2), "{}", out(&backwards));
    fs::remove_dir_all(earlier.parent().unwrap()).unwrap();
}

#[test]
fn what_cannot_be_read_is_named() {
    let output = diff(&["no-such-folder", CONTRACT]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-folder"));
}
