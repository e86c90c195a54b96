//! The contract that `spec/WRITING-A-CONTRACT.md` builds.

use std::collections::BTreeMap;
use std::process::Command;
use std::{env, fs};

use tally_spec::{Problem, SourceFile};

use crate::markdown::{Block, blocks, text};

const GUIDE: &str = "spec/WRITING-A-CONTRACT.md";
const NAME: &str = "library-v1";

/// The files that the blocks make: blocks that name one file are its parts, in order.
fn assembled(blocks: &[Block<'_>]) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for block in blocks.iter().filter(|block| block.language != "diff") {
        if let Some(file) = block.file {
            let text = files.entry(file.to_owned()).or_default();
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&block.text);
        }
    }
    files
}

fn sources(files: &BTreeMap<String, String>) -> Vec<SourceFile> {
    SourceFile::all(NAME, files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

/// A problem as the guide shows it, without its place.
fn shown(problem: &Problem) -> String {
    let cure = problem.cure.as_ref().map(|cure| format!("help: {cure}\n"));
    format!("error: {}\n{}", problem.message, cure.unwrap_or_default())
}

#[test]
fn the_contract_lints_and_generates() {
    let guide = text(GUIDE);
    let files = assembled(&blocks(&guide));
    let contract = tally_spec::read(&sources(&files)).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    });
    assert_eq!(contract.file.responses.len(), 4, "the guide shows every response shape");
    let generated = tally_codegen::generate(&[contract], &tally_codegen::Options::default()).unwrap();
    assert!(
        generated.keys().any(|path| path.ends_with("loans.request.schema.json")),
        "{:?}",
        generated.keys()
    );
}

#[test]
fn its_mistakes_are_refused_with_the_messages_shown() {
    let guide = text(GUIDE);
    let blocks = blocks(&guide);
    let sound = assembled(&blocks);
    let mistakes: Vec<_> = blocks.windows(2).filter(|pair| pair[0].language == "diff").collect();
    assert!(mistakes.len() >= 4, "only {} mistakes are shown", mistakes.len());
    for pair in mistakes {
        let (mistake, message) = (&pair[0], &pair[1]);
        assert_eq!((message.language, message.file), ("text", None), "a message follows {mistake:?}");
        let lines = |mark| {
            let kept = mistake.text.lines().filter(move |line| line.starts_with([' ', mark]));
            kept.flat_map(|line| [&line[1..], "\n"]).collect::<String>()
        };
        let mut broken = sound.clone();
        let file = broken.get_mut(mistake.file.unwrap()).expect("the file of the mistake is in the guide");
        assert!(file.contains(&lines('-')), "nothing to replace: {mistake:?}");
        *file = file.replacen(&lines('-'), &lines('+'), 1);
        let problems = tally_spec::read(&sources(&broken)).expect_err("a mistake is refused");
        let found: Vec<String> = problems.iter().map(shown).collect();
        assert!(found.contains(&message.text), "shown:\n{}\nfound:\n{}", message.text, found.join("\n"));
    }
}

#[test]
fn the_linter_takes_a_folder_anywhere() {
    let guide = text(GUIDE);
    let folder = env::temp_dir().join(format!("tally-guide-{}", std::process::id())).join(NAME);
    for (path, text) in assembled(&blocks(&guide)) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let lint = || Command::new(env!("CARGO_BIN_EXE_xtask")).arg("lint").arg(&folder).output().unwrap();
    let sound = lint();
    fs::remove_file(folder.join("fixtures/sample.toml")).unwrap();
    let broken = lint();
    fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    assert!(sound.status.success(), "{}", String::from_utf8_lossy(&sound.stderr));
    assert_eq!(
        String::from_utf8_lossy(&sound.stdout).trim_end(),
        "library-v1: 3 areas, 21 statements, no problem"
    );
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&broken.stderr).contains("fixtures/sample.toml"));
}
