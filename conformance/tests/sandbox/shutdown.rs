//! A mock that stops finishes what it has in hand, and waits for nobody.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tally_conformance::mock::{Fault, Limits};

use crate::support::{Sandbox, TOKEN, read};

#[test]
fn a_request_in_hand_is_answered() {
    let sandbox = Sandbox::start();
    let (path, body) = sandbox.call();
    let token = format!("Bearer {TOKEN}");
    let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
    let request = sandbox.request("POST", &path, &headers, &body);
    let (first, rest) = request.split_at(request.len() - 10);
    let mut connection = sandbox.connect();
    connection.write_all(first.as_bytes()).expect("it is sent");
    // An answer on a later connection: by then the earlier one is in hand.
    assert_eq!(sandbox.ask("GET", "/healthz", &[], "").status, 200);
    let address = sandbox.address();
    let stopping = thread::spawn(move || sandbox.stop());
    // As soon as nobody is let in any more, it stops.
    while std::net::TcpStream::connect(address).is_ok() {
        thread::yield_now();
    }
    connection.write_all(rest.as_bytes()).expect("it is sent");
    assert_eq!(read(&mut connection).expect("an answer").status, 200);
    stopping.join().expect("it stops");
}

#[test]
fn who_waits_is_let_go() {
    for fault in ["slow=3600000", "answer-never-comes"] {
        let fault: Fault = fault.parse().expect("a fault");
        // If anybody were waited for, the test would take as long.
        let limits = Limits { grace: Duration::from_hours(1), ..Limits::default() };
        let sandbox = Sandbox::with(|mock| mock.fault(fault).limits(limits));
        let (path, body) = sandbox.call();
        let token = format!("Bearer {TOKEN}");
        let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
        let mut waiting = sandbox.connect();
        waiting.write_all(sandbox.request("POST", &path, &headers, &body).as_bytes()).expect("it is sent");
        // The journal has it: it is in hand.
        while sandbox.own("GET", "/_tally/journal", "")["newest"] == 0 {}
        let mut listening = sandbox.connect();
        listening
            .write_all(sandbox.request("GET", "/_tally/events", &[], "").as_bytes())
            .expect("it is sent");
        listening.read_exact(&mut [0; 12]).expect("the stream has begun");
        let idle = sandbox.connect();
        sandbox.stop();
        let answer = read(&mut waiting);
        assert_eq!(answer.is_some_and(|answer| answer.status == 200), fault.entry().name == "slow");
        drop(idle);
    }
}

#[test]
fn one_who_never_ends_is_given_up_after_the_grace() {
    let sandbox =
        Sandbox::with(|mock| mock.limits(Limits { grace: Duration::from_millis(200), ..Limits::default() }));
    let mut connection = sandbox.connect();
    let (path, _) = sandbox.call();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: 9\r\n\r\n", sandbox.address());
    connection.write_all(head.as_bytes()).expect("it is sent");
    assert_eq!(sandbox.ask("GET", "/healthz", &[], "").status, 200);
    let since = Instant::now();
    sandbox.stop();
    // The body may take 30 s; the wait is none for that.
    assert!(since.elapsed() < Duration::from_secs(20), "{:?}", since.elapsed());
}

#[cfg(unix)]
#[test]
fn the_process_ends_well_on_a_signal() {
    for signal in ["-TERM", "-INT"] {
        let mut process = Command::new(env!("CARGO_BIN_EXE_tally"))
            .args(["mock", "--addr", "127.0.0.1:0"])
            .env_remove("TALLY_ADMIN_TOKEN")
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let out = process.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");
        let sent = Command::new("kill").args([signal, &process.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        assert_eq!(process.wait().expect("it ends").code(), Some(0), "{signal}");
    }
}
