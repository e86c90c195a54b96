//! `tally mock`: serves the mock endpoint until the process is stopped.

mod open_files;
mod tls;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;
use std::{env, fs};

use serde_json::json;
use tally_spec::model::Contract;

use tally_fixtures::Fixtures;
use tally_mock::fault::{CATALOGUE, PRESETS};
use tally_mock::{Builder, Fault, Limits, Mock, RateLimit, Sqlite, StartError};

const EXAMPLES: &str = "\
Examples:
  tally mock
  tally mock --addr 127.0.0.1:0 --fixtures organisation.toml
  TALLY_TOKEN=secret tally mock --fault limit-plus-one
  tally mock --fault read-timeout
  TALLY_ADMIN_TOKEN=secret tally mock --addr 0.0.0.0:8080 --max-body 1000000
  tally mock --tls-cert cert.pem --tls-key key.pem
  tally mock --rate-limit 600/min --log-level info

The first line of standard output is `listening on URL`, with the URL of the API's root.
TALLY_TOKEN is the token that requests must send; if it is unset, any token is accepted.
The page at / shows and controls the mock; everything on it is also an API (/_tally/openapi.json). Both
require TALLY_ADMIN_TOKEN, if it is set, as a bearer token or as a password. It must be set if other
machines can reach the address.";

/// Serve a mock endpoint
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The contract, if there is more than one
    #[arg(long, value_name = "NAME")]
    pub contract: Option<String>,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub addr: SocketAddr,
    /// Serve over TLS alone, with this certificate (PEM: the server's own first, then those between it and its
    /// authority)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM, not encrypted)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// What exists in the organisation [default: the contract's sample]
    #[arg(long, value_name = "FILE")]
    pub fixtures: Option<PathBuf>,
    /// Inject a fault, or a preset (see `--list-faults`)
    #[arg(long, value_name = "NAME")]
    pub fault: Option<Fault>,
    /// Keep data in `memory`, or in `sqlite:FILE`, where it survives the process
    #[arg(long, default_value = "memory", value_name = "STORE")]
    pub store: Store,
    /// Pause between chunks of an async batch
    #[arg(long, default_value_t = 100, value_name = "MILLISECONDS")]
    pub job_pause: u64,
    /// Try jobs again that were set aside, because the mock ended twice while it worked on them
    #[arg(long)]
    pub retry_jobs: bool,
    /// What is logged to standard error
    #[arg(long, value_enum, default_value_t = LogLevel::Warn, value_name = "LEVEL")]
    pub log_level: LogLevel,
    /// Maximum size of a request's body
    #[arg(long, default_value_t = Limits::default().body, value_name = "BYTES")]
    pub max_body: usize,
    /// Most memory for what is stored and done, such as 64MiB; what does not fit is answered with 503. The process takes
    /// up to 64 MiB more for itself
    #[arg(long, default_value = "512MiB", value_name = "SIZE", value_parser = size)]
    pub max_memory: usize,
    /// Most records that are stored; what would be more is answered with 503 [default: as memory allows]
    #[arg(long, value_name = "NUMBER")]
    pub max_records: Option<usize>,
    /// Maximum number of connections at one time; a new one takes the place of the longest idle one, or waits
    #[arg(long, default_value_t = Limits::default().connections, value_name = "NUMBER",
          value_parser = at_least_one)]
    pub max_connections: usize,
    /// Maximum number of requests to the API, such as `10`, `10/s` or `600/min`: so many at once, and then as many
    /// again over each second or minute. Others are refused as the contract refuses too many, or with 429
    #[arg(long, value_name = "NUMBER[/UNIT]")]
    pub rate_limit: Option<RateLimit>,
    /// Time limit for a TLS handshake, and for sending a request's head
    #[arg(long, default_value_t = Limits::default().header_time.as_secs(), value_name = "SECONDS")]
    pub header_timeout: u64,
    /// Time limit for sending a request's body, and for a client that reads none of its answer
    #[arg(long, default_value_t = Limits::default().body_time.as_secs(), value_name = "SECONDS")]
    pub body_timeout: u64,
    /// List the faults and exit
    #[arg(long)]
    pub list_faults: bool,
    /// Output format of the list
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// What is logged: messages of that weight and above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogLevel {
    /// What stops service, or a part of it
    Error,
    /// What somebody should look at, too
    Warn,
    /// What happened, too
    Info,
    /// Everything
    Debug,
}

impl From<LogLevel> for tracing::Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
        }
    }
}

/// The place where data is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// In memory, for as long as the process lives.
    Memory,
    /// In a `SQLite` file.
    Sqlite(PathBuf),
}

impl FromStr for Store {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "memory" => Ok(Self::Memory),
            Some(("sqlite", file)) if !file.is_empty() => Ok(Self::Sqlite(file.into())),
            _ => Err("must be `memory` or `sqlite:FILE`".to_owned()),
        }
    }
}

/// The output format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    Human,
    /// For programs
    Json,
}

/// Serves until the process is stopped. Exits 2 if it can't start.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    match serve(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn serve(args: &Args) -> Result<(), String> {
    let (spec, generated) = super::contract(args.contract.as_deref())?;
    if args.list_faults {
        let listed = super::conform::ignore_broken_pipe(list_faults(&spec, args.format));
        return listed.map_err(|error| format!("standard output: {error}"));
    }
    let fixtures = fixtures(&spec, args.fixtures.as_deref())?;
    let contract = tally_mock::Contract::new(spec, generated).map_err(|error| error.to_string())?;
    let connections = open_files::within_limit(args.max_connections);
    let builder = tls::served(Mock::builder(contract).fixtures(fixtures), args)?;
    let builder = configured(builder, args, connections);
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::from(args.log_level))
        .with_target(false)
        .with_writer(std::io::stderr)
        .init();
    // Before it prints that it listens: whoever reads that may send a signal at once.
    let signal = signals().map_err(|error| format!("can't wait for signals: {error}"))?;
    let mock = builder.start().map_err(|error| not_started(&error, args))?;
    if token("TALLY_TOKEN").is_none() {
        // If standard error is closed, nobody wants to know.
        let _ = writeln!(std::io::stderr(), "note: TALLY_TOKEN is not set, so this mock accepts any token");
    }
    let mut out = std::io::stdout();
    writeln!(out, "listening on {}", mock.root())
        .and_then(|()| out.flush())
        .map_err(|error| format!("standard output: {error}"))?;
    signal().map_err(|error| format!("can't wait for signals: {error}"))?;
    mock.stop();
    Ok(())
}

/// The token in a variable of the environment; `None` if it is unset or empty.
fn token(name: &str) -> Option<String> {
    env::var(name).ok().filter(|token| !token.is_empty())
}

/// The mock as the arguments and the environment describe it.
fn configured(mut builder: Builder, args: &Args, connections: usize) -> Builder {
    if let Some(token) = token("TALLY_TOKEN") {
        builder = builder.token(token);
    }
    if let Some(token) = token("TALLY_ADMIN_TOKEN") {
        builder = builder.admin_token(token);
    }
    if let Store::Sqlite(file) = &args.store {
        builder = builder.store(Sqlite::new(file));
    }
    builder
        .addr(args.addr)
        .limits(Limits {
            body: args.max_body,
            connections,
            rate: args.rate_limit,
            header_time: Duration::from_secs(args.header_timeout),
            body_time: Duration::from_secs(args.body_timeout),
            memory: args.max_memory,
            records: args.max_records.unwrap_or(usize::MAX),
            ..Limits::default()
        })
        .job_pause(Duration::from_millis(args.job_pause))
        .retry_jobs(args.retry_jobs)
        .fault(args.fault)
}

/// Says why the mock could not be started.
fn not_started(error: &StartError, args: &Args) -> String {
    let address = args.addr;
    match error {
        StartError::Tls(error) => tls::unusable(error, args),
        StartError::Address(_, error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let free = SocketAddr::new(address.ip(), 0);
            format!("something already listens on {address}; `--addr {free}` takes a free port")
        }
        StartError::Address(..) => error.to_string(),
        _ => format!("can't start at {address}: {error}"),
    }
}

/// A number of bytes, with a unit or without.
fn size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" => Some(1),
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    let bytes = unit.and_then(|unit| digits.parse::<usize>().ok()?.checked_mul(unit));
    bytes.ok_or_else(|| "must be a number of bytes, or of KiB, MiB or GiB, such as 64MiB".to_owned())
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "must be at least 1".to_owned())
}

/// The fixtures in a file, or the contract's sample.
///
/// # Errors
///
/// A text for people, with a line for each problem.
pub(crate) fn fixtures(contract: &Contract, file: Option<&std::path::Path>) -> Result<Fixtures, String> {
    let parsed = match file {
        None => Fixtures::sample(contract),
        Some(path) => {
            let shown = path.display().to_string();
            let text = fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
            let folder = path.parent().map(std::path::Path::to_owned).unwrap_or_default();
            Fixtures::parse(contract, &shown, &text, &|name| {
                fs::read_to_string(folder.join(name)).map_err(|error| error.to_string())
            })
        }
    };
    parsed.map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        lines.join("\nerror: ")
    })
}

/// Listens for the signals that end the process. The function returned waits for one.
fn signals() -> std::io::Result<impl FnOnce() -> std::io::Result<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let within = runtime.enter();
    #[cfg(unix)]
    let signalled = {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        // A file over its size limit is an error to the store, and not the end of the process.
        let _too_large = signal(SignalKind::from_raw(libc::SIGXFSZ))?;
        async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            Ok(())
        }
    };
    #[cfg(not(unix))]
    let signalled = tokio::signal::ctrl_c();
    drop(within);
    Ok(move || runtime.block_on(signalled))
}

fn list_faults(contract: &Contract, format: Format) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if format == Format::Json {
        let list: Vec<_> = CATALOGUE.iter().map(|entry| entry.to_json(contract)).collect();
        return writeln!(out, "{}", json!(list));
    }
    let mut group = "";
    for entry in CATALOGUE {
        if entry.group != group {
            group = entry.group;
            writeln!(out, "{group}")?;
        }
        let breaks = (entry.breaks)(contract);
        if breaks.is_empty() {
            continue;
        }
        let name = entry.argument.map_or_else(
            || entry.name.to_owned(),
            |(what, usual)| format!("{}={usual} ({what})", entry.name),
        );
        writeln!(out, "  {name}")?;
        let wrapped = |text: &str| tally_runner::report::wrapped(text, 74, 6);
        writeln!(out, "      {}", wrapped(entry.summary))?;
        writeln!(out, "      {}", wrapped(&format!("breaks {}", breaks.join(", "))))?;
        if let Some(reason) = entry.hidden {
            writeln!(out, "      {}", wrapped(&format!("hidden: {reason}")))?;
        }
    }
    writeln!(out, "presets")?;
    for preset in PRESETS {
        writeln!(out, "  {} = {}", preset.name, preset.fault)?;
        writeln!(out, "      {}", preset.summary)?;
    }
    Ok(())
}
