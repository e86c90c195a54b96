//! Help is wrapped at the terminal's width.

use std::process::Command;

#[test]
fn help_fits_the_terminal() {
    let help = |words: &[&str], columns: &str| {
        let command = Command::new(env!("CARGO_BIN_EXE_tally")).args(words).env("COLUMNS", columns).output();
        String::from_utf8(command.expect("it starts").stdout).expect("it is text")
    };
    let commands =
        ["checks", "conform", "merge-reports", "mock", "mutants", "validate"].map(|name| [name, "--help"]);
    for words in commands.iter().map(<[&str; 2]>::as_slice).chain([&["--help"][..]]) {
        for columns in [80, 120] {
            let text = help(words, &columns.to_string());
            let long = text.lines().find(|line| line.chars().count() > columns);
            assert_eq!(long, None, "{words:?} at {columns} columns");
            assert!(text.lines().count() > 5, "{text}");
        }
    }
    assert!(
        help(&["conform", "--help"], "80").lines().count()
            > help(&["conform", "--help"], "200").lines().count()
    );
}
