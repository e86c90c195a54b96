//! `cargo xtask publish`: writes the folder that other people use.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use tally_codegen::publish::{Package, lock};
use tally_codegen::{Files, Options};
use tally_spec::SourceFile;
use tally_spec::model::Contract;

use crate::{folder, workspace};

/// Arguments of `publish`.
#[derive(clap::Args)]
#[command(next_line_help = true, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder to write: new, empty, or one that this command wrote
    #[arg(long, value_name = "FOLDER", required_unless_present = "record")]
    out: Option<PathBuf>,
    /// The contract to publish; needed where spec/ holds more than one
    #[arg(long, value_name = "NAME")]
    contract: Option<String>,
    /// Put the schemas of every contract on record, in its published.toml: a
    /// schema that changes under its $id then fails `gen --check`
    #[arg(long, verbatim_doc_comment)]
    record: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask publish --out dist
  cargo xtask publish --record

Exit codes: 0 written, 2 not.";

/// Publishes. Exits 2 where nothing was written, or a recorded schema changed.
pub(crate) fn run(args: &Args) -> ExitCode {
    match publish(args, true) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Publishes the only contract to a folder.
pub(crate) fn to(out: &Path) -> Result<(), String> {
    publish(&Args { out: Some(out.to_owned()), contract: None, record: false }, false)
}

fn publish(args: &Args, told: bool) -> Result<(), String> {
    let sources = workspace::contracts().map_err(|error| error.to_string())?;
    let options = Options { base_url: workspace::base_url()? };
    if args.record {
        for (name, files) in &sources {
            record(name, files, &options)?;
        }
    }
    let Some(out) = &args.out else { return Ok(()) };
    let (_, files) = chosen(&sources, args.contract.as_deref())?;
    let contract = read(files)?;
    // Cargo runs this in the caller's folder: a relative path is from there.
    let made = tally_codegen::publish::publish(&contract, &options, &package()?);
    write(out, &made).map_err(|error| format!("{}: {error}", out.display()))?;
    if told {
        println!("wrote {} files to {}", made.len(), out.display());
    }
    Ok(())
}

fn chosen<'a>(
    sources: &'a [(String, Vec<SourceFile>)],
    wanted: Option<&str>,
) -> Result<&'a (String, Vec<SourceFile>), String> {
    let names: Vec<&str> = sources.iter().map(|(name, _)| name.as_str()).collect();
    let found = match wanted {
        Some(wanted) => sources.iter().find(|(name, _)| name == wanted),
        None => sources.first().filter(|_| sources.len() == 1),
    };
    found.ok_or_else(|| format!("name a contract with --contract: {}", names.join(", ")))
}

fn read(files: &[SourceFile]) -> Result<Contract, String> {
    tally_spec::read(files)
        .map_err(|problems| format!("{}\nmend the spec first", tally_spec::render(&problems, files, false)))
}

fn package() -> Result<Package, String> {
    let root = workspace::root();
    let mut licence_files = Vec::new();
    for path in workspace::sorted(&root).map_err(|error| error.to_string())? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("LICENSE") {
            licence_files.push((name, fs::read_to_string(&path).map_err(|error| error.to_string())?));
        }
    }
    // Both are the workspace's, inherited by this crate.
    let (version, licence) = (env!("CARGO_PKG_VERSION").to_owned(), env!("CARGO_PKG_LICENSE").to_owned());
    Ok(Package { version, licence, licence_files })
}

/// The file by which a published folder is known as this command's own.
const MARKER: &str = ".tally-published";

/// Writes the folder whole or not at all: into a new folder first, which then takes the old one's place.
///
/// Nothing is removed but a folder that this command wrote and nobody changed since.
fn write(out: &Path, files: &Files) -> Result<(), String> {
    let failed = |error: io::Error| format!("can't be written: {error}; name another with --out");
    refuse_strangers(out)?;
    let out = std::path::absolute(out).map_err(failed)?;
    let parent = out.parent().ok_or("this is no folder's name; name another with --out")?;
    fs::create_dir_all(parent).map_err(failed)?;
    let fresh = created_next_to(&out, "new").map_err(failed)?;
    let written = (|| {
        for (path, text) in files {
            folder::write(&fresh, Path::new(path), text)?;
        }
        folder::write(
            &fresh,
            Path::new(MARKER),
            "Written by Tally, which replaces this folder only if it is unchanged.\n",
        )
    })();
    let placed = written.and_then(|()| replace(&out, &fresh));
    if placed.is_err() {
        // It is ours and new; if it can't be removed, the first error says more.
        let _ = fs::remove_dir_all(&fresh);
    }
    placed.map_err(failed)
}

/// Puts `fresh` in the place of `out`, which comes back if that fails.
fn replace(out: &Path, fresh: &Path) -> io::Result<()> {
    if !out.exists() {
        return fs::rename(fresh, out);
    }
    let aside = created_next_to(out, "old")?;
    let old = aside.join("old");
    fs::rename(out, &old)?;
    if let Err(error) = fs::rename(fresh, out) {
        fs::rename(&old, out)?;
        fs::remove_dir(&aside)?;
        return Err(error);
    }
    fs::remove_dir_all(&aside)
}

/// A new folder next to `out`, under a name that nothing had.
fn created_next_to(out: &Path, what: &str) -> io::Result<PathBuf> {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let mut number = 0;
    loop {
        let path = out.with_file_name(format!(".{name}.{}-{number}.{what}", std::process::id()));
        match fs::create_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => number += 1,
            created => return created.map(|()| path),
        }
    }
}

/// Refuses a folder that this command did not write, or that somebody changed since.
fn refuse_strangers(out: &Path) -> Result<(), String> {
    let Ok(found) = fs::symlink_metadata(out) else { return Ok(()) };
    if !found.is_dir() {
        return Err("this is no folder; name another with --out".to_owned());
    }
    let files = folder::files(out).map_err(|error| format!("can't be read: {error}"))?;
    if files.is_empty() {
        return Ok(());
    }
    let refused = |what: String| {
        Err(format!(
            "{what}; nothing was written. Only a folder that `cargo xtask publish` wrote, unchanged, is replaced: \
             take away what is yours, or name another folder with --out"
        ))
    };
    if !files.contains(&out.join(MARKER)) {
        let first = files[0].strip_prefix(out).unwrap_or(&files[0]).display();
        return refused(format!("this folder holds {first}, and no {MARKER}"));
    }
    let sums = fs::read_to_string(out.join("SHA256SUMS")).unwrap_or_default();
    let known: BTreeMap<PathBuf, &str> = sums
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sum, path)| (out.join(path), sum))
        .collect();
    for path in &files {
        let shown = path.strip_prefix(out).unwrap_or(path).display();
        if *path == out.join(MARKER) || *path == out.join("SHA256SUMS") {
            continue;
        }
        let Some(sum) = known.get(path) else {
            return refused(format!("{shown} is not in this folder's SHA256SUMS"));
        };
        let text = fs::read_to_string(path).unwrap_or_default();
        if path.is_symlink() || tally_codegen::publish::digest(&text) != **sum {
            return refused(format!("{shown} was changed"));
        }
    }
    Ok(())
}

/// Puts what is new on record; a recorded schema that changed is refused.
fn record(name: &str, files: &[SourceFile], options: &Options) -> Result<(), String> {
    let recorded = on_record(files)?;
    let made = lock::digests(&read(files)?, options);
    if let Some(changed) = lock::changed(&recorded, &made).first() {
        return Err(describe(changed, name));
    }
    let path = Path::new("spec").join(name).join("published.toml");
    folder::write(&workspace::root(), &path, &lock::record(&recorded, &made))
        .map_err(|error| error.to_string())?;
    println!("spec/{name}/published.toml holds {} schemas", made.len());
    Ok(())
}

/// What `published.toml` says, or nothing where there is none.
fn on_record(files: &[SourceFile]) -> Result<Vec<(String, String)>, String> {
    let Some(file) = files.iter().find(|file| file.path == "published.toml") else { return Ok(Vec::new()) };
    let table: toml::Table = file.text.parse().map_err(|error| format!("{}: {error}", file.shown_as))?;
    let schemas = table.get("schemas").and_then(toml::Value::as_table).into_iter().flatten();
    Ok(schemas.filter_map(|(id, digest)| Some((id.clone(), digest.as_str()?.to_owned()))).collect())
}

/// The schemas of all contracts that changed under a recorded `$id`, each told with its cure.
pub(crate) fn broken_promises(
    sources: &[(String, Vec<SourceFile>)],
    options: &Options,
) -> Result<Vec<String>, String> {
    let mut list = Vec::new();
    for (name, files) in sources {
        let made = lock::digests(&read(files)?, options);
        list.extend(lock::changed(&on_record(files)?, &made).iter().map(|changed| describe(changed, name)));
    }
    Ok(list)
}

fn describe(changed: &lock::Changed, contract: &str) -> String {
    format!(
        "{} changed, and was published with the SHA-256 {:.12}… (now {:.12}…): change schemaPath in \
         spec/{contract}/contract.toml, or, if nobody was given it, take its line from published.toml and \
         run `cargo xtask publish --record`",
        changed.id, changed.recorded, changed.made
    )
}

#[cfg(test)]
mod tests {
    use super::{Files, Path, env, fs, write};

    /// A folder of the test's own, empty.
    fn folder(name: &str) -> std::path::PathBuf {
        let folder = env::temp_dir().join(format!("tally-publish-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn files(names: &[&str]) -> Files {
        let mut files: Files = names.iter().map(|name| ((*name).to_owned(), format!("{name}\n"))).collect();
        let sums = tally_codegen::publish::sums(&files);
        files.insert("SHA256SUMS".to_owned(), sums);
        files
    }

    fn holds(folder: &Path, name: &str) -> bool {
        folder.join(name).is_file()
    }

    #[test]
    fn a_folder_of_ours_is_replaced_whole() {
        let out = folder("replaced");
        write(&out, &files(&["a/one", "two"])).unwrap();
        write(&out, &files(&["two", "three"])).unwrap();
        assert!(holds(&out, "two") && holds(&out, "three"));
        assert!(!out.join("a").exists(), "what is no longer made stayed");
        fs::remove_dir_all(&out).unwrap();
    }

    #[test]
    fn a_folder_with_a_strangers_file_is_left_alone() {
        let out = folder("stranger");
        fs::write(out.join("mine.txt"), "mine").unwrap();
        let refused = write(&out, &files(&["two"])).unwrap_err();
        assert!(refused.contains("mine.txt"), "{refused}");
        assert!(holds(&out, "mine.txt") && !holds(&out, "two"));
        fs::remove_dir_all(&out).unwrap();
    }

    #[test]
    fn a_file_added_to_a_folder_of_ours_is_not_lost() {
        let out = folder("added");
        write(&out, &files(&["two"])).unwrap();
        fs::write(out.join("notes.md"), "mine").unwrap();
        assert!(write(&out, &files(&["two"])).unwrap_err().contains("notes.md"));
        assert!(holds(&out, "notes.md"));
        fs::remove_dir_all(&out).unwrap();
    }

    #[test]
    fn a_file_changed_in_a_folder_of_ours_is_not_lost() {
        let out = folder("changed");
        write(&out, &files(&["two"])).unwrap();
        fs::write(out.join("two"), "mine").unwrap();
        assert!(write(&out, &files(&["two"])).unwrap_err().contains("two was changed"));
        assert_eq!(fs::read_to_string(out.join("two")).unwrap(), "mine");
        fs::remove_dir_all(&out).unwrap();
    }

    #[test]
    fn checksums_alone_make_no_folder_ours() {
        let out = folder("release");
        let release = files(&["program"]);
        for (name, text) in &release {
            fs::write(out.join(name), text).unwrap();
        }
        assert!(write(&out, &files(&["two"])).unwrap_err().contains("no .tally-published"));
        assert!(holds(&out, "program"));
        fs::remove_dir_all(&out).unwrap();
    }

    #[test]
    fn neighbours_are_left_alone() {
        let top = folder("neighbours");
        for name in [".dist.new", ".dist.old"] {
            fs::create_dir(top.join(name)).unwrap();
            fs::write(top.join(name).join("mine"), "mine").unwrap();
        }
        let out = top.join("dist");
        write(&out, &files(&["two"])).unwrap();
        write(&out, &files(&["three"])).unwrap();
        assert!(holds(&top, ".dist.new/mine") && holds(&top, ".dist.old/mine") && holds(&out, "three"));
        assert_eq!(fs::read_dir(&top).unwrap().count(), 3, "something was left behind");
        fs::remove_dir_all(&top).unwrap();
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_not_written() {
        let top = folder("leaves");
        let hostile = files(&["../../stolen", "two"]);
        assert!(write(&top.join("dist"), &hostile).unwrap_err().contains("outside"));
        assert_eq!(fs::read_dir(&top).unwrap().count(), 0, "something was written");
        fs::remove_dir_all(&top).unwrap();
    }
}
