//! The statements that a contract cites for something.

use tally_spec::model::{
    Acknowledged, Area, Cites, Constraint, Contract, Counted, Echo, OverLimit, PlatformCondition, Response,
    Rule, Whole,
};

/// The ids of citations, sorted, each once.
pub(super) fn ids<'a>(cites: impl Iterator<Item = &'a Cites>) -> Vec<String> {
    let mut ids: Vec<String> = cites.flat_map(Cites::iter).map(str::to_owned).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// What counting responses cite, if an area answers so.
pub(super) fn counted(contract: &Contract, cites: impl Fn(&Counted) -> &Cites) -> Vec<String> {
    let used = contract.areas.iter().map(|area| contract.response(area));
    ids(used.filter_map(|response| match response {
        Response::Counting(counted) => Some(cites(counted)),
        _ => None,
    }))
}

/// What responses that judge a request whole cite.
pub(super) fn whole(contract: &Contract, cites: impl Fn(&Whole) -> &Cites) -> Vec<String> {
    let used = contract.areas.iter().map(|area| contract.response(area));
    ids(used.filter_map(|response| match response {
        Response::Whole(whole) => Some(cites(whole)),
        _ => None,
    }))
}

/// What acknowledgements cite.
pub(super) fn acknowledged(contract: &Contract, cites: impl Fn(&Acknowledged) -> &Cites) -> Vec<String> {
    let used = contract.areas.iter().filter_map(|area| match &area.limit.over {
        OverLimit::Acknowledges { response, .. } => contract.file.responses.get(response),
        OverLimit::Refuses { .. } => None,
    });
    ids(used.filter_map(|response| match response {
        Response::Later(later) => Some(cites(later)),
        _ => None,
    }))
}

/// What rules cite.
pub(super) fn rules(contract: &Contract, wanted: impl Fn(&Rule) -> bool) -> Vec<String> {
    let all = contract.areas.iter().flat_map(|area| &area.rules);
    ids(all.filter(|rule| wanted(rule)).map(|rule| &rule.statement))
}

/// What rules of a kind cite.
pub(super) fn constraints(contract: &Contract, wanted: impl Fn(&Constraint) -> bool) -> Vec<String> {
    rules(contract, |rule| wanted(&rule.constraint))
}

/// What a refusal of the platform cites.
pub(super) fn condition(contract: &Contract, wanted: PlatformCondition) -> Vec<String> {
    let conditions = contract.file.service.errors.conditions.iter();
    ids(conditions.filter(|condition| condition.when == wanted).map(|condition| &condition.statement))
}

/// What every refusal of the platform cites.
pub(super) fn conditions(contract: &Contract) -> Vec<String> {
    ids(contract.file.service.errors.conditions.iter().map(|condition| &condition.statement))
}

/// What areas cite for what happens over the limit.
pub(super) fn over_limit(contract: &Contract) -> Vec<String> {
    ids(contract.areas.iter().map(over))
}

/// What areas that take requests over the limit cite for it.
pub(super) fn taken_over_limit(contract: &Contract) -> Vec<String> {
    let taking = |area: &&Area| matches!(area.limit.over, OverLimit::Acknowledges { .. });
    ids(contract.areas.iter().filter(taking).map(over))
}

fn over(area: &Area) -> &Cites {
    match &area.limit.over {
        OverLimit::Acknowledges { statement, .. } | OverLimit::Refuses { statement, .. } => statement,
    }
}

/// What areas cite for their limits.
pub(super) fn limits(contract: &Contract) -> Vec<String> {
    ids(contract.areas.iter().map(|area| &area.limit.statement))
}

/// What echoes of a kind cite, and what all of them do.
pub(super) fn echoes(contract: &Contract, wanted: impl Fn(&Echo) -> bool) -> Vec<String> {
    let all = contract.areas.iter().flat_map(|area| &area.echoes);
    let mut cited = ids(all.filter(|echo| wanted(echo)).map(|echo| &echo.statement));
    if !cited.is_empty() {
        cited.extend(counted(contract, |counted| &counted.entry.statement));
        cited.extend(ids(contract.file.reading.text_unchanged.iter()));
        cited.sort();
        cited.dedup();
    }
    cited
}

/// What fields of a kind cite.
pub(super) fn fields(contract: &Contract, wanted: impl Fn(&tally_spec::model::Field) -> bool) -> Vec<String> {
    let all = contract.areas.iter().flat_map(|area| &area.fields);
    ids(all.filter(|field| wanted(field)).map(|field| &field.statement))
}

/// What areas cite for what they are.
pub(super) fn areas(contract: &Contract) -> Vec<String> {
    ids(contract.areas.iter().map(|area| &area.statement))
}

/// Two lists of ids, made one.
pub(super) fn both(mut one: Vec<String>, other: Vec<String>) -> Vec<String> {
    one.extend(other);
    one.sort();
    one.dedup();
    one
}
