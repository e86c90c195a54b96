//! Sums up runs by statement and operator.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use tally_spec::model::Contract;

use crate::{Mutant, Outcome};

/// How many mutants there were, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// How many were tested.
    pub tested: usize,
    /// How many of them were killed.
    pub killed: usize,
    /// How many of those under a statement that they break.
    pub named: usize,
}

impl Cell {
    fn add(&mut self, outcome: &Outcome) {
        self.tested += 1;
        self.killed += usize::from(outcome.is_killed());
        self.named += usize::from(outcome.is_named());
    }

    fn to_json(self) -> Value {
        json!({ "tested": self.tested, "killed": self.killed, "named": self.named })
    }
}

/// The outcomes of runs against mutants, by statement and operator.
#[derive(Debug)]
pub struct Table<'r> {
    runs: &'r [(&'r Mutant, Outcome)],
    /// By the place of the statement in the contract: its id, and a cell for each operator. A mutant counts for the
    /// statement that its label names first.
    rows: BTreeMap<usize, (String, BTreeMap<String, Cell>)>,
    all: Cell,
}

impl<'r> Table<'r> {
    /// Sums up runs. Equivalent mutants do not count.
    #[must_use]
    pub fn of(contract: &Contract, runs: &'r [(&'r Mutant, Outcome)]) -> Self {
        let mut table = Self { runs, rows: BTreeMap::new(), all: Cell::default() };
        for (mutant, outcome) in runs {
            let Some(statement) = mutant.label.statements().first() else { continue };
            let place = contract.statements.iter().position(|known| known.id == *statement);
            let row = table.rows.entry(place.unwrap_or(usize::MAX));
            let (_, cells) = row.or_insert_with(|| (statement.clone(), BTreeMap::new()));
            cells.entry(operator(mutant)).or_default().add(outcome);
            table.all.add(outcome);
        }
        table
    }

    /// All cells in one.
    #[must_use]
    pub const fn all(&self) -> Cell {
        self.all
    }

    /// The mutants that no run detected, with what became of the runs.
    pub fn survivors(&self) -> impl Iterator<Item = &'r (&'r Mutant, Outcome)> {
        let survives = |(mutant, outcome): &&(&Mutant, Outcome)| {
            !outcome.is_killed() && mutant.label.equivalent().is_none()
        };
        self.runs.iter().filter(survives)
    }

    /// The mutants that were detected under statements of others alone.
    pub fn misnamed(&self) -> impl Iterator<Item = &'r (&'r Mutant, Outcome)> {
        self.runs.iter().filter(|(_, outcome)| outcome.is_killed() && !outcome.is_named())
    }

    /// The table for people: for each statement a line with each operator and how many were killed of how many.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::from("killed of tested, by statement and operator\n");
        for (statement, cells) in self.rows.values() {
            let cells: Vec<String> = cells
                .iter()
                .map(|(operator, cell)| format!("{operator}:{}/{}", cell.killed, cell.tested))
                .collect();
            let line = tally_runner::report::wrapped(&cells.join(" "), 68, 8);
            let _ = writeln!(text, "{statement:<7} {line}");
        }
        let _ = writeln!(text, "\nmutants that survive");
        for (mutant, outcome) in self.survivors() {
            let why = outcome.inconclusive.as_ref().map(|reason| format!(" (inconclusive: {reason})"));
            let _ = writeln!(text, "  {mutant}{}", why.unwrap_or_default());
        }
        let _ = writeln!(text, "\nmutants that are detected under another statement");
        for (mutant, outcome) in self.misnamed() {
            if let Some(found) = &outcome.found {
                let _ = writeln!(text, "  {mutant}; found {} ({})", found.statement, found.check);
            }
        }
        let Cell { tested, killed, named } = self.all;
        let percent = |part: usize| part * 100 / tested.max(1);
        let _ = writeln!(
            text,
            "\n{killed} of {tested} mutants killed ({}%), {named} under a statement that they break ({}%)",
            percent(killed),
            percent(named)
        );
        let first = self.median(|outcome| outcome.found.as_ref().map(|found| found.requests));
        let taken = self.median(|outcome| Some(outcome.taken.as_millis()));
        let _ = writeln!(
            text,
            "median first finding: after {} requests; median run: {} ms",
            first.unwrap_or_default(),
            taken.unwrap_or_default()
        );
        text
    }

    fn median<T: Ord + Copy>(&self, of: impl Fn(&Outcome) -> Option<T>) -> Option<T> {
        let mut all: Vec<T> = self.runs.iter().filter_map(|(_, outcome)| of(outcome)).collect();
        all.sort_unstable();
        all.get(all.len() / 2).copied()
    }

    /// The table for programs, with every run.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let rows = self.rows.values().map(|(statement, cells)| {
            let cells: serde_json::Map<String, Value> =
                cells.iter().map(|(operator, cell)| (operator.clone(), cell.to_json())).collect();
            json!({ "statement": statement, "operators": cells })
        });
        let runs = self.runs.iter().map(|(mutant, outcome)| {
            let mut run = mutant.to_json();
            if let (Value::Object(run), Value::Object(outcome)) = (&mut run, outcome.to_json()) {
                run.extend(outcome);
            }
            run
        });
        json!({
            "all": self.all.to_json(),
            "table": rows.collect::<Vec<_>>(),
            "survivors": self.survivors().map(|(mutant, _)| mutant.name.as_str()).collect::<Vec<_>>(),
            "runs": runs.collect::<Vec<_>>(),
        })
    }
}

/// The operator with its group.
fn operator(mutant: &Mutant) -> String {
    format!("{}/{}", mutant.group, mutant.operator)
}
