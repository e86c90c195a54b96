//! The servers that are measured, each a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::Value;
use tally_bench::contract::Contract;

use crate::measured::Measured;

/// The version of Prism that is compared with.
const PRISM: &str = "@stoplight/prism-cli@5.14.2";

/// The handler that does nothing with a body but take it.
pub(crate) const BARE: &str = "bare axum";

/// A server that listens on loopback, until it is dropped.
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
    /// The path of the API's root.
    pub(crate) base_path: String,
    process: Child,
}

impl Server {
    /// This program itself, as a server of that name.
    ///
    /// # Errors
    ///
    /// If it can't be started.
    pub(crate) fn own(name: &str, contract: &Contract) -> Result<Self, String> {
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command.args(["--serve", name, "--contract", contract.generated.name]);
        Self::listening(name, command)
    }

    /// The mock.
    ///
    /// # Errors
    ///
    /// If it can't be started.
    pub(crate) fn tally(
        name: &str,
        contract: &Contract,
        tally: &Path,
        options: &[&str],
    ) -> Result<Self, String> {
        let mut command = Command::new(tally);
        command.args(["mock", "--addr", "127.0.0.1:0", "--contract", contract.generated.name]);
        command.args(options).env_remove("TALLY_TOKEN");
        Self::listening(name, command)
    }

    /// A server whose first line says where it listens.
    fn listening(name: &str, mut command: Command) -> Result<Self, String> {
        let mut process = command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{name} can't be started: {error}"))?;
        let output = process.stdout.take().ok_or("it has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
        let url = line
            .trim()
            .strip_prefix("listening on http://")
            .ok_or_else(|| format!("{name} says {line:?}"))?;
        let (host, path) = url.split_once('/').unwrap_or((url, ""));
        let address = host.parse().map_err(|_| format!("{host} is no address"))?;
        let base_path = if path.is_empty() { String::new() } else { format!("/{path}") };
        Ok(Self { name: name.to_owned(), address, base_path, process })
    }

    /// Prism's mock of an `OpenAPI` document.
    ///
    /// # Errors
    ///
    /// Says what is missing: Node, or npm's packages.
    pub(crate) fn prism(openapi: &Path) -> Result<Self, String> {
        let folder = env::temp_dir().join("tally-bench-prism");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let program = folder.join("node_modules/.bin/prism");
        if !program.exists() {
            let installed = Command::new("npm")
                .args([
                    "install",
                    "--silent",
                    "--ignore-scripts",
                    "--no-audit",
                    "--no-fund",
                    PRISM,
                    "--prefix",
                ])
                .arg(&folder)
                .stdin(Stdio::null())
                .status()
                .map_err(|error| format!("npm can't be run: {error}"))?;
            if !installed.success() {
                return Err("npm could not install it".to_owned());
            }
        }
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let address = free.map_err(|error| error.to_string())?;
        let process = Command::new(program)
            .args(["mock", "-v", "silent", "--host", "127.0.0.1", "--port", &address.port().to_string()])
            .arg(openapi)
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("it can't be started: {error}"))?;
        let server = Self { name: "Prism".to_owned(), address, base_path: String::new(), process };
        let until = Instant::now() + Duration::from_mins(1);
        while std::net::TcpStream::connect(address).is_err() {
            if Instant::now() > until {
                return Err("it does not listen after a minute".to_owned());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// CPU seconds of all its threads so far; `None` if the system does not count them.
    #[must_use]
    pub(crate) fn cpu(&self) -> Option<f64> {
        let mut nanoseconds = 0.0;
        for task in fs::read_dir(format!("/proc/{}/task", self.process.id())).ok()? {
            let text = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
            nanoseconds += text.split(' ').next()?.parse::<f64>().ok()?;
        }
        Some(nanoseconds / 1e9)
    }

    /// The memory that it has, in MiB; `None` if the system does not report it.
    #[must_use]
    pub(crate) fn resident(&self) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself can't be killed, which is as well.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Removes a `SQLite` file, and the files next to it.
pub(crate) fn remove(file: &Path) {
    for end in ["", "-wal", "-shm", ".lock"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        let _ = fs::remove_file(name);
    }
}

/// Serves what the benchmark compares with, until the process is killed.
///
/// # Errors
///
/// If it can't listen.
pub(crate) fn serve(what: &str, measured: &Measured<'_>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let served = runtime.and_then(|runtime| runtime.block_on(listen(what == BARE, measured)));
    served.map_err(|error| error.to_string())
}

async fn listen(bare: bool, measured: &Measured<'_>) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let answer = Bytes::from(measured.answer());
    let app = if bare {
        let bare = async move |State(answer): State<Bytes>, body: Bytes| {
            std::hint::black_box(body.len());
            in_json(answer)
        };
        Router::new().fallback(bare).with_state(answer)
    } else {
        let schema: Value = serde_json::from_str(measured.generated().request_schema)?;
        let validator = jsonschema::validator_for(&schema).map_err(std::io::Error::other)?;
        Router::new().fallback(checked).with_state((Arc::new(validator), answer))
    };
    axum::serve(listener, app).await
}

async fn checked(
    State((validator, answer)): State<(Arc<jsonschema::Validator>, Bytes)>,
    body: Bytes,
) -> impl IntoResponse {
    let errors =
        serde_json::from_slice::<Value>(&body).map_or(1, |value| validator.iter_errors(&value).count());
    std::hint::black_box(errors);
    in_json(answer)
}

fn in_json(answer: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], answer)
}
