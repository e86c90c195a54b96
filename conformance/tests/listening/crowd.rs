//! Many idle connections: they delay nobody.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::command::contract;
use crate::process::{Process, TOKEN, call};

/// How many connections the crowd keeps open.
const CROWD: usize = 2000;
/// What each of them sends, and nothing after it.
const BEGINNINGS: [&str; 4] = [
    "",
    "POST /v1",
    "POST /v1 HTTP/1.1\r\nHost: loc",
    "POST /v1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{",
];
/// How long an honest request may take on a busy machine. One that waits for a place behind the crowd takes the
/// time of a head or of a body, which is 30 s.
const SOON: Duration = Duration::from_secs(3);

/// Lets this process open as many files as the crowd needs.
#[cfg(unix)]
fn allow_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let needed = CROWD as u64 + 200;
    if current.is_some_and(|current| current < needed) {
        let raised = Rlimit { current: Some(needed), maximum };
        setrlimit(Resource::Nofile, raised).expect("the system allows 2,200 open files (`ulimit -Hn`)");
    }
}

#[cfg(not(unix))]
fn allow_files() {}

/// Opens a crowd, and keeps it up until it is over: whoever is closed comes again.
fn crowd(address: SocketAddr, size: usize, standing: &AtomicUsize, over: &AtomicBool) {
    let mut members: Vec<Option<TcpStream>> = (0..size).map(|_| None).collect();
    while !over.load(Ordering::Relaxed) {
        for (number, member) in members.iter_mut().enumerate() {
            let is_open = |open: &mut TcpStream| {
                !matches!(open.read(&mut [0; 512]), Ok(0))
                    && matches!(open.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
            };
            if !member.as_mut().is_some_and(is_open) {
                *member = TcpStream::connect_timeout(&address, SOON).ok().and_then(|mut open| {
                    open.write_all(BEGINNINGS[number % BEGINNINGS.len()].as_bytes()).ok()?;
                    open.set_nonblocking(true).ok()?;
                    Some(open)
                });
            }
        }
        standing.store(members.iter().flatten().count(), Ordering::Relaxed);
        thread::sleep(Duration::from_millis(200));
    }
}

/// How long the slowest of some honest requests took: new connections for the health page and for a call, and one
/// connection that is kept. They come while a crowd stands.
fn slowest(mock: &Process, size: usize) -> Duration {
    let (standing, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let contract = contract();
    let (path, body) = call(&contract);
    let agent = || -> ureq::Agent {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        config.timeout_global(Some(Duration::from_mins(1))).build().into()
    };
    let post = |agent: &ureq::Agent| {
        let sent = agent
            .post(format!("{}{path}", mock.root))
            .header("Authorization", format!("Bearer {TOKEN}"))
            .header("Content-Type", "application/json")
            .send(&body);
        assert_eq!(sent.expect("an answer").status(), 200);
    };
    let health = || {
        let health = agent().get(format!("http://{}/healthz", mock.address())).call();
        assert_eq!(health.expect("an answer").status(), 200);
    };
    thread::scope(|scope| {
        scope.spawn(|| crowd(mock.address(), size, &standing, &over));
        let started = Instant::now();
        while standing.load(Ordering::Relaxed) < size * 9 / 10 {
            assert!(started.elapsed() < Duration::from_mins(2), "{}", standing.load(Ordering::Relaxed));
            thread::sleep(Duration::from_millis(20));
        }
        let (kept, mut slowest) = (agent(), Duration::ZERO);
        for _ in 0..20 {
            for ask in [&health as &dyn Fn(), &|| post(&agent()), &|| post(&kept)] {
                let since = Instant::now();
                ask();
                slowest = slowest.max(since.elapsed());
            }
            thread::sleep(Duration::from_millis(50));
        }
        over.store(true, Ordering::Relaxed);
        slowest
    })
}

#[test]
fn two_thousand_idle_connections_delay_nobody() {
    allow_files();
    let mock = Process::start(&[]);
    let slowest = slowest(&mock, CROWD);
    eprintln!("the slowest honest request: {slowest:?}");
    assert!(slowest < SOON, "{slowest:?}");
    mock.wait_for_log("512 connections are open, the maximum");
}

#[cfg(unix)]
#[test]
fn few_open_files_are_said_and_enough() {
    let mock = Process::start_after("ulimit -n 128", &[]);
    let slowest = slowest(&mock, 300);
    assert!(slowest < SOON, "{slowest:?}");
    let log = mock.log();
    assert!(log.contains("128 files open") && log.contains("enough for 64 connections"), "{log}");
    assert!(!log.contains("no connection can be accepted"), "{log}");
    // A limit that may be raised is raised.
    let mock = Process::start_after("ulimit -S -n 128", &[]);
    assert!(!mock.log().contains("files open"), "{}", mock.log());
}
