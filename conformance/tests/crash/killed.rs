//! The mock as a process that can be killed.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::{env, fs, process};

use serde_json::Value;

/// A file that outlives its mocks, and no test.
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    pub(crate) fn new(number: u64) -> Self {
        let folder = env::temp_dir().join(format!("tally-crash-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
        Self { folder }
    }

    /// The file itself.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("store.sqlite")
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // What can't be removed is the system's to remove.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(crate) struct Killed {
    process: Mutex<Child>,
    /// The API's root, and the start of it that the mock's own paths stand below.
    root: String,
    origin: String,
    log: PathBuf,
}

impl Killed {
    pub(crate) fn start(store: &Store) -> Self {
        Self::with(store, &["--job-pause", "5"])
    }

    pub(crate) fn with(store: &Store, more: &[&str]) -> Self {
        Self::listening(Self::command(store, more), store)
    }

    /// A mock that may make no file larger than so many bytes.
    pub(crate) fn within(store: &Store, bytes: u64) -> Self {
        let mock = Self::command(store, &["--job-pause", "5"]);
        let mut limited = Command::new("sh");
        // POSIX has the limit in blocks of 512 bytes.
        let script = format!("ulimit -S -f {}; exec \"$0\" \"$@\"", bytes / 512);
        limited.args(["-c", &script]).arg(mock.get_program()).args(mock.get_args());
        limited.env_remove("TALLY_TOKEN").env_remove("TALLY_ADMIN_TOKEN");
        Self::listening(limited, store)
    }

    pub(crate) fn command(store: &Store, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tally"));
        command.args(["mock", "--addr", "127.0.0.1:0"]).args(more);
        command.arg("--store").arg(format!("sqlite:{}", store.file().display()));
        command.env_remove("TALLY_TOKEN").env_remove("TALLY_ADMIN_TOKEN");
        command
    }

    fn listening(mut command: Command, store: &Store) -> Self {
        let log = store.folder.join("log");
        let errors = fs::File::create(&log).expect("the log can be written");
        let mut process = command.stdout(Stdio::piped()).stderr(errors).spawn().expect("the mock is started");
        let output = process.stdout.take().expect("it has an output");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("it prints its address");
        let root = line.trim().strip_prefix("listening on ").expect("it prints its address").to_owned();
        let end = root.match_indices('/').nth(2).map_or(root.len(), |(at, _)| at);
        let origin = root[..end].to_owned();
        Self { process: Mutex::new(process), root, origin, log }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.lock().expect("nobody panics while it holds this").id()
    }

    /// What it wrote to standard error.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log can be read")
    }

    /// Kills it at once: it can do nothing more.
    pub(crate) fn kill(&self) {
        let mut process = self.process.lock().expect("nobody panics while it holds this");
        process.kill().expect("it can be killed");
        process.wait().expect("it has ended");
    }

    /// Posts a body to one of the mock's own paths, or to one below the API's root.
    pub(crate) fn post(&self, path: &str, body: &str) -> Result<Value, String> {
        let root = if path.starts_with("/_tally/") { &self.origin } else { &self.root };
        let mut answer = ureq::post(format!("{root}{path}"))
            .header("Authorization", "Bearer token")
            .content_type("application/json")
            .send(body)
            .map_err(|error| error.to_string())?;
        let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    /// Puts a body to one of the mock's own paths.
    pub(crate) fn put(&self, path: &str, body: &str) {
        let answer = ureq::put(format!("{}{path}", self.origin)).content_type("application/json").send(body);
        answer.expect("it is answered");
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let mut answer = ureq::get(format!("{}{path}", self.origin)).call().expect("it is answered");
        let text = answer.body_mut().with_config().limit(1 << 30).read_to_string().expect("it has a body");
        serde_json::from_str(&text).expect("it is JSON")
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.kill_quietly();
    }
}

impl Killed {
    fn kill_quietly(&self) {
        if let Ok(mut process) = self.process.lock() {
            // One that was killed before can't be again.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
