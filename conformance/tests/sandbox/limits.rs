//! Bodies, times and connections are bounded.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::{Duration, Instant};

use tally_conformance::mock::{Fault, Limits};

use crate::support::{Sandbox, TOKEN, read};

/// Short enough for a test, long enough for a busy machine to send a request in.
const SHORT: Duration = Duration::from_millis(300);

#[test]
fn a_body_over_the_limit_is_refused_in_the_contract_s_form() {
    let sandbox = Sandbox::with(|mock| mock.limits(Limits { body: 1000, ..Limits::default() }));
    let (path, _) = sandbox.call();
    let refused = sandbox.post(&path, &"x".repeat(1001));
    assert_eq!((refused.status, refused.code(&sandbox.contract).as_str()), (413, "REQUEST_TOO_LARGE"));
    let taken = sandbox.post(&path, &"x".repeat(1000));
    assert_eq!(taken.status, 400, "it is judged, and no JSON: {taken:?}");
    let own = sandbox.ask("PUT", "/_tally/clock", &[], &"x".repeat(1001));
    assert_eq!((own.status, own.json()["error"].is_string()), (413, true));
}

#[test]
fn a_body_of_unknown_length_is_measured_as_it_comes() {
    let sandbox = Sandbox::with(|mock| mock.limits(Limits { body: 1000, ..Limits::default() }));
    let (path, _) = sandbox.call();
    let mut connection = sandbox.connect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        sandbox.address()
    );
    let piece = format!("258\r\n{}\r\n", "x".repeat(600));
    connection.write_all(format!("{head}{piece}{piece}0\r\n\r\n").as_bytes()).expect("it is sent");
    assert_eq!(read(&mut connection).expect("an answer").status, 413);
}

#[test]
fn who_asks_before_sending_is_answered_before_sending() {
    let sandbox = Sandbox::with(|mock| mock.limits(Limits { body: 1000, ..Limits::default() }));
    let (path, _) = sandbox.call();
    let mut connection = sandbox.connect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n",
        sandbox.address()
    );
    connection.write_all(head.as_bytes()).expect("it is sent");
    // Not a byte of the body is sent: were it waited for, this would be 408, and later.
    assert_eq!(read(&mut connection).expect("an answer").status, 413);
}

#[test]
fn a_large_body_within_the_limit_is_taken() {
    let sandbox = Sandbox::start();
    let (path, body) = sandbox.call();
    let padded = format!("{body}{}", " ".repeat(5 * 1024 * 1024));
    assert_eq!(sandbox.post(&path, &padded).status, 200);
}

#[test]
fn a_head_that_does_not_come_ends_the_connection() {
    let sandbox = Sandbox::with(|mock| mock.limits(Limits { header_time: SHORT, ..Limits::default() }));
    let mut connection = sandbox.connect();
    connection.write_all(b"POST / HTTP/1.1\r\nHost: loc").expect("it is sent");
    let mut rest = Vec::new();
    let ended = connection.read_to_end(&mut rest);
    assert!(ended.is_ok(), "closed, not left open for the client's own timeout: {ended:?}");
    assert!(!String::from_utf8_lossy(&rest).contains(" 200 "));
}

#[test]
fn an_idle_connection_ends_too() {
    let sandbox = Sandbox::with(|mock| mock.limits(Limits { header_time: SHORT, ..Limits::default() }));
    let mut connection = sandbox.connect();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", sandbox.address());
    connection.write_all(request.as_bytes()).expect("it is sent");
    let answer = read(&mut connection).expect("an answer, and then the end");
    assert_eq!(answer.status, 200);
}

#[test]
fn a_body_that_does_not_come_is_refused_in_the_contract_s_form() {
    let sandbox = Sandbox::with(|mock| mock.limits(Limits { body_time: SHORT, ..Limits::default() }));
    let (path, _) = sandbox.call();
    let mut connection = sandbox.connect();
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: 100\r\n\r\n{{", sandbox.address());
    connection.write_all(head.as_bytes()).expect("it is sent");
    let refused = read(&mut connection).expect("an answer");
    assert_eq!((refused.status, refused.code(&sandbox.contract).as_str()), (408, "REQUEST_TIMEOUT"));
}

#[test]
fn connections_over_the_limit_wait_for_requests_that_are_worked_on() {
    let fault: Fault = "slow=1500".parse().expect("a fault");
    let limits = Limits { connections: 1, ..Limits::default() };
    let sandbox = Sandbox::with(|mock| mock.fault(fault).limits(limits));
    let (path, body) = sandbox.call();
    let token = format!("Bearer {TOKEN}");
    let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
    let mut first = sandbox.connect();
    first.write_all(sandbox.request("POST", &path, &headers, &body).as_bytes()).expect("it is sent");
    let mut second = sandbox.connect();
    second.write_all(sandbox.request("GET", "/healthz", &[], "").as_bytes()).expect("it is sent");
    second.set_read_timeout(Some(SHORT)).expect("a timeout");
    let waits = second.read(&mut [0]).expect_err("no answer as long as the first is worked on").kind();
    assert!(matches!(waits, ErrorKind::WouldBlock | ErrorKind::TimedOut), "{waits:?}");
    assert_eq!(read(&mut first).expect("an answer").status, 200, "it kept its place");
    second.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    assert_eq!(read(&mut second).expect("an answer").status, 200);
}

#[test]
fn the_connection_that_waits_longest_for_its_client_makes_room() {
    // Nobody is given up in the time that the test takes, but to make room.
    let limits = Limits { connections: 2, ..Limits::default() };
    let (path, _) = Sandbox::start().call();
    let half_a_body = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{{");
    for begun in ["", "GET /hea", "GET /healthz HTTP/1.1\r\nHost: loc", &half_a_body] {
        let sandbox = Sandbox::with(|mock| mock.limits(limits));
        let (mut first, mut second) = (sandbox.connect(), sandbox.connect());
        for idle in [&mut first, &mut second] {
            idle.write_all(begun.as_bytes()).expect("it is sent");
        }
        let since = Instant::now();
        assert_eq!(sandbox.ask("GET", "/healthz", &[], "").status, 200);
        assert!(since.elapsed() < Duration::from_secs(10), "{begun:?}: {:?}", since.elapsed());
        let mut rest = Vec::new();
        let _ = first.read_to_end(&mut rest);
        assert!(rest.is_empty(), "{begun:?}: it is closed, and was never answered");
        second.set_nonblocking(true).expect("it can be set");
        let open = second.read(&mut [0]).map_err(|error| error.kind());
        assert_eq!(open, Err(ErrorKind::WouldBlock), "{begun:?}: the second keeps its place");
    }
}

#[test]
fn who_reads_no_answer_is_given_up() {
    let fault: Fault = "endless-body".parse().expect("a fault");
    let limits = Limits { body_time: SHORT, connections: 1, ..Limits::default() };
    let sandbox = Sandbox::with(|mock| mock.fault(fault).limits(limits));
    let (path, body) = sandbox.failing_call();
    let token = format!("Bearer {TOKEN}");
    let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
    let mut deaf = sandbox.connect();
    deaf.write_all(sandbox.request("POST", &path, &headers, &body).as_bytes()).expect("it is sent");
    // There is room for one connection alone: another is answered once the first is given up.
    assert_eq!(sandbox.ask("GET", "/healthz", &[], "").status, 200);
    let mut rest = Vec::new();
    let _ = deaf.read_to_end(&mut rest);
    assert!(rest.len() < 20 * 1024 * 1024, "{} bytes: the whole answer", rest.len());
}

#[test]
fn an_encoded_body_is_refused_as_another_media_type_is() {
    let sandbox = Sandbox::with(|mock| mock);
    let (path, body) = sandbox.call();
    let token = format!("Bearer {TOKEN}");
    let with = |encoding: &str, media_type: &str| {
        let headers =
            [("Authorization", token.as_str()), ("Content-Type", media_type), ("Content-Encoding", encoding)];
        sandbox.ask("POST", &path, &headers, &body)
    };
    let refused = with("identity", "text/plain");
    assert_ne!(refused.status, 200);
    for encoding in ["gzip", "GZIP", "br", "identity, gzip", "no-such-encoding"] {
        let answer = with(encoding, "application/json");
        assert_eq!((answer.status, answer.json()), (refused.status, refused.json()), "{encoding}");
    }
    for encoding in ["identity", "Identity", ""] {
        assert_eq!(with(encoding, "application/json").status, 200, "{encoding}");
    }
}
