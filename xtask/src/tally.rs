//! Commands that another binary carries out, most often `tally`: built by cargo, then run with the same arguments.

use std::io::IsTerminal as _;
use std::process::{Command, ExitCode, Stdio};

use crate::workspace;

/// Arguments that are passed on as they are.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Passed on to `tally`; --help shows them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARG")]
    rest: Vec<String>,
}

impl Args {
    /// The arguments to pass on.
    pub(crate) fn rest(&self) -> &[String] {
        &self.rest
    }
}

/// A binary of the workspace.
#[derive(Clone, Copy)]
struct Binary {
    package: &'static str,
    name: &'static str,
}

const TALLY: Binary = Binary { package: "tally-conformance", name: "tally" };
const DIFFERENTIAL: Binary = Binary { package: "tally-differential", name: "differential" };

/// Builds `tally` and runs one of its commands. The exit code is its own; 3 if it could not be built.
pub(crate) fn run(command: &str, args: &Args) -> ExitCode {
    run_built(TALLY, &[], Some(command), args)
}

/// Builds `differential` in release profile, since it makes very many instances, and runs it.
pub(crate) fn run_differential(args: &Args) -> ExitCode {
    run_built(DIFFERENTIAL, &["--release"], None, args)
}

fn run_built(binary: Binary, options: &[&str], command: Option<&str>, args: &Args) -> ExitCode {
    let Some(mut built) = build(binary, options) else {
        eprintln!("error: the command `{}` could not be built; cargo's messages above say why", binary.name);
        return ExitCode::from(3);
    };
    // So that `tally` names the command that a person typed.
    built.env("TALLY_STARTED_AS", "cargo xtask");
    match built.args(command).args(&args.rest).status() {
        Ok(status) => {
            status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::from(3), ExitCode::from)
        }
        Err(error) => {
            eprintln!("error: the command `{}` could not be started: {error}", binary.name);
            ExitCode::from(3)
        }
    }
}

/// Builds `tally` in release profile, and gives its path.
pub(crate) fn build_released() -> Option<String> {
    build(TALLY, &["--release"]).map(|command| command.get_program().to_string_lossy().into_owned())
}

/// Builds a binary, quietly unless a person looks on, and gives the command that runs it.
fn build(binary: Binary, options: &[&str]) -> Option<Command> {
    let mut cargo = workspace::cargo();
    cargo.args(["build", "--package", binary.package, "--bin", binary.name]);
    cargo.args(options).arg("--message-format=json-render-diagnostics");
    if !std::io::stderr().is_terminal() {
        cargo.arg("--quiet");
    }
    let output = cargo.stderr(Stdio::inherit()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    messages.lines().rev().find_map(|line| executable(line, binary.name)).map(Command::new)
}

/// The path in cargo's message about a built binary.
fn executable(message: &str, name: &str) -> Option<String> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    (message["target"]["name"] == name).then(|| message["executable"].as_str().map(str::to_owned))?
}
