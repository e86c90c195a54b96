//! `tally conform` with a target that is not on this machine, and what a mock without a token says.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Output, Stdio};

use crate::command;

/// Runs the command at a remote target behind a proxy of this machine, with that token.
fn conform(token: &str, proxy: &str, more: &[&str]) -> Output {
    command::conform()
        .args(["--target", "http://api.tally.invalid/base", "--write-test-data", "--proxy", proxy])
        .args(more)
        .env("TALLY_TOKEN", token)
        .output()
        .expect("it starts")
}

#[test]
fn a_token_that_could_be_read_or_shown_is_wrong_usage() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("it can be set");
    let proxy = format!("http://{}", listener.local_addr().expect("it is bound"));
    for (token, more, said) in [
        ("long-enough-token", &[][..], "--allow-insecure-http"),
        ("s3cr3t", &[][..], "shorter than 8"),
        ("s3cr3t", &["--allow-insecure-http"][..], "shorter than 8"),
    ] {
        let output = conform(token, &proxy, more);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(said), "{error}");
        assert!(!error.contains(token), "{error}");
    }
    assert!(listener.accept().is_err(), "something was sent");
}

#[test]
fn a_dry_run_lists_every_verb() {
    let verbs = |output: &Output| -> Vec<String> {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix("verbs: ")).unwrap_or_else(|| {
            panic!("{text}{}", String::from_utf8_lossy(&output.stderr));
        });
        line.split(", ").map(|verb| verb.split(' ').next().unwrap_or_default().to_owned()).collect()
    };
    let proxy = "http://127.0.0.1:9";
    let smoke = ["--dry-run", "--profile", "smoke"];
    assert_eq!(verbs(&conform("token", proxy, &smoke)), ["GET", "POST"]);
    let allowed = conform("token", proxy, &[&smoke[..], &["--allow-verbs"]].concat());
    assert_eq!(verbs(&allowed), ["DELETE", "GET", "POST", "PUT"]);
}

#[test]
fn a_mock_without_a_token_says_so() {
    let mut mock = command::tally()
        .args(["mock", "--addr", "127.0.0.1:0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let stderr = BufReader::new(mock.stderr.take().expect("it is piped"));
    let line = stderr.lines().next();
    mock.kill().expect("it runs");
    mock.wait().expect("it ends");
    let line = line.expect("a line").expect("it is text");
    assert!(line.contains("accepts any token"), "{line}");
}
