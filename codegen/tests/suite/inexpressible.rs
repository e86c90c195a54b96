//! What a schema cannot express, by name. Every other rule is held to by the differential tests.

use crate::instances;
use tally_codegen::schema::inexpressible;

const EXPECTED: &str = include_str!("inexpressible.txt");

#[test]
fn the_list_is_exactly_that() {
    let contract = instances::contract("gsapi-v1");
    let found: Vec<String> = inexpressible(&contract)
        .iter()
        .map(|one| format!("{}: {} ({})", one.area, one.rule, one.reason))
        .collect();
    let expected: Vec<&str> = EXPECTED.lines().collect();
    assert_eq!(found, expected);
}
