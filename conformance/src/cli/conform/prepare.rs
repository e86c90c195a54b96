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
use tally_fixtures::{Fixtures, Secret};
use tally_runner::client::Target;
use tally_runner::outcome::Counterexample;
use tally_runner::run::{Budget, Config, KnownFailures, OtherVerbs, Profile};

/// The default folder for counterexamples.
const COUNTEREXAMPLES: &str = "tally-regressions";
/// The default of `--max-outage`.
const MAX_OUTAGE: u64 = 30;
/// The default time limit of the thorough profile.
const THOROUGH: Duration = Duration::from_mins(2);

/// What a run needs.
pub(super) struct Prepared {
    pub(super) contract: Arc<Contract>,
    pub(super) generated: &'static tally_generated::runtime::Contract,
    pub(super) fixtures: Fixtures,
    pub(super) config: Config,
    /// The folder for counterexamples; `None` if they are not saved.
    pub(super) counterexamples: Option<PathBuf>,
    /// The reader of the target's stored records.
    pub(super) observe: Option<String>,
    /// Whether the target is on this machine.
    pub(super) here: bool,
}

/// Reads the files that the arguments name. `target` is the one they name, if any.
///
/// # Errors
///
/// Wrong usage, with a message for people.
pub(super) fn prepare(args: &Args, target: Option<&Target>) -> Result<Prepared, Failed> {
    let (contract, generated) = contract(args.contract.as_deref()).map_err(usage)?;
    let areas = areas(&contract, &args.areas)?;
    let fixtures = fixtures(args, &contract)?;
    let seed = args.seed.unwrap_or_else(drawn);
    let here = target.is_none_or(Target::is_on_this_machine);
    let token_is_real = target.is_none() || token().is_some() || args.token_command.is_some();
    if let Some(target) = target.filter(|_| !args.dry_run) {
        check_token(target, token_is_real)?;
    }
    let counterexamples = match (&args.counterexamples, target) {
        (Some(folder), _) => Some(folder.clone()),
        (None, Some(_)) => Some(PathBuf::from(COUNTEREXAMPLES)),
        (None, None) => None,
    };
    let saved = match (&args.replay, &counterexamples) {
        (Some(file), _) => vec![counterexample(file)?],
        (None, Some(folder)) => saved(folder)?,
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
        counterexamples: saved,
        only_counterexamples: args.replay.is_some(),
        cases: args.cases,
        strict: args.strict,
        allow_effects: here || args.allow_effects,
        allow_jobs: here || args.allow_jobs,
        token_is_real,
        known: known(args)?,
        verbs: match (here, args.allow_verbs) {
            (true, _) => OtherVerbs::Any,
            (false, true) => OtherVerbs::Documented,
            (false, false) => OtherVerbs::ReadOnly,
        },
        list_written: args.report.is_some(),
        workers: args.concurrency.map_or(if here { 2 } else { 1 }, usize::from),
        rerun: rerun(args, seed),
    };
    Ok(Prepared {
        contract,
        generated,
        fixtures,
        config,
        counterexamples,
        observe: args.observe.clone(),
        here,
    })
}

/// Refuses to send a token that is missing, that reports could not keep secret, or that others could read.
fn check_token(target: &Target, token_is_real: bool) -> Result<(), Failed> {
    if target.is_on_this_machine() {
        return Ok(());
    }
    if !token_is_real {
        return Err(usage("set TALLY_TOKEN to the target's token"));
    }
    if !target.token.can_be_redacted() {
        return Err(usage(format!(
            "TALLY_TOKEN is shorter than {} characters: reports could not keep it secret.\n\
             Set it to the remote target's whole token.",
            Secret::SHORTEST
        )));
    }
    if !target.may_bear_token() {
        return Err(usage(format!(
            "{} would get the token in clear text over plain HTTP.\n\
             Use https://, or add --allow-insecure-http to send it anyway.",
            target.root
        )));
    }
    Ok(())
}

/// The areas given by name or path.
fn areas(contract: &Contract, asked: &[String]) -> Result<Vec<String>, Failed> {
    let known: Vec<_> = contract.areas.iter().map(|area| area.name.as_str()).collect();
    let find = |name: &String| match contract.area(name) {
        Some(area) => Ok(area.name.clone()),
        None => Err(usage(format!("no area {name:?}{}", suggestion(name, &known)))),
    };
    asked.iter().map(find).collect()
}

/// The fixtures that the arguments name, or the sample for the built-in mock.
fn fixtures(args: &Args, contract: &Contract) -> Result<Fixtures, Failed> {
    if args.target.is_some() && args.fixtures.is_none() {
        return Err(usage(format!(
            "--fixtures is missing: a TOML file of the accounts, users, surveys … that exist in the target org.\n\
             Fill in this template and pass the file; the more it lists, the fewer keys repeat:\n\n{}",
            skeleton(contract)
        )));
    }
    mock::fixtures(contract, args.fixtures.as_deref()).map_err(usage)
}

fn known(args: &Args) -> Result<KnownFailures, Failed> {
    let Some(path) = &args.known_failures else { return Ok(KnownFailures::default()) };
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| usage(format!("{shown}: {error}")))?;
    KnownFailures::parse(&text).map_err(|error| usage(format!("{shown}: {error}")))
}

/// The counterexamples in a folder, sorted by name; empty if there is no such folder.
fn saved(folder: &Path) -> Result<Vec<Counterexample>, Failed> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    files.iter().map(|file| counterexample(file)).collect()
}

fn counterexample(file: &Path) -> Result<Counterexample, Failed> {
    let shown = file.display();
    let text = fs::read_to_string(file).map_err(|error| usage(format!("{shown}: {error}")))?;
    serde_json::from_str(&text).map_err(|error| usage(format!("{shown}: not a counterexample: {error}")))
}

/// The command that repeats the run.
fn rerun(args: &Args, seed: u64) -> String {
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
    if let Some(shard) = args.shard {
        option("shard", &shard);
    }
    option("seed", &seed);
    if args.max_outage != MAX_OUTAGE {
        option("max-outage", &args.max_outage);
    }
    if let Some(command) = &args.token_command {
        option("token-command", &format!("'{}'", command.replace('\'', "'\\''")));
    }
    let switches = [
        (args.strict, "--strict"),
        (args.write_test_data, "--write-test-data"),
        (args.allow_effects, "--allow-effects"),
        (args.allow_jobs, "--allow-jobs"),
        (args.allow_verbs, "--allow-verbs"),
        (args.allow_insecure_http, "--allow-insecure-http"),
    ];
    words.extend(switches.iter().filter(|(on, _)| *on).map(|(_, word)| (*word).to_owned()));
    words.join(" ")
}
