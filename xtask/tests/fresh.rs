//! What is checked in is what the specs make.

use std::process::Command;

#[test]
fn generated_files_are_fresh() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(["gen", "--check"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}
