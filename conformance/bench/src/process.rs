//! The command `tally` as a process of its own: a mock that listens, or a command that ends, and the memory of either.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{env, process};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::sender::{Sender, request};
use crate::subject::TOKEN;

/// How often a running process is looked at.
const GLANCE: Duration = Duration::from_millis(10);

/// The option by which this program runs another one and says what memory it took.
pub const MEASURE: &str = "--measure";

/// A mock that listens on loopback, until it is dropped.
pub struct Mock {
    /// Where it listens.
    pub address: SocketAddr,
    /// The path of the API's root.
    pub base_path: String,
    process: Child,
    memory: Arc<Memory>,
    watcher: Option<JoinHandle<()>>,
    errors: PathBuf,
}

/// What a watched process has taken so far.
#[derive(Default)]
struct Memory {
    peak: AtomicU64,
    over: AtomicBool,
    done: AtomicBool,
}

impl Mock {
    /// Starts a mock. One that takes more than `ceiling` bytes is killed: it has failed by then, and the machine is
    /// others' too.
    ///
    /// # Errors
    ///
    /// If it can't be started.
    pub fn start(tally: &Path, options: &[String], ceiling: u64) -> Result<Self, String> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let errors = env::temp_dir().join(format!("tally-bench-{}-{number}.err", process::id()));
        let file = File::create(&errors).map_err(|error| format!("{}: {error}", errors.display()))?;
        let mut process = Command::new(tally)
            .args(["mock", "--addr", "127.0.0.1:0"])
            .args(options)
            .env("TALLY_TOKEN", TOKEN)
            .env_remove("TALLY_ADMIN_TOKEN")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .map_err(|error| format!("{} can't be started: {error}", tally.display()))?;
        let output = process.stdout.take().ok_or("it has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
        let Some(url) = line.trim().strip_prefix("listening on http://") else {
            return Err(format!(
                "the mock does not listen: {}",
                fs::read_to_string(&errors).unwrap_or_default()
            ));
        };
        let (host, path) = url.split_once('/').unwrap_or((url, ""));
        let address = host.parse().map_err(|_| format!("{host} is no address"))?;
        let base_path = if path.is_empty() { String::new() } else { format!("/{path}") };
        let memory = Arc::<Memory>::default();
        let (id, shared) = (process.id(), Arc::clone(&memory));
        let watcher = Some(thread::spawn(move || watch(id, &shared, ceiling)));
        Ok(Self { address, base_path, process, memory, watcher, errors })
    }

    /// Whether `tally mock` of this version has an option.
    #[must_use]
    pub fn has_option(tally: &Path, option: &str) -> bool {
        let help = Command::new(tally).args(["mock", "--help"]).output();
        help.is_ok_and(|help| String::from_utf8_lossy(&help.stdout).contains(option))
    }

    /// The most memory that it had so far; `None` if the system does not report it. Unit: bytes.
    #[must_use]
    pub fn peak(&self) -> Option<u64> {
        let now = high_water(self.process.id()).unwrap_or(0);
        Some(now.max(self.memory.peak.load(Ordering::Relaxed))).filter(|peak| *peak > 0)
    }

    /// How the process came to an end; `None` while it runs.
    pub fn ended(&mut self) -> Option<String> {
        let status = self.process.try_wait().ok()??;
        if self.memory.over.load(Ordering::Relaxed) {
            return Some("it was killed, since it took far more than its bound".to_owned());
        }
        let errors = fs::read_to_string(&self.errors).unwrap_or_default();
        let last: Vec<&str> = errors.lines().rev().take(2).collect();
        Some(format!("the mock ended: {status} {}", last.join(" / ")))
    }

    /// An answer of the mock's own API, in JSON.
    ///
    /// # Errors
    ///
    /// If there is none, or it is none of success.
    pub fn admin(&self, method: &str, path: &str) -> Result<Value, String> {
        let (status, body) =
            Sender::connect(self.address)?.send(&request(self.address, method, path, b""))?;
        if status != 200 {
            return Err(format!("{path}: HTTP {status} {:.200}", String::from_utf8_lossy(&body)));
        }
        serde_json::from_slice(&body).map_err(|error| format!("{path}: {error}"))
    }

    /// Asks it to end, and says how long it took, and its exit status; `None` if it did not end in time.
    ///
    /// # Errors
    ///
    /// If it can't be asked.
    pub fn terminate(&mut self, within: Duration) -> Result<Option<(Duration, ExitStatus)>, String> {
        let id = i32::try_from(self.process.id()).map_err(|error| error.to_string())?;
        let started = Instant::now();
        kill(Pid::from_raw(id), Signal::SIGTERM).map_err(|error| error.to_string())?;
        while started.elapsed() < within {
            if let Some(status) = self.process.try_wait().map_err(|error| error.to_string())? {
                return Ok(Some((started.elapsed(), status)));
            }
            thread::sleep(GLANCE);
        }
        Ok(None)
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.memory.done.store(true, Ordering::Relaxed);
        // One that has ended by itself can't be killed, which is as well.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
        let _ = fs::remove_file(&self.errors);
    }
}

fn watch(id: u32, memory: &Memory, ceiling: u64) {
    while !memory.done.load(Ordering::Relaxed) {
        if let Some(peak) = high_water(id) {
            memory.peak.fetch_max(peak, Ordering::Relaxed);
            if peak > ceiling && !memory.over.swap(true, Ordering::Relaxed) {
                let _ = i32::try_from(id).map(|id| kill(Pid::from_raw(id), Signal::SIGKILL));
            }
        }
        thread::sleep(GLANCE);
    }
}

/// The most memory that a process had so far, as Linux tells it. Unit: bytes.
fn high_water(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// What a command that ended took.
#[derive(Debug)]
pub struct Ended {
    /// The most memory that it had. Unit: bytes.
    pub peak: u64,
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// Why it was killed, if it was: `memory` or `time`.
    pub stopped: Option<String>,
}

/// Runs a command to its end. This program runs itself again for that: what the system counts for the children of
/// that one process is then this command's alone.
///
/// # Errors
///
/// If it can't be started.
pub fn run(tally: &Path, arguments: &[String], ceiling: u64, within: Duration) -> Result<Ended, String> {
    let own = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(own)
        .args([MEASURE, &ceiling.to_string(), &within.as_secs().to_string()])
        .arg(tally)
        .args(arguments)
        .env("TALLY_TOKEN", TOKEN)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    let told: Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| format!("it was not measured: {}", String::from_utf8_lossy(&output.stderr)))?;
    Ok(Ended {
        peak: told["peak"].as_u64().unwrap_or(0),
        code: told["code"].as_i64().and_then(|code| i32::try_from(code).ok()),
        stopped: told["stopped"].as_str().map(str::to_owned),
    })
}

/// The other side of [`run`]: runs the command that the arguments behind [`MEASURE`] name, and prints what it took.
#[must_use]
pub fn measure(arguments: &[String]) -> ExitCode {
    let [ceiling, within, program, rest @ ..] = arguments else { return ExitCode::from(2) };
    let (Ok(ceiling), Ok(within)) = (ceiling.parse::<u64>(), within.parse::<u64>()) else {
        return ExitCode::from(2);
    };
    let started = Instant::now();
    let child = Command::new(program).args(rest).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            eprintln!("{program}: {error}");
            return ExitCode::from(3);
        }
    };
    let mut stopped = None;
    let status = loop {
        if let Ok(Some(status)) = child.try_wait() {
            break status;
        }
        if stopped.is_none() {
            let over = high_water(child.id()).is_some_and(|peak| peak > ceiling);
            let late = started.elapsed() > Duration::from_secs(within);
            stopped = over.then_some("memory").or(late.then_some("time"));
            if stopped.is_some() {
                let _ = child.kill();
            }
        }
        thread::sleep(GLANCE);
    };
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN);
    // Linux counts kibibytes, other systems bytes.
    let unit = if cfg!(target_os = "linux") { 1024 } else { 1 };
    let peak = usage.map_or(0, |usage| u64::try_from(usage.max_rss()).unwrap_or(0) * unit);
    let told = json!({ "peak": peak, "code": status.code(), "stopped": stopped });
    // This is what the process is for.
    println!("{told}");
    ExitCode::SUCCESS
}
