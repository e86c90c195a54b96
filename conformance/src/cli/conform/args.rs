//! The arguments of `tally conform`.

use std::path::PathBuf;

use clap::{ArgAction, ValueEnum};

use tally_mock::Fault;
use tally_runner::observe::READERS;
use tally_runner::outcome::Shard;
use tally_runner::run::Profile;

const EXAMPLES: &str = "\
Examples:
  tally conform                              test the built-in mock
  tally conform --fault NAME                 the built-in mock with a fault, to see it found
  tally conform --profile smoke              about a dozen requests per area
  tally conform --observe mock               also read back and check the mock's stored records
  TALLY_TOKEN=… tally conform --target http://localhost:8080/base \
    --fixtures org.toml
  tally conform --init-fixtures org.toml     write a fixtures file to fill in
  tally conform --area NAME --cases 100 --seed 7 --report out
  tally conform --emit sh findings           also write each finding as a script
  tally conform --replay tally-regressions   FIXED or STILL FAILS for each finding saved there

TALLY_TOKEN holds the target's token (or --token-command prints it), TALLY_ADMIN_TOKEN the one for --observe.
Of an answer, as much is read as the contract's largest takes, 2 MiB to 16 MiB; a longer one is not judged, and the
run is inconclusive. A report keeps the first 64 KiB of one at most. Ctrl-C, SIGTERM and SIGHUP
end a run within a second, with a report; a second one ends it at once. Files are written for their owner alone.
Exit codes: 0 conforms, 1 violations, 2 wrong usage, 3 inconclusive: the target could not be judged, or a check
did not run to its end.";

/// The command's arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Args {
    /// Contract; required if there is more than one
    #[arg(long, value_name = "NAME")]
    pub contract: Option<String>,
    /// Root URL of the API under test, including the base path [default: the built-in mock]
    #[arg(long, value_name = "URL", conflicts_with = "fault")]
    pub target: Option<String>,
    /// Accounts, users, surveys … that exist in the target org (TOML). Required with --target; --init-fixtures
    /// writes a template. Checked before anything is judged
    #[arg(long, value_name = "FILE")]
    pub fixtures: Option<PathBuf>,
    /// Write a fixtures file to fill in, with what the areas need, and end
    #[arg(long, value_name = "FILE", conflicts_with_all = ["target", "fixtures", "fault"])]
    pub init_fixtures: Option<PathBuf>,
    /// Do not check first whether the target has what the fixtures list
    #[arg(long)]
    pub skip_preflight: bool,
    /// Area to test (a batch endpoint), by name or path; repeatable [default: all]
    #[arg(long = "area", value_name = "AREA")]
    pub areas: Vec<String>,
    /// How thorough the run is
    #[arg(long, value_enum, default_value_t = Profile::Standard)]
    pub profile: Profile,
    /// Random batches per area, in addition to the fixed ones
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub cases: usize,
    /// Random seed; chosen and printed if omitted
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Run one part of the cases: `2/5` is the second of five
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<Shard>,
    /// Write the reports and written.jsonl to this folder
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// Write each finding to this folder as a file that runs without Tally: FORM is sh, hurl or pytest; repeatable
    #[arg(long, num_args = 2, value_names = ["FORM", "DIR"], action = clap::ArgAction::Append)]
    pub emit: Vec<String>,
    /// Count warnings as violations
    #[arg(long)]
    pub strict: bool,
    /// Also check the target's stored records: `mock` reads them from the mock at the target's origin
    #[arg(long, value_name = "READER", value_parser = clap::builder::PossibleValuesParser::new(READERS))]
    pub observe: Option<String>,
    /// Inject a fault into the built-in mock (see `mock --list-faults`); one of the day's, such as
    /// maintenance-after=100, may follow after a comma
    #[arg(long, value_name = "NAME")]
    pub fault: Option<Fault>,
    /// TOML file of accepted failures, each with pattern, reason and link
    #[arg(long, value_name = "FILE")]
    pub known_failures: Option<PathBuf>,
    /// Send only the counterexample in this file, or those in this folder, and print for each whether it is FIXED
    /// or STILL FAILS; repeatable
    #[arg(long, value_name = "FILE", conflicts_with = "profile")]
    pub replay: Vec<PathBuf>,
    /// Folder for counterexamples, which the next run sends first [default with --target: tally-regressions]
    #[arg(long, alias = "regressions", value_name = "DIR")]
    pub counterexamples: Option<PathBuf>,
    /// Print what would be sent, without sending it
    #[arg(long)]
    pub dry_run: bool,
    /// Confirms that test data, which cannot be deleted, may be written to a remote target
    #[arg(long)]
    pub write_test_data: bool,
    /// Also call areas with side effects (such as mail) on a remote target
    #[arg(long)]
    pub allow_effects: bool,
    /// Also send batches over the record limit to a remote target
    #[arg(long)]
    pub allow_jobs: bool,
    /// Also send PUT and DELETE to a remote target, without a body, if the contract says that they are refused
    #[arg(long)]
    pub allow_verbs: bool,
    /// Send the token in clear text to an http:// target that is not on this machine
    #[arg(long)]
    pub allow_insecure_http: bool,
    /// Maximum number of requests, shrinking included
    #[arg(long, value_name = "N")]
    pub max_requests: Option<u64>,
    /// Maximum duration in seconds [default: 120 with --profile thorough]
    #[arg(long, value_name = "S")]
    pub max_time: Option<u64>,
    /// Maximum requests per second
    #[arg(long, value_name = "N", value_parser = rate)]
    pub rate: Option<f64>,
    /// Areas tested at once [default: 2 on this machine, 1 on a remote target]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub concurrency: Option<u16>,
    /// Seconds to wait for a response
    #[arg(long, value_name = "S", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout: u64,
    /// Seconds to wait for a target that refuses what it accepted before (expired token, quota, maintenance); after
    /// that the run stops, inconclusive
    #[arg(long, value_name = "S", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub max_outage: u64,
    /// Shell command that prints a fresh token, run when the target no longer accepts the current one, and at the
    /// start if `TALLY_TOKEN` is unset
    #[arg(long, value_name = "CMD", requires = "target")]
    pub token_command: Option<String>,
    /// Proxy URL. Put proxies with credentials in `HTTPS_PROXY`
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
    /// Trusted CA certificates (PEM) instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    pub ca_cert: Option<PathBuf>,
    /// Client certificate with its private key (PEM)
    #[arg(long, value_name = "FILE")]
    pub client_cert: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Print only findings and the verdict
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print each check of each area; given twice, also its statements, the boundary values and the coverage
    #[arg(long, short, action = ArgAction::Count)]
    pub verbose: u8,
}

/// The output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people
    Human,
    /// The report as one JSON object
    Json,
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    parts
        .filter(|(part, of)| (1..=*of).contains(part))
        .map(|(part, of)| Shard { part, of })
        .ok_or_else(|| "must be I/N with I from 1 to N, such as 2/5".to_owned())
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate >= 0.01);
    rate.ok_or_else(|| "must be a number of requests per second, at least 0.01".to_owned())
}
