//! `cargo xtask gen`: writes everything that is made from the specs, or says what is not as it should be.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{fs, io};

use similar::TextDiff;
use tally_codegen::Options;
use tally_spec::SourceFile;

use crate::{folder, publish, workspace};

/// Arguments of `gen`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; exit 1 with a diff where a file is stale, missing or orphaned
    #[arg(long)]
    check: bool,
}

/// Generates, and writes or checks. Exits 1 on drift, 2 where nothing could be generated.
pub(crate) fn run(args: &Args) -> ExitCode {
    let kept = if args.check { kept_promises() } else { Ok(()) };
    match kept.and_then(|()| expected()) {
        Ok(expected) => settle(&expected, args.check).unwrap_or_else(|error| fail(&error.to_string())),
        Err(error) => fail(&error),
    }
}

fn fail(error: &str) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(2)
}

/// Fails where a published schema changed under its `$id`: what is written then could not be published.
fn kept_promises() -> Result<(), String> {
    let contracts = workspace::contracts().map_err(|error| error.to_string())?;
    let sound = |files: &Vec<SourceFile>| tally_spec::read(files).is_ok();
    let contracts: Vec<_> = contracts.into_iter().filter(|(_, files)| sound(files)).collect();
    let options = Options { base_url: workspace::base_url()? };
    let broken = publish::broken_promises(&contracts, &options)?;
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n")) }
}

/// Every generated file, by its path below the workspace's root.
fn expected() -> Result<BTreeMap<PathBuf, String>, String> {
    let contracts = workspace::contracts().map_err(|error| error.to_string())?;
    let mut models = Vec::new();
    for (_, files) in &contracts {
        models.push(tally_spec::read(files).map_err(|problems| {
            format!("a spec is broken\n\n{}", tally_spec::render(&problems, files, workspace::colour()))
        })?);
    }
    let options = Options { base_url: workspace::base_url()? };
    let files = tally_codegen::generate(&models, &options).map_err(|error| error.to_string())?;
    if let Some((path, _)) = files.iter().find(|(_, text)| text.contains("use regex_lite::Regex;")) {
        let manifest = fs::read_to_string(workspace::root().join("generated/Cargo.toml"));
        if !manifest.map_err(|error| error.to_string())?.contains("regex-lite") {
            return Err(format!(
                "generated/{path} holds a pattern that is more than runs of letters, which needs a regular \
                 expression; add `regex-lite.workspace = true` to generated/Cargo.toml, or write the pattern as \
                 such runs: `^[A-Z]{{2}}-[0-9]+$`"
            ));
        }
    }
    let mut expected = BTreeMap::new();
    for (path, text) in files {
        let is_rust = Path::new(&path).extension().is_some_and(|extension| extension == "rs");
        let text = if is_rust { formatted(&path, &text)? } else { text };
        expected.insert(Path::new("generated").join(path), text);
    }
    for (name, text) in tally_spec::format_schemas() {
        expected.insert(Path::new("spec/format").join(name), text);
    }
    Ok(expected)
}

/// A source as the pinned rustfmt prints it.
fn formatted(path: &str, text: &str) -> Result<String, String> {
    let told = |error: io::Error| format!("rustfmt could not be run: {error}");
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(workspace::root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(told)?;
    let mut stdin = rustfmt.stdin.take().ok_or("rustfmt has no standard input")?;
    // All of the source is read before anything is printed, so writing it whole can't block for good.
    stdin.write_all(text.as_bytes()).map_err(told)?;
    drop(stdin);
    let output = rustfmt.wait_with_output().map_err(told)?;
    if !output.status.success() {
        return Err(format!("rustfmt refuses generated/{path}"));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

/// Writes what differs, or reports it.
fn settle(expected: &BTreeMap<PathBuf, String>, check: bool) -> io::Result<ExitCode> {
    let root = workspace::root();
    let mut drifted = 0;
    for (path, text) in expected {
        let found = fs::read_to_string(root.join(path)).ok();
        if found.as_ref() == Some(text) {
            continue;
        }
        drifted += 1;
        if check {
            report(path, found.as_deref(), text);
        } else {
            folder::write(&root, path, text)?;
            println!("wrote {}", path.display());
        }
    }
    for orphan in orphans(&root, expected)? {
        drifted += 1;
        if check {
            eprintln!("orphaned: {} is made from no spec", orphan.display());
        } else {
            fs::remove_file(root.join(&orphan))?;
            println!("removed {}", orphan.display());
        }
    }
    if check && drifted > 0 {
        eprintln!("error: {drifted} generated files are not what the specs make; run `cargo xtask gen`");
        return Ok(ExitCode::FAILURE);
    }
    println!("{} generated files are what the specs make", expected.len());
    Ok(ExitCode::SUCCESS)
}

fn report(path: &Path, found: Option<&str>, wanted: &str) {
    let Some(found) = found else {
        eprintln!("missing: {}", path.display());
        return;
    };
    let diff = TextDiff::from_lines(found, wanted);
    let (from, to) = (path.display().to_string(), format!("{} (as the specs make it)", path.display()));
    eprintln!("stale: {from}\n{}", diff.unified_diff().header(&from, &to));
}

/// Files in the generated crate that no spec makes. Its manifest is kept by hand.
fn orphans(root: &Path, expected: &BTreeMap<PathBuf, String>) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for below in ["src", "schemas"] {
        // A link here is an orphan itself: it is removed, and what it leads to stays.
        found.extend(folder::files(&folder::inside(root, &Path::new("generated").join(below))?)?);
    }
    let below = found.iter().filter_map(|path| path.strip_prefix(root).ok());
    Ok(below.filter(|path| !expected.contains_key(*path)).map(Path::to_owned).collect())
}
