//! `tally mock` as a process.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tally_conformance::{cli, embedded};
use tally_spec::model::{Contract, ExampleKind};

/// The token that the mock takes.
pub(crate) const TOKEN: &str = "token-of-the-listening-mock";

/// The longest that anything is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// A mock that listens, until it is dropped.
pub(crate) struct Process {
    child: Child,
    /// The URL of the API's root.
    pub(crate) root: String,
    log: Arc<Mutex<String>>,
}

impl Process {
    /// Starts it on a free port.
    pub(crate) fn start(more: &[&str]) -> Self {
        Self::spawn(command().args(more))
    }

    /// Starts it from a shell that first does something else, such as setting a limit.
    pub(crate) fn start_after(first: &str, more: &[&str]) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{first}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_tally")]);
        Self::spawn(with_environment(&mut shell).args(ARGUMENTS).args(more))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let log = Arc::<Mutex<String>>::default();
        let (mut errors, kept) = (child.stderr.take().expect("it is piped"), Arc::clone(&log));
        thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(read @ 1..) = errors.read(&mut part) {
                kept.lock().expect("no panic").push_str(&String::from_utf8_lossy(&part[..read]));
            }
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("a line");
        let root = line.trim().strip_prefix("listening on ").map(str::to_owned);
        let root = root.unwrap_or_else(|| panic!("{line}{}", log.lock().expect("no panic")));
        Self { child, root, log }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        let (_, rest) = self.root.split_once("://").expect("a scheme");
        rest.split('/').next().and_then(|host| host.parse().ok()).expect("an address")
    }

    /// What it logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("no panic").clone()
    }

    /// Waits until the log has a text.
    pub(crate) fn wait_for_log(&self, text: &str) {
        let started = Instant::now();
        while !self.log().contains(text) {
            assert!(started.elapsed() < PATIENCE, "{text:?} is not in {}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const ARGUMENTS: [&str; 3] = ["mock", "--addr", "127.0.0.1:0"];

fn with_environment(command: &mut Command) -> &mut Command {
    command.env("TALLY_TOKEN", TOKEN).env_remove("TALLY_ADMIN_TOKEN").env_remove("GITHUB_STEP_SUMMARY")
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tally"));
    with_environment(&mut command).args(ARGUMENTS);
    command
}

/// What a mock that can't start says, and its exit code.
pub(crate) fn refused(more: &[&str]) -> (Option<i32>, String) {
    let output = command().args(more).output().expect("it starts");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The first contract.
pub(crate) fn contract() -> Arc<Contract> {
    let name = embedded::names().next().expect("a contract is embedded");
    cli::contract(Some(name)).expect("it can be read").0
}

/// The path of the first area below the API's root, and a body every record of which passes.
pub(crate) fn call(contract: &Contract) -> (String, String) {
    let area = &contract.areas[0];
    let example = area.examples.iter().find(|one| one.entry.kind == ExampleKind::Request);
    (area.path.clone(), example.expect("an example of a request").text.clone())
}

/// A folder of a test's own.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("listening").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// A short run against a target, to its end.
pub(crate) fn conform(target: &str, name: &str, more: &[&str]) -> Output {
    let contract = contract();
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec").join(&contract.file.name);
    with_environment(&mut Command::new(env!("CARGO_BIN_EXE_tally")))
        .args(["conform", "--target", target, "--profile", "smoke", "--seed", "1"])
        .args(["--area", &contract.areas[0].name])
        .arg("--fixtures")
        .arg(spec.join("fixtures/sample.toml"))
        .args(more)
        .current_dir(folder(name))
        .output()
        .expect("it starts")
}
