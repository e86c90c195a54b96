//! The habits, by name, each with what a run may say of them.

use std::time::Duration;

use crate::flips::{FLIPS, Flip};
use crate::habits::{Echoes, Empty, Gap, Habits};
use crate::http::Wire;

/// An endpoint's habits, with what a run may say.
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) habits: Habits,
    /// Whether something is done that a reading of ours speaks against: then remarks are right.
    pub(crate) remarks: bool,
    /// The areas that a short run tests; all if empty.
    pub(crate) areas: &'static [&'static str],
}

/// Each habit by itself.
pub(crate) fn each() -> Vec<Variant> {
    let plain = Habits::default();
    let wire = Wire::default();
    let with = |wire: Wire| Habits { wire, ..plain };
    let mut variants: Vec<Variant> = [
        ("none", plain),
        ("chunked", with(Wire { chunked: true, ..wire })),
        ("until the connection ends", with(Wire { until_closed: true, ..wire })),
        ("one answer a connection", with(Wire { closes: true, ..wire })),
        ("headers in capitals", with(Wire { capitals: true, ..wire })),
        ("slow", with(Wire { waits: Duration::from_millis(4), ..wire })),
        ("counts as 3.0", Habits { decimals: true, ..plain }),
        ("another order", Habits { turned: true, ..plain }),
        ("more members", Habits { wordy: true, ..plain }),
        ("other words", Habits { own_words: true, ..plain }),
        ("blanks and escapes", Habits { airy: true, ..plain }),
        ("null echoes", Habits { echoes: Echoes::Null, ..plain }),
        ("long echoes", Habits { echoes: Echoes::Long, ..plain }),
        ("short echoes", Habits { echoes: Echoes::Short, ..plain }),
        ("echoes of what was understood", Habits { echoes: Echoes::Understood, ..plain }),
        ("open things refused", Habits { narrow: true, ..plain }),
        ("wrong types refused", Habits { refuses_wrong_types: true, ..plain }),
        ("open things and wrong types refused", Habits { narrow: true, refuses_wrong_types: true, ..plain }),
        ("empty lists fail", Habits { empty: Empty::Fails, ..plain }),
        ("empty lists earn nothing", Habits { empty: Empty::NoContent, ..plain }),
        ("empty lists refused", Habits { empty: Empty::Refused, ..plain }),
        ("the next size that is shown", Habits { shown_size: true, ..plain }),
    ]
    .into_iter()
    .map(|(name, habits)| {
        // To call nothing a failure bends the rule about status words, by our reading of empty lists.
        // That answers have no more members than those shown is an assumption, and so is that only what was not sent
        // comes back as null.
        let null = matches!(habits.echoes, Echoes::Null | Echoes::Understood);
        let remarks = habits.empty == Empty::Fails || habits.wordy || null;
        Variant { name: name.to_owned(), habits, remarks, areas: &[] }
    })
    .collect();
    variants.extend(flips());
    variants
}

/// Each flip by itself.
pub(crate) fn flips() -> Vec<Variant> {
    let flip = |flip: &'static Flip| Variant {
        name: format!("{:?}", flip.gap),
        habits: Habits { otherwise: std::slice::from_ref(&flip.gap), ..Habits::default() },
        remarks: true,
        areas: flip.areas,
    };
    FLIPS.iter().map(flip).collect()
}

/// Endpoints of other hands, that read several statements in their own way.
pub(crate) fn hands() -> Vec<Variant> {
    let plain = Habits::default();
    // Of areas with small limits, so that a short run is one.
    let areas: &'static [&'static str] = &["ctas", "nps", "scorecard-measures", "survey", "usage"];
    let hand = |name: &str, habits| Variant { name: name.to_owned(), habits, remarks: true, areas };
    let exact: &'static [Gap] = &[Gap::BlanksMatter, Gap::CodesAreExact, Gap::OneFormOfIds, Gap::TokenLast];
    vec![
        hand(
            "exact and strict",
            Habits {
                narrow: true,
                refuses_wrong_types: true,
                empty: Empty::Refused,
                echoes: Echoes::Null,
                otherwise: exact,
                ..plain
            },
        ),
        hand(
            "exact and lax",
            Habits {
                turned: true,
                own_words: true,
                otherwise: &[
                    Gap::BlanksMatter,
                    Gap::CodesAreExact,
                    Gap::PutToo,
                    Gap::OptionsOfAnyType,
                    Gap::LaxJson,
                    Gap::DateTimes,
                    Gap::AnyAssignee,
                    Gap::FeaturesNeedNothing,
                    Gap::Fractions,
                ],
                ..plain
            },
        ),
        hand(
            "trimmed and strict",
            Habits {
                narrow: true,
                wordy: true,
                empty: Empty::NoContent,
                otherwise: &[
                    Gap::TrimmedEchoes,
                    Gap::NoCharset,
                    Gap::Unprocessable,
                    Gap::EmptyOptionalFails,
                    Gap::FirstAlonePasses,
                    Gap::BadOverLimitRefused,
                ],
                ..plain
            },
        ),
        hand(
            "trimmed and lax",
            Habits {
                echoes: Echoes::Short,
                otherwise: &[
                    Gap::NoListIsEmpty,
                    Gap::ScoreMayBeMissing,
                    Gap::LevelHasADefault,
                    Gap::AnyMeasure,
                    Gap::AnySurveyId,
                    Gap::IdsInAnyCase,
                    Gap::AcknowledgedOtherwise,
                ],
                ..plain
            },
        ),
    ]
}

/// Many habits at once: what a test has time for.
pub(crate) fn together() -> Vec<Variant> {
    let plain = Habits::default();
    let wire = Wire::default();
    let all = |name: &str, habits| Variant { name: name.to_owned(), habits, remarks: false, areas: &[] };
    vec![
        all(
            "far from ours",
            Habits {
                wire: Wire { chunked: true, closes: true, capitals: true, ..wire },
                decimals: true,
                turned: true,
                wordy: false,
                own_words: true,
                airy: true,
                echoes: Echoes::Long,
                narrow: true,
                refuses_wrong_types: true,
                empty: Empty::Refused,
                shown_size: true,
                otherwise: &[],
            },
        ),
        all(
            "terse",
            Habits {
                wire: Wire { until_closed: true, ..wire },
                narrow: true,
                empty: Empty::NoContent,
                ..plain
            },
        ),
        all("lax", Habits { turned: true, echoes: Echoes::Short, refuses_wrong_types: true, ..plain }),
        Variant {
            remarks: true,
            ..all(
                "wordy and half-understood",
                Habits { echoes: Echoes::Understood, decimals: true, wordy: true, ..plain },
            )
        },
    ]
}
