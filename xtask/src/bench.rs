//! `cargo xtask bench`: a crate of its own, built in release profile and run.

use std::process::ExitCode;

use crate::{publish, tally, workspace};

const EXAMPLES: &str = "\
Examples:
  cargo xtask bench validate
  cargo xtask bench validate --area NAME --rounds 5
  cargo xtask bench validate --format json
  cargo xtask bench mock --rounds 5

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
    /// The mock under load, compared with other servers
    Mock,
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
    let mut options = vec!["--rounds".to_owned(), args.rounds.to_string()];
    if args.format == Format::Json {
        options.extend(["--format", "json"].map(str::to_owned));
    }
    if let Some(area) = &args.area {
        options.extend(["--area".to_owned(), area.clone()]);
    }
    let binaries: &[&str] = match args.what {
        What::Validate => &["tally-bench", "allocations"],
        What::Mock => match prepare_mock() {
            Some(more) => {
                options.extend(more);
                &["mock"]
            }
            None => return ExitCode::from(3),
        },
    };
    let mut worst = 0;
    for binary in binaries {
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

/// Builds the mock as it is released, and writes the `OpenAPI` document for those that make a mock of one. The
/// options that name the two; `None` if either could not be made.
fn prepare_mock() -> Option<Vec<String>> {
    let Some(tally) = tally::build_released() else {
        eprintln!("error: the command `tally` could not be built; cargo's messages above say why");
        return None;
    };
    let out = workspace::root().join("target/bench/published");
    if let Err(error) = publish::to(&out) {
        eprintln!("error: {error}");
        return None;
    }
    let openapi = out.join("openapi.json").display().to_string();
    Some(vec!["--tally".to_owned(), tally, "--openapi".to_owned(), openapi])
}
