//! A run's shards together are the run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::Setup;

/// Runs of the command with reports in a folder of their own.
struct Runs {
    root: PathBuf,
    areas: Vec<String>,
}

impl Runs {
    /// In the two areas with the smallest limits, so that they are short.
    fn new(name: &str) -> Self {
        let contract = Setup::read().contract;
        let mut areas: Vec<_> = contract.areas.iter().collect();
        areas.sort_by_key(|area| area.limit.maximum);
        let areas = areas.iter().take(2).map(|area| area.name.clone()).collect();
        Self { root: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("shards").join(name), areas }
    }

    /// Runs at the embedded mock, and gives the exit code and the report.
    fn conform(&self, more: &[&str], into: &str) -> (Option<i32>, Value) {
        let areas = self.areas.iter().flat_map(|area| ["--area", area]);
        let arguments = ["conform", "--quiet", "--seed", "5"].into_iter().chain(areas);
        self.tally(arguments.chain(more.iter().copied()), "--report", into)
    }

    /// Runs two shards and joins them.
    fn in_two(&self, more: &[&str]) -> (Option<i32>, Value, [Value; 2]) {
        let shards = ["1", "2"].map(|part| {
            let shard = format!("{part}/2");
            self.conform(&[more, &["--shard", &shard]].concat(), part).1
        });
        let folders = ["1", "2"].map(|part| self.root.join(part).display().to_string());
        let arguments = ["merge-reports"].into_iter().chain(folders.iter().map(String::as_str));
        let (code, merged) = self.tally(arguments, "--out", "merged");
        (code, merged, shards)
    }

    fn tally<'a>(
        &self,
        arguments: impl Iterator<Item = &'a str>,
        option: &str,
        into: &str,
    ) -> (Option<i32>, Value) {
        let folder = self.root.join(into);
        let output = Command::new(env!("CARGO_BIN_EXE_tally"))
            .args(arguments)
            .arg(option)
            .arg(&folder)
            .env_remove("GITHUB_STEP_SUMMARY")
            .env_remove("TALLY_TOKEN")
            .output()
            .expect("it starts");
        assert!(folder.is_dir(), "{}", String::from_utf8_lossy(&output.stderr));
        (output.status.code(), read(&folder))
    }
}

fn read(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("report.json")).expect("it is written");
    serde_json::from_str(&text).expect("it is JSON")
}

fn rows<'v>(report: &'v Value, list: &str) -> impl Iterator<Item = &'v Value> {
    report[list].as_array().expect("a list").iter()
}

/// How often each row of a list comes that has these members.
fn counted(report: &Value, list: &str, members: &[&str]) -> BTreeMap<String, u64> {
    let mut counted = BTreeMap::new();
    for row in rows(report, list) {
        let row: Vec<_> = members.iter().map(|member| row[*member].to_string()).collect();
        *counted.entry(row.join(" ")).or_default() += 1;
    }
    counted
}

/// The sum of a list's member.
fn sum(report: &Value, list: &str, member: &str) -> u64 {
    rows(report, list).map(|row| row[member].as_u64().expect("a number")).sum()
}

#[test]
fn no_case_is_lost_and_none_comes_twice() {
    let runs = Runs::new("honest");
    let (code, whole) = runs.conform(&[], "whole");
    assert_eq!((code, &whole["verdict"]), (Some(0), &"pass".into()));
    let (code, merged, shards) = runs.in_two(&[]);
    assert_eq!((code, &merged["verdict"]), (Some(0), &"pass".into()));
    assert_eq!(merged["shard"], Value::Null);
    // Which requests were sent, and what they were judged by: not one more, not one less.
    for (list, members) in [
        ("timings", &["area", "records", "status"][..]),
        ("checks", &["id", "area", "cases", "violations", "remarks"]),
        ("coverage", &["statement", "exercised", "reason"]),
        ("borders", &["area", "border", "exercised", "left_out"]),
        ("areas", &["name", "sizes", "requests", "records", "batches_with_repeated_keys", "left_out"]),
    ] {
        assert_eq!(counted(&merged, list, members), counted(&whole, list, members), "{list}");
    }
    // Neither shard has nearly all of it.
    for shard in &shards {
        let (part, all) = (sum(shard, "areas", "requests"), sum(&whole, "areas", "requests"));
        assert!(part * 4 > all && part * 4 < all * 3, "{part} of {all} requests");
    }
}

#[test]
fn they_find_the_same_and_their_counts_add_up() {
    for (fault, is_killed) in [("range-not-checked", true), ("message-empty", true), ("echoes-null", false)] {
        let runs = Runs::new(fault);
        let fault = ["--fault", fault];
        let (code, whole) = runs.conform(&fault, "whole");
        assert_eq!(code, Some(i32::from(is_killed)));
        let (merged_code, merged, shards) = runs.in_two(&fault);
        assert_eq!(merged_code, code, "{fault:?}");
        let found = |report: &Value| -> BTreeSet<String> {
            let members = ["check", "statement", "keyword", "severity", "areas"];
            counted(report, "findings", &members).into_keys().collect()
        };
        assert_eq!(found(&merged), found(&whole), "{fault:?}");
        for member in ["requests", "records"] {
            let parts: u64 = shards.iter().filter_map(|shard| shard[member].as_u64()).sum();
            assert_eq!(merged[member], parts, "{member}");
        }
        for (list, member) in [("checks", "cases"), ("checks", "violations"), ("coverage", "exercised")] {
            let parts: u64 = shards.iter().map(|shard| sum(shard, list, member)).sum();
            assert_eq!(sum(&merged, list, member), parts, "{list} {member}");
        }
    }
}
