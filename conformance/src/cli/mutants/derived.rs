//! Mutants that are derived from the contract by rule.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::{Value, json};
use tally_mutants::{Cell, Mutant, Subject, Table, derive, sample, shard};
use tally_spec::nearest;

use super::{Args, Setup, each};
use crate::cli::conform::ignore_broken_pipe;
use crate::cli::mock::Format;

/// The least percentage of mutants that a run must kill.
const KILLED: usize = 97;
/// The least percentage of them that it must name by a statement that they break.
const NAMED: usize = 95;

/// Options for mutants derived from the contract.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Test the mutants that are derived from the contract by rule, in place of the faults of the mock
    #[arg(long)]
    pub derived: bool,
    /// Draw this many derived mutants, evenly over operators, areas and statements; --seed decides which
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// Test one of several equal parts of the derived mutants, such as 2/4
    #[arg(long, value_name = "PART/PARTS")]
    pub shard: Option<Part>,
    /// List the derived mutants and exit
    #[arg(long)]
    pub list: bool,
    /// Write every run against a derived mutant to a file, as JSON
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

impl Options {
    /// Whether derived mutants are meant: by an option, or by a name with slashes.
    pub(super) fn are_meant(&self, names: &[String]) -> bool {
        let options = self.derived || self.list || self.sample.is_some();
        options
            || self.shard.is_some()
            || self.report.is_some()
            || names.iter().any(|name| name.contains('/'))
    }
}

/// One of several equal parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    part: usize,
    of: usize,
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers =
            text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        let part = numbers.map(|(part, of)| Self { part, of });
        part.filter(|part| (1..=part.of).contains(&part.part))
            .ok_or_else(|| "must be PART/PARTS, such as 2/4".to_owned())
    }
}

/// Runs the runner against derived mutants, or lists them. Returns whether enough of them are killed.
pub(super) fn run(args: &Args, setup: &Setup) -> Result<bool, String> {
    let mutants = derive(&setup.contract, &Arc::new(setup.fixtures.clone()));
    let chosen = chosen(args, &mutants)?;
    if args.options.list {
        return list(&chosen, args.format).map(|()| true);
    }
    let subject = Subject {
        contract: setup.contract.clone(),
        generated: setup.generated,
        fixtures: setup.fixtures.clone(),
        profile: args.profile,
        seed: args.seed,
    };
    let tested: Vec<&Mutant> =
        chosen.into_iter().filter(|mutant| mutant.label.equivalent().is_none()).collect();
    let outcomes = each(
        args.jobs,
        &tested,
        |mutant| mutant.name.clone(),
        |mutant| tally_mutants::run(&subject, mutant),
    )?;
    let runs: Vec<_> = tested.into_iter().zip(outcomes).collect();
    let table = Table::of(&setup.contract, &runs);
    if let Some(file) = &args.options.report {
        let text = format!("{:#}\n", table.to_json());
        fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    print(&match args.format {
        Format::Human => table.to_text(),
        Format::Json => format!("{:#}\n", table.to_json()),
    })?;
    let Cell { tested, killed, named } = table.all();
    Ok(killed * 100 >= tested * KILLED && named * 100 >= tested * NAMED)
}

/// The mutants that the arguments choose: by name or by the beginning of names, then by chance, then by part.
fn chosen<'m>(args: &Args, mutants: &'m [Mutant]) -> Result<Vec<&'m Mutant>, String> {
    let of_name = |mutant: &&Mutant, name: &String| {
        mutant.name.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    for name in &args.faults {
        if !mutants.iter().any(|mutant| of_name(&mutant, name)) {
            let known = nearest(name, mutants.iter().map(|mutant| mutant.name.as_str()));
            let hint = known.map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
            return Err(format!("there is no mutant `{name}`{hint} (--list lists them)"));
        }
    }
    let is_named =
        |mutant: &&Mutant| args.faults.is_empty() || args.faults.iter().any(|name| of_name(mutant, name));
    let named: Vec<&Mutant> = mutants.iter().filter(is_named).collect();
    let drawn = match args.options.sample {
        Some(number) => sample(&named, number, args.seed),
        None => named,
    };
    Ok(match args.options.shard {
        Some(Part { part, of }) => shard(&drawn, part, of),
        None => drawn,
    })
}

fn list(mutants: &[&Mutant], format: Format) -> Result<(), String> {
    let text = match format {
        Format::Json => {
            let all: Vec<Value> = mutants.iter().map(|mutant| mutant.to_json()).collect();
            format!("{:#}\n", json!(all))
        }
        Format::Human => {
            let lines: Vec<String> = mutants.iter().map(ToString::to_string).collect();
            let lines = lines.join("\n");
            let equivalent = mutants.iter().filter(|mutant| mutant.label.equivalent().is_some()).count();
            format!("{lines}\n\n{} mutants, {equivalent} of them equivalent\n", mutants.len())
        }
    };
    print(&text)
}

fn print(text: &str) -> Result<(), String> {
    let printed = io::stdout().write_all(text.as_bytes());
    ignore_broken_pipe(printed).map_err(|error| format!("standard output: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_one_of_several() {
        assert_eq!("2/4".parse(), Ok(Part { part: 2, of: 4 }));
        for wrong in ["0/4", "5/4", "2", "a/b", "1/0", ""] {
            assert!(wrong.parse::<Part>().is_err(), "{wrong}");
        }
    }
}
