//! A target that tells nothing is not judged, and never passes.

use tally_conformance::outcome::Verdict;

use crate::support::{Setup, TOKEN};
use crate::targets;

fn reason(root: String) -> String {
    let report = Setup::read().conform_in_haste(root);
    match report.verdict {
        Verdict::Error { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_closed_port_is_not_judged() {
    assert!(reason(targets::closed()).contains("refused"));
}

#[test]
fn a_silent_target_is_not_judged() {
    assert!(reason(targets::silent()).contains("no whole answer"));
}

#[test]
fn a_target_that_knows_no_path_is_not_judged() {
    let root = targets::alike("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]");
    assert!(reason(root).contains("404"));
}

#[test]
fn a_target_that_refuses_every_token_is_not_judged() {
    let root =
        targets::alike("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]");
    assert!(reason(root).contains("TALLY_TOKEN"));
}

#[test]
fn a_target_that_answers_everything_alike_is_not_judged() {
    let root = targets::alike("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
    assert!(reason(root).contains("every answer is the same"));
}

#[test]
fn a_redirect_is_not_followed_with_the_token() {
    let elsewhere = targets::alike("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
    let answer = format!(
        "HTTP/1.1 302 Found\r\nLocation: {elsewhere}/{TOKEN}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let root = targets::alike(Box::leak(answer.into_boxed_str()));
    assert!(reason(root).contains("302"));
}
