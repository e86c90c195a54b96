//! Limits that are not the documented ones, and what becomes of requests over them.

use tally_spec::model::{Area, Cites, Contract, OverLimit};

use super::{changed, made};
use crate::mutant::Mutant;

pub(super) fn of(contract: &Contract, area: &Area) -> Vec<Mutant> {
    let limit = &area.limit;
    let (OverLimit::Acknowledges { statement: over, .. } | OverLimit::Refuses { statement: over, .. }) =
        &limit.over;
    let cites: Vec<&Cites> = [&limit.statement, over].into_iter().chain(&limit.counts_statement).collect();
    let most = limit.maximum;
    let mut limits = vec![
        ("plus-one", most + 1),
        ("minus-one", most.saturating_sub(1)),
        ("doubled", most * 2),
        ("halved", most / 2),
        ("not-enforced", usize::MAX),
    ];
    let others = contract.areas.iter().map(|other| other.limit.maximum);
    let known: Vec<usize> = limits.iter().map(|(_, limit)| *limit).chain([most]).collect();
    limits
        .extend(others.filter(|other| !known.contains(other)).max().map(|other| ("of-another-area", other)));
    let name = &area.name;
    let by = |operator, limit: usize| {
        let name = name.clone();
        made(area, "limit", operator, &cites)
            .by(move || changed(&name, move |area| area.limit.maximum = limit))
    };
    let mut found: Vec<Mutant> = limits
        .into_iter()
        .filter(|(_, limit)| *limit > 0)
        .map(|(operator, limit)| by(operator, limit))
        .collect();
    if let OverLimit::Acknowledges { .. } = &limit.over {
        let (name, statement) = (name.clone(), over.clone());
        found.push(made(area, "over-limit", "refused", &[over]).by(move || {
            let statement = statement.clone();
            changed(&name, move |area| {
                let (code, text) = ("REQUEST_TOO_LARGE".to_owned(), "too many records".to_owned());
                let statement = statement.clone();
                area.limit.over = OverLimit::Refuses { http_status: 413, code, text, statement };
            })
        }));
    }
    if let Some(counts) = &limit.counts_statement {
        let name = name.clone();
        let made = made(area, "limit", "records-counted", &[counts, &limit.statement]);
        found.push(made.by(move || changed(&name, |area| area.limit.counts = None)));
    }
    found
}
