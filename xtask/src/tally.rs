//! Commands that the binary `tally` carries out: built by cargo, then run with the same arguments.

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

/// Builds `tally` and runs one of its commands. The exit code is its own; 3 if it could not be built.
pub(crate) fn run(command: &str, args: &Args) -> ExitCode {
    run_built(&[], command, args)
}

/// As [`run`], built in release profile: for commands that do very much.
pub(crate) fn run_optimised(command: &str, args: &Args) -> ExitCode {
    run_built(&["--release"], command, args)
}

fn run_built(options: &[&str], command: &str, args: &Args) -> ExitCode {
    let Some(mut tally) = build(options) else {
        eprintln!("error: the command `tally` could not be built; cargo's messages above say why");
        return ExitCode::from(3);
    };
    // So that `tally` names the command that a person typed.
    tally.env("TALLY_STARTED_AS", "cargo xtask");
    match tally.arg(command).args(&args.rest).status() {
        Ok(status) => {
            status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::from(3), ExitCode::from)
        }
        Err(error) => {
            eprintln!("error: the command `tally` could not be started: {error}");
            ExitCode::from(3)
        }
    }
}

/// Builds the binary in release profile, and gives its path.
pub(crate) fn build_released() -> Option<String> {
    build(&["--release"]).map(|command| command.get_program().to_string_lossy().into_owned())
}

/// Builds the binary, quietly unless a person looks on, and gives the command that runs it.
fn build(options: &[&str]) -> Option<Command> {
    let mut cargo = workspace::cargo();
    cargo.args(["build", "--package", "tally-conformance", "--bin", "tally"]);
    cargo.args(options).arg("--message-format=json-render-diagnostics");
    if !std::io::stderr().is_terminal() {
        cargo.arg("--quiet");
    }
    let output = cargo.stderr(Stdio::inherit()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    messages.lines().rev().find_map(executable).map(Command::new)
}

/// The path in cargo's message about a built binary.
fn executable(message: &str) -> Option<String> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    (message["target"]["name"] == "tally").then(|| message["executable"].as_str().map(str::to_owned))?
}
