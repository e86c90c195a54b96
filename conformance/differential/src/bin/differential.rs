//! `cargo xtask differential`: decoder, JSON Schema and oracle, over as many instances as are asked for.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Parser as _;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use tally_differential::{Found, Instances, Rule, Tally, Witnesses, smallest};
use tally_fixtures::Fixtures;
use tally_generated::{CONTRACTS, runtime};
use tally_oracle::oracle::Oracle;
use tally_spec::model::{Area, Contract};
use tally_spec::{SourceFile, nearest};

const EXAMPLES: &str = "\
Examples:
  cargo xtask differential                       20,000 instances of each area
  cargo xtask differential --instances 200000    ten times as many
  cargo xtask differential --area NAME --seed 7  one area, other instances
  cargo xtask differential --format json         the counts of each rule

Exit codes: 0 the three agree on every instance; 1 they do not; 2 wrong usage; 3 they agree, but the instances
prove too little: fewer than half of an area's are defective, or a rule is broken by less than 1 in 200.";

/// Instances that are made in one go.
const PORTION: u64 = 500;

/// Hold the generated decoder, the JSON Schema and the oracle against each other over generated instances
#[derive(Debug, clap::Parser)]
#[command(name = "cargo xtask differential", bin_name = "cargo xtask differential", version, after_help = EXAMPLES)]
struct Args {
    /// Instances of each area
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..))]
    instances: u64,
    /// One area alone, by its name or path
    #[arg(long, value_name = "NAME")]
    area: Option<String>,
    /// The seed of the instances
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The contract, if there is more than one
    #[arg(long, value_name = "NAME")]
    contract: Option<String>,
    /// How the counts are printed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// The output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
}

fn main() -> ExitCode {
    match judge(&Args::parse()) {
        Ok(code) => code,
        Err(error) => {
            // Where standard error is closed, the exit code alone tells.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

/// An area, with what was seen of it.
struct Seen<'c> {
    area: &'c Area,
    witnesses: Witnesses<'c>,
    tally: Tally,
}

fn judge(args: &Args) -> Result<ExitCode, String> {
    let generated = generated(args.contract.as_deref())?;
    let contract = read(generated)?;
    let fixtures = Fixtures::sample(&contract).map_err(|problems| lines(&problems))?;
    let oracle = Oracle::new(&contract, &fixtures);
    let mut seen = Vec::new();
    for area in areas(&contract, args.area.as_deref())? {
        let generated =
            generated.area(&area.name).ok_or_else(|| format!("nothing was generated for {}", area.name))?;
        let witnesses = Witnesses::new(&contract, area, &oracle, generated)?;
        seen.push(Seen { area, witnesses, tally: Tally::default() });
    }
    ask(args, &contract, &fixtures, &mut seen);
    let printed = match args.format {
        Format::Json => writeln!(io::stdout(), "{:#}", to_json(args, &seen)),
        Format::Human => table(args, &seen),
    };
    printed
        .or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
        .map_err(|error| format!("standard output: {error}"))?;
    Ok(if seen.iter().any(|one| !one.tally.disagreements.is_empty()) {
        ExitCode::FAILURE
    } else if seen.iter().any(|one| one.tally.too_little().is_some()) {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}

/// What was generated for the contract of that name, which may be left out if there is only one.
fn generated(name: Option<&str>) -> Result<&'static runtime::Contract, String> {
    let names: Vec<&str> = CONTRACTS.iter().map(|contract| contract.name).collect();
    match (name, CONTRACTS) {
        (None, [only]) => Ok(only),
        (None, _) => Err(format!("--contract is needed; there are {}", names.join(", "))),
        (Some(name), _) => tally_generated::contract(name)
            .ok_or_else(|| format!("there is no contract {name:?}{}", suggestion(name, &names))),
    }
}

/// The contract as its spec states it.
fn read(generated: &runtime::Contract) -> Result<Contract, String> {
    let sources = generated.sources.iter().map(|source| (source.path, source.text));
    tally_spec::read(&SourceFile::all(generated.name, sources)).map_err(|problems| lines(&problems))
}

fn lines(problems: &[impl ToString]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\nerror: ")
}

/// `; did you mean …?` or the list of what there is.
fn suggestion(name: &str, known: &[&str]) -> String {
    let meant = nearest(name, known.iter().copied()).map(|one| format!("; did you mean {one:?}?"));
    format!("{} There are {}", meant.unwrap_or_default(), known.join(", "))
}

fn areas<'c>(contract: &'c Contract, only: Option<&str>) -> Result<Vec<&'c Area>, String> {
    let Some(wanted) = only else { return Ok(contract.areas.iter().collect()) };
    let names: Vec<&str> = contract.areas.iter().map(|area| area.name.as_str()).collect();
    let unknown = || format!("there is no area {wanted:?}{}", suggestion(wanted, &names));
    contract.area(wanted).map(|area| vec![area]).ok_or_else(unknown)
}

/// Asks about every instance, on as many threads as there are processors. Each takes a portion at a time.
fn ask(args: &Args, contract: &Contract, fixtures: &Fixtures, seen: &mut [Seen<'_>]) {
    let portions = usize::try_from(args.instances.div_ceil(PORTION)).unwrap_or(usize::MAX);
    let (next, last) = (AtomicUsize::new(0), portions.saturating_mul(seen.len()));
    let bar = bar(args.instances.saturating_mul(seen.len() as u64));
    let tallies: Vec<Mutex<Tally>> = seen.iter().map(|_| Mutex::default()).collect();
    let witnesses: Vec<(&Area, &Witnesses<'_>)> = seen.iter().map(|one| (one.area, &one.witnesses)).collect();
    let work = || {
        let mut making: Option<(usize, Instances<'_>)> = None;
        loop {
            let portion = next.fetch_add(1, Ordering::Relaxed);
            if portion >= last {
                return;
            }
            let (place, start) = (portion / portions, (portion % portions) as u64 * PORTION);
            let (area, witnesses) = witnesses[place];
            if making.as_ref().is_none_or(|(made_for, _)| *made_for != place) {
                making = Some((place, Instances::new(contract, area, fixtures, args.seed)));
            }
            let Some((_, instances)) = &making else { return };
            let numbers = start..args.instances.min(start + PORTION);
            let asked = numbers.end - numbers.start;
            let tally = Tally::of(witnesses, instances, numbers);
            tallies[place].lock().unwrap_or_else(std::sync::PoisonError::into_inner).add(tally);
            bar.inc(asked);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    bar.finish_and_clear();
    for (one, tally) in seen.iter_mut().zip(tallies) {
        one.tally = tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    }
}

fn bar(length: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos} of {len} instances, {eta} left") {
        bar.set_style(style);
    }
    bar
}

fn table(args: &Args, seen: &[Seen<'_>]) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "{:<20} {:>9} {:>9} {:>9} {:>6} {:>7}  rarest rule",
        "area", "instances", "defective", "open", "rules", "fewest"
    )?;
    for one in seen {
        let (rule, fewest) = rarest(one);
        writeln!(
            out,
            "{:<20} {:>9} {:>9} {:>9} {:>6} {fewest:>7}  {}",
            one.area.name,
            one.tally.instances,
            one.tally.defective,
            one.tally.open,
            one.tally.broken.len(),
            rule.map_or_else(String::new, |rule| named(&rule)),
        )?;
    }
    for one in seen {
        for found in &one.tally.disagreements {
            disagreement(&mut out, args, one, found)?;
        }
        if let Some(why) = one.tally.too_little() {
            writeln!(out, "\n{}: {why}", one.area.name)?;
        }
    }
    let disagreeing = seen.iter().filter(|one| !one.tally.disagreements.is_empty()).count();
    let verdict = if disagreeing == 0 { "on every instance" } else { "not on every instance" };
    writeln!(out, "\nDecoder, JSON Schema and oracle agree {verdict}.")
}

fn rarest(one: &Seen<'_>) -> (Option<Rule>, u64) {
    one.tally.fewest().map_or((None, 0), |(place, count)| (one.witnesses.rules().get(place).cloned(), count))
}

fn named(rule: &Rule) -> String {
    format!("{} {} ({})", rule.pointer, rule.keyword, rule.statement)
}

/// A disagreement, with the smallest instance that shows one.
fn disagreement(out: &mut impl Write, args: &Args, one: &Seen<'_>, found: &Found) -> io::Result<()> {
    let about = &found.disagreement;
    let text = smallest(&found.text, |text| one.witnesses.compare(text).is_err());
    writeln!(out, "\n{}: instance {} of seed {}: {}", one.area.name, found.number, args.seed, about.about)?;
    writeln!(out, "  {}\n  {}", about.one, about.other)?;
    writeln!(out, "  body    {}", String::from_utf8_lossy(&text).escape_debug())?;
    writeln!(out, "  again   tally validate {} - < BODY", one.area.name)
}

fn to_json(args: &Args, seen: &[Seen<'_>]) -> Value {
    let area = |one: &Seen<'_>| {
        let counts = one.witnesses.rules().iter().zip(&one.tally.broken);
        let rules: Vec<Value> = counts
            .map(|(rule, count)| {
                json!({
                    "pointer": rule.pointer, "keyword": rule.keyword, "statement": rule.statement, "broken": count,
                })
            })
            .collect();
        let found = |found: &Found| {
            json!({
                "instance": found.number,
                "body": String::from_utf8_lossy(&smallest(&found.text, |text| one.witnesses.compare(text).is_err())),
                "about": found.disagreement.about,
                "one": found.disagreement.one,
                "other": found.disagreement.other,
            })
        };
        let value = json!({
            "instances": one.tally.instances,
            "defective": one.tally.defective,
            "open": one.tally.open,
            "rules": rules,
            "disagreements": one.tally.disagreements.iter().map(found).collect::<Vec<_>>(),
            "tooLittle": one.tally.too_little(),
        });
        (one.area.name.clone(), value)
    };
    let areas: BTreeMap<String, Value> = seen.iter().map(area).collect();
    json!({ "seed": args.seed, "areas": areas })
}
