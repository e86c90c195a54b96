//! `bench hostile`: the most memory that `tally` takes under hostile input, beside its bound.
//!
//! Each case is a process of its own. Exits 1 if one takes more than its bound, does not end, or is ended by a signal.
//! `--size small` is for each change, `--size full` for a release.

mod mock;
mod runner;
mod validate;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs};

use serde_json::json;
use tally_bench::options::Options;
use tally_bench::process::{self, Mock};
use tally_bench::size::{MIB, in_mib};
use tally_bench::subject::Subject;

/// What a case took, and what it may.
struct Case {
    /// The part of `tally`, and what was done to it.
    part: &'static str,
    name: String,
    /// Unit: bytes.
    bound: u64,
    /// `None` if the system does not report it.
    peak: Option<u64>,
    /// What was wrong apart from memory.
    wrong: Option<String>,
    seconds: f64,
}

impl Case {
    fn held(&self) -> bool {
        self.wrong.is_none() && self.peak.is_some_and(|peak| peak <= self.bound)
    }
}

/// Runs the cases of a part.
type Cases = fn(&mut Setting) -> Result<(), String>;

/// What every case needs.
struct Setting {
    tally: PathBuf,
    subject: Subject,
    /// The contract's folder.
    contract: PathBuf,
    /// A folder for files of the cases.
    folder: PathBuf,
    /// The contract's name, as an argument.
    named: [String; 2],
    full: bool,
    json: bool,
    held: bool,
}

impl Setting {
    /// Runs a case and prints it.
    fn case(
        &mut self,
        part: &'static str,
        name: &str,
        bound: u64,
        run: impl FnOnce(&Self) -> (Option<u64>, Option<String>),
    ) {
        let started = Instant::now();
        let (peak, wrong) = run(self);
        let case = Case {
            part,
            name: name.to_owned(),
            bound,
            peak,
            wrong,
            seconds: started.elapsed().as_secs_f64(),
        };
        self.held &= case.held();
        self.print(&case);
    }

    fn print(&self, case: &Case) {
        let (bound, peak) = (in_mib(case.bound), case.peak.map(in_mib));
        if self.json {
            println!(
                "{}",
                json!({
                    "part": case.part, "case": case.name, "peakMiB": peak, "boundMiB": bound,
                    "seconds": (case.seconds * 10.0).round() / 10.0, "wrong": case.wrong, "held": case.held(),
                })
            );
            return;
        }
        let peak = peak.map_or_else(|| "?".to_owned(), |peak| peak.to_string());
        let held = if case.held() { "held" } else { "NOT HELD" };
        println!(
            "{:<9} {:<44} {peak:>6} of {bound:>4} MiB {:>6.1} s  {held}",
            case.part, case.name, case.seconds
        );
        if let Some(wrong) = &case.wrong {
            println!("{:<9} {wrong}", "");
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [first, rest @ ..] = arguments.as_slice()
        && first == process::MEASURE
    {
        return process::measure(rest);
    }
    match run(&Options::of_this_process()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

/// Whether every bound was kept.
fn run(options: &Options) -> Result<bool, String> {
    let contract = options.contract()?;
    let subject = Subject::read(&contract)?;
    let folder = env::temp_dir().join(format!("tally-bench-hostile-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let named = ["--contract".to_owned(), subject.contract().file.name.clone()];
    let full = options.value("--size") == Some("full");
    let mut setting = Setting {
        tally: options.tally(),
        subject,
        contract,
        folder,
        named,
        full,
        json: options.as_json(),
        held: true,
    };
    let only = options.value("--part");
    let parts: [(&str, Cases); 3] =
        [("validate", validate::cases), ("conform", runner::cases), ("mock", mock::cases)];
    let ran = parts.iter().filter(|(part, _)| only.is_none_or(|only| only == *part));
    let ran = ran.map(|(_, cases)| cases(&mut setting)).collect::<Result<Vec<()>, _>>();
    let _ = fs::remove_dir_all(&setting.folder);
    if ran?.is_empty() {
        return Err("--part is one of validate, conform, mock".to_owned());
    }
    Ok(setting.held)
}

/// The memory above which a process is killed: it has failed by then. Unit: bytes.
const fn ceiling(bound: u64) -> u64 {
    bound + 1024 * MIB
}

/// The options of a mock with that much memory, and what it may take; an older `tally` has no such option, and is
/// held to the default.
fn bounded(setting: &Setting, mib: u64) -> (Vec<String>, u64) {
    let mut options = setting.named.to_vec();
    if Mock::has_option(&setting.tally, "--max-memory") {
        options.extend(["--max-memory".to_owned(), format!("{mib}MiB")]);
        (options, mib * MIB)
    } else {
        eprintln!("note: this tally has no --max-memory; its mock is held to 512 MiB");
        (options, 512 * MIB)
    }
}
