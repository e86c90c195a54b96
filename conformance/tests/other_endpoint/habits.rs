//! What an endpoint may do in one way or another: the ledger leaves it open, or only assumes it.

use crate::http::Wire;

/// Where an endpoint's way is its own.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
pub(crate) struct Habits {
    pub(crate) wire: Wire,
    /// Counts are written as 3.0.
    pub(crate) decimals: bool,
    /// Entries come in another order, members too.
    pub(crate) turned: bool,
    /// Answers and entries have members that no statement names.
    pub(crate) wordy: bool,
    /// Texts, error codes and media types are other ones.
    pub(crate) own_words: bool,
    /// Whitespace in answers.
    pub(crate) airy: bool,
    pub(crate) echoes: Echoes,
    /// What the ledger leaves open is refused, in place of taken.
    pub(crate) narrow: bool,
    /// A wrong JSON type in a record refuses the request.
    pub(crate) refuses_wrong_types: bool,
    pub(crate) empty: Empty,
    /// The size of the next batch of milestones is the one that the examples show.
    pub(crate) shown_size: bool,
    /// The readings that this endpoint does not share.
    pub(crate) otherwise: &'static [Gap],
}

/// How records' values come back.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Echoes {
    #[default]
    AsSent,
    /// Those that can be null are.
    Null,
    /// They are left out.
    Absent,
    /// IDs by their longer form, numbers as numbers.
    Long,
    /// IDs by their shorter form, numbers as text.
    Short,
    /// Those of values that were not understood are null.
    Understood,
}

/// What becomes of an empty list.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Empty {
    #[default]
    Succeeds,
    /// 200 with zero counts, called a failure.
    Fails,
    /// 204, without a body.
    NoContent,
    Refused,
}

/// A statement that is only assumed, and what the endpoint does in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Gap {
    /// G6: 202, and another word.
    AcknowledgedOtherwise,
    /// G12.3: the instant of a date is at noon.
    Noon,
    /// R4.2: two entries for a failed record.
    TwoEntries,
    /// R9: 200 with a null body.
    EmptyIsNull,
    /// A1: a charset is refused.
    NoCharset,
    /// A1: the body is looked at before the token.
    OtherOrder,
    /// A2: a body without a list is taken for one with an empty list.
    NoListIsEmpty,
    /// A3: null fails where a field is optional.
    NullFails,
    /// A4: empty text is a value.
    EmptyIsValue,
    /// A5 in the table's sense: a number of days must be text.
    NumberOfDaysIsText,
    /// A6: 3.0 is no whole number.
    DecimalsFail,
    /// A7: only the form that the organisation lists is known.
    OneFormOfIds,
    /// A8: any measure is taken.
    AnyMeasure,
    /// A8: names are compared blanks and all.
    BlanksMatter,
    /// US2: the level among the options stands before a record's own.
    LevelBesideFirst,
    /// A9: an unknown level among the options fails the request's records.
    UnknownLevelBeside,
    /// A10, A17: of records with one key only the last passes.
    LastAlonePasses,
    /// A11: an unknown survey ID fails whatever the code.
    SurveyIdMatters,
    /// NP3.2: 5.5 is a score.
    Fractions,
    /// NP6: any survey ID is taken.
    AnySurveyId,
    /// SM2.2, SO2.4: a record without a score passes.
    ScoreMayBeMissing,
    /// FE3: a feature record needs nothing.
    FeaturesNeedNothing,
    /// MI4: a milestone needs a date.
    MilestonesNeedDates,
    /// X1: assignees and playbooks are not looked up.
    AnyAssignee,
    /// SU3, SU7.2, A13: any distribution succeeds.
    AnyDistribution,
    /// SU4: the limit counts distributions.
    LimitCountsDistributions,
    /// A18: a batch over the limit with a bad record is refused.
    BadOverLimitRefused,
    /// A20: dates are in UTC whatever the flag.
    AlwaysUtc,
    /// A22: a byte order mark, and text behind the value, are passed over.
    LaxJson,
    /// A24: empty text for an optional field fails.
    EmptyOptionalFails,
    /// A26: a time of day behind a date is taken everywhere.
    DateTimes,
    /// NP4 in echoes: what is defaulted comes back.
    DefaultsComeBack,
    /// G13: features have a limit of 500.
    FewerFeatures,
    /// R7: the count of passed records leaves out those that changed nothing.
    SumIsLess,
    /// G7: a PUT is taken as a POST is.
    PutToo,
    /// A1: the token is looked at last.
    TokenLast,
    /// A2: a body without a list, or with an option of a wrong type, is refused with a 422.
    Unprocessable,
    /// A2: options of a wrong type are passed over.
    OptionsOfAnyType,
    /// R9: an empty list is a server error.
    EmptyIsServerError,
    /// A5: a value of a wrong JSON type is taken for what it may mean.
    WrongTypesPass,
    /// A7: IDs are compared without case.
    IdsInAnyCase,
    /// A10, A17: of records with one key only the first passes.
    FirstAlonePasses,
    /// A14: scores go from 0 to 100.
    ScoresHaveARange,
    /// A15: of two records that say the same the second fails.
    EqualRecordsFail,
    /// A16: of the responses to one survey from one address, whatever their dates, the last passes.
    OneResponseOfAnAddress,
    /// A19: text comes back without the blanks around it.
    TrimmedEchoes,
    /// A22: of two members with one name the first stands.
    FirstMemberStands,
    /// MI4: a milestone needs no account.
    MilestonesNeedNoAccount,
    /// SU5.2: one distribution that passes is enough.
    DistributionsApart,
    /// US2: a record without a level is one of its account.
    LevelHasADefault,
    /// X4: survey codes are compared blanks and all.
    CodesAreExact,
}
