//! Writes the README's pictures of a run, light and dark: `cargo run --package tally-conformance --example picture`.

mod run;
mod svg;

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures");
    let text = run::text()?;
    for (name, scheme) in svg::SCHEMES {
        std::fs::write(folder.join(name), svg::picture(&text, scheme))?;
    }
    Ok(())
}
