//! From arguments to what a run needs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tally_spec::model::Contract;

use super::args::Args;
use super::target::token;
use super::{Failed, drawn, usage};
use crate::cli::skeleton::skeleton;
use crate::cli::{contract, mock, suggestion};
use tally_fixtures::Fixtures;
use tally_runner::client::Target;
use tally_runner::run::{Budget, Config, KnownFailures, Profile, Regression};

/// Where counterexamples are kept unless another folder is named.
const REGRESSIONS: &str = "tally-regressions";
/// How long the thorough profile goes on unless it is told.
const THOROUGH: Duration = Duration::from_mins(2);

/// What a run needs.
pub(super) struct Prepared {
    pub(super) contract: Arc<Contract>,
    pub(super) generated: &'static tally_generated::runtime::Contract,
    pub(super) fixtures: Fixtures,
    pub(super) config: Config,
    pub(super) known: Option<KnownFailures>,
    /// Where counterexamples are kept; nowhere where none is given.
    pub(super) regressions: Option<PathBuf>,
    /// The reader of what the target keeps.
    pub(super) observe: Option<String>,
    /// Whether the target is on this machine.
    pub(super) here: bool,
}

/// Reads what the arguments name. `target` is the one that they name, if any.
///
/// # Errors
///
/// Wrong usage, with a text for a person.
pub(super) fn prepare(args: &Args, target: Option<&Target>) -> Result<Prepared, Failed> {
    let (contract, generated) = contract(args.contract.as_deref()).map_err(usage)?;
    let areas = areas(&contract, &args.areas)?;
    let fixtures = fixtures(args, &contract)?;
    let seed = args.seed.unwrap_or_else(drawn);
    let here = target.is_none_or(Target::is_loopback);
    let token_is_real = target.is_none() || token().is_some();
    if !here && !token_is_real && !args.dry_run {
        return Err(usage("TALLY_TOKEN is not set: the target's token is read from there"));
    }
    let regressions = match (&args.regressions, target) {
        (Some(folder), _) => Some(folder.clone()),
        (None, Some(_)) => Some(PathBuf::from(REGRESSIONS)),
        (None, None) => None,
    };
    let kept = match (&args.replay, &regressions) {
        (Some(file), _) => vec![regression(file)?],
        (None, Some(folder)) => kept(folder)?,
        (None, None) => Vec::new(),
    };
    let time = args.max_time.map(Duration::from_secs);
    let bounded = args.max_requests.is_some() || time.is_some();
    let endless = args.profile == Profile::Thorough && !bounded;
    let config = Config {
        seed,
        areas,
        profile: args.profile,
        budget: Budget { requests: args.max_requests, time: if endless { Some(THOROUGH) } else { time } },
        shard: args.shard,
        regressions: kept,
        only_regressions: args.replay.is_some(),
        cases: args.cases,
        strict: args.strict,
        allow_effects: here || args.allow_effects,
        allow_jobs: here || args.allow_jobs,
        token_is_real,
        list_written: args.report.is_some(),
        workers: args.concurrency.map_or(if here { 2 } else { 1 }, usize::from),
        again: again(args, seed),
    };
    Ok(Prepared {
        contract,
        generated,
        fixtures,
        config,
        known: known(args)?,
        regressions,
        observe: args.observe.clone(),
        here,
    })
}

/// The names of the areas asked for, be it by name or path.
fn areas(contract: &Contract, asked: &[String]) -> Result<Vec<String>, Failed> {
    let known: Vec<_> = contract.areas.iter().map(|area| area.name.as_str()).collect();
    let find = |name: &String| match contract.area(name) {
        Some(area) => Ok(area.name.clone()),
        None => Err(usage(format!("there is no area {name:?}{}", suggestion(name, &known)))),
    };
    asked.iter().map(find).collect()
}

/// The fixtures that the arguments name, or the sample for the embedded mock.
fn fixtures(args: &Args, contract: &Contract) -> Result<Fixtures, Failed> {
    if args.target.is_some() && args.fixtures.is_none() {
        return Err(usage(format!(
            "--fixtures is missing: a file that says what the target's organisation holds.\n\
             Fill this in and name the file; the more things, the fewer repeated keys:\n\n{}",
            skeleton(contract)
        )));
    }
    mock::fixtures(contract, args.fixtures.as_deref()).map_err(usage)
}

fn known(args: &Args) -> Result<Option<KnownFailures>, Failed> {
    let Some(path) = &args.known_failures else { return Ok(None) };
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| usage(format!("{shown}: {error}")))?;
    KnownFailures::parse(&text).map(Some).map_err(|error| usage(format!("{shown}: {error}")))
}

/// The counterexamples in a folder, by their names; none where there is no folder.
fn kept(folder: &Path) -> Result<Vec<Regression>, Failed> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    files.iter().map(|file| regression(file)).collect()
}

fn regression(file: &Path) -> Result<Regression, Failed> {
    let shown = file.display();
    let text = fs::read_to_string(file).map_err(|error| usage(format!("{shown}: {error}")))?;
    serde_json::from_str(&text)
        .map_err(|error| usage(format!("{shown}: this is no counterexample of Tally's: {error}")))
}

/// The command that makes the run again.
fn again(args: &Args, seed: u64) -> String {
    let mut words = vec!["tally conform".to_owned()];
    let mut option = |name: &str, value: &dyn std::fmt::Display| words.push(format!("--{name} {value}"));
    if let Some(contract) = &args.contract {
        option("contract", contract);
    }
    if let Some(target) = &args.target {
        option("target", target);
    }
    if let Some(fixtures) = &args.fixtures {
        option("fixtures", &fixtures.display());
    }
    args.areas.iter().for_each(|area| option("area", area));
    if let Some(fault) = &args.fault {
        option("fault", fault);
    }
    if let Some(observe) = &args.observe {
        option("observe", observe);
    }
    if args.profile != Profile::Standard {
        option("profile", &args.profile);
    }
    if args.cases != 8 {
        option("cases", &args.cases);
    }
    if let Some((part, of)) = args.shard {
        option("shard", &format!("{part}/{of}"));
    }
    option("seed", &seed);
    let switches = [
        (args.strict, "--strict"),
        (args.write_test_data, "--write-test-data"),
        (args.allow_effects, "--allow-effects"),
        (args.allow_jobs, "--allow-jobs"),
    ];
    words.extend(switches.iter().filter(|(on, _)| *on).map(|(_, word)| (*word).to_owned()));
    words.join(" ")
}
