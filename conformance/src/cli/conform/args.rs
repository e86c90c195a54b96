//! The arguments of `tally conform`.

use std::path::PathBuf;

use clap::ValueEnum;

use tally_mock::Fault;
use tally_runner::observe::READERS;
use tally_runner::run::Profile;

const EXAMPLES: &str = "\
Examples:
  tally conform                              prove the embedded mock
  tally conform --fault NAME                 the embedded mock, with a fault to be found
  tally conform --profile smoke              about a dozen requests for each area
  tally conform --observe mock               reads back what the mock keeps, and judges that too
  TALLY_TOKEN=… tally conform --target http://127.0.0.1:8080/base --fixtures org.toml
  tally conform --area NAME --cases 100 --seed 7 --report out
  tally conform --replay tally-regressions/FILE.json

The token is read from TALLY_TOKEN, and the one that --observe reads with from TALLY_ADMIN_TOKEN. Exit codes: 0 conforms, 1 violations, 2 wrong usage, 3 could not judge.";

/// The command's arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Args {
    /// The contract; needed where there is more than one
    #[arg(long, value_name = "NAME")]
    pub contract: Option<String>,
    /// The root of the API under test, base path included. Without it, the embedded mock is started
    #[arg(long, value_name = "URL", conflicts_with = "fault")]
    pub target: Option<String>,
    /// What the target's organisation holds. Needed with --target
    #[arg(long, value_name = "FILE")]
    pub fixtures: Option<PathBuf>,
    /// An area, by its name or its path; all of them where none is given
    #[arg(long = "area", value_name = "AREA")]
    pub areas: Vec<String>,
    /// How much is done
    #[arg(long, value_enum, default_value_t = Profile::Standard)]
    pub profile: Profile,
    /// Mixed batches generated for each area, beside those that a run always has
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub cases: usize,
    /// The seed: the same seed makes the same requests. Drawn, and told, where it is left out
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Runs one part of the cases: `2/5` is the second of five
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<(u32, u32)>,
    /// Writes the reports and written.jsonl to a folder
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// Counts remarks as violations
    #[arg(long)]
    pub strict: bool,
    /// Judges what the target keeps, too: `mock` reads it from the mock at the target's origin
    #[arg(long, value_name = "READER", value_parser = clap::builder::PossibleValuesParser::new(READERS))]
    pub observe: Option<String>,
    /// A fault of the embedded mock, to see it found
    #[arg(long, value_name = "NAME")]
    pub fault: Option<Fault>,
    /// Failures that are known, with their reasons
    #[arg(long, value_name = "FILE")]
    pub known_failures: Option<PathBuf>,
    /// Runs only the counterexample in a file
    #[arg(long, value_name = "FILE", conflicts_with = "profile")]
    pub replay: Option<PathBuf>,
    /// Where counterexamples are kept, to be run first next time [default: tally-regressions with --target]
    #[arg(long, value_name = "DIR")]
    pub regressions: Option<PathBuf>,
    /// Prints what would be sent, and sends nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Agrees to write test data to a target that is not on this machine. It cannot be deleted
    #[arg(long)]
    pub write_test_data: bool,
    /// Calls areas with effects outside the data (such as mail) at a target that is not on this machine
    #[arg(long)]
    pub allow_effects: bool,
    /// Sends batches over the limit to a target that is not on this machine
    #[arg(long)]
    pub allow_jobs: bool,
    /// The most requests, shrinking included
    #[arg(long, value_name = "N")]
    pub max_requests: Option<u64>,
    /// The most time, in seconds [default: 120 in the thorough profile]
    #[arg(long, value_name = "S")]
    pub max_time: Option<u64>,
    /// The most requests in a second
    #[arg(long, value_name = "N", value_parser = rate)]
    pub rate: Option<f64>,
    /// Areas under test at once [default: 2 on this machine, 1 elsewhere]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub concurrency: Option<u16>,
    /// How long one answer may take, in seconds
    #[arg(long, value_name = "S", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout: u64,
    /// A proxy to reach the target by. One with a password belongs into `HTTPS_PROXY`
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
    /// Certificates of authorities to trust in place of the usual ones, as PEM
    #[arg(long, value_name = "FILE")]
    pub ca_cert: Option<PathBuf>,
    /// A client certificate with its private key, as PEM
    #[arg(long, value_name = "FILE")]
    pub client_cert: Option<PathBuf>,
    /// What goes to standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Tells the findings and the verdict only
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Tells the statements of each check, the borders and the coverage, too
    #[arg(long, short)]
    pub verbose: bool,
}

/// What goes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines for a person
    Human,
    /// The report as one JSON object
    Json,
}

fn shard(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    parts
        .filter(|(part, of)| (1..=*of).contains(part))
        .ok_or_else(|| "write I/N, with I from 1 to N, such as 2/5".to_owned())
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate >= 0.01);
    rate.ok_or_else(|| "write a number of requests in a second, at least 0.01".to_owned())
}
