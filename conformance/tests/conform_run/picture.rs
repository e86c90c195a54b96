//! The README's pictures of a run show what the program prints.

use std::path::Path;

#[path = "../../examples/picture/run.rs"]
mod run;
#[path = "../../examples/picture/svg.rs"]
mod svg;

#[test]
fn the_pictures_are_of_the_program_as_it_is() {
    let text = run::text().expect("the mock starts");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures");
    for (name, scheme) in svg::SCHEMES {
        let kept = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            kept == svg::picture(&text, scheme),
            "conformance/pictures/{name} is stale: run\n  cargo run --package tally-conformance --example picture\n\n{text}"
        );
    }
}
