//! The registry of all checks: what each says, and the statements it depends on.
//!
//! A check that a report names stands here, whichever part of a run it belongs to; debug builds assert it.

use tally_spec::model::{
    Area, Behaviour, Cites, Constraint, Contract, OverLimit, PlatformCondition, Response, UnknownThing,
};

use super::relation::Relation;
use super::{ALL, extend, ids, response_cites};

/// What a check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Subject {
    /// One request and its answer.
    Exchange,
    /// Two requests, one derived from the other.
    Relation,
    /// A request that the platform must refuse.
    Refusal,
    /// An odd but harmless request.
    Robustness,
    /// The records that the target stored (`--observe`).
    StoredRecords,
}

impl Subject {
    /// The words for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Exchange => "one exchange",
            Self::Relation => "related requests",
            Self::Refusal => "refused requests",
            Self::Robustness => "odd requests",
            Self::StoredRecords => "stored records",
        }
    }
}

/// A check of the registry.
#[derive(Debug, Clone, Copy)]
pub struct Registered {
    /// Its name: the property that holds.
    pub id: &'static str,
    /// What it looks at.
    pub subject: Subject,
    /// What it checks, in a sentence.
    pub sentence: &'static str,
    cites: fn(&Contract, &'static str) -> Vec<String>,
}

impl Registered {
    /// The statements of a contract that it depends on, records' rules apart. Empty if it does not apply.
    #[must_use]
    pub fn statements(&self, contract: &Contract) -> Vec<String> {
        (self.cites)(contract, self.id)
    }
}

/// The check of that name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Registered> {
    REGISTRY.iter().find(|check| check.id == id)
}

const fn exchange(id: &'static str, sentence: &'static str) -> Registered {
    Registered { id, subject: Subject::Exchange, sentence, cites: of_exchange }
}

const fn relation(id: &'static str, sentence: &'static str) -> Registered {
    Registered { id, subject: Subject::Relation, sentence, cites: of_relation }
}

type CitesOf = fn(&Contract, &'static str) -> Vec<String>;

const fn other(id: &'static str, subject: Subject, sentence: &'static str, cites: CitesOf) -> Registered {
    Registered { id, subject, sentence, cites }
}

const fn of_store(id: &'static str, sentence: &'static str, cites: CitesOf) -> Registered {
    Registered { id, subject: Subject::StoredRecords, sentence, cites }
}

/// Every check.
pub const REGISTRY: &[Registered] = &[
    other("every_request_is_answered", Subject::Exchange, "Every request is answered.", responses),
    exchange("never_server_error", "No request leads to a server error."),
    exchange("batch_within_limit_is_answered", "A batch within the limit is processed at once."),
    exchange("status_is_documented", "The HTTP status is the documented one, whether records pass or fail."),
    exchange("media_type_is_documented", "The response has the documented media type."),
    exchange(
        "response_has_documented_shape",
        "The response has the documented members, of the documented types.",
    ),
    exchange("counts_add_up", "Pass and fail counts add up to the records sent."),
    exchange("fail_count_matches_fates", "The fail count is that of the records that must fail."),
    exchange("pass_count_matches_fates", "The pass count is that of the records that must pass."),
    exchange("bad_record_fails_alone", "A bad record does not fail the others of its batch."),
    exchange("status_matches_counts", "The status word agrees with the counts."),
    exchange("error_entries_match_failures", "There is an error entry for each failed record."),
    exchange("echoes_match_records", "Error entries repeat the fields of their records."),
    exchange("next_batch_size_is_limit", "The next batch size is the record limit."),
    exchange(
        "whole_verdict_matches_fate",
        "A request that is judged whole passes or fails as its records must.",
    ),
    exchange("results_match_fates", "Each record's result is the one it must have."),
    exchange("over_limit_is_acknowledged", "A batch over the limit is acknowledged and queued."),
    exchange("over_limit_is_refused", "A batch over the limit is refused, if that is what is documented."),
    exchange("empty_list_is_harmless", "An empty list is answered without an error."),
    exchange("token_never_answered", "No response contains the token."),
    relation("same_batch_twice_has_same_fates", "The same batch sent twice gets the same results."),
    relation("permuted_batch_has_same_fates", "Results do not depend on the order of records."),
    relation("batch_cut_in_two_has_same_fates", "Two halves of a batch get the results of the whole."),
    relation("spelling_changes_nothing", "Blanks and the order of members change nothing."),
    relation("number_spelling_changes_nothing", "3 and 3.0 are the same number."),
    relation("last_of_equal_members_stands", "If a member is given twice, the last one counts."),
    relation("optional_members_can_be_left_out", "Optional fields may be left out."),
    relation("one_good_record_more_passes_one_more", "One more good record is one more that passes."),
    relation("one_bad_record_more_fails_one_more", "One more bad record is one more that fails."),
    relation("later_valid_request_is_unaffected", "A failed request does not affect the next one."),
    other(
        "missing_token_is_refused",
        Subject::Refusal,
        "A request without a token is refused.",
        unauthorized,
    ),
    other(
        "invalid_token_is_refused",
        Subject::Refusal,
        "A request with an invalid token is refused.",
        unauthorized,
    ),
    other("unknown_path_is_refused", Subject::Refusal, "An unknown path is refused.", not_found),
    other("wrong_verb_is_refused", Subject::Refusal, "Another HTTP method is refused.", wrong_verb),
    other(
        "wrong_media_type_is_refused",
        Subject::Refusal,
        "Another media type is refused.",
        wrong_media_type,
    ),
    other(
        "text_that_is_no_json_is_refused",
        Subject::Refusal,
        "A body that is not JSON is refused.",
        not_json,
    ),
    other("unusable_body_is_refused", Subject::Refusal, "A body without a usable list is refused.", unusable),
    other("platform_checks_come_in_order", Subject::Refusal, "The first of two mistakes decides.", order),
    other(
        "media_type_may_have_parameters",
        Subject::Robustness,
        "A media type with a charset is accepted.",
        media_type_parameters,
    ),
    other("odd_bodies_are_harmless", Subject::Robustness, "No odd body leads to a server error.", responses),
    other(
        "unknown_members_are_harmless",
        Subject::Robustness,
        "Unknown members do not lead to a server error.",
        responses,
    ),
    of_store(stored::KEPT, "Records that passed are stored.", areas),
    of_store(stored::NOT_KEPT, "Records that failed are not stored.", isolation),
    of_store(stored::ISOLATED, "Records that passed are stored, whatever else failed.", isolation),
    of_store(stored::JOB, "A job applies its records.", over_limit),
    of_store(stored::ENDS, "A job ends.", over_limit),
    of_store(stored::ONE, "Records with the same key are one record.", keys),
    of_store(stored::OTHERS, "Other records stay as they were.", keys),
    of_store(stored::SENT, "Values are stored as sent.", areas),
    of_store(stored::DEFAULTS, "Defaults fill in absent fields.", defaults),
    of_store(stored::UPDATES, "An update leaves absent fields alone.", updates),
    of_store(stored::LATER, "Of records with one key, a later one updates an earlier one.", keys),
    of_store(stored::LAST, "Of records with one key, only the last counts.", keys),
    of_store(stored::RESETS, "A reset field shows its documented text.", resets),
    of_store(stored::ALTERNATIVES, "Of alternative fields, one stands.", alternatives),
    of_store(stored::ROLLS_UP, "A computed field follows its records.", roll_ups),
    of_store(stored::CREATED, "Unknown names that a record may introduce are created.", created),
    of_store(stored::ATTACHED, "What a named template holds is added to the record.", attachments),
    of_store(stored::DELIVERED, "A message is sent once, unless a record asks for more.", deliveries),
    of_store(stored::ZONES, "Dates are days of the documented time zone.", midnight),
];

/// The checks of stored records.
pub(crate) mod stored {
    pub(crate) const KEPT: &str = "passed_records_are_kept";
    pub(crate) const NOT_KEPT: &str = "failed_records_are_not_kept";
    pub(crate) const ISOLATED: &str = "kept_whatever_else_failed";
    pub(crate) const JOB: &str = "job_applies_its_records";
    pub(crate) const ENDS: &str = "job_ends";
    pub(crate) const ONE: &str = "one_key_is_one_record";
    pub(crate) const OTHERS: &str = "other_records_are_left_alone";
    pub(crate) const SENT: &str = "values_are_kept_as_sent";
    pub(crate) const DEFAULTS: &str = "defaults_fill_in_what_is_absent";
    pub(crate) const UPDATES: &str = "updates_leave_absent_fields_alone";
    pub(crate) const LATER: &str = "later_of_one_key_stands";
    pub(crate) const LAST: &str = "last_of_one_key_counts";
    pub(crate) const RESETS: &str = "resets_are_shown_as_their_text";
    pub(crate) const ALTERNATIVES: &str = "one_alternative_stands";
    pub(crate) const ROLLS_UP: &str = "roll_up_follows_its_records";
    pub(crate) const CREATED: &str = "created_things_exist";
    pub(crate) const ATTACHED: &str = "attachments_are_added";
    pub(crate) const DELIVERED: &str = "sends_once_unless_told";
    pub(crate) const ZONES: &str = "dates_are_in_their_zone";
}

/// The statements that something of each area cites, each once.
fn united(contract: &Contract, of: impl Fn(&Area) -> Vec<String>) -> Vec<String> {
    let mut all = Vec::new();
    for area in &contract.areas {
        extend(&mut all, &of(area));
    }
    all
}

fn of_exchange(contract: &Contract, id: &'static str) -> Vec<String> {
    let checks = || ALL.iter().filter(|check| check.id == id);
    united(contract, |area| checks().flat_map(|check| (check.cites)(contract, area)).collect())
}

fn of_relation(contract: &Contract, id: &'static str) -> Vec<String> {
    let relations = || Relation::ALL.into_iter().filter(|relation| relation.check() == id);
    united(contract, |area| relations().flat_map(|relation| relation.cites(contract, area)).collect())
}

fn responses(contract: &Contract, _: &'static str) -> Vec<String> {
    united(contract, |area| ids([response_cites(contract, area)]))
}

fn refusal(contract: &Contract, when: PlatformCondition) -> Vec<String> {
    let conditions = contract.file.service.errors.conditions.iter();
    ids(conditions.filter(|error| error.when == when).map(|error| &error.statement))
}

fn unauthorized(contract: &Contract, _: &'static str) -> Vec<String> {
    refusal(contract, PlatformCondition::Unauthorized)
}

fn not_found(contract: &Contract, _: &'static str) -> Vec<String> {
    refusal(contract, PlatformCondition::NotFound)
}

fn wrong_verb(contract: &Contract, _: &'static str) -> Vec<String> {
    refusal(contract, PlatformCondition::WrongVerb)
}

fn wrong_media_type(contract: &Contract, _: &'static str) -> Vec<String> {
    refusal(contract, PlatformCondition::WrongMediaType)
}

fn not_json(contract: &Contract, _: &'static str) -> Vec<String> {
    let mut statements = refusal(contract, PlatformCondition::NotJson);
    extend(&mut statements, &ids([&contract.file.reading.not_json]));
    statements
}

fn unusable(contract: &Contract, _: &'static str) -> Vec<String> {
    refusal(contract, PlatformCondition::Unusable)
}

fn order(contract: &Contract, _: &'static str) -> Vec<String> {
    ids([&contract.file.service.errors.order_statement])
}

fn media_type_parameters(contract: &Contract, _: &'static str) -> Vec<String> {
    ids(&contract.file.service.media_type_parameters)
}

fn areas(contract: &Contract, _: &'static str) -> Vec<String> {
    united(contract, |area| ids([&area.statement]))
}

fn keys(contract: &Contract, _: &'static str) -> Vec<String> {
    united(contract, |area| ids([&area.key.statement]))
}

fn isolation(contract: &Contract, _: &'static str) -> Vec<String> {
    united(contract, |area| match contract.response(area) {
        Response::Counting(shape) => ids([&shape.isolation_statement]),
        Response::ByPosition(shape) => ids([&shape.isolation_statement]),
        Response::Whole(shape) => ids([&shape.whole_statement]),
        Response::Later(_) => Vec::new(),
    })
}

fn over_limit(contract: &Contract, _: &'static str) -> Vec<String> {
    united(contract, |area| match &area.limit.over {
        OverLimit::Acknowledges { statement, .. } => ids([statement]).into_iter().take(1).collect(),
        OverLimit::Refuses { .. } => Vec::new(),
    })
}

fn defaults(contract: &Contract, _: &'static str) -> Vec<String> {
    united(contract, |area| ids(area.defaults.iter().map(|default| &default.statement)))
}

fn updates(contract: &Contract, _: &'static str) -> Vec<String> {
    ids(&contract.file.reading.updates)
}

fn midnight(contract: &Contract, _: &'static str) -> Vec<String> {
    ids(&contract.file.reading.midnight)
}

fn created(contract: &Contract, _: &'static str) -> Vec<String> {
    let creates = |constraint: &Constraint| {
        matches!(constraint, Constraint::Exists { unknown: UnknownThing::Creates, .. })
    };
    united(contract, |area| {
        let rules = area.rules.iter().filter(|rule| creates(&rule.constraint));
        ids(rules.map(|rule| &rule.statement))
    })
}

/// The statements of those behaviours of which `of` finds the citation.
fn behaviours(contract: &Contract, of: fn(&Behaviour) -> Option<&Cites>) -> Vec<String> {
    united(contract, |area| ids(area.behaviours.iter().filter_map(of)))
}

fn resets(contract: &Contract, _: &'static str) -> Vec<String> {
    behaviours(
        contract,
        |one| if let Behaviour::Resets { statement, .. } = one { Some(statement) } else { None },
    )
}

fn alternatives(contract: &Contract, _: &'static str) -> Vec<String> {
    behaviours(contract, |one| {
        if let Behaviour::Alternatives { statement, .. } = one { Some(statement) } else { None }
    })
}

fn roll_ups(contract: &Contract, _: &'static str) -> Vec<String> {
    behaviours(
        contract,
        |one| if let Behaviour::RollsUp { statement, .. } = one { Some(statement) } else { None },
    )
}

fn attachments(contract: &Contract, _: &'static str) -> Vec<String> {
    behaviours(
        contract,
        |one| if let Behaviour::Attaches { statement, .. } = one { Some(statement) } else { None },
    )
}

fn deliveries(contract: &Contract, _: &'static str) -> Vec<String> {
    united(contract, |area| {
        let cites = area.behaviours.iter().filter_map(|one| match one {
            Behaviour::Sends { statement, once_statement, .. } => Some([once_statement, statement]),
            Behaviour::Alternatives { .. }
            | Behaviour::Resets { .. }
            | Behaviour::RollsUp { .. }
            | Behaviour::Attaches { .. } => None,
        });
        ids(cites.flatten())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_check_is_registered_once_under_its_kind() {
        let names: BTreeSet<&str> = REGISTRY.iter().map(|check| check.id).collect();
        assert_eq!(names.len(), REGISTRY.len());
        for check in ALL {
            assert_eq!(find(check.id).map(|found| found.subject), Some(Subject::Exchange), "{}", check.id);
        }
        for relation in Relation::ALL {
            let found = find(relation.check()).map(|found| found.subject);
            assert_eq!(found, Some(Subject::Relation), "{relation:?}");
        }
    }
}
