//! Lists that are not read to their end.

use std::process::Command;

#[test]
fn a_list_whose_reader_is_gone_ends_quietly() {
    for arguments in [
        &["mock", "--list-faults"][..],
        &["mock", "--list-faults", "--format", "json"],
        &["checks"],
        &["mutants", "--list"],
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut tally = Command::new(env!("CARGO_BIN_EXE_tally"));
        let output = tally.args(arguments).stdout(writer).output().expect("it runs");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert!(output.status.success(), "{arguments:?}: {:?}", output.status);
    }
}
