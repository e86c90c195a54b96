//! What a run leaves on disk for its findings: counterexamples, request bodies, and files that run without this
//! program.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::args::Args;
use super::prepare::Prepared;
use tally_fixtures::private;
use tally_runner::emit::{Form, emit};
use tally_runner::outcome::{Report, body_file, is_long};

/// Writes the files, and notes in each finding which are its own.
///
/// # Errors
///
/// If a file cannot be written.
pub(super) fn keep(args: &Args, prepared: &Prepared, report: &mut Report) -> io::Result<()> {
    // A replayed counterexample has its file.
    if let Some(folder) = prepared.counterexamples.as_ref().filter(|_| prepared.replayed.is_empty()) {
        save(folder, report)?;
    }
    bodies(args.report.as_deref(), report)?;
    for (form, folder) in &prepared.emit {
        write(*form, folder, report)?;
    }
    Ok(())
}

/// Saves the counterexamples; the next run sends those of violations first.
fn save(folder: &Path, report: &mut Report) -> io::Result<()> {
    for finding in &mut report.findings {
        let Some(counterexample) = &finding.counterexample else { continue };
        fs::create_dir_all(folder)?;
        let path = folder.join(counterexample.file_stem() + ".json");
        let text = serde_json::to_string_pretty(counterexample).map_err(io::Error::other)?;
        private::write(&path, (text + "\n").as_bytes())?;
        finding.saved_as = Some(path.display().to_string());
    }
    Ok(())
}

/// Sees to it that the file exists that a finding's curl command reads its body from: in the report's folder, or
/// else in a folder for temporary files.
fn bodies(report_folder: Option<&Path>, report: &mut Report) -> io::Result<()> {
    let mut folder: Option<PathBuf> = report_folder.map(Path::to_owned);
    for index in 0..report.findings.len() {
        if !is_long(&report.findings[index].request.body) {
            continue;
        }
        if folder.is_none() {
            folder = Some(temporary(report.seed)?);
        }
        let Some(folder) = &folder else { continue };
        fs::create_dir_all(folder)?;
        let path = folder.join(body_file(index));
        let finding = &mut report.findings[index];
        private::write(&path, finding.request.bytes())?;
        finding.body_path = Some(path.display().to_string());
    }
    Ok(())
}

/// A new folder for temporary files.
fn temporary(seed: u64) -> io::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("tally-{seed}-{}", std::process::id()));
    // Not one that somebody else has made there.
    fs::create_dir(&folder)?;
    Ok(folder)
}

/// Writes each finding in a form, and says what was written.
fn write(form: Form, folder: &Path, report: &Report) -> io::Result<()> {
    let emitted = emit(report, form);
    if !emitted.files.is_empty() {
        fs::create_dir_all(folder)?;
    }
    for (name, text) in &emitted.files {
        let path = folder.join(name);
        private::write(&path, text.as_bytes())?;
        if form == Form::Shell {
            make_executable(&path)?;
        }
    }
    // If standard error is closed, nobody wants to know.
    let mut error = io::stderr();
    let _ = writeln!(error, "--emit {form}: {} files in {}", emitted.files.len(), folder.display());
    for why in &emitted.left_out {
        let _ = writeln!(error, "--emit {form}: no file for {why}");
    }
    Ok(())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}
