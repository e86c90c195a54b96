//! Where things are, and how their files are read.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use tally_spec::SourceFile;

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// The cargo that runs us, started in the workspace's root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The files of every contract under `spec/`: the folders that hold a `contract.toml`, by name.
pub(crate) fn contracts() -> io::Result<Vec<(String, Vec<SourceFile>)>> {
    let mut contracts = Vec::new();
    for folder in sorted(&root().join("spec"))? {
        if folder.join("contract.toml").is_file() {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let files = files(&folder, &format!("spec/{name}"))?;
            contracts.push((name, files));
        }
    }
    Ok(contracts)
}

/// The files of the contracts in these folders, by the folders' names.
pub(crate) fn contracts_in(folders: &[PathBuf]) -> io::Result<Vec<(String, Vec<SourceFile>)>> {
    let contract = |folder: &PathBuf| {
        let whole = folder
            .canonicalize()
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", folder.display())))?;
        let name = whole.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The linter compares the contract's name with the last part, which `.` has not.
        let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
        let shown = above.map_or_else(|| name.clone(), |above| above.join(&name).display().to_string());
        let files = files(folder, &shown.replace('\\', "/"))?;
        Ok((name, files))
    };
    folders.iter().map(contract).collect()
}

/// The files of a contract's folder, shown as below that name.
pub(crate) fn files(folder: &Path, shown: &str) -> io::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    read_below(folder, folder, shown, &mut files)?;
    Ok(files)
}

fn read_below(top: &Path, folder: &Path, shown: &str, files: &mut Vec<SourceFile>) -> io::Result<()> {
    for entry in sorted(folder)? {
        if entry.is_dir() {
            read_below(top, &entry, shown, files)?;
            continue;
        }
        let below = entry.strip_prefix(top).unwrap_or(&entry);
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        let path = parts.join("/");
        let text = fs::read_to_string(&entry)
            .map_err(|error| io::Error::new(error.kind(), format!("{shown}/{path}: {error}")))?;
        files.push(SourceFile { shown_as: format!("{shown}/{path}"), path, text });
    }
    Ok(())
}

/// The entries of a folder, sorted.
pub(crate) fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    entries.sort();
    Ok(entries)
}

/// Whether standard error takes colour: a terminal, and no wish to the contrary.
pub(crate) fn colour() -> bool {
    io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The URL below which schemas are published: `package.metadata` of the workspace, `tally.base-url`.
pub(crate) fn base_url() -> Result<String, String> {
    let path = root().join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let manifest: toml::Table = text.parse().map_err(|error| format!("Cargo.toml: {error}"))?;
    let url = manifest["workspace"].get("metadata").and_then(|value| value.get("tally"));
    let url = url.and_then(|value| value.get("base-url")).and_then(toml::Value::as_str);
    Ok(url.map_or_else(|| tally_codegen::Options::default().base_url, str::to_owned))
}
