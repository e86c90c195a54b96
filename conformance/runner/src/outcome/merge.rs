//! Merges the reports of a sharded run into one.

use std::collections::BTreeSet;

use super::{AreaTally, Boundary, CheckTally, Coverage, Report, Shard, Verdict, join_causes, merge_findings};

/// Why reports are not the shards of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmergeable(String);

impl std::fmt::Display for Unmergeable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unmergeable {}

/// Merges the reports of a sharded run: counts are added, the same finding in several shards becomes one, and
/// the worst verdict stands. The duration is the longest shard's, since shards run side by side.
///
/// With `allow_missing`, shards may be missing; a note names them.
///
/// # Errors
///
/// [`Unmergeable`] if there is no report, if one is not from a sharded run, if a shard is missing or given twice,
/// or if the reports differ in contract, target, seed, profile, strictness or number of shards. The port of a
/// target on this machine may differ.
pub fn merge(reports: Vec<Report>, allow_missing: bool) -> Result<Report, Unmergeable> {
    let missing = missing(&reports)?;
    if !missing.is_empty() && !allow_missing {
        return Err(Unmergeable(format!(
            "{} missing: add their reports, or use --allow-missing",
            named(&missing)
        )));
    }
    let mut reports = reports;
    reports.sort_by_key(|report| report.shard);
    let mut rest = reports.into_iter();
    let mut whole = rest.next().ok_or_else(|| Unmergeable("there is no report to merge".to_owned()))?;
    whole.shard = None;
    whole.rerun = without_shard(&whole.rerun);
    for report in rest {
        add(&mut whole, report);
    }
    if !missing.is_empty() {
        whole.notes.push(format!("{} missing: this is not the whole run", named(&missing)));
    }
    whole.findings.sort_by_key(|finding| finding.severity);
    join_causes(&mut whole.findings);
    Ok(whole)
}

/// The numbers of the missing shards, after checking that the others belong together.
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
        let Some(Shard { part, of }) = report.shard else {
            return Err(Unmergeable("one of the reports is not from a --shard run".to_owned()));
        };
        if number != 0 {
            agree("number of shards", &number, &of)?;
        }
        number = of;
        if part == 0 || part > of {
            return Err(Unmergeable(format!("there is no shard {part} of {of}")));
        }
        if !seen.insert(part) {
            return Err(Unmergeable(format!("shard {part} of {of} is given twice")));
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

/// The target without its port if it is on this machine: each shard's built-in mock has its own port.
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

/// The command without `--shard` and its value.
fn without_shard(command: &str) -> String {
    let Some(all) = shlex::split(command) else { return command.to_owned() };
    let mut words = Vec::new();
    let mut rest = all.into_iter();
    while let Some(word) = rest.next() {
        if word == "--shard" {
            rest.next();
        } else {
            words.push(shlex::try_quote(&word).map_or_else(|_| word.clone(), std::borrow::Cow::into_owned));
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
    whole.outage = whole.outage.take().or(part.outage);
    whole.first = whole.first.into_iter().chain(part.first).min_by_key(|first| first.after);
    whole.timings.extend(part.timings);
    add_missing(&mut whole.notes, part.notes);
    add_missing(&mut whole.stale, part.stale);
    for area in part.areas {
        match whole.areas.iter_mut().find(|known| known.name == area.name) {
            Some(known) => add_area(known, area),
            None => whole.areas.push(area),
        }
    }
    for check in part.checks {
        match whole.checks.iter_mut().find(|known| (&known.id, &known.area) == (&check.id, &check.area)) {
            Some(known) => add_check(known, &check),
            None => whole.checks.push(check),
        }
    }
    merge_findings(&mut whole.findings, part.findings);
    for covered in part.coverage {
        match whole.coverage.iter_mut().find(|known| known.statement == covered.statement) {
            Some(known) => add_coverage(known, &covered),
            None => whole.coverage.push(covered),
        }
    }
    for boundary in part.boundaries {
        let is_it = |known: &&mut Boundary| (&known.id, &known.area) == (&boundary.id, &boundary.area);
        match whole.boundaries.iter_mut().find(is_it) {
            Some(known) => add_boundary(known, &boundary),
            None => whole.boundaries.push(boundary),
        }
    }
}

/// The worse verdict; inconclusive is the worst, since the run then shows less than it seems to.
fn worse(left: Verdict, right: Verdict) -> Verdict {
    match (left, right) {
        (Verdict::Error { reason }, _) | (_, Verdict::Error { reason }) => Verdict::Error { reason },
        (Verdict::Fail, _) | (_, Verdict::Fail) => Verdict::Fail,
        (Verdict::Pass, Verdict::Pass) => Verdict::Pass,
    }
}

fn add_missing(known: &mut Vec<String>, more: Vec<String>) {
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
    add_missing(&mut known.left_out, area.left_out);
}

fn add_check(known: &mut CheckTally, check: &CheckTally) {
    known.cases += check.cases;
    known.violations += check.violations;
    known.warnings += check.warnings;
    known.known += check.known;
}

fn add_coverage(known: &mut Coverage, covered: &Coverage) {
    known.exercised += covered.exercised;
    if known.exercised > 0 {
        known.reason = None;
    }
}

fn add_boundary(known: &mut Boundary, boundary: &Boundary) {
    known.exercised += boundary.exercised;
    if known.exercised > 0 {
        known.left_out = None;
    }
}
