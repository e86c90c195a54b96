//! What must hold in the end, line by line.

use std::collections::BTreeMap;
use std::time::Duration;

use tally_bench::size::in_mib;

use crate::hostile::KINDS;
use crate::state::Comparison;
use crate::tally::Summary;

/// How long a mock may take to end once it is asked to.
const END: Duration = Duration::from_secs(2);

/// The connections that are open at one time, at least once.
const CONNECTIONS: usize = 500;

/// What each kind of hostile request was answered, and how often.
pub(crate) type Answers = BTreeMap<&'static str, BTreeMap<String, u64>>;

/// What a run showed.
pub(crate) struct Seen {
    /// How the mock came to an end under the load, if it did.
    pub(crate) ended: Option<String>,
    pub(crate) honest: Summary,
    pub(crate) health: Summary,
    pub(crate) first_wrong: String,
    /// The most connections at one time.
    pub(crate) connections: usize,
    pub(crate) hostile: Answers,
    /// What was stored, or why that can't be said; `None` if there was no mock to ask.
    pub(crate) stored: Option<Result<Comparison, String>>,
    /// The most memory that it had. Unit: bytes.
    pub(crate) peak: Option<u64>,
    /// What it may have. Unit: bytes.
    pub(crate) bound: u64,
    /// How long it took to end, and whether it ended well; `None` within if it did not end, and without if there was
    /// none to ask.
    pub(crate) end: Option<Result<Option<(Duration, bool)>, String>>,
}

/// Something that must hold.
pub(crate) struct Goal {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) held: bool,
}

/// Judges a run.
pub(crate) fn goals(seen: &Seen) -> Vec<Goal> {
    let goal = |name, value: String, held| Goal { name, value, held };
    let (honest, health) = (&seen.honest, &seen.health);
    let ended = seen.ended.clone().unwrap_or_else(|| "it runs".to_owned());
    vec![
        goal("the mock does not end", ended, seen.ended.is_none()),
        goal(
            "honest requests are answered as before the load",
            format!("{} of {} not{}", honest.wrong, honest.count, seen.first_wrong),
            honest.wrong == 0 && honest.count > 0,
        ),
        goal(
            "honest requests: p99 below 250 ms",
            format!("{:.1} ms", honest.ninety_ninth),
            honest.ninety_ninth < 250.0,
        ),
        goal(
            "/healthz: p99 below 100 ms",
            format!("{:.1} ms of {}", health.ninety_ninth, health.count),
            health.ninety_ninth < 100.0 && health.count > 0,
        ),
        goal(
            "500 connections are open at one time",
            format!("{}", seen.connections),
            seen.connections >= CONNECTIONS,
        ),
        every_kind(&seen.hostile),
        no_failure(&seen.hostile),
        stored(seen.stored.as_ref()),
        goal(
            "memory stays below --max-memory and 64 MiB",
            format!(
                "{} of {} MiB",
                seen.peak.map_or_else(|| "?".to_owned(), |peak| in_mib(peak).to_string()),
                in_mib(seen.bound)
            ),
            seen.peak.is_some_and(|peak| peak <= seen.bound),
        ),
        end(seen.end.as_ref()),
    ]
}

fn every_kind(answers: &Answers) -> Goal {
    let missing: Vec<&str> =
        KINDS.iter().map(|(kind, ..)| *kind).filter(|kind| !answers.contains_key(kind)).collect();
    let value = if missing.is_empty() { "all".to_owned() } else { format!("not: {}", missing.join(", ")) };
    Goal { name: "hostile requests of every kind are sent", value, held: missing.is_empty() }
}

fn no_failure(answers: &Answers) -> Goal {
    let all = answers.iter().flat_map(|(kind, answers)| answers.keys().map(move |answer| (kind, answer)));
    let mut failures = all.filter(|(_, answer)| answer.starts_with("HTTP 5") && *answer != "HTTP 503");
    let first = failures.next().map(|(kind, answer)| format!("{kind}: {answer}"));
    let held = first.is_none();
    let value = first.unwrap_or_else(|| "none".to_owned());
    Goal { name: "no hostile request makes the mock fail (HTTP 5xx but 503)", value, held }
}

fn stored(stored: Option<&Result<Comparison, String>>) -> Goal {
    let value = match stored {
        None => "the mock had ended".to_owned(),
        Some(Ok(comparison)) => comparison.to_string(),
        Some(Err(error)) => error.clone(),
    };
    let held = matches!(stored, Some(Ok(comparison)) if comparison.is_exact());
    Goal { name: "what was acknowledged is stored once, and nothing else", value, held }
}

fn end(end: Option<&Result<Option<(Duration, bool)>, String>>) -> Goal {
    let value = match end {
        None => "the mock had ended".to_owned(),
        Some(Ok(Some((taken, well)))) => {
            format!("{:.2} s{}", taken.as_secs_f64(), if *well { "" } else { ", and not well" })
        }
        Some(Ok(None)) => "not in 30 s".to_owned(),
        Some(Err(error)) => error.clone(),
    };
    let held = matches!(end, Some(Ok(Some((taken, true)))) if *taken <= END);
    Goal { name: "SIGTERM ends it within 2 s while the largest job runs", value, held }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Seen {
        let summary = |ninety_ninth| Summary { count: 100, wrong: 0, ninety_ninth };
        let answered = || BTreeMap::from([("HTTP 400".to_owned(), 3), ("HTTP 503".to_owned(), 1)]);
        Seen {
            ended: None,
            honest: summary(249.9),
            health: summary(99.9),
            first_wrong: String::new(),
            connections: 500,
            hostile: KINDS.iter().map(|(kind, ..)| (*kind, answered())).collect(),
            stored: Some(Ok(Comparison { stored: 7, ..Comparison::default() })),
            peak: Some(1000),
            bound: 1000,
            end: Some(Ok(Some((END, true)))),
        }
    }

    type Change = (&'static str, fn(&mut Seen));

    /// What goes wrong, by a part of the name of the line that shows it.
    const CHANGES: &[Change] = &[
        ("does not end", |seen| seen.ended = Some("signal: 6".to_owned())),
        ("as before the load", |seen| seen.honest.wrong = 1),
        ("as before the load", |seen| seen.honest.count = 0),
        ("250 ms", |seen| seen.honest.ninety_ninth = 250.0),
        ("/healthz", |seen| seen.health.ninety_ninth = 100.0),
        ("/healthz", |seen| seen.health.count = 0),
        ("500 connections", |seen| seen.connections = 499),
        ("every kind", |seen| {
            seen.hostile.remove(KINDS[0].0);
        }),
        ("makes the mock fail", |seen| {
            seen.hostile.entry(KINDS[0].0).or_default().insert("HTTP 500".to_owned(), 1);
        }),
        ("stored once", |seen| seen.stored = None),
        ("stored once", |seen| seen.stored = Some(Err("no answer".to_owned()))),
        ("stored once", |seen| seen.stored = Some(Ok(Comparison::default()))),
        ("stored once", |seen| {
            let missing = vec!["a".to_owned()];
            seen.stored = Some(Ok(Comparison { stored: 7, missing, ..Comparison::default() }));
        }),
        ("stored once", |seen| {
            let twice = vec!["a".to_owned()];
            seen.stored = Some(Ok(Comparison { stored: 7, twice, ..Comparison::default() }));
        }),
        ("stored once", |seen| {
            let unasked = vec!["a".to_owned()];
            seen.stored = Some(Ok(Comparison { stored: 7, unasked, ..Comparison::default() }));
        }),
        ("memory stays", |seen| seen.peak = Some(1001)),
        ("memory stays", |seen| seen.peak = None),
        ("SIGTERM", |seen| seen.end = Some(Ok(Some((END + Duration::from_millis(1), true))))),
        ("SIGTERM", |seen| seen.end = Some(Ok(Some((END, false))))),
        ("SIGTERM", |seen| seen.end = Some(Ok(None))),
        ("SIGTERM", |seen| seen.end = None),
    ];

    #[test]
    fn each_line_fails_for_its_own_reason_alone() {
        assert!(goals(&good()).iter().all(|goal| goal.held));
        for (line, change) in CHANGES {
            let mut seen = good();
            change(&mut seen);
            let failed: Vec<&str> =
                goals(&seen).iter().filter(|goal| !goal.held).map(|goal| goal.name).collect();
            assert!(matches!(failed.as_slice(), [one] if one.contains(line)), "{line}: {failed:?}");
        }
        for goal in goals(&good()) {
            assert!(CHANGES.iter().any(|(line, _)| goal.name.contains(line)), "{}", goal.name);
        }
    }
}
