//! `cargo xtask fuzz`: builds the fuzz targets with the stable toolchain, and runs each for a while.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

use crate::workspace;

const EXAMPLES: &str = "\
Examples:
  cargo xtask fuzz --seconds 600
  cargo xtask fuzz spec --seconds 60
  cargo xtask fuzz spec --input target/fuzz/crashes/spec/crash-0123
  cargo xtask fuzz answer --shrink-corpus

An input that a target can't cope with is saved below target/fuzz/crashes, and the command that runs it again is
printed. Inputs that reach new code are kept below target/fuzz/found. A C++ compiler is needed.

Exit codes: 0 nothing was found; 1 an input was; 2 wrong usage; 3 the targets could not be built or run.";

/// Arguments of `fuzz`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// One target alone; without it, each in turn
    #[arg(value_enum)]
    target: Option<Target>,
    /// How long each target runs
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    seconds: u64,
    /// Run the target once, on this input
    #[arg(long, value_name = "FILE", requires = "target", conflicts_with = "shrink_corpus")]
    input: Option<PathBuf>,
    /// Replace the target's corpus by the fewest inputs, of it and of those found, that reach as much code
    #[arg(long, requires = "target")]
    shrink_corpus: bool,
}

/// A fuzz target.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Target {
    /// Decoder, JSON Schema and oracle agree on a body
    Agree,
    /// The client and the checks cope with an answer
    Answer,
    /// No path of a contract leads out of the output folder
    Paths,
    /// No text of a report leaves its place in any form
    Report,
    /// Loader and linter cope with a contract; what lints can be used
    Spec,
}

impl Target {
    const ALL: [Self; 5] = [Self::Agree, Self::Answer, Self::Paths, Self::Report, Self::Spec];

    const fn name(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Answer => "answer",
            Self::Paths => "paths",
            Self::Report => "report",
            Self::Spec => "spec",
        }
    }

    /// The longest input. Unit: bytes.
    const fn longest(self) -> usize {
        match self {
            Self::Agree | Self::Answer => 4096,
            Self::Paths => 256,
            Self::Report => 8192,
            Self::Spec => 16_384,
        }
    }
}

/// What libFuzzer needs of the compiler: counters at each edge, and what is compared. These are the flags of
/// `cargo fuzz`, which the stable compiler takes as well.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                        -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Builds and runs. Exits 1 if an input was found, 3 if the targets could not be built or run.
pub(crate) fn run(args: &Args) -> ExitCode {
    let chosen = args.target.map_or_else(|| Target::ALL.to_vec(), |target| vec![target]);
    let ran = build().and_then(|programs| {
        let mut found = false;
        for target in chosen {
            found |= !search(args, target, &programs.join(target.name()))?;
        }
        Ok(found)
    });
    match ran {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

/// Builds every target. The folder of the programs.
fn build() -> io::Result<PathBuf> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let about = Command::new(rustc).arg("-vV").output()?;
    let about = String::from_utf8_lossy(&about.stdout);
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or_else(|| io::Error::other("rustc does not say what it compiles for"))?;
    // With --target, build scripts and macros are left without counters.
    let built = workspace::cargo()
        .args(["build", "--quiet", "--release", "--bins", "--manifest-path", "conformance/fuzz/Cargo.toml"])
        .args(["--target-dir", "target/fuzz", "--target", host])
        .env("RUSTFLAGS", COVERAGE)
        .status()?;
    if !built.success() {
        return Err(io::Error::other("the fuzz targets could not be built; see cargo's messages above"));
    }
    Ok(workspace::root().join("target/fuzz").join(host).join("release"))
}

/// Runs one target as the arguments say. Whether it coped with every input.
fn search(args: &Args, target: Target, program: &Path) -> io::Result<bool> {
    let name = target.name();
    let folder = |kind: &str| workspace::root().join("target/fuzz").join(kind).join(name);
    let (found, crashes) = (folder("found"), folder("crashes"));
    let corpus = workspace::root().join("conformance/fuzz/corpus").join(name);
    for needed in [&found, &crashes, &corpus] {
        fs::create_dir_all(needed)?;
    }
    let mut command = Command::new(program);
    command.arg(format!("-max_len={}", target.longest()));
    // An input that takes very long, or very much memory, is found out too.
    command.args(["-timeout=20", "-rss_limit_mb=2048"]);
    command.arg(format!("-artifact_prefix={}/", crashes.display()));
    if let Some(input) = &args.input {
        return Ok(command.arg(input).status()?.success());
    }
    if args.shrink_corpus {
        return shrink(command, &corpus, &found);
    }
    println!("{name}: {} s", args.seconds);
    command.args([format!("-max_total_time={}", args.seconds), "-print_final_stats=1".to_owned()]);
    command.arg("-verbosity=0").arg(&found).arg(&corpus);
    let before = workspace::sorted(&crashes)?;
    let held = command.status()?.success();
    for crash in workspace::sorted(&crashes)?.iter().filter(|crash| !before.contains(crash)) {
        let crash = crash.strip_prefix(workspace::root()).unwrap_or(crash).display();
        eprintln!("{name} can't cope with {crash}; again: cargo xtask fuzz {name} --input {crash}");
    }
    Ok(held)
}

/// Replaces the corpus by the inputs of it, and of those found, that are needed to reach the same edges.
fn shrink(mut command: Command, corpus: &Path, found: &Path) -> io::Result<bool> {
    let fewest = corpus.with_extension("new");
    fs::create_dir_all(&fewest)?;
    // How often an edge is passed is left out: it would keep hundreds of inputs.
    command.args(["-set_cover_merge=1", "-use_counters=0"]).arg(&fewest).arg(corpus).arg(found);
    let held = command.status()?.success();
    if held {
        let count = workspace::sorted(&fewest)?.len();
        fs::remove_dir_all(corpus)?;
        fs::rename(&fewest, corpus)?;
        println!("{count} inputs are left");
    }
    Ok(held)
}
