//! `tally conform --token-command`: where the token comes from if it is not in the environment.

use std::process::Output;

use tally_conformance::mock::Mock;
use tally_conformance::{cli, embedded};

use crate::command;

const TOKEN: &str = "a-token-that-a-command-prints";

fn conform(root: &str, command: &str, more: &[&str]) -> Output {
    let folder = std::env::temp_dir().join(format!("tally-token-command-{}", std::process::id()));
    command::conform()
        .args(["--profile", "smoke", "--target", root, "--token-command", command])
        .arg("--counterexamples")
        .arg(folder)
        .args(more)
        .output()
        .expect("it starts")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_command_that_fails_is_wrong_usage() {
    let output = conform("http://127.0.0.1:9/base", "echo half-a-secret && exit 3", &[]);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("--token-command failed") && text.contains('3'), "{text}");
    assert!(!text.contains("half-a-secret"), "{text}");
}

#[test]
fn the_token_that_a_command_prints_is_used_and_not_shown() {
    let name = embedded::names().next().expect("a contract is embedded");
    let (contract, generated) = cli::contract(Some(name)).expect("it can be read");
    let area = contract.areas[0].name.clone();
    let contract = tally_mock::Contract::new(contract, generated).expect("they match");
    let mock = Mock::builder(contract).token(TOKEN).start().expect("it starts");
    let output = conform(mock.root(), &format!("echo {TOKEN}"), &["--area", &area, "--format", "json"]);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    // The command itself is shown, since it repeats the run; what it prints is not.
    let shown = text.replace(&format!("echo {TOKEN}"), "");
    assert!(!shown.contains(TOKEN), "{shown}");
}
