//! The same specs make the same bytes, whatever the order in which they come.

use crate::instances;
use tally_codegen::{Error, Options, generate};

#[test]
fn order_does_not_matter() {
    let first = instances::contract("gsapi-v1");
    let second = instances::contract("tests/parcels-v2");
    let options = Options::default();
    let forwards = generate(&[first.clone(), second.clone()], &options).unwrap();
    let backwards = generate(&[second, first], &options).unwrap();
    assert!(forwards.len() > 40);
    assert_eq!(forwards, backwards);
}

#[test]
fn two_contracts_of_one_name_are_refused() {
    let contract = instances::contract("gsapi-v1");
    let refused = generate(&[contract.clone(), contract], &Options::default());
    assert_eq!(refused, Err(Error::SameName("gsapi-v1".to_owned())));
}
