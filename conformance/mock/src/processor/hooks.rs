//! What may change how a processor works.

use tally_generated::runtime::Judgement;
use tally_spec::model::Area;

/// Changes what a processor thinks of requests, and what it writes.
///
/// By default each method changes nothing. `()` is the honest implementation: it overrides none of them.
pub(crate) trait Hooks: Send + Sync {
    /// Whether it changes judgements at all.
    fn rejudges(&self) -> bool {
        false
    }

    /// Changes the judgement of an area's body by the generated validator.
    fn judged(&self, _area: &Area, _body: &[u8], judgement: Judgement) -> Judgement {
        judgement
    }

    /// Returns what decides which of the records that pass are written, or `None` if all of them are.
    fn keeps(&self) -> Option<Keeps> {
        None
    }
}

impl Hooks for () {}

/// Decides whether a record that passed is written.
pub(crate) type Keeps = fn(&Passed) -> bool;

/// A record that passed.
#[derive(Clone, Copy)]
pub(crate) struct Passed {
    /// Its index in the request.
    pub(crate) index: usize,
    /// The number of the request's records.
    pub(crate) of: usize,
    /// Whether there is a record of its key already.
    pub(crate) is_known: bool,
    /// Whether a job writes it.
    pub(crate) in_job: bool,
}
