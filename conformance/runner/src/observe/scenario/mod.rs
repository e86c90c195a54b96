//! Short sequences of requests, each for one aspect that answers do not show.

mod batches;
mod behaviours;
mod builder;
mod fields;
mod keys;

pub use self::builder::ScenarioBuilder;
use super::Wanted;
use tally_oracle::strategy::Batch;

/// A sequence of requests to one area.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What it shows.
    pub name: &'static str,
    /// The requests in their order.
    pub steps: Vec<Step>,
}

/// One request of a sequence.
#[derive(Debug, Clone)]
pub struct Step {
    /// The request.
    pub batch: Batch,
    /// A value that all its records have, and no other record: the search term for them. `None` if they are few
    /// and searched for by their keys.
    pub common: Option<Wanted>,
}

/// Makes a scenario's requests; `None` if it does not apply to the area.
type Make = fn(&ScenarioBuilder<'_>) -> Option<Vec<Step>>;

/// Every scenario.
const ALL: &[(&str, Make)] = &[
    ("created with required fields", fields::least),
    ("created with all fields", fields::everything),
    ("created with null in optional fields", fields::nulls_at_first),
    ("updated in part", fields::updated_in_part),
    ("updated with null and empty text", fields::updated_with_nothing),
    ("default after a day of each weekday", fields::weekdays),
    ("own value although the default always applies", fields::own_value),
    ("request option for a field", fields::stand_in),
    ("additional members in another case", fields::other_case),
    ("days in both time zones", fields::zones),
    ("each part of the key differs", keys::differ),
    ("key spelt in another way", keys::respelt),
    ("one key twice in a batch", keys::twice),
    ("one key three times with another between", keys::three_times),
    ("reset and back", behaviours::reset),
    ("one alternative after the other", behaviours::alternatives),
    ("rolled up after each change", behaviours::rolled_up),
    ("created by naming it", behaviours::created),
    ("naming something adds its parts", behaviours::attached),
    ("sent, and sent again on request", behaviours::sent),
    ("bad record between good ones", batches::bad_between_good),
    ("bad record for a stored key", batches::bad_update),
    ("more records than the limit", batches::over_the_limit),
    ("more records than the limit, with bad ones", batches::over_the_limit_with_bad),
];

/// How many scenarios there are.
#[must_use]
pub const fn count() -> usize {
    ALL.len()
}

/// The scenario of that number for a builder's area; `None` if it does not apply to the area.
#[must_use]
pub fn nth(builder: &ScenarioBuilder<'_>, number: usize) -> Option<Scenario> {
    let (name, make) = ALL.get(number)?;
    make(builder).map(|steps| Scenario { name, steps })
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
