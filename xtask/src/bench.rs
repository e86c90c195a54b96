//! `cargo xtask bench`: a crate of its own, built in release profile and run.

use std::process::ExitCode;

use crate::workspace;

const EXAMPLES: &str = "\
Examples:
  cargo xtask bench validate
  cargo xtask bench validate --area NAME --rounds 5
  cargo xtask bench validate --format json

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
    /// One area alone
    #[arg(long)]
    area: Option<String>,
}

/// What can be measured.
#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// Checking request bodies
    Validate,
}

/// How the figures are printed.
#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Format {
    /// Tables for a person
    Human,
    /// A JSON object a line
    Json,
}

/// Runs the benchmark, then counts allocations. Exits 1 where a goal is missed, 2 where there is no such area,
/// 3 where a part could not be built or run.
pub(crate) fn run(args: &Args) -> ExitCode {
    let What::Validate = args.what;
    let mut options = vec!["--rounds".to_owned(), args.rounds.to_string()];
    if args.format == Format::Json {
        options.extend(["--format", "json"].map(str::to_owned));
    }
    if let Some(area) = &args.area {
        options.extend(["--area".to_owned(), area.clone()]);
    }
    let mut worst = 0;
    for binary in ["tally-bench", "allocations"] {
        let mut cargo = workspace::cargo();
        cargo.args(["run", "--quiet", "--release", "--manifest-path", "conformance/bench/Cargo.toml"]);
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
