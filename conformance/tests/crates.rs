//! The walls between the crates: what each may not depend on, however indirectly.

use std::process::Command;

/// The names of the crates that a crate is built from, without features beyond its own.
fn dependencies(package: &str, more: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "-p", package, "-e", "normal", "--prefix", "none"])
        .args(["--format", "{p}"])
        .args(more)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("cargo prints UTF-8");
    let names: Vec<String> =
        text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    assert_eq!(names.first().map(String::as_str), Some(package), "{text}");
    names
}

#[test]
fn no_crate_depends_on_what_it_may_not() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        (
            "tally-mock",
            &["--no-default-features"],
            &["proptest", "clap", "jsonschema", "rusqlite", "rustls", "tally-oracle", "tally-runner"],
        ),
        ("tally-runner", &[], &["tally-mock", "tally-generated"]),
        // What compares the three derivations is not part of the program that people install.
        ("tally-conformance", &[], &["jsonschema", "tally-codegen", "tally-differential"]),
        ("tally-oracle", &[], &["tally-mock", "tally-generated"]),
        ("tally-fixtures", &[], &["tally-mock", "tally-generated", "tally-oracle"]),
    ];
    for (package, more, forbidden) in cases {
        let names = dependencies(package, more);
        let found: Vec<&&str> =
            forbidden.iter().filter(|one| names.iter().any(|name| name == *one)).collect();
        assert!(found.is_empty(), "{package} depends on {found:?}");
    }
    // The test sees what is there.
    let names = dependencies("tally-mock", &["--features", "sqlite,tls"]);
    assert!(["rusqlite", "rustls"].iter().all(|one| names.iter().any(|name| name == one)), "{names:?}");
    // One implementation of cryptography is built, and it is no C project of its own.
    let names = dependencies("tally-conformance", &[]);
    assert!(
        names.iter().all(|name| name != "aws-lc-rs") && names.iter().any(|name| name == "ring"),
        "{names:?}"
    );
}
