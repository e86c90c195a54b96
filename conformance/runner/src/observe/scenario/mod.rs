//! Short sequences of requests, each made for one thing that an answer does not show.

mod batches;
mod behaviours;
mod bench;
mod fields;
mod keys;

pub use self::bench::ScenarioBuilder;
use super::Wanted;
use tally_oracle::strategy::Batch;

/// A sequence of requests to one area.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What it is for.
    pub name: &'static str,
    /// The requests in their order.
    pub steps: Vec<Step>,
}

/// One request of a sequence.
#[derive(Debug, Clone)]
pub struct Step {
    /// The request.
    pub batch: Batch,
    /// A value that all its records have, and no other record: by that alone they are looked for. None where
    /// they are few, and looked for by their keys.
    pub common: Option<Wanted>,
}

/// Makes a scenario's requests; none where the area has nothing of the kind.
type Make = fn(&ScenarioBuilder<'_>) -> Option<Vec<Step>>;

/// Every scenario.
const ALL: &[(&str, Make)] = &[
    ("created with the least", fields::least),
    ("created with everything", fields::everything),
    ("created with null in optional fields", fields::nulls_at_first),
    ("updated in part", fields::updated_in_part),
    ("updated with null and empty text", fields::updated_with_nothing),
    ("default after a day of each weekday", fields::weekdays),
    ("own value where the default always counts", fields::own_value),
    ("value beside the list", fields::stand_in),
    ("additional members in another case", fields::other_case),
    ("days in a zone and not", fields::zones),
    ("each part of the key differs", keys::differ),
    ("key spelt in another way", keys::respelt),
    ("one key twice in a batch", keys::twice),
    ("one key three times with another between", keys::three_times),
    ("reset and back", behaviours::reset),
    ("one alternative after the other", behaviours::alternatives),
    ("rolled up after each change", behaviours::rolled_up),
    ("thing made by naming it", behaviours::created),
    ("thing named that adds what is its own", behaviours::attached),
    ("sent, and sent again by order", behaviours::sent),
    ("bad record between good ones", batches::bad_between_good),
    ("bad record for a thing that is there", batches::bad_update),
    ("more records than the limit", batches::over_the_limit),
    ("more records than the limit, with bad ones", batches::over_the_limit_with_bad),
];

/// How many scenarios there are.
#[must_use]
pub const fn count() -> usize {
    ALL.len()
}

/// The scenario of that number for a bench's area; none where the area has nothing of the kind.
#[must_use]
pub fn nth(bench: &ScenarioBuilder<'_>, number: usize) -> Option<Scenario> {
    let (name, make) = ALL.get(number)?;
    make(bench).map(|steps| Scenario { name, steps })
}

impl From<Batch> for Step {
    fn from(batch: Batch) -> Self {
        Self { batch, common: None }
    }
}

/// The steps of batches.
fn steps(batches: impl IntoIterator<Item = Batch>) -> Option<Vec<Step>> {
    let steps: Vec<Step> = batches.into_iter().map(Step::from).collect();
    (!steps.is_empty()).then_some(steps)
}
