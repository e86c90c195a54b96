//! `cargo xtask lint`: every problem of every contract.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::workspace;

/// Arguments of `lint`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Folders of contracts, anywhere on disk [default: every contract under spec/]
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,
}

/// Reads every contract and prints what is wrong with it. Exits 1 if anything is.
pub(crate) fn run(args: &Args) -> ExitCode {
    let found =
        if args.folders.is_empty() { workspace::contracts() } else { workspace::contracts_in(&args.folders) };
    let contracts = match found {
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
