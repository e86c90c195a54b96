//! `cargo xtask contracts`: draws contracts and checks that what the linter accepts works.

use std::process::ExitCode;

use crate::{tally, workspace};

/// Builds `tally-contracts` with the whole workspace, which it then builds again with what it drew, and runs it.
pub(crate) fn run(args: &tally::Args) -> ExitCode {
    let run = || {
        let built = workspace::cargo()
            .args(["build", "--quiet", "--workspace", "--bin", "tally-contracts", "--bin", "tally-drawn"])
            .status()?;
        if !built.success() {
            return Ok(None);
        }
        let target = std::env::var_os("CARGO_TARGET_DIR").map(Into::into);
        let target = target.unwrap_or_else(|| workspace::root().join("target"));
        std::process::Command::new(target.join("debug/tally-contracts")).args(args.rest()).status().map(Some)
    };
    let status: std::io::Result<Option<_>> = run();
    match status {
        Ok(Some(status)) => {
            status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::from(3), ExitCode::from)
        }
        Ok(None) => {
            eprintln!("error: the command `tally-contracts` could not be built; see cargo's messages above");
            ExitCode::from(3)
        }
        Err(error) => {
            eprintln!("error: the command `tally-contracts` could not be started: {error}");
            ExitCode::from(3)
        }
    }
}
