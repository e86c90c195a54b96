//! What reaches a target that is not on this machine.
//!
//! The target has a name that nobody resolves. A proxy on this machine takes what is sent to it, keeps it, and
//! hands it on to the mock: to the runner, the mock is on another machine.

use std::collections::BTreeSet;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tally_conformance::check::platform_errors::{Allowed, Probe, judge, probes};
use tally_conformance::client::{Answer, Connection, Request, Secret, Target, Token};
use tally_conformance::observe::reader_named;
use tally_conformance::outcome::{Report, Silent, Verdict};
use tally_conformance::run::{Config, OtherVerbs, Subject, conform};

use crate::support::{Setup, TOKEN, config};

/// The name of the target.
const NAME: &str = "api.tally.invalid";
/// A token for the mock's own pages.
const ADMIN: &str = "admin-token-of-the-mock";

type Bytes = Arc<Mutex<Vec<u8>>>;

/// A proxy that keeps what is sent through it, connection by connection.
struct Proxy {
    url: String,
    kept: Arc<Mutex<Vec<Bytes>>>,
}

impl Proxy {
    /// In front of the server at an address.
    fn before(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let kept: Arc<Mutex<Vec<Bytes>>> = Arc::default();
        let all = Arc::clone(&kept);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let bytes = Bytes::default();
                all.lock().expect("no panic").push(Arc::clone(&bytes));
                let server = server.clone();
                std::thread::spawn(move || tunnel(client, &server, &bytes));
            }
        });
        Self { url, kept }
    }

    /// Every byte that was sent, the requests to the proxy itself among them.
    fn bytes(&self) -> Vec<u8> {
        let kept = self.kept.lock().expect("no panic");
        kept.iter().flat_map(|bytes| bytes.lock().expect("no panic").clone()).collect()
    }

    /// The verb and the body of each request to the target.
    fn requests(&self) -> Vec<(String, Vec<u8>)> {
        let kept = self.kept.lock().expect("no panic");
        kept.iter().flat_map(|bytes| requests(&bytes.lock().expect("no panic"))).collect()
    }
}

/// Answers the request to connect, and then carries bytes both ways.
fn tunnel(mut client: TcpStream, server: &str, kept: &Bytes) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.extend(byte);
    }
    kept.lock().expect("no panic").extend(&head);
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let mut server = TcpStream::connect(server)?;
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    std::thread::spawn(move || {
        // Whichever side ends first, the other is to end too.
        let _ = io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    let mut chunk = vec![0; 65_536];
    loop {
        let read = client.read(&mut chunk)?;
        if read == 0 {
            return server.shutdown(Shutdown::Both);
        }
        kept.lock().expect("no panic").extend(&chunk[..read]);
        server.write_all(&chunk[..read])?;
    }
}

/// The requests of a connection, without the one that opens the tunnel.
fn requests(mut bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut requests = Vec::new();
    while let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(0, |length| length.trim().parse().expect("a length"));
        let verb = head.split(' ').next().unwrap_or_default().to_uppercase();
        assert!(!head.contains("transfer-encoding"), "{head}");
        let body = &bytes[end + 4..];
        requests.push((verb, body[..length].to_vec()));
        bytes = &body[length..];
    }
    requests.into_iter().filter(|(verb, _)| verb != "CONNECT").collect()
}

/// A remote target: the mock behind a proxy.
struct Remote {
    setup: Setup,
    proxy: Proxy,
    root: String,
    _mock: tally_conformance::mock::Mock,
}

impl Remote {
    fn new() -> Self {
        let setup = Setup::read();
        let mock = setup.mock(None);
        let (_, rest) = mock.root().split_once("://").expect("a URL");
        let (address, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (proxy, root) = (Proxy::before(address.to_owned()), format!("http://{NAME}{path}"));
        Self { setup, proxy, root, _mock: mock }
    }

    fn target(&self) -> Target {
        let mut connection = Connection::default();
        connection.proxy(&self.proxy.url).expect("a proxy's URL");
        let token = Secret::new(TOKEN);
        Target { root: self.root.clone(), token, timeout: Duration::from_secs(30), connection }
    }

    /// Runs in the area with the smallest limit. Tokens may be sent in clear text.
    fn conform(&self, verbs: OtherVerbs) -> Report {
        let mut target = self.target();
        target.connection.allow_insecure_http();
        self.run(target, verbs)
    }

    fn run(&self, target: Target, verbs: OtherVerbs) -> Report {
        let subject = Subject { contract: &self.setup.contract, fixtures: &self.setup.fixtures };
        let area = self.setup.contract.areas.iter().min_by_key(|area| area.limit.maximum).expect("an area");
        let config = Config { verbs, areas: vec![area.name.clone()], ..config(3) };
        conform(subject, &config, target, &Silent, &AtomicBool::new(false))
    }

    fn verbs(&self) -> BTreeSet<String> {
        self.proxy.requests().into_iter().map(|(verb, _)| verb).collect()
    }
}

fn set(verbs: &[&str]) -> BTreeSet<String> {
    verbs.iter().map(|verb| (*verb).to_owned()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn no_verb_that_could_write_reaches_it_uninvited() {
    for verbs in [OtherVerbs::ReadOnly, OtherVerbs::Any] {
        let remote = Remote::new();
        let report = remote.conform(verbs);
        assert_eq!(report.verdict, Verdict::Pass, "{verbs:?}: {:?}", report.findings);
        let sent = remote.proxy.requests();
        assert!(sent.len() > 100, "only {} requests", sent.len());
        assert_eq!(remote.verbs(), set(&["GET", "POST"]), "{verbs:?}");
        assert!(sent.iter().all(|(verb, body)| verb == "POST" || body.is_empty()), "{verbs:?}");
        assert!(report.notes.iter().any(|note| note.contains("--allow-verbs")), "{:?}", report.notes);
    }
}

#[test]
fn verbs_that_the_contract_speaks_of_are_sent_if_allowed_without_a_body() {
    let remote = Remote::new();
    let report = remote.conform(OtherVerbs::Documented);
    assert_eq!(report.verdict, Verdict::Pass, "{:?}", report.findings);
    assert_eq!(remote.verbs(), set(&["DELETE", "GET", "POST", "PUT"]));
    assert!(remote.proxy.requests().iter().all(|(verb, body)| verb == "POST" || body.is_empty()));
}

#[test]
fn no_token_reaches_it_over_plain_http() {
    let remote = Remote::new();
    let report = remote.run(remote.target(), OtherVerbs::Any);
    assert!(report.verdict.reason().is_some_and(|why| why.contains("plain HTTP")), "{:?}", report.verdict);
    let admin = Some(Secret::new(ADMIN));
    let reader = reader_named("mock", &remote.setup.contract, &remote.target(), admin).expect("a reader");
    let unread = reader.today().expect_err("it is not asked");
    assert!(unread.0.contains("plain HTTP"), "{unread:?}");
    let bytes = remote.proxy.bytes();
    assert!(!holds(&bytes, TOKEN) && !holds(&bytes, ADMIN), "{}", String::from_utf8_lossy(&bytes));
}

#[test]
fn a_token_that_is_allowed_there_is_sent() {
    let remote = Remote::new();
    remote.conform(OtherVerbs::ReadOnly);
    assert!(holds(&remote.proxy.bytes(), TOKEN), "otherwise the test above shows nothing");
}

/// The probes of the first area, with these verbs.
fn probes_with(
    setup: &Setup,
    verbs: OtherVerbs,
    change: impl FnOnce(&mut tally_spec::model::Contract),
) -> Vec<Probe> {
    let mut contract = (*setup.contract).clone();
    change(&mut contract);
    let service = &contract.file.service;
    let area = &contract.areas[0];
    let good = Request {
        verb: service.verb.value.clone(),
        path: area.path.clone(),
        media_type: Some(service.media_type.value.clone()),
        token: Token::Given,
        body: Arc::from(*b"{}"),
    };
    probes(&contract, area, &good, Allowed { token_is_real: true, verbs })
}

#[test]
fn a_platform_that_looks_at_the_verb_first_is_sent_no_token() {
    let setup = Setup::read();
    let wrong_verb = |probes: Vec<Probe>| -> Vec<Request> {
        let of_it = probes.into_iter().filter(|probe| probe.check == "wrong_verb_is_refused");
        of_it.map(|probe| probe.request).collect()
    };
    let as_it_is = wrong_verb(probes_with(&setup, OtherVerbs::ReadOnly, |_| {}));
    assert!(as_it_is.iter().all(|request| request.token == Token::Given), "{as_it_is:?}");
    let turned = wrong_verb(probes_with(&setup, OtherVerbs::ReadOnly, |contract| {
        contract.file.service.errors.conditions.reverse();
    }));
    assert!(!turned.is_empty() && turned.iter().all(|request| request.token == Token::Missing), "{turned:?}");
}

#[test]
fn a_target_that_takes_any_token_may_have_been_started_without_one() {
    let setup = Setup::read();
    let probes = probes_with(&setup, OtherVerbs::Any, |_| {});
    let probe = probes.iter().find(|probe| probe.check == "invalid_token_is_refused").expect("a probe");
    let (headers, body) = (Vec::new(), b"{}".to_vec().into());
    let answer = Answer { status: 200, headers, body, cut_short: false, duration: Duration::ZERO };
    let breach = judge(&setup.contract, probe, &answer, &Secret::new(TOKEN)).expect("a breach");
    assert!(breach.message.contains("got 200, expected 401. Check first whether"), "{}", breach.message);
}
