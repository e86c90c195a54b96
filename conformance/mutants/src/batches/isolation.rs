//! What one record's failure does to others, and records that are not looked at.

use tally_spec::model::{Area, Cites, Contract, Isolation};

use super::{changed, made};
use crate::act::Act;
use crate::mutant::Mutant;

/// Changes which records fail.
type Spread = fn(&mut [bool]);

/// Operators on the failures of a batch.
const SPREADS: [(&str, Spread); 4] = [
    ("stops-at-first", |fails| {
        if let Some(first) = fails.iter().position(|fails| *fails) {
            fails[first..].fill(true);
        }
    }),
    ("undoes-before", |fails| {
        if let Some(last) = fails.iter().rposition(|fails| *fails) {
            fails[..last].fill(true);
        }
    }),
    ("fails-the-next", |fails| {
        for place in (1..fails.len()).rev() {
            fails[place] |= fails[place - 1];
        }
    }),
    ("fails-the-one-before", |fails| {
        for place in 1..fails.len() {
            fails[place - 1] |= fails[place];
        }
    }),
];

pub(super) fn of(contract: &Contract, area: &Area) -> Vec<Mutant> {
    let Some(isolation) = contract.response(area).isolation() else { return Vec::new() };
    let mut found = Vec::new();
    match area.isolation {
        Isolation::EachForItself => {
            for (operator, spread) in SPREADS {
                let made = made(area, "failures", operator, &[isolation, &area.statement]);
                found.push(made.by(move || Act::verdicts(move |_, _, fails| spread(fails))));
            }
            let name = area.name.clone();
            let made = made(area, "failures", "all-or-nothing", &[isolation, &area.statement]);
            found.push(made.by(move || changed(&name, |area| area.isolation = Isolation::AllOrNothing)));
        }
        Isolation::AllOrNothing => {
            let name = area.name.clone();
            let made = made(area, "failures", "each-for-itself", &[isolation, &area.statement]);
            found.push(made.by(move || changed(&name, |area| area.isolation = Isolation::EachForItself)));
        }
    }
    found.extend(not_looked_at(area, isolation));
    found
}

/// Records behind the first half of a full batch pass or fail unseen, or the last one does.
fn not_looked_at(area: &Area, isolation: &Cites) -> Vec<Mutant> {
    let half = area.limit.maximum / 2;
    let rules: Vec<&Cites> = area.rules.iter().map(|rule| &rule.statement).collect();
    let passing = [&rules[..], &[&area.statement]].concat();
    let failing = [&area.limit.statement, &area.statement, isolation];
    let rest = |passes: bool| {
        move || {
            Act::verdicts(move |_, _, fails| {
                if let Some(rest) = fails.get_mut(half..) {
                    rest.fill(!passes);
                }
            })
        }
    };
    let last = |passes: bool| {
        move || {
            Act::verdicts(move |_, _, fails| {
                if let [_, .., last] = fails {
                    *last = !passes;
                }
            })
        }
    };
    vec![
        made(area, &format!("records-from-{half}"), "not-judged", &passing).by(rest(true)),
        made(area, &format!("records-from-{half}"), "fail", &failing).by(rest(false)),
        made(area, "last-record", "not-judged", &passing).by(last(true)),
        made(area, "last-record", "fails", &failing).by(last(false)),
    ]
}
