//! What lints, builds, agrees three ways, and conforms against its own mock.

use tally_contracts::run::{Order, run};

#[test]
fn what_lints_builds_and_conforms() {
    let order = Order { seed: 1, first: 0, number: 32, instances: 100 };
    let outcome = run(order).unwrap_or_else(|error| panic!("{error}"));
    assert!(
        outcome.failures.is_empty(),
        "seed {}, kept in {}: {:#?}",
        order.seed,
        outcome.kept.display(),
        outcome.failures
    );
    assert!(outcome.accepted >= 20, "only {} were accepted", outcome.accepted);
    assert!(outcome.refused > 0, "none was refused");
}
