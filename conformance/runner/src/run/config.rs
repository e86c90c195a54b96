//! What a run is to do.

use tally_spec::model::Contract;

use super::{Budget, KnownFailures, Profile};
use crate::check::platform_errors::{Allowed, OtherVerbs};
use crate::client::Target;
use crate::outcome::{Counterexample, Shard};
use tally_fixtures::Fixtures;

/// What a run is to do.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Config {
    /// The seed: the same seed makes the same requests.
    pub seed: u64,
    /// The names of the areas to test; every area if empty.
    pub areas: Vec<String>,
    /// How thorough the run is.
    pub profile: Profile,
    /// The limits of the run.
    pub budget: Budget,
    /// The shard of the cases to run; all cases if `None`.
    pub shard: Option<Shard>,
    /// Saved counterexamples, which are sent first.
    pub counterexamples: Vec<Counterexample>,
    /// Whether only those are sent.
    pub only_counterexamples: bool,
    /// Whether the target is a mock made from the fixtures, so that they say of it what is so.
    pub is_own_mock: bool,
    /// Whether the fixtures are taken as they are, without a check of what they say.
    pub skip_preflight: bool,
    /// Random mixed batches per area, in addition to the planned ones.
    pub cases: usize,
    /// Whether warnings count as violations.
    pub strict: bool,
    /// Whether areas with effects outside the data are called.
    pub allow_effects: bool,
    /// Whether batches over the limit are sent.
    pub allow_jobs: bool,
    /// Whether the target is known to distinguish the token from others.
    pub token_is_real: bool,
    /// Failures that are accepted.
    pub known: KnownFailures,
    /// Which verbs other than the contract's own are sent. `Any` counts as `ReadOnly` for a target that is not
    /// on this machine.
    pub verbs: OtherVerbs,
    /// Whether to list the records that may have been written.
    pub list_written: bool,
    /// How many areas are tested at the same time.
    pub workers: usize,
    /// The command that repeats the run, for the report.
    pub rerun: String,
}

impl Config {
    /// A standard run of every area at an endpoint of one's own: all that may be sent is, and nothing is accepted.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            areas: Vec::new(),
            profile: Profile::Standard,
            budget: Budget::default(),
            shard: None,
            counterexamples: Vec::new(),
            only_counterexamples: false,
            list_written: false,
            is_own_mock: false,
            skip_preflight: false,
            cases: 8,
            strict: false,
            allow_effects: true,
            allow_jobs: true,
            token_is_real: true,
            known: KnownFailures::default(),
            verbs: OtherVerbs::Any,
            workers: 1,
            rerun: format!("tally conform --seed {seed}"),
        }
    }

    /// Whether this shard runs the case of that number, among those of its kind.
    pub(super) fn is_mine(&self, number: u64) -> bool {
        self.shard.is_none_or(|shard| shard.includes(number))
    }

    /// Which refusals are probed.
    pub(super) const fn allowed(&self) -> Allowed {
        Allowed { token_is_real: self.token_is_real, verbs: self.verbs }
    }

    /// The config for a target: verbs that could write stay on this machine, unless they are documented.
    pub(super) fn at(&self, target: &Target) -> Self {
        let mut config = self.clone();
        if config.verbs == OtherVerbs::Any && !target.is_on_this_machine() {
            config.verbs = OtherVerbs::ReadOnly;
        }
        config
    }
}

/// What a target is tested against.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The data of the target's organisation.
    pub fixtures: &'a Fixtures,
}
