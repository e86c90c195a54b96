//! The mock at a limited rate.

use std::time::{Duration, Instant};

use crate::process::{Process, TOKEN, call, conform, contract};

/// What comes back: the status, `Retry-After`, and the body.
fn ask(mock: &Process, path: &str, body: Option<&str>) -> (u16, Option<u64>, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let url = format!("http://{}{path}", mock.address());
    let answer = match body {
        None => agent.get(url).call(),
        Some(body) => agent
            .post(url)
            .header("Authorization", format!("Bearer {TOKEN}"))
            .header("Content-Type", "application/json")
            .send(body),
    };
    let mut answer = answer.expect("an answer");
    let after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    (answer.status().as_u16(), after, answer.body_mut().read_to_string().expect("text"))
}

#[test]
fn more_than_the_rate_is_refused_as_the_contract_refuses_it() {
    let mock = Process::start(&["--rate-limit", "3/min", "--log-level", "info"]);
    let contract = contract();
    let (path, body) = call(&contract);
    let path = format!("{}{path}", contract.file.service.base_path());
    for _ in 0..3 {
        assert_eq!(ask(&mock, &path, Some(&body)).0, 200);
    }
    let backoff = &contract.file.service.backoff;
    let own = backoff.iter().find(|backoff| backoff.code.is_some()).expect("one with a code");
    let (status, after, text) = ask(&mock, &path, Some(&body));
    assert_eq!(status, own.http_status);
    assert!(own.code.as_ref().is_some_and(|code| text.contains(code)), "{text}");
    assert!(after.is_some_and(|seconds| (1..=20).contains(&seconds)), "{after:?}");
    // The mock's own pages are exempt, and the journal has what was refused.
    for path in ["/healthz", "/", "/_tally/state"] {
        assert_eq!(ask(&mock, path, None).0, 200, "{path}");
    }
    let (_, _, journal) = ask(&mock, "/_tally/journal", None);
    assert!(journal.contains(&format!("\"status\":{}", own.http_status)), "{journal}");
    mock.wait_for_log("more than 3/min came");
    assert!(!mock.log().contains(TOKEN), "{}", mock.log());
}

#[test]
fn a_run_at_a_limited_rate_finds_no_violation() {
    // So many that the run waits now and then, and so few that it can't go on.
    for (limit, name, codes) in [("3/s", "rate", [0, 3]), ("5/min", "rate-spent", [3, 3])] {
        let mock = Process::start(&["--rate-limit", limit, "--log-level", "info"]);
        let started = Instant::now();
        let output = conform(&mock.root, name, &["--max-outage", "5"]);
        let text = String::from_utf8_lossy(&output.stdout);
        eprintln!("{limit}: {:?} after {:?}", output.status.code(), started.elapsed());
        assert!(output.status.code().is_some_and(|code| codes.contains(&code)), "{limit}: {text}");
        mock.wait_for_log(&format!("more than {limit} came"));
        assert!(started.elapsed() < Duration::from_mins(3), "{limit}: {:?}", started.elapsed());
    }
}
