//! For each statement that is only assumed: what an honest endpoint may do in its place, or why that would not show.

use crate::habits::Gap;

/// What an endpoint does in the place of statements that are assumed.
pub(crate) struct Flip {
    pub(crate) gap: Gap,
    /// The statements that it does not follow.
    pub(crate) statements: &'static [&'static str],
    /// Areas in which that shows, with a small limit if there is a choice: what a short run tests.
    pub(crate) areas: &'static [&'static str],
}

const fn flip(gap: Gap, statements: &'static [&'static str], areas: &'static [&'static str]) -> Flip {
    Flip { gap, statements, areas }
}

/// An area that answers record by record, and another that answers whole.
const ANY: &[&str] = &["nps", "survey"];
const MEASURES: &str = "scorecard-measures";
const OVERALL: &str = "scorecard-overall";

/// The flips.
pub(crate) const FLIPS: &[Flip] = &[
    flip(Gap::AcknowledgedOtherwise, &["G6"], ANY),
    flip(Gap::PutToo, &["G7"], &["nps"]),
    flip(Gap::Noon, &["G12.3"], &["usage"]),
    flip(Gap::FewerFeatures, &["G13"], &["features"]),
    flip(Gap::TwoEntries, &["R4.2", "A21"], &["nps"]),
    flip(Gap::SumIsLess, &["R7"], &["ctas"]),
    flip(Gap::EmptyIsNull, &["R9"], &["usage"]),
    flip(Gap::EmptyIsServerError, &["R9"], &["usage"]),
    flip(Gap::NumberOfDaysIsText, &["CT1.2"], &["ctas"]),
    flip(Gap::FeaturesNeedNothing, &["FE3"], &["features"]),
    flip(Gap::MilestonesNeedDates, &["MI4"], &["milestones"]),
    flip(Gap::MilestonesNeedNoAccount, &["MI4"], &["milestones"]),
    flip(Gap::Fractions, &["NP3.2"], &["nps"]),
    flip(Gap::AnySurveyId, &["NP6"], &["nps"]),
    flip(Gap::ScoreMayBeMissing, &["SM2.2", "SO2.4"], &[MEASURES, OVERALL]),
    flip(Gap::AnyDistribution, &["SU3", "SU7.2", "A13"], &["survey"]),
    flip(Gap::LimitCountsDistributions, &["SU4"], &["survey"]),
    flip(Gap::DistributionsApart, &["SU5.2"], &["survey"]),
    flip(Gap::LevelBesideFirst, &["US2"], &["usage"]),
    flip(Gap::LevelHasADefault, &["US2"], &["usage"]),
    flip(Gap::NoCharset, &["A1"], &["nps"]),
    flip(Gap::OtherOrder, &["A1"], &["nps"]),
    flip(Gap::TokenLast, &["A1"], &["nps"]),
    flip(Gap::NoListIsEmpty, &["A2"], &["nps"]),
    flip(Gap::Unprocessable, &["A2"], &["nps"]),
    flip(Gap::OptionsOfAnyType, &["A2"], &["usage"]),
    flip(Gap::NullFails, &["A3"], &["nps"]),
    flip(Gap::EmptyIsValue, &["A4"], &["ctas"]),
    flip(Gap::WrongTypesPass, &["A5"], &["nps"]),
    flip(Gap::DecimalsFail, &["A6"], &["nps"]),
    flip(Gap::OneFormOfIds, &["A7"], &["ctas"]),
    flip(Gap::IdsInAnyCase, &["A7"], &["survey"]),
    flip(Gap::AnyMeasure, &["A8"], &[MEASURES]),
    flip(Gap::BlanksMatter, &["A8"], &[MEASURES]),
    flip(Gap::CodesAreExact, &["X4"], &["survey"]),
    flip(Gap::UnknownLevelBeside, &["A9"], &["usage"]),
    flip(Gap::LastAlonePasses, &["A10", "A17"], &["usage"]),
    flip(Gap::FirstAlonePasses, &["A10", "A17"], &["usage"]),
    flip(Gap::SurveyIdMatters, &["A11"], &["nps"]),
    flip(Gap::ScoresHaveARange, &["A14", "X5"], &[MEASURES]),
    flip(Gap::EqualRecordsFail, &["A15"], &["ctas"]),
    flip(Gap::OneResponseOfAnAddress, &["A16"], &["nps"]),
    flip(Gap::BadOverLimitRefused, &["A18"], ANY),
    flip(Gap::DefaultsComeBack, &["A19"], &["nps"]),
    flip(Gap::TrimmedEchoes, &["A19"], &["nps"]),
    flip(Gap::AlwaysUtc, &["A20"], &["usage"]),
    flip(Gap::LaxJson, &["A22"], &["nps"]),
    flip(Gap::FirstMemberStands, &["A22"], &["nps"]),
    flip(Gap::EmptyOptionalFails, &["A24"], &["ctas"]),
    flip(Gap::DateTimes, &["A26"], &["usage"]),
    flip(Gap::AnyAssignee, &["X1"], &["ctas"]),
];

/// Assumed statements without a flip, and why no answer would show one.
pub(crate) const WITHOUT: &[(&str, &str)] = &[
    ("SM5.2", "the mean is kept, and no answer holds it"),
    (
        "SO2.2",
        "records of one account pass whether the account is their key or not (A10 has the flips of that)",
    ),
    ("SU6", "whether somebody was mailed again stands in no answer"),
    ("US6.2", "the period decides which record is replaced, which no answer shows"),
    ("A12", "it leaves values open: there is nothing to do otherwise"),
    ("A25", "names of custom fields decide where a value is kept, which no answer shows"),
    ("X3", "it is about kept values, which no answer shows"),
];
