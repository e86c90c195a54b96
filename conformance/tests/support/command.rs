//! The command `tally` as tests start it, and what they give it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tally_conformance::{cli, embedded};
use tally_spec::model::Contract;

/// The command, without what the environment of whoever runs the tests says. Another build of it may be named by
/// `TALLY_BINARY`.
pub(crate) fn tally() -> Command {
    let binary = std::env::var_os("TALLY_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_tally").into());
    let mut command = Command::new(binary);
    for name in ["TALLY_TOKEN", "TALLY_ADMIN_TOKEN", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(name);
    }
    command
}

/// The command `tally conform` with the sample of the first contract as its fixtures.
pub(crate) fn conform() -> Command {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec").join(&contract().file.name);
    let mut command = tally();
    command.arg("conform").arg("--fixtures").arg(spec.join("fixtures/sample.toml"));
    command
}

/// The first contract.
pub(crate) fn contract() -> Arc<Contract> {
    cli::contract(embedded::names().next()).expect("a contract is embedded").0
}

/// An empty folder of a test's own, by the name of its file and its own.
pub(crate) fn folder(file: &str, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("it can be made");
    folder
}
