//! Lists the modules that are generated for areas, so that no source here names a contract or an area.
//!
//! `tally_generated` lists areas as values, by name. Types can't be listed so, and some contestants parse into an
//! area's own types: they are made for each module by a macro, over the list that is written here.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated/src");
    println!("cargo::rerun-if-changed={}", generated.display());
    let mut areas = Vec::new();
    for contract in modules(&generated.join("lib.rs"))? {
        let folder = generated.join(&contract);
        if !folder.join("sources.rs").is_file() {
            continue;
        }
        for module in modules(&folder.join("mod.rs"))? {
            let file = folder.join(module.trim_start_matches("r#")).with_extension("rs");
            if fs::read_to_string(file)?.contains("\npub const PATH: &str") {
                areas.push(format!("{contract}::{module}"));
            }
        }
    }
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("areas.rs"), format!("areas!({});\n", areas.join(", ")))
}

/// The public modules that a file declares.
fn modules(file: &Path) -> io::Result<Vec<String>> {
    let text = fs::read_to_string(file)?;
    let names = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    Ok(names.map(str::to_owned).collect())
}
