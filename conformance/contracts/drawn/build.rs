//! Says which file lists the drawn contracts: the one that `TALLY_DRAWN` names, or one without any.

use std::env;

fn main() {
    println!("cargo::rerun-if-env-changed=TALLY_DRAWN");
    println!("cargo::rerun-if-changed=build.rs");
    let manifest = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let list = env::var("TALLY_DRAWN").unwrap_or_else(|_| format!("{manifest}/src/none.rs"));
    println!("cargo::rustc-env=TALLY_DRAWN_LIST={list}");
}
