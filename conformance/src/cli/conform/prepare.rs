//! From arguments to what a run needs.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tally_spec::model::Contract;

use super::args::Args;
use super::rerun::{Given, rerun};
use super::target::token;
use super::{Failed, drawn, usage};
use crate::cli::skeleton::skeleton;
use crate::cli::{contract, mock, suggestion};
use tally_fixtures::{Fixtures, Secret};
use tally_runner::client::Target;
use tally_runner::emit::Form;
use tally_runner::outcome::{Counterexample, How, Severity};
use tally_runner::run::{Budget, Config, KnownFailures, OtherVerbs, Profile, unknown_name};

/// The default folder for counterexamples.
const COUNTEREXAMPLES: &str = "tally-regressions";
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
    /// The counterexamples of `--replay`, with their files.
    pub(super) replayed: Vec<(PathBuf, Counterexample)>,
    /// The forms that findings are written in, each with its folder.
    pub(super) emit: Vec<(Form, PathBuf)>,
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
pub(super) fn prepare(args: &Args, given: Given<'_>, target: Option<&Target>) -> Result<Prepared, Failed> {
    let (contract, generated) = contract(args.contract.as_deref()).map_err(usage)?;
    let areas = areas(&contract, &args.areas)?;
    let fixtures = fixtures(args, &contract, &areas)?;
    let seed = args.seed.unwrap_or_else(drawn);
    let here = target.is_none_or(Target::is_on_this_machine);
    let token_is_real = target.is_none() || token().is_some() || args.token_command.is_some();
    if let Some(target) = target.filter(|_| !args.dry_run) {
        check_token(target, token_is_real)?;
    }
    let counterexamples = folder_of_counterexamples(args, target);
    let replayed = replayed(args, &contract)?;
    let saved = match (&counterexamples, args.replay.is_empty()) {
        (_, false) => replayed.iter().map(|(_, saved)| saved.clone()).collect(),
        // What lies in a report's folder is the result of that run alone.
        (Some(folder), true) if args.counterexamples.is_some() || target.is_some() => {
            sent_first(folder, &contract)?
        }
        (_, true) => Vec::new(),
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
        only_counterexamples: !args.replay.is_empty(),
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
        is_own_mock: target.is_none(),
        skip_preflight: args.skip_preflight,
        workers: args.concurrency.map_or(if here { 2 } else { 1 }, usize::from),
        rerun: rerun(given, seed),
    };
    Ok(Prepared {
        contract,
        generated,
        fixtures,
        config,
        counterexamples,
        replayed,
        emit: emit(args)?,
        observe: args.observe.clone(),
        here,
    })
}

/// Writes a fixtures file to be filled in. A file that exists stays as it is.
///
/// # Errors
///
/// Wrong usage, with a message for people.
pub(super) fn init_fixtures(args: &Args, path: &Path) -> Result<(), Failed> {
    let (contract, _) = contract(args.contract.as_deref()).map_err(usage)?;
    let text = skeleton(&contract, &areas(&contract, &args.areas)?);
    let file = fs::File::options().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::AlreadyExists => ": it is not overwritten; name another file",
            _ => "",
        };
        usage(format!("--init-fixtures {}: {error}{hint}", path.display()))
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
            target.shown_root()
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
fn fixtures(args: &Args, contract: &Contract, areas: &[String]) -> Result<Fixtures, Failed> {
    if args.target.is_some() && args.fixtures.is_none() {
        return Err(usage(format!(
            "--fixtures is missing: a TOML file of the accounts, users, surveys … that exist in the target org.\n\
             Fill in this template and pass the file (--init-fixtures FILE writes it):\n\n{}",
            skeleton(contract, areas)
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

/// The folder that counterexamples are saved in, if they are.
fn folder_of_counterexamples(args: &Args, target: Option<&Target>) -> Option<PathBuf> {
    match (&args.counterexamples, target, &args.report) {
        (Some(folder), _, _) => Some(folder.clone()),
        (None, Some(_), _) => Some(PathBuf::from(COUNTEREXAMPLES)),
        (None, None, Some(report)) => Some(report.join("counterexamples")),
        (None, None, None) => None,
    }
}

/// The violations saved in a folder, sorted by name; empty if there is no such folder.
fn sent_first(folder: &Path, contract: &Contract) -> Result<Vec<Counterexample>, Failed> {
    let mut all = Vec::new();
    for file in files_in(folder) {
        let saved = counterexample(&file)?;
        // The folder may hold those of other contracts, too.
        if saved.severity == Severity::Violation && saved.contract == contract.file.name {
            check_names(&file, contract, &saved)?;
            all.push(saved);
        }
    }
    Ok(all)
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    files
}

/// The counterexamples that `--replay` names, with their files.
fn replayed(args: &Args, contract: &Contract) -> Result<Vec<(PathBuf, Counterexample)>, Failed> {
    let mut files = Vec::new();
    for path in &args.replay {
        let found = if path.is_dir() { files_in(path) } else { vec![path.clone()] };
        if found.is_empty() {
            return Err(usage(format!("--replay: there is no counterexample in {}", path.display())));
        }
        files.extend(found);
    }
    let read = |file: PathBuf| {
        let saved = counterexample(&file)?;
        check_names(&file, contract, &saved)?;
        if matches!(saved.how, How::Scenario { .. }) && args.observe.is_none() {
            return Err(usage(format!("{} is about stored records: add --observe", file.display())));
        }
        Ok((file, saved))
    };
    files.into_iter().map(read).collect()
}

/// Refuses a counterexample that names what does not exist: nothing of it could be sent.
fn check_names(file: &Path, contract: &Contract, saved: &Counterexample) -> Result<(), Failed> {
    match unknown_name(contract, saved) {
        Some(why) => Err(usage(format!("{}: {why}", file.display()))),
        None => Ok(()),
    }
}

/// The forms that findings are written in, with their folders.
fn emit(args: &Args) -> Result<Vec<(Form, PathBuf)>, Failed> {
    let pair = |pair: &[String]| -> Result<(Form, PathBuf), Failed> {
        let [form, folder] = pair else { return Err(usage("--emit needs a form and a folder")) };
        let form = form.parse().map_err(|error| usage(format!("--emit: {error}")))?;
        Ok((form, PathBuf::from(folder)))
    };
    args.emit.chunks(2).map(pair).collect()
}

fn counterexample(file: &Path) -> Result<Counterexample, Failed> {
    let shown = file.display();
    let text = fs::read_to_string(file).map_err(|error| usage(format!("{shown}: {error}")))?;
    serde_json::from_str(&text).map_err(|error| usage(format!("{shown}: not a counterexample: {error}")))
}
