//! The steps of a sequence, drawn from a model of those before: after each request that goes wrong follows a
//! valid one, to the same area or another, and each kind of trouble comes before any comes again.

use proptest::prelude::any;
use proptest::sample::Index;
use proptest::strategy::{BoxedStrategy, Just, Strategy as _, Union};
use proptest_state_machine::ReferenceStateMachine;

/// One request of a sequence.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// The area, among those of the run.
    pub(super) area: Index,
    pub(super) kind: Kind,
    /// What the request is made from.
    pub(super) seed: u64,
}

/// What a step sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Two valid records.
    Good,
    /// A record with a boundary value that passes.
    Boundary,
    /// A record that resets a value, if the area has such.
    Reset,
    /// A record that fails, and a valid one.
    Bad,
    /// A record that fails, and no other.
    AllBad,
    /// No record.
    Empty,
    /// One record more than the limit.
    OverLimit,
    /// A request that the platform refuses.
    Refused,
}

/// The kinds after which a valid request must be answered as before.
const TROUBLE: [Kind; 7] =
    [Kind::Refused, Kind::OverLimit, Kind::Bad, Kind::AllBad, Kind::Reset, Kind::Empty, Kind::Boundary];

/// What came before.
#[derive(Debug, Clone, Default)]
pub(super) struct Before {
    /// The area of the last trouble, if no valid request came since.
    owed: Option<Index>,
    /// The kinds of trouble that are still to come.
    left: Vec<Kind>,
}

/// The model by which sequences are drawn.
#[derive(Debug)]
pub(super) struct Model;

impl ReferenceStateMachine for Model {
    type State = Before;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Before> {
        Just(Before { owed: None, left: TROUBLE.to_vec() }).boxed()
    }

    fn transitions(before: &Before) -> BoxedStrategy<Step> {
        let step = |area: BoxedStrategy<Index>, kind: BoxedStrategy<Kind>| {
            (area, kind, any::<u64>()).prop_map(|(area, kind, seed)| Step { area, kind, seed }).boxed()
        };
        let anywhere = || any::<Index>().boxed();
        match before.owed {
            Some(area) => Union::new_weighted(vec![
                (2, step(Just(area).boxed(), Just(Kind::Good).boxed())),
                (1, step(anywhere(), Just(Kind::Good).boxed())),
            ])
            .boxed(),
            None => step(anywhere(), proptest::sample::select(before.left.clone()).boxed()),
        }
    }

    fn apply(mut before: Before, step: &Step) -> Before {
        if step.kind == Kind::Good {
            before.owed = None;
            return before;
        }
        before.owed = Some(step.area);
        before.left.retain(|kind| *kind != step.kind);
        if before.left.is_empty() {
            before.left = TROUBLE.to_vec();
        }
        before
    }
}

#[cfg(test)]
mod tests {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    use super::*;

    #[test]
    fn a_valid_request_follows_each_kind_of_trouble() {
        let mut runner = TestRunner::deterministic();
        for _ in 0..20 {
            let tree = Model::sequential_strategy(14..=14).new_tree(&mut runner).expect("it is drawn");
            let (_, steps, _) = tree.current();
            for kind in TROUBLE {
                assert!(steps.iter().any(|step| step.kind == kind), "{kind:?} is missing in {steps:?}");
            }
            for pair in steps.windows(2) {
                assert!(pair.iter().any(|step| step.kind == Kind::Good), "{pair:?}");
            }
        }
    }
}
