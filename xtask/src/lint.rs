//! `cargo xtask lint`: every problem of every contract.

use std::process::ExitCode;

use crate::workspace;

/// Arguments of `lint`.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// Reads every contract and prints what is wrong with it. Exits 1 where anything is.
pub(crate) fn run(_args: &Args) -> ExitCode {
    let contracts = match workspace::contracts() {
        Ok(contracts) => contracts,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let (mut broken, mut sound) = (false, Vec::new());
    for (name, files) in &contracts {
        match tally_spec::read(files) {
            Ok(contract) => {
                let statements = contract.statements.len();
                println!("{name}: {} areas, {statements} statements, no problem", contract.areas.len());
                sound.push(contract);
            }
            Err(problems) => {
                broken = true;
                eprintln!("{}\n", tally_spec::render(&problems, files, workspace::colour()));
                eprintln!("error: {name}: {} problems", problems.len());
            }
        }
    }
    for problem in tally_spec::lint_together(&sound) {
        broken = true;
        eprintln!("error: {problem}");
    }
    if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
