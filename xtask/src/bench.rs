//! `cargo xtask bench`: a crate of its own, built in release profile and run.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::{publish, tally, workspace};

const EXAMPLES: &str = "\
Examples:
  cargo xtask bench validate
  cargo xtask bench validate --area NAME --rounds 5
  cargo xtask bench validate --format json
  cargo xtask bench mock --rounds 5
  cargo xtask bench hostile --size full
  cargo xtask bench soak --seconds 600 --max-memory 128MiB

Exit codes: 0 every goal held; 1 one was missed; 2 wrong usage; 3 it could not be built or run.";

/// Arguments of `bench`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What is measured
    #[arg(value_enum)]
    what: What,
    /// How the figures are printed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Rounds of each contestant; the median counts
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// One area alone, or `all`; otherwise the few that differ most (validate)
    #[arg(long)]
    area: Option<String>,
    /// The contract to measure, by its name or its folder; the first below `spec/` if it is left out
    #[arg(long, value_name = "NAME")]
    contract: Option<String>,
    /// How much is sent (hostile)
    #[arg(long, value_enum, default_value_t = Size::Small)]
    size: Size,
    /// How long the load lasts (soak)
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// The mock's `--max-memory` (soak)
    #[arg(long, value_name = "SIZE", default_value = "128MiB")]
    max_memory: String,
    /// The command `tally` to measure (hostile, mock, soak) [default: this tree's, built in release profile]
    #[arg(long, value_name = "FILE")]
    tally: Option<PathBuf>,
}

/// What can be measured.
#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// Checking request bodies
    Validate,
    /// The mock under load, compared with other servers
    Mock,
    /// The most memory under hostile input, beside its bound
    Hostile,
    /// A mock with little memory under a mixed hostile load, while honest senders go on
    Soak,
}

/// How much is sent.
#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Size {
    /// Under a minute: for each change
    Small,
    /// Some minutes: ten million records, twenty large bodies at once
    Full,
}

/// How the figures are printed.
#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Format {
    /// Tables for a person
    Human,
    /// A JSON object a line
    Json,
}

/// Runs a benchmark. Exits 1 if a goal is missed, 2 if there is no such area, 3 if a part could not be
/// built or run.
pub(crate) fn run(args: &Args) -> ExitCode {
    let Some((binaries, options)) = prepared(args) else { return ExitCode::from(3) };
    let mut worst = 0;
    for binary in binaries {
        let mut cargo = workspace::cargo();
        cargo.args(["run", "--quiet", "--release", "--manifest-path", "conformance/bench/Cargo.toml"]);
        if matches!(args.what, What::Hostile | What::Soak) {
            // What `tally` is compared with elsewhere takes minutes to build.
            cargo.arg("--no-default-features");
        }
        cargo.args(["--target-dir", "target/bench", "--bin", binary, "--"]).args(&options);
        match cargo.status().ok().and_then(|status| status.code()) {
            Some(code @ (0 | 1)) => worst = worst.max(u8::from(code == 1)),
            Some(2) => return ExitCode::from(2),
            _ => {
                eprintln!(
                    "error: the benchmark `{binary}` could not be built or run; messages above say why"
                );
                return ExitCode::from(3);
            }
        }
    }
    ExitCode::from(worst)
}

/// The benchmark's programs and their options; `None` if what they measure could not be made.
fn prepared(args: &Args) -> Option<(&'static [&'static str], Vec<String>)> {
    let mut options = Vec::new();
    let mut add = |name: &str, value: &str| options.extend([name.to_owned(), value.to_owned()]);
    if args.format == Format::Json {
        add("--format", "json");
    }
    if let Some(contract) = &args.contract {
        add("--contract", contract);
    }
    if !matches!(args.what, What::Validate) {
        add("--tally", &tally(args)?);
    }
    let binaries: &[&str] = match args.what {
        What::Validate => {
            add("--rounds", &args.rounds.to_string());
            if let Some(area) = &args.area {
                add("--area", area);
            }
            &["tally-bench", "allocations"]
        }
        What::Mock => {
            add("--rounds", &args.rounds.to_string());
            add("--openapi", &published()?);
            &["mock"]
        }
        What::Hostile => {
            add("--size", if args.size == Size::Full { "full" } else { "small" });
            &["hostile"]
        }
        What::Soak => {
            add("--seconds", &args.seconds.to_string());
            add("--max-memory", &args.max_memory);
            &["soak"]
        }
    };
    Some((binaries, options))
}

/// The path of the command that is measured; `None` if it could not be built.
fn tally(args: &Args) -> Option<String> {
    let path = match &args.tally {
        // Cargo runs the benchmark in the workspace's root.
        Some(given) => std::path::absolute(given).ok().map(|path| path.display().to_string()),
        None => tally::build_released(),
    };
    if path.is_none() {
        eprintln!("error: the command `tally` could not be built; cargo's messages above say why");
    }
    path
}

/// Writes the `OpenAPI` document for those that make a mock of one. Its path; `None` if it can't be written.
fn published() -> Option<String> {
    let out = workspace::root().join("target/bench/published");
    if let Err(error) = publish::to(&out) {
        eprintln!("error: {error}");
        return None;
    }
    Some(out.join("openapi.json").display().to_string())
}
