//! The terminal's table of areas: a line each.

use std::time::Duration;

use super::escaped;
use super::number::{counted, grouped, grouped_count, lasting};
use crate::outcome::{AreaDone, CheckTally};

/// The room of an area's name; a longer name has a line of its own.
const NAME: usize = 24;

/// The head of the table.
pub(super) fn head() -> String {
    row("area", "checks", "boundaries", "requests", "time")
}

/// An area's line up to its result: how many checks ran, how many of its boundary values were covered, how many
/// requests were sent, and for how long they were being answered.
pub(super) fn line(done: &AreaDone<'_>) -> String {
    let checks = done.checks.iter().filter(|check| check.cases > 0).count();
    let covered = done.boundaries.iter().filter(|boundary| boundary.exercised > 0).count();
    let boundaries = if done.boundaries.is_empty() {
        "–".to_owned()
    } else {
        format!("{}/{}", grouped_count(covered), grouped_count(done.boundaries.len()))
    };
    let answering: Duration = done.timings.iter().map(|timing| timing.duration).sum();
    row(
        &escaped(&done.area.name),
        &grouped_count(checks),
        &boundaries,
        &grouped(done.area.requests),
        &lasting(answering),
    )
}

/// An area's result: how many checks failed, warned, or have known failures only. Also the numbers of checks that
/// failed and that warned.
pub(super) fn result(checks: &[CheckTally]) -> (String, u64, u64) {
    let count = |is: fn(&&CheckTally) -> bool| checks.iter().filter(is).map(|_| 1_u64).sum::<u64>();
    let failed = count(|check| check.violations > 0);
    let warned = count(|check| check.violations == 0 && check.warnings > 0);
    let word = match (failed, warned, count(|check| check.known > 0)) {
        (0, 0, 0) => "ok".to_owned(),
        (0, 0, known) => format!("{} known", counted(known, "check")),
        (0, warned, _) => format!("{} warned", counted(warned, "check")),
        (failed, ..) => format!("{} failed", counted(failed, "check")),
    };
    (word, failed, warned)
}

fn row(name: &str, checks: &str, boundaries: &str, requests: &str, time: &str) -> String {
    let name =
        if name.chars().count() > NAME { format!("{name}\n{:NAME$}", "") } else { format!("{name:<NAME$}") };
    format!("{name}{checks:>7}{boundaries:>12}{requests:>10}{time:>11}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{AreaTally, Boundary, Timing};

    fn done<'a>(area: &'a AreaTally, boundaries: &'a [Boundary], timings: &'a [Timing]) -> AreaDone<'a> {
        AreaDone { area, checks: &[], boundaries, timings }
    }

    #[test]
    fn columns_stand_below_their_heads() {
        let area = AreaTally { name: "orders".to_owned(), requests: 1234, ..AreaTally::default() };
        let timing = |millis| Timing {
            area: area.name.clone(),
            records: 1,
            status: 200,
            duration: Duration::from_millis(millis),
        };
        let line = line(&done(&area, &[], &[timing(200), timing(12)]));
        assert_eq!(head(), "area                     checks  boundaries  requests       time");
        assert_eq!(line, "orders                        0           –     1,234     212 ms");
    }

    #[test]
    fn a_long_name_has_a_line_of_its_own() {
        let name = "a/very/long/name/of/an/area".to_owned();
        let area = AreaTally { name: name.clone(), ..AreaTally::default() };
        let line = line(&done(&area, &[], &[]));
        assert_eq!(line.lines().next(), Some(name.as_str()));
        assert_eq!(line.lines().nth(1).map(|line| line.chars().count()), Some(head().chars().count()));
    }
}
