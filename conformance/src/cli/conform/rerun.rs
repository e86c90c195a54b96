//! The command that repeats a run: every option that decides what is sent and how it is judged.

use std::ffi::OsStr;

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches};

use super::args::Args;
use tally_fixtures::shown_url;

/// The environment variable by which another command says that it started this one, such as `cargo xtask`.
const STARTED_AS: &str = "TALLY_STARTED_AS";

/// How the command was started.
#[derive(Debug, Clone, Copy)]
pub struct Given<'m> {
    /// The name of the command of `tally`.
    pub command: &'m str,
    /// Its arguments.
    pub matches: &'m ArgMatches,
}

/// What becomes of an option when the run is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It is given again.
    Kept,
    /// It is not, for this reason.
    LeftOut(&'static str),
}

/// Every option of the command, by its long name.
const OPTIONS: &[(&str, Use)] = &[
    ("contract", Use::Kept),
    ("target", Use::Kept),
    ("fixtures", Use::Kept),
    ("init-fixtures", Use::LeftOut("such a run has no finding")),
    ("skip-preflight", Use::Kept),
    ("area", Use::Kept),
    ("profile", Use::Kept),
    ("cases", Use::Kept),
    ("seed", Use::Kept),
    ("shard", Use::Kept),
    ("report", Use::LeftOut("the first run's reports would be overwritten")),
    ("emit", Use::LeftOut("the first run's files would be overwritten")),
    ("strict", Use::Kept),
    ("observe", Use::Kept),
    ("fault", Use::Kept),
    ("known-failures", Use::Kept),
    ("replay", Use::Kept),
    ("counterexamples", Use::Kept),
    ("dry-run", Use::LeftOut("such a run has no finding")),
    ("write-test-data", Use::Kept),
    ("allow-effects", Use::Kept),
    ("allow-jobs", Use::Kept),
    ("allow-verbs", Use::Kept),
    ("allow-insecure-http", Use::Kept),
    ("max-requests", Use::Kept),
    ("max-time", Use::Kept),
    ("rate", Use::Kept),
    ("concurrency", Use::Kept),
    ("timeout", Use::Kept),
    ("proxy", Use::Kept),
    ("ca-cert", Use::Kept),
    ("client-cert", Use::Kept),
    ("max-outage", Use::Kept),
    ("token-command", Use::Kept),
    ("format", Use::LeftOut("it changes the output alone")),
    ("quiet", Use::LeftOut("it changes the output alone")),
    ("verbose", Use::LeftOut("it changes the output alone")),
];

/// The command that repeats the run, quoted for a POSIX shell. It holds the seed, whether given or drawn, and no
/// secret of a URL.
pub(super) fn rerun(given: Given<'_>, seed: u64) -> String {
    let command = <Args as clap::Args>::augment_args(clap::Command::new("conform"));
    let mut words = vec![started_as(), quoted(OsStr::new(given.command))];
    for option in command.get_arguments() {
        let (Some(name), id) = (option.get_long(), option.get_id().as_str()) else { continue };
        if name == "seed" {
            words.push(format!("--seed {seed}"));
            continue;
        }
        // An option that the table does not know is kept: too much said is better than too little.
        let is_left_out =
            OPTIONS.iter().any(|(known, usage)| *known == name && matches!(usage, Use::LeftOut(_)));
        if is_left_out || given.matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        if matches!(option.get_action(), ArgAction::SetTrue) {
            words.push(format!("--{name}"));
            continue;
        }
        let values = given.matches.get_raw(id).into_iter().flatten();
        words.extend(values.map(|value| match (name, value.to_str()) {
            ("target" | "proxy", Some(url)) => with_value(name, OsStr::new(&shown_url(url))),
            _ => with_value(name, value),
        }));
    }
    words.join(" ")
}

/// The program as it was called: by the command that started it, or by the first word of its own.
fn started_as() -> String {
    if let Some(name) = std::env::var(STARTED_AS).ok().filter(|name| !name.is_empty()) {
        return name;
    }
    std::env::args_os().next().map_or_else(|| "tally".to_owned(), |name| quoted(&name))
}

/// An option and its value. A value that looks like an option is tied to its own.
fn with_value(name: &str, value: &OsStr) -> String {
    let between = if value.as_encoded_bytes().starts_with(b"-") { '=' } else { ' ' };
    format!("--{name}{between}{}", quoted(value))
}

/// One word of a POSIX shell. No argument holds the byte zero, which no word can.
fn quoted(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    shlex::try_quote(&text).map_or_else(|_| text.replace('\0', ""), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::FromArgMatches as _;
    use proptest::prelude::*;

    use super::*;

    fn command() -> clap::Command {
        <Args as clap::Args>::augment_args(clap::Command::new("conform"))
    }

    fn repeated(words: &[String], seed: u64) -> Vec<String> {
        let matches = command().get_matches_from([&["conform".to_owned()], words].concat());
        let line = rerun(Given { command: "conform", matches: &matches }, seed);
        shlex::split(&line).expect("a shell can read it")
    }

    #[test]
    fn every_option_is_kept_or_left_out_for_a_reason() {
        let command = command();
        let options: BTreeSet<&str> = command
            .get_arguments()
            .map(|option| option.get_long().unwrap_or_else(|| panic!("{} has no long name", option.get_id())))
            .collect();
        let table: BTreeSet<&str> = OPTIONS.iter().map(|(name, _)| *name).collect();
        assert_eq!(table, options, "an option is missing in OPTIONS, or is no longer there");
        assert_eq!(table.len(), OPTIONS.len(), "an option stands in OPTIONS twice");
        for (name, usage) in OPTIONS {
            assert!(!matches!(usage, Use::LeftOut("")), "--{name} is left out without a reason");
        }
    }

    #[test]
    fn each_option_that_is_kept_comes_back_and_the_others_do_not() {
        let values = [
            ("shard", "2/5"),
            ("profile", "smoke"),
            ("observe", "mock"),
            ("rate", "1.5"),
            ("format", "json"),
            ("emit", "sh"),
            ("fault", "no-such-fault"),
        ];
        for option in command().get_arguments() {
            let name = option.get_long().expect("each has a long name");
            let (_, usage) = OPTIONS.iter().find(|(known, _)| *known == name).expect("it is in the table");
            let is_switch = matches!(option.get_action(), ArgAction::SetTrue | ArgAction::Count);
            let value = values.iter().find(|(known, _)| *known == name).map_or("7", |(_, value)| value);
            let mut words = vec![format!("--{name}")];
            if !is_switch {
                words.push(value.to_owned());
                words.extend((name == "emit").then(|| "folder".to_owned()));
            }
            if name == "fault" {
                words[1] = tally_mock::fault::CATALOGUE[0].name.to_owned();
            }
            // The command for a token is for a target of one's own.
            let needed = (name == "token-command").then(|| "--target=http://127.0.0.1:1".to_owned());
            let given: Vec<String> = needed.into_iter().chain(words.clone()).collect();
            let line = repeated(&given, 7);
            let is_there = line.windows(words.len()).any(|window| window == words);
            assert_eq!(is_there, *usage == Use::Kept, "--{name}: {line:?}");
        }
    }

    #[test]
    fn it_bears_the_seed_that_was_drawn() {
        let line = repeated(&[], 99);
        assert_eq!(line[1..], ["conform", "--seed", "99"]);
    }

    proptest! {
        #[test]
        fn a_shell_reads_the_same_values(
            folder in "[^\0]{1,40}",
            proxy in "-?[^\0@?#]{0,10}[ '\"$`\\\\\n!*]{1,5}",
        ) {
            let words = [format!("--counterexamples={folder}"), format!("--proxy={proxy}"), "--strict".to_owned()];
            let line = repeated(&words, 3);
            let matches = command().get_matches_from(&line[1..]);
            let args = Args::from_arg_matches(&matches).expect("they are arguments");
            prop_assert_eq!(args.counterexamples, Some(folder.into()));
            prop_assert_eq!(args.proxy, Some(proxy));
            prop_assert!(args.strict && args.seed == Some(3));
        }
    }
}
