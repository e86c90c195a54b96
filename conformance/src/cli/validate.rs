//! `tally validate`: judges one request's body before anything is sent.

use std::fs;
use std::io::{self, Read as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use tally_generated::runtime::{Area, Judgement, RecordVerdict, RequestVerdict};
use tally_runner::report::escaped;

use super::lines;

/// The help's examples, by an area of the first contract.
fn examples() -> String {
    let area = tally_generated::CONTRACTS.first().and_then(|contract| contract.areas.first());
    let (path, name) = area.map_or(("AREA", "AREA"), |area| (area.path.trim_matches('/'), area.name));
    format!(
        "Examples:
  tally validate {path} body.json
  tally validate {name} --format json < body.json
  tally validate {name} --lines bodies.jsonl

Exit codes: 0 no violation, 1 violations, 2 wrong usage or what can't be read.
Rules of shape alone: whether what a record names exists is for the endpoint."
    )
}

/// Judge one request body before it is sent
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
    /// How the judgement is printed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Take each line, of 16 MiB at most, as a request body of its own, and print a summary of all
    #[arg(long)]
    pub lines: bool,
}

/// How a judgement is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A list for a person
    Human,
    /// One JSON object
    Json,
}

/// Judges a body. Exits 0 if it breaks no rule, 1 if it does, 2 if it can't be read.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    match find(args).and_then(|(contract, area)| judge(args, contract, area)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// The contract's name and the area that the arguments name.
fn find(args: &Args) -> Result<(&'static str, &'static Area), String> {
    let (_, generated) = super::contract(args.contract.as_deref())?;
    let names: Vec<&str> =
        generated.areas.iter().flat_map(|area| [area.name, area.path.trim_matches('/')]).collect();
    let area = generated.area(&args.area).ok_or_else(|| {
        format!("there is no area {:?}{}", args.area, super::suggestion(&args.area, &names))
    })?;
    Ok((generated.name, area))
}

fn judge(args: &Args, contract: &str, area: &Area) -> Result<ExitCode, String> {
    let mut out = anstream::stdout().lock();
    if args.lines {
        let file = args.file.as_deref().filter(|file| file.as_os_str() != "-");
        let summary = lines::judge(area, file)?;
        let printed = match args.format {
            Format::Json => writeln!(out, "{}", summary.to_json()),
            Format::Human => summary.print(&mut out, area, contract),
        };
        return ended(printed, summary.is_clean());
    }
    let judgement = (area.judge)(&body(args)?);
    if judgement.counted > area.limit {
        eprintln!("{}", over_limit(area, &judgement));
    }
    let printed = match args.format {
        Format::Json => writeln!(out, "{}", to_json(&judgement)),
        Format::Human => print(&mut out, area, &judgement),
    };
    ended(printed, judgement.violations.is_empty())
}

/// The exit code, once the judgement was printed.
fn ended(printed: io::Result<()>, clean: bool) -> Result<ExitCode, String> {
    match printed {
        // A reader that goes away, such as `head`, has seen what it wanted.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ if clean => Ok(ExitCode::SUCCESS),
        _ => Ok(ExitCode::FAILURE),
    }
}

fn body(args: &Args) -> Result<Vec<u8>, String> {
    match args.file.as_deref().filter(|file| file.as_os_str() != "-") {
        Some(file) => fs::read(file).map_err(|error| format!("{}: {error}", file.display())),
        None => {
            let mut body = Vec::new();
            io::stdin().read_to_end(&mut body).map_err(|error| format!("standard input: {error}"))?;
            Ok(body)
        }
    }
}

fn over_limit(area: &Area, judgement: &Judgement) -> String {
    format!(
        "note: the request holds {}, more than the {} that are processed at once",
        judgement.counted, area.limit
    )
}

fn to_json(judgement: &Judgement) -> serde_json::Value {
    let records: Vec<&str> = judgement.records.iter().map(word).collect();
    let violations: Vec<_> = judgement
        .violations
        .iter()
        .map(|violation| {
            json!({
                "pointer": violation.pointer.as_str(),
                "keyword": violation.keyword,
                "statement": violation.statement,
                "record": violation.record,
                "message": violation.message,
            })
        })
        .collect();
    let request = match judgement.request {
        RequestVerdict::Accept => "accept",
        RequestVerdict::Reject => "reject",
    };
    json!({ "request": request, "records": records, "violations": violations })
}

const fn word(verdict: RecordVerdict) -> &'static str {
    match verdict {
        RecordVerdict::Pass => "pass",
        RecordVerdict::Fail => "fail",
    }
}

fn print(out: &mut impl Write, area: &Area, judgement: &Judgement) -> io::Result<()> {
    let bold = anstyle::Style::new().bold();
    for violation in &judgement.violations {
        let place = match violation.pointer.as_str() {
            "" => "the body",
            pointer => pointer,
        };
        writeln!(out, "{bold}{}{bold:#}", escaped(place))?;
        writeln!(
            out,
            "    {} ({}, {})",
            escaped(&violation.message),
            violation.keyword,
            violation.statement
        )?;
    }
    let failed = judgement.records.failed().len();
    match judgement.request {
        RequestVerdict::Reject => writeln!(out, "{}: the request would be refused whole", area.title),
        RequestVerdict::Accept => {
            let passed = judgement.records.len() - failed;
            writeln!(out, "{}: {passed} pass, {failed} fail", area.title)
        }
    }
}
