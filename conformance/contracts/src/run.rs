//! Draws, lints, generates, compiles and judges.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::Value;
use tally_codegen::Options;
use tally_spec::model::Contract;
use tally_spec::{Problem, SourceFile};

use crate::draw::{Drawn, draw};

/// Contracts that are compiled at one time.
const BATCH: usize = 50;

/// What is drawn, and how much of it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// The seed.
    pub seed: u64,
    /// The number of the first contract.
    pub first: usize,
    /// How many contracts.
    pub number: usize,
    /// Instances of each area that are judged three ways.
    pub instances: u64,
}

/// What became of the contracts.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// How many the linter accepted, and all that follows was done with.
    pub accepted: usize,
    /// How many hold a mistake on purpose, which the linter refused.
    pub refused: usize,
    /// What went wrong, by contract.
    pub failures: BTreeMap<String, Vec<String>>,
    /// Where the contracts that failed are kept.
    pub kept: PathBuf,
}

/// Draws as many contracts as ordered and does everything with them.
///
/// # Errors
///
/// A text for a person: a file can't be written, or a command can't be started.
pub fn run(order: Order) -> Result<Outcome, String> {
    let folder = workspace().join("target/contracts").join(format!("seed-{}", order.seed));
    let mut outcome = Outcome { kept: folder.join("failed"), ..Outcome::default() };
    let mut accepted = Vec::new();
    for number in order.first..order.first + order.number {
        let drawn = draw(order.seed, number);
        match lint(&drawn) {
            Ok(Some(contract)) => accepted.push((drawn, contract)),
            Ok(None) => outcome.refused += 1,
            Err(failure) => keep(&mut outcome, &drawn, vec![failure])?,
        }
    }
    outcome.accepted = accepted.len();
    for batch in accepted.chunks(BATCH) {
        let failures = judge_batch(&folder, batch, order.instances)?;
        for (drawn, _) in batch {
            if let Some(failures) = failures.get(&drawn.name) {
                keep(&mut outcome, drawn, failures.clone())?;
            }
        }
        if let Some(failures) = failures.get("") {
            outcome.failures.entry(String::new()).or_default().extend(failures.clone());
        }
    }
    Ok(outcome)
}

/// Lints a contract: the contract if it is accepted, `None` if it is refused as it must be.
fn lint(drawn: &Drawn) -> Result<Option<Contract>, String> {
    match (tally_spec::read(&drawn.files), drawn.planted) {
        (Ok(contract), None) => Ok(Some(contract)),
        (Ok(_), Some(mistake)) => Err(format!("the linter accepts {mistake}")),
        (Err(problems), Some(_)) => unplaced(drawn, &problems).map_or(Ok(None), Err),
        (Err(problems), None) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Err(format!("the linter refuses it: {}", lines.join("; ")))
        }
    }
}

/// A problem that names no place in a file, or no cure.
fn unplaced(drawn: &Drawn, problems: &[Problem]) -> Option<String> {
    let is_placed = |problem: &Problem| {
        let file = drawn.files.iter().find(|file| file.shown_as == problem.file);
        let lines = file.map_or(0, |file| file.text.lines().count());
        (1..=lines).contains(&problem.line) && problem.column > 0 && problem.cure.is_some()
    };
    let problem = problems.iter().find(|problem| !is_placed(problem))?;
    Some(format!("the problem has no place or no cure: {problem}"))
}

type Failures = BTreeMap<String, Vec<String>>;

/// Generates, compiles and judges contracts in one crate. What can't be laid to one of them stands under no name.
fn judge_batch(folder: &Path, batch: &[(Drawn, Contract)], instances: u64) -> Result<Failures, String> {
    let contracts: Vec<Contract> = batch.iter().map(|(_, contract)| contract.clone()).collect();
    let files = match tally_codegen::generate(&contracts, &Options::default()) {
        Ok(files) => files,
        Err(error) => return Ok(Failures::from([(String::new(), vec![error.to_string()])])),
    };
    let (specs, generated) = (folder.join("spec"), folder.join("generated"));
    for stale in [&specs, &generated] {
        if stale.is_dir() {
            fs::remove_dir_all(stale).map_err(|error| format!("{}: {error}", stale.display()))?;
        }
    }
    for (drawn, _) in batch {
        write_contract(&specs, drawn)?;
    }
    for (path, text) in files.iter().filter(|(path, _)| !path.starts_with("src/runtime/")) {
        write(&generated.join(path), text)?;
    }
    write(
        &generated.join("src/runtime/mod.rs"),
        "//! The runtime.\n\npub use tally_generated::runtime::*;\n",
    )?;
    let list = generated.join("src/list.rs");
    write(&list, &list_of_modules(&files["src/lib.rs"], &generated.join("src")))?;
    match compile(&list)? {
        Ok(program) => judged(&program, &specs, batch, instances),
        Err(message) => Ok(blame(&message, batch)),
    }
}

/// The generated crate's root as a file that another crate includes: without its own documentation, and with the
/// path of each module.
fn list_of_modules(root: &str, folder: &Path) -> String {
    let line = |line: &str| match line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';')) {
        Some(name) => {
            format!("#[path = {:?}]\n{line}\n", folder.join(name).join("mod.rs").display().to_string())
        }
        None => format!("{line}\n"),
    };
    root.lines().filter(|line| !line.starts_with("//!")).map(line).collect()
}

/// Compiles the crate `tally-drawn` with that list: the program, or what the compiler says.
fn compile(list: &Path) -> Result<Result<PathBuf, String>, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // The workspace whole, as for `cargo test --workspace`: what that has built of dependencies is used here.
    let output = Command::new(cargo)
        .args(["build", "--offline", "--workspace", "--bin", "tally-drawn"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(workspace())
        .env("TALLY_DRAWN", list)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cargo can't be started: {error}"))?;
    if !output.status.success() {
        return Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let program = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "tally-drawn")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    program.map(Ok).ok_or_else(|| "cargo names no program".to_owned())
}

/// Lays what the compiler says to the contracts whose files it names.
fn blame(message: &str, batch: &[(Drawn, Contract)]) -> Failures {
    let paragraphs: Vec<&str> = message.split("\n\n").collect();
    let mut failures = Failures::new();
    for (drawn, _) in batch {
        let named = format!("/{}/", drawn.name);
        let own = paragraphs.iter().filter(|paragraph| paragraph.contains(&named)).take(3);
        let own: Vec<String> = own.map(|paragraph| format!("it does not compile: {paragraph}")).collect();
        if !own.is_empty() {
            failures.insert(drawn.name.clone(), own);
        }
    }
    if failures.is_empty() {
        failures.insert(String::new(), vec![format!("it does not compile: {message}")]);
    }
    failures
}

/// Runs the program and reads what it says of each contract.
fn judged(
    program: &Path,
    specs: &Path,
    batch: &[(Drawn, Contract)],
    instances: u64,
) -> Result<Failures, String> {
    let output = Command::new(program)
        .arg(specs)
        .args(["--instances", &instances.to_string()])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let failures = line["failures"].as_array().into_iter().flatten();
        let failures = failures.filter_map(Value::as_str).map(str::to_owned).collect();
        said.insert(line["name"].as_str().unwrap_or_default().to_owned(), failures);
    }
    for (drawn, _) in batch {
        said.entry(drawn.name.clone()).or_insert_with(|| {
            vec![format!(
                "it was not judged ({}): {}",
                output.status,
                String::from_utf8_lossy(&output.stderr)
            )]
        });
    }
    said.retain(|_, failures| !failures.is_empty());
    Ok(said)
}

/// Records failures, and keeps the contract's files.
fn keep(outcome: &mut Outcome, drawn: &Drawn, failures: Vec<String>) -> Result<(), String> {
    write_contract(&outcome.kept, drawn)?;
    outcome.failures.insert(drawn.name.clone(), failures);
    Ok(())
}

fn write_contract(folder: &Path, drawn: &Drawn) -> Result<(), String> {
    drawn.files.iter().try_for_each(|file| write(&folder.join(&drawn.name).join(&file.path), &file.text))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// The files below a contract's folder.
#[must_use]
pub fn files_below(folder: &Path, name: &str) -> Vec<SourceFile> {
    let mut files = Vec::new();
    for below in ["", "areas/", "examples/", "fixtures/"] {
        let Ok(entries) = fs::read_dir(folder.join(below)) else { continue };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()) {
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if let Ok(text) = fs::read_to_string(&path) {
                let path = format!("{below}{file}");
                files.push(SourceFile { shown_as: format!("spec/{name}/{path}"), path, text });
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// The workspace's root: where the sources of this crate stand, it is compiled to be run.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
