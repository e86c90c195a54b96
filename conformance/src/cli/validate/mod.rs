//! `tally validate`: validates request bodies before anything is sent.

mod input;
mod lines;
mod locate;
mod show;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use tally_generated::runtime::{Area, Observer, Violation};
use tally_spec::model::Contract;

use input::{Size, Source};
use show::Told;

/// The help's examples, by an area of the first contract.
fn examples() -> String {
    let area = tally_generated::CONTRACTS.first().and_then(|contract| contract.areas.first());
    let (path, name) = area.map_or(("AREA", "AREA"), |area| (area.path.trim_matches('/'), area.name));
    format!(
        "Examples:
  tally validate {path} body.json
  tally validate {name} --format json < body.json
  tally validate {name} --lines bodies.jsonl                 each broken rule, with its line
  tally validate {name} --lines --format json bodies.jsonl   the same as JSON Lines
  tally validate {name} --lines --summary bodies.jsonl       counts by statement

Exit codes: 0 no rule is broken, 1 rules are broken, 2 wrong usage or the input can't be read.
Checks a body's structure. References (accounts, surveys) are not checked: only the endpoint knows them."
    )
}

/// Validate a request body before you send it
#[derive(Debug, clap::Args)]
#[command(after_help = examples())]
pub struct Args {
    /// The area, by its path or by its name
    pub area: String,
    /// The file that holds the body [default: standard input]
    pub file: Option<PathBuf>,
    /// The contract, if there is more than one
    #[arg(long, value_name = "NAME")]
    pub contract: Option<String>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Take each line as a request body of its own
    #[arg(long)]
    pub lines: bool,
    /// Print counts by statement instead of each broken rule
    #[arg(long, requires = "lines")]
    pub summary: bool,
    /// The largest body, or line, that is read: bytes, or with a unit such as kB, MiB or GiB
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = input::size)]
    pub max_bytes: Size,
}

/// How the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A list for a person
    Human,
    /// One JSON object; with --lines one for each broken rule
    Json,
}

/// Validates bodies. Exits 0 if they break no rule, 1 if they do, 2 if they can't be read.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    match validate(args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn validate(args: &Args) -> Result<ExitCode, String> {
    let (contract, generated) = super::contract(args.contract.as_deref())?;
    let names: Vec<&str> =
        generated.areas.iter().flat_map(|area| [area.name, area.path.trim_matches('/')]).collect();
    let area = generated.area(&args.area).ok_or_else(|| {
        format!("there is no area {:?}{}", args.area, super::suggestion(&args.area, &names))
    })?;
    let source = Source::new(args.file.as_deref());
    if args.lines {
        return lines::run(args, &contract, area, &source);
    }
    let body = source.whole(args.max_bytes)?;
    one(args, &contract, area, &source, &body)
}

/// Validates one body. What is found is printed as it is found, so it is asked for once for each part of the output.
fn one(
    args: &Args,
    contract: &Contract,
    area: &Area,
    source: &Source,
    body: &[u8],
) -> Result<ExitCode, String> {
    let outline = (area.inspect)(body, &mut Nothing);
    if outline.counted > area.limit {
        eprintln!(
            "note: the request holds {}, more than the {} that are processed at once",
            outline.counted, area.limit
        );
    }
    let printed = match args.format {
        Format::Json => {
            let mut out = BufWriter::new(io::stdout().lock());
            show::json(&mut out, area, body, outline.request).and_then(|()| out.flush())
        }
        Format::Human => {
            let mut out = BufWriter::new(anstream::stdout().lock());
            let mut told = Told::new(&mut out, contract, source.name(), body);
            (area.inspect)(body, &mut told);
            let printed = told.end();
            printed.and_then(|()| show::outcome(&mut out, area, &outline)).and_then(|()| out.flush())
        }
    };
    ended(printed, outline.violations == 0)
}

/// The exit code, once the result was printed.
fn ended(printed: io::Result<()>, clean: bool) -> Result<ExitCode, String> {
    match printed {
        // A reader that goes away, such as `head`, has seen what it wanted.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ if clean => Ok(ExitCode::SUCCESS),
        _ => Ok(ExitCode::FAILURE),
    }
}

/// Wants to know the outline alone.
struct Nothing;

impl Observer for Nothing {
    fn violation(&mut self, _violation: Violation) {}
}
