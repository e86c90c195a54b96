//! The mock over TLS.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tally_conformance::mock::{Contract, Limits, Mock};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::process::{Process, TOKEN, call, conform, contract, folder, refused};

/// Short enough for a test, long enough for a busy machine to shake hands in.
const SHORT: Duration = Duration::from_millis(500);

fn pem(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/listening/pem").join(name)
}

fn shown(name: &str) -> String {
    pem(name).display().to_string()
}

fn read(name: &str) -> Vec<u8> {
    fs::read(pem(name)).expect("it can be read")
}

fn start(more: &[&str]) -> Process {
    let (certificate, key) = (shown("cert.pem"), shown("key.pem"));
    Process::start(&[&["--tls-cert", &certificate, "--tls-key", &key], more].concat())
}

/// A client that trusts the tests' authority.
fn client() -> ureq::Agent {
    let authority = Certificate::from_pem(&read("ca.pem")).expect("a certificate");
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[authority])).build();
    let config = ureq::Agent::config_builder().tls_config(tls).http_status_as_error(false);
    config.timeout_global(Some(Duration::from_secs(20))).build().into()
}

/// What comes until the connection ends, which it does by itself.
fn rest(connection: &mut TcpStream) -> Vec<u8> {
    connection.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    let mut rest = Vec::new();
    match connection.read_to_end(&mut rest) {
        Ok(_) => rest,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => rest,
        Err(error) => panic!("{error}: the connection is left open"),
    }
}

#[test]
fn everything_is_served_over_tls() {
    let mock = start(&[]);
    let (contract, host) = (contract(), mock.address());
    let base = contract.file.service.base_path();
    assert_eq!(mock.root, format!("https://{host}{base}"));
    let get = |path: &str, origin: Option<&str>| {
        let request = client().get(format!("https://{host}{path}"));
        let request = origin.iter().fold(request, |request, origin| request.header("Origin", *origin));
        let mut answer = request.call().unwrap_or_else(|error| panic!("{path}: {error}"));
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
    };
    assert_eq!(get("/healthz", None).0, 200);
    let (status, page) = get("/", None);
    assert!(status == 200 && page.contains("<html") && !page.contains("http://127"), "{status}");
    assert_eq!(get("/_tally/state", None).0, 200);
    // A page of the mock's own comes over TLS, too.
    assert_eq!(get("/_tally/state", Some(&format!("https://{host}"))).0, 200);
    assert_eq!(get("/_tally/state", Some(&format!("http://{host}"))).0, 403);
    let (path, body) = call(&contract);
    let sent = client()
        .post(format!("{}{path}", mock.root))
        .header("Authorization", format!("Bearer {TOKEN}"))
        .header("Content-Type", "application/json")
        .send(&body);
    assert_eq!(sent.expect("an answer").status(), 200);
}

#[test]
fn conform_tests_a_mock_over_tls() {
    let mock = start(&[]);
    let root = mock.root.replace("127.0.0.1", "localhost");
    assert!(root.starts_with("https://localhost:"), "{root}");
    let output = conform(&root, "tls", &["--ca-cert", &shown("ca.pem")]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&output.stderr));
    // The authority is one that nobody else trusts.
    assert_eq!(conform(&root, "tls-untrusted", &[]).status.code(), Some(3));
}

#[test]
fn a_certificate_or_a_key_that_cannot_be_used_is_named_with_its_cure() {
    let folder = folder("pem");
    let written = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("it is written");
        path.display().to_string()
    };
    let (certificate, key) = (shown("cert.pem"), shown("key.pem"));
    let key_text = String::from_utf8(read("key.pem")).expect("text");
    let secret = key_text.lines().nth(2).expect("a line of the key").to_owned();
    let empty = written("empty.pem", b"");
    let cut = written("cut.pem", key_text.replace("-----END PRIVATE KEY-----", "").as_bytes());
    let odd = written("odd.pem", key_text.replace(&secret, &secret.replace('A', "!")).as_bytes());
    let hollow = written("hollow.pem", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    let no_certificate =
        written("none.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let missing = folder.join("missing.pem").display().to_string();
    let (other, encrypted) = (shown("other-key.pem"), shown("encrypted-key.pem"));
    let cases: [(&str, &str, &str, &str); 10] = [
        (&missing, &key, &missing, "No such file"),
        (&certificate, &missing, &missing, "No such file"),
        (&empty, &key, &empty, "BEGIN CERTIFICATE"),
        (&key, &certificate, &key, "but a private key"),
        (&no_certificate, &key, &no_certificate, "can't be read"),
        (&certificate, &empty, &empty, "BEGIN PRIVATE KEY"),
        (&certificate, &cut, &cut, "END"),
        (&certificate, &odd, &odd, "base64"),
        (&certificate, &encrypted, &encrypted, "openssl pkey"),
        (&certificate, &other, &other, "the key that it was made with"),
    ];
    for (certificate, key, file, said) in cases {
        let (code, error) = refused(&["--tls-cert", certificate, "--tls-key", key]);
        assert_eq!(code, Some(2), "{error}");
        assert!(error.contains(file) && error.contains(said), "{said}: {error}");
        assert!(!error.contains(&secret), "{error}");
    }
    let (code, error) = refused(&["--tls-cert", &certificate, "--tls-key", &hollow]);
    assert!(code == Some(2) && error.contains(&hollow) && error.contains("Ed25519"), "{error}");
    for alone in [["--tls-cert", &certificate], ["--tls-key", &key]] {
        let (code, error) = refused(&alone);
        assert!(code == Some(2) && error.contains("--tls-"), "{error}");
    }
}

#[test]
fn what_does_not_speak_tls_is_closed_without_a_word() {
    let mock = start(&["--log-level", "debug"]);
    let mut plain = TcpStream::connect(mock.address()).expect("it listens");
    let head = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", mock.address());
    plain.write_all(head.as_bytes()).expect("it is sent");
    assert_eq!(String::from_utf8_lossy(&rest(&mut plain)), "");
    mock.wait_for_log("does not speak TLS");
    let mut odd = TcpStream::connect(mock.address()).expect("it listens");
    odd.write_all(&[[0x16, 3, 1, 0, 200].as_slice(), &[0xff; 200]].concat()).expect("it is sent");
    assert!(!String::from_utf8_lossy(&rest(&mut odd)).contains("HTTP"));
    mock.wait_for_log("TLS handshake failed");
    let untrusting = ureq::get(format!("https://{}/healthz", mock.address())).call();
    assert!(untrusting.is_err());
    assert_eq!(
        client().get(format!("https://{}/healthz", mock.address())).call().expect("an answer").status(),
        200
    );
    let (log, key) = (mock.log(), String::from_utf8(read("key.pem")).expect("text"));
    assert!(key.lines().skip(2).all(|line| !log.contains(line)) && !log.contains(TOKEN), "{log}");
}

#[test]
fn a_handshake_that_does_not_come_ends_the_connection() {
    let contract = Contract::from_generated(tally_generated::CONTRACTS[0]).expect("its spec can be read");
    let limits = Limits { header_time: SHORT, ..Limits::default() };
    let mock = Mock::builder(contract).tls(read("cert.pem"), read("key.pem")).limits(limits);
    let mock = mock.start().expect("it starts");
    let starts: [&[u8]; 3] = [b"", &[0x16], &[0x16, 3, 1, 2, 0, 1, 0]];
    let mut waiting: Vec<TcpStream> = Vec::new();
    for start in starts.iter().cycle().take(60) {
        let mut connection = TcpStream::connect(mock.address()).expect("it listens");
        connection.write_all(start).expect("it is sent");
        waiting.push(connection);
    }
    // They do not hold up those who do speak.
    let health = client().get(format!("https://{}/healthz", mock.address())).call();
    assert_eq!(health.expect("an answer").status(), 200);
    for connection in &mut waiting {
        rest(connection);
    }
    let since = Instant::now();
    mock.stop();
    assert!(since.elapsed() < Limits::default().grace, "nobody is waited for");
}
