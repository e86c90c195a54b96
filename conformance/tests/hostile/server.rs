//! A target on this machine that answers as a test wants, and the command run against it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tally_conformance::{cli, embedded};
use tally_spec::model::{Contract, Response};

/// The token that the command is given.
pub(crate) const TOKEN: &str = "Zq9/a+secret.token-0123456789abcdef";

/// What becomes of a request.
pub(crate) enum Act {
    /// These bytes, and the connection is closed.
    Answer(Vec<u8>),
    /// What a mock answers.
    Honest,
    /// The same, with messages of so many letters in the entries for failed records.
    Wordy(usize),
    /// Nothing, ever.
    Hang,
}

/// An answer with these headers, each with its line end, and this body.
pub(crate) fn answer(status: u16, headers: &str, body: &[u8]) -> Act {
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    Act::Answer([head.as_bytes(), body].concat())
}

pub(crate) fn contract() -> Arc<Contract> {
    cli::contract(embedded::names().next()).expect("a contract is embedded").0
}

/// Serves on a free port for as long as the test runs: `act` gets the number of the request, counted from 0.
pub(crate) fn serve(act: impl Fn(u64) -> Act + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let (act, count) = (Arc::new(act), Arc::new(AtomicU64::new(0)));
    std::thread::spawn(move || {
        let (contract, generated) = cli::contract(embedded::names().next()).expect("a contract is embedded");
        let contract = tally_mock::Contract::new(contract, generated).expect("it belongs together");
        let mock = tally_mock::Mock::builder(contract).token(TOKEN).start().expect("the mock starts");
        for stream in listener.incoming().map_while(Result::ok) {
            let (act, count, mock) = (Arc::clone(&act), Arc::clone(&count), mock.address());
            std::thread::spawn(move || one(stream, &*act, &count, mock));
        }
    });
    address
}

fn one(mut stream: TcpStream, act: &dyn Fn(u64) -> Act, count: &AtomicU64, mock: SocketAddr) -> Option<()> {
    let request = read(&mut stream)?;
    let bytes = match act(count.fetch_add(1, Ordering::SeqCst)) {
        Act::Answer(bytes) => bytes,
        Act::Hang => {
            std::thread::sleep(Duration::from_mins(2));
            return None;
        }
        Act::Honest => honest(&request, mock)?,
        Act::Wordy(letters) => wordy(honest(&request, mock)?, letters),
    };
    stream.write_all(&bytes).ok()
}

fn honest(request: &[u8], mock: SocketAddr) -> Option<Vec<u8>> {
    let mut behind = TcpStream::connect(mock).ok()?;
    let end = request.windows(2).position(|two| two == b"\r\n")? + 2;
    behind.write_all(&request[..end]).ok()?;
    behind.write_all(b"Connection: close\r\n").ok()?;
    behind.write_all(&request[end..]).ok()?;
    let mut bytes = Vec::new();
    behind.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The answer with longer messages, if it has any.
fn wordy(honest: Vec<u8>, letters: usize) -> Vec<u8> {
    let longer = |bytes: &[u8]| {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let mut body: serde_json::Value = serde_json::from_slice(&bytes[end + 4..]).ok()?;
        let contract = contract();
        let mut is_longer = false;
        for response in contract.file.responses.values() {
            let Response::Counting(shape) = response else { continue };
            let entries = body.get_mut(&shape.errors).and_then(serde_json::Value::as_array_mut);
            for entry in entries.into_iter().flatten() {
                entry[&shape.entry.message] = "why it fails, ".repeat(letters / 14).into();
                is_longer = true;
            }
        }
        let body = body.to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        is_longer.then(|| head.into_bytes())
    };
    longer(&honest).unwrap_or(honest)
}

/// A request's bytes.
fn read(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(Ok(0), |length| length.trim().parse()).ok()?;
        if bytes.len() >= end + 4 + length {
            return Some(bytes);
        }
    }
}

/// A folder for what a run writes, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("it can be made");
    folder
}

/// The command against a target, with everything that it can write below a folder. Another build of it may be
/// named by `TALLY_BINARY`.
pub(crate) fn conform(target: &str, folder: &Path, more: &[&str]) -> Command {
    let binary = std::env::var_os("TALLY_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_tally").into());
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec").join(&contract().file.name);
    let mut command = Command::new(binary);
    command
        .args(["conform", "--seed", "7", "--target", target])
        .arg("--fixtures")
        .arg(spec.join("fixtures/sample.toml"))
        .arg("--report")
        .arg(folder.join("report"))
        .arg("--counterexamples")
        .arg(folder.join("counterexamples"))
        .args(more)
        .env("TALLY_TOKEN", TOKEN)
        .env_remove("GITHUB_STEP_SUMMARY")
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(folder.join("stdout")).expect("it can be made"))
        .stderr(std::fs::File::create(folder.join("stderr")).expect("it can be made"));
    for form in ["sh", "hurl", "pytest"] {
        command.args(["--emit", form]).arg(folder.join(form));
    }
    command
}

/// What a run took.
pub(crate) struct Took {
    pub(crate) code: Option<i32>,
    /// The most resident memory at once, in bytes.
    pub(crate) peak: usize,
}

/// Waits for the end, and looks at the memory meanwhile. A run of more than so long, or that takes more than so much,
/// is killed.
pub(crate) fn wait(mut child: Child, longest: Duration, most: usize) -> Took {
    let (started, mut peak) = (Instant::now(), 0);
    loop {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok());
        peak = peak.max(kilobytes.unwrap_or(0) * 1024);
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return Took { code: status.code(), peak };
        }
        if started.elapsed() > longest || peak > most {
            child.kill().expect("it runs");
            child.wait().expect("it ends");
            return Took { code: None, peak };
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The bytes of every file below a folder, with its path.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.clone(), std::fs::read(&path).expect("it can be read")));
        }
    }
    found
}
