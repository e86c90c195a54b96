//! One report of the reports of a run's shards.

use std::collections::BTreeSet;

use super::cause::is_alike;
use super::{AreaTally, Border, CheckTally, Coverage, Finding, Report, Verdict};

/// Why reports are not the shards of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmergeable(String);

impl std::fmt::Display for Unmergeable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unmergeable {}

/// Joins the reports of a run's shards: counts are added, findings of one cause are made one, and the
/// verdict is the worst. The duration is the longest shard's, since shards run side by side.
///
/// With `allow_missing`, shards may be missing; a note names them.
///
/// # Errors
///
/// Where there is no report, one is no shard, a shard is missing or there twice, or they differ in what they
/// were to do: contract, target, seed, profile, strictness, number of shards. Of a target on the machine itself
/// the port does not count.
pub fn merge(reports: Vec<Report>, allow_missing: bool) -> Result<Report, Unmergeable> {
    let missing = missing(&reports)?;
    if !missing.is_empty() && !allow_missing {
        return Err(Unmergeable(format!("{} missing; --allow-missing goes without", named(&missing))));
    }
    let mut reports = reports;
    reports.sort_by_key(|report| report.shard);
    let mut rest = reports.into_iter();
    let mut whole = rest.next().ok_or_else(|| Unmergeable("there is no report to merge".to_owned()))?;
    whole.shard = None;
    whole.again = without_shard(&whole.again);
    for report in rest {
        add(&mut whole, report);
    }
    if !missing.is_empty() {
        whole.notes.push(format!("{} missing: this is not the whole run", named(&missing)));
    }
    whole.findings.sort_by_key(|finding| finding.severity);
    Ok(whole)
}

/// The shards that are missing, once it is sure that the others belong together.
fn missing(reports: &[Report]) -> Result<Vec<u32>, Unmergeable> {
    let Some(first) = reports.first() else { return Ok(Vec::new()) };
    let mut seen = BTreeSet::new();
    let mut number = 0;
    for report in reports {
        agree("contract", &first.contract, &report.contract)?;
        agree("target", &place(&first.target), &place(&report.target))?;
        agree("seed", &first.seed, &report.seed)?;
        agree("profile", &first.profile, &report.profile)?;
        agree("strictness", &first.strict, &report.strict)?;
        let Some((part, of)) = report.shard else {
            return Err(Unmergeable("one of the reports is no shard: it was run without --shard".to_owned()));
        };
        if number != 0 {
            agree("number of shards", &number, &of)?;
        }
        number = of;
        if part == 0 || part > of {
            return Err(Unmergeable(format!("there is no shard {part} of {of}")));
        }
        if !seen.insert(part) {
            return Err(Unmergeable(format!("shard {part} of {of} is there twice")));
        }
    }
    Ok((1..=number).filter(|part| !seen.contains(part)).collect())
}

fn agree<T: PartialEq + std::fmt::Display>(what: &str, left: &T, right: &T) -> Result<(), Unmergeable> {
    if left == right {
        return Ok(());
    }
    Err(Unmergeable(format!("the reports differ in their {what}: {left} and {right}")))
}

/// The target, but for the port where it is on the machine itself: there each shard has one of its own, as the
/// embedded mock does.
fn place(target: &str) -> String {
    let Some((scheme, rest)) = target.split_once("://") else { return target.to_owned() };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match host.rsplit_once(':') {
        Some((name @ ("127.0.0.1" | "localhost" | "[::1]"), _)) => format!("{scheme}://{name}{path}"),
        _ => target.to_owned(),
    }
}

fn named(missing: &[u32]) -> String {
    let parts: Vec<_> = missing.iter().map(u32::to_string).collect();
    let (word, verb) = if parts.len() == 1 { ("shard", "is") } else { ("shards", "are") };
    format!("{word} {} {verb}", parts.join(", "))
}

/// The command without the option `--shard` and its value.
fn without_shard(command: &str) -> String {
    let mut words = Vec::new();
    let mut rest = command.split(' ');
    while let Some(word) = rest.next() {
        if word == "--shard" {
            rest.next();
        } else {
            words.push(word);
        }
    }
    words.join(" ")
}

fn add(whole: &mut Report, part: Report) {
    whole.requests += part.requests;
    whole.records += part.records;
    whole.duration = whole.duration.max(part.duration);
    if part.started < whole.started {
        whole.started = part.started;
    }
    whole.verdict = worse(std::mem::replace(&mut whole.verdict, Verdict::Pass), part.verdict);
    whole.first = whole.first.into_iter().chain(part.first).min_by_key(|first| first.after);
    whole.timings.extend(part.timings);
    united(&mut whole.notes, part.notes);
    for area in part.areas {
        match whole.areas.iter_mut().find(|known| known.name == area.name) {
            Some(known) => add_area(known, area),
            None => whole.areas.push(area),
        }
    }
    for check in part.checks {
        match whole.checks.iter_mut().find(|known| (&known.id, &known.area) == (&check.id, &check.area)) {
            Some(known) => add_check(known, check),
            None => whole.checks.push(check),
        }
    }
    for finding in part.findings {
        add_finding(&mut whole.findings, finding);
    }
    for covered in part.coverage {
        match whole.coverage.iter_mut().find(|known| known.statement == covered.statement) {
            Some(known) => add_coverage(known, &covered),
            None => whole.coverage.push(covered),
        }
    }
    for border in part.borders {
        match whole.borders.iter_mut().find(|known| (&known.id, &known.area) == (&border.id, &border.area)) {
            Some(known) => add_border(known, &border),
            None => whole.borders.push(border),
        }
    }
}

/// What could not be judged weighs most: the run then proves less than it seems to.
fn worse(left: Verdict, right: Verdict) -> Verdict {
    match (left, right) {
        (Verdict::Error(reason), _) | (_, Verdict::Error(reason)) => Verdict::Error(reason),
        (Verdict::Fail, _) | (_, Verdict::Fail) => Verdict::Fail,
        (Verdict::Pass, Verdict::Pass) => Verdict::Pass,
    }
}

fn united(known: &mut Vec<String>, more: Vec<String>) {
    for text in more {
        if !known.contains(&text) {
            known.push(text);
        }
    }
}

fn add_area(known: &mut AreaTally, area: AreaTally) {
    known.requests += area.requests;
    known.records += area.records;
    known.repeated_keys += area.repeated_keys;
    known.sizes.extend(area.sizes);
    known.sizes.sort_unstable();
    known.sizes.dedup();
    united(&mut known.left_out, area.left_out);
}

fn add_check(known: &mut CheckTally, check: CheckTally) {
    let was_asked = known.cases > 0 || check.cases > 0;
    known.cases += check.cases;
    known.violations += check.violations;
    known.remarks += check.remarks;
    known.skipped = if was_asked { None } else { known.skipped.take().or(check.skipped) };
}

fn add_finding(known: &mut Vec<Finding>, finding: Finding) {
    match known.iter_mut().find(|known| is_alike(known, &finding)) {
        Some(known) => united(&mut known.areas, finding.areas),
        None => known.push(finding),
    }
}

fn add_coverage(known: &mut Coverage, covered: &Coverage) {
    known.exercised += covered.exercised;
    if known.exercised > 0 {
        known.reason = None;
    }
}

fn add_border(known: &mut Border, border: &Border) {
    known.exercised += border.exercised;
    if known.exercised > 0 {
        known.left_out = None;
    }
}
