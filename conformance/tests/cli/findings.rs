//! What a person does with a finding: run again, replay, accept, and read in the README.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::command::{contract, folder, tally};

/// The areas with the smallest limits, so that runs are short.
fn areas() -> Vec<String> {
    let contract = contract();
    let mut areas: Vec<_> = contract.areas.iter().collect();
    areas.sort_by_key(|area| area.limit.maximum);
    areas.iter().take(2).map(|area| area.name.clone()).collect()
}

fn conform(arguments: &[&str]) -> Output {
    let mut command = tally();
    command.arg("conform").args(arguments).env("TALLY_STARTED_AS", "cargo xtask");
    command.output().expect("it starts")
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("it is text")
}

/// A fault each that shows in a single request, in a refusal, in related requests and in a sequence of them.
const FAULTS: [&str; 4] =
    ["limit-plus-one", "unauthorized-is-403", "repeated-records-fail", "after-over-limit-500"];

#[test]
fn a_counterexample_still_fails_until_it_is_fixed() {
    let areas = areas();
    for fault in FAULTS {
        let saved = folder("findings", fault);
        let path = saved.to_str().expect("it is text");
        let mut found = vec!["--fault", fault, "--seed", "3", "--quiet", "--counterexamples", path];
        // What strikes the next request of any area shows again only if no other area sends meanwhile.
        let tested = if fault.starts_with("after-") { 1 } else { areas.len() };
        found.extend(areas.iter().take(tested).flat_map(|area| ["--area", area]));
        let run = conform(&found);
        assert_eq!(run.status.code(), Some(1), "{fault}: {}", printed(&run));
        let files: Vec<PathBuf> = fs::read_dir(&saved)
            .unwrap_or_else(|error| panic!("{fault}: {error}"))
            .map(|entry| entry.expect("it can be read").path())
            .collect();
        let named = printed(&run).matches("  saved as  ").count();
        assert!(named > 0 && named == files.len(), "{fault}: {named} of {}", files.len());
        for (more, word, code) in [(&["--fault", fault][..], "STILL FAILS  ", 1), (&[][..], "FIXED  ", 0)] {
            let replayed = conform(&[more, &["--replay", path]].concat());
            let text = printed(&replayed);
            assert_eq!(replayed.status.code(), Some(code), "{fault}: {text}");
            assert_eq!(text.lines().count(), files.len(), "{fault}: {text}");
            assert!(text.lines().all(|line| line.starts_with(word)), "{fault}: {text}");
        }
    }
}

#[test]
fn what_a_curl_line_refers_to_exists() {
    let area = areas().remove(0);
    let run = conform(&["--fault", "limit-plus-one", "--area", &area, "--profile", "smoke", "--quiet"]);
    let text = printed(&run);
    let mut read = 0;
    for line in text.lines().filter(|line| line.starts_with("  curl ")) {
        let words = shlex::split(line).expect("a shell reads it");
        for file in words.iter().filter_map(|word| word.strip_prefix('@')) {
            let body = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
            serde_json::from_str::<serde_json::Value>(&body).expect("it is JSON");
            fs::remove_dir_all(Path::new(file).parent().expect("a folder")).expect("it can be removed");
            read += 1;
        }
    }
    assert!(read > 0, "{text}");
}

#[test]
fn the_entry_that_a_finding_prints_accepts_it() {
    let areas = areas();
    let mut arguments = vec!["--fault", "message-empty", "--seed", "5", "--quiet"];
    arguments.extend(areas.iter().flat_map(|area| ["--area", area]));
    let text = printed(&conform(&arguments));
    let list: Vec<&str> = text
        .split("to accept it, add to the file of --known-failures:\n")
        .skip(1)
        .flat_map(|rest| rest.lines().take_while(|line| line.starts_with("    ") || line.is_empty()))
        .collect();
    let entries = list.iter().filter(|line| line.trim() == "[[failure]]").count();
    assert!(entries > 1, "{text}");
    let folder = folder("findings", "entries");
    fs::create_dir_all(&folder).expect("it can be made");
    let file = folder.join("known.toml");
    fs::write(&file, list.join("\n")).expect("it can be written");
    arguments.extend(["--known-failures", file.to_str().expect("it is text")]);
    let accepted = conform(&arguments);
    assert_eq!(accepted.status.code(), Some(0), "{}", printed(&accepted));
    assert!(printed(&accepted).contains("verdict: conforms"));
}

/// The sample of the README: the lines of a run in order. Where a line ends in ` …`, the rest of it and the lines
/// that carry it on are left out; `…` elsewhere stands for any text of the line.
#[test]
fn the_sample_in_the_readme_is_what_a_run_prints() {
    let readme = include_str!("../../../README.md");
    let (_, section) = readme.split_once("## A finding\n").expect("the README has a finding");
    let (_, sample) = section.split_once("```text\n").expect("it has a sample");
    let (sample, _) = sample.split_once("```").expect("it ends");
    let command = section.split('`').nth(1).expect("the command comes first");
    let words = shlex::split(command).expect("a shell reads it");
    assert_eq!(words[..3], ["cargo", "xtask", "conform"]);
    let again = sample.lines().find_map(|line| line.strip_prefix("  rerun ")).expect("it can be run again");
    let seed = shlex::split(again)
        .expect("a shell reads it")
        .iter()
        .skip_while(|word| *word != "--seed")
        .nth(1)
        .cloned();
    let seed = seed.expect("it has a seed");
    let mut arguments: Vec<&str> = words[3..].iter().map(String::as_str).collect();
    arguments.extend(["--seed", seed.as_str()]);
    let text = printed(&conform(&arguments));
    let mut lines = text.lines();
    for wanted in sample.lines() {
        assert!(lines.any(|line| is_shortened(wanted, line)), "the README says {wanted:?}, a run\n\n{text}");
    }
}

/// Whether a line of the sample stands for a printed line.
fn is_shortened(sample: &str, line: &str) -> bool {
    let mut parts = sample.trim_end().split('…');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first.trim_end_matches(' '))) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        last = Some(part);
        match rest.find(part.trim_end()) {
            Some(place) => rest = &rest[place + part.trim_end().len()..],
            None => return false,
        }
    }
    rest.is_empty() || last == Some("")
}
