//! Faults that are another contract.

use tally_spec::model::{Constraint, Contract, Isolation, OverLimit};

pub(super) fn raise_limit(contract: &mut Contract) {
    for area in &mut contract.areas {
        area.file.limit.maximum += 1;
    }
}

pub(super) fn lower_limit(contract: &mut Contract) {
    for area in &mut contract.areas {
        area.file.limit.maximum -= 1;
    }
}

pub(super) fn refuse_over_limit(contract: &mut Contract) {
    for area in &mut contract.areas {
        if let OverLimit::Acknowledges { statement, .. } = &area.file.limit.over {
            area.file.limit.over = OverLimit::Refuses {
                http_status: 413,
                code: "REQUEST_TOO_LARGE".to_owned(),
                text: "The request holds too many records".to_owned(),
                statement: statement.clone(),
            };
        }
    }
}

pub(super) fn forget_existence(contract: &mut Contract) {
    for area in &mut contract.areas {
        area.file.rules.retain(|rule| {
            !matches!(&rule.constraint, Constraint::Exists { .. } | Constraint::MemberOf { .. })
        });
    }
}

pub(super) fn all_or_nothing(contract: &mut Contract) {
    for area in &mut contract.areas {
        area.file.isolation = Isolation::AllOrNothing;
    }
}
