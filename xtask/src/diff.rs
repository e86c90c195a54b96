//! `cargo xtask diff OLD NEW`: what changed between two versions of a contract, and whom it breaks.

use std::path::Path;
use std::process::{Command, ExitCode};

use tally_codegen::diff;
use tally_spec::model::Contract;
use tally_spec::{Problem, SourceFile};

use crate::workspace;

/// Arguments of `diff`.
#[derive(clap::Args)]
#[command(next_line_help = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The old version: a contract's folder, or REVISION:FOLDER of this checkout
    old: String,
    /// The new version, in the same ways
    new: String,
    /// How to report
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask diff v1.0:spec/NAME spec/NAME
  cargo xtask diff old/NAME new/NAME --format markdown

Exit codes: 0 nobody breaks, 1 senders or endpoints do, 2 a side can't be read.";

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

/// Compares. Exits 1 where a change breaks senders or endpoints, 2 where a version can't be read.
pub(crate) fn run(args: &Args) -> ExitCode {
    let (old, new) =
        match (contract(&args.old, tally_spec::read_earlier), contract(&args.new, tally_spec::read)) {
            (Ok(old), Ok(new)) => (old, new),
            (Err(error), _) | (_, Err(error)) => {
                eprintln!("error: {error}");
                return ExitCode::from(2);
            }
        };
    let changes = diff::compare(&old, &new);
    match args.format {
        Format::Text => print!("{}", diff::to_text(&changes)),
        Format::Markdown => print!("{}", diff::to_markdown(&changes)),
        Format::Json => println!("{:#}", diff::to_json(&changes)),
    }
    if diff::is_breaking(&changes) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

type Read = fn(&[SourceFile]) -> Result<Contract, Vec<Problem>>;

fn contract(version: &str, read: Read) -> Result<Contract, String> {
    let folder = Path::new(version);
    let files = if folder.join("contract.toml").is_file() {
        workspace::files(folder, version).map_err(|error| error.to_string())?
    } else if let Some((revision, folder)) = version.split_once(':') {
        from_git(version, revision, folder.trim_end_matches('/'))?
    } else {
        return Err(format!(
            "{version} is no folder with a contract.toml, and no REVISION:FOLDER of this repository"
        ));
    };
    read(&files).map_err(|problems| {
        format!("{version} is broken\n\n{}", tally_spec::render(&problems, &files, false))
    })
}

/// The files of a folder at a revision. Those that are no text are left out.
fn from_git(version: &str, revision: &str, folder: &str) -> Result<Vec<SourceFile>, String> {
    let list = git(&[
        "ls-tree",
        "-r",
        "--name-only",
        "--full-tree",
        "-z",
        "--end-of-options",
        revision,
        "--",
        folder,
    ])?;
    let mut files = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        let text = git(&["show", "--end-of-options", &format!("{revision}:{path}")])?;
        let below = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/').to_owned();
        files.push(SourceFile { shown_as: format!("{revision}:{path}"), path: below, text });
    }
    if files.is_empty() { Err(format!("{version} holds no file")) } else { Ok(files) }
}

fn git(args: &[&str]) -> Result<String, String> {
    let output = Command::new("git").args(args).current_dir(workspace::root()).output();
    let output = output.map_err(|error| format!("git could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("git: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("git {}: {error}", args.join(" ")))
}
