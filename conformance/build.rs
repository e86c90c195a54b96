//! Lists the files of every contract under `spec/`, so that the binary carries them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let specs = manifest.join("../spec").canonicalize()?;
    println!("cargo::rerun-if-changed={}", specs.display());
    let mut listing = String::from("const CONTRACTS: &[(&str, &[(&str, &str)])] = &[\n");
    for folder in sorted(&specs)? {
        if folder.join("contract.toml").is_file() {
            let name = folder.file_name().expect("a listed entry has a name").to_string_lossy();
            writeln!(listing, "({name:?}, &[").expect("a String takes any text");
            list(&folder, &folder, &mut listing)?;
            listing.push_str("]),\n");
        }
    }
    listing.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("embedded.rs"), listing)
}

fn list(contract: &Path, folder: &Path, listing: &mut String) -> io::Result<()> {
    for entry in sorted(folder)? {
        if entry.is_dir() {
            list(contract, &entry, listing)?;
            continue;
        }
        let below = entry.strip_prefix(contract).expect("the entry was found below it");
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        let (path, file) = (parts.join("/"), entry.display().to_string());
        writeln!(listing, "({path:?}, include_str!({file:?})),").expect("a String takes any text");
    }
    Ok(())
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<_>>()?;
    entries.sort();
    Ok(entries)
}
