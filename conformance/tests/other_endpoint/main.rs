//! No false alarm at an endpoint that is not ours: written from the ledger alone, over a server of its own,
//! with the habits that a correct endpoint may have.

mod areas;
mod endpoint;
mod habits;
mod http;
mod judge;
mod runs;
mod table;

use tally_conformance::run::Profile;

use self::runs::Setup;
use self::table::{Variant, each, together};

fn hold(variants: &[Variant], profile: Profile) {
    let setup = Setup::read();
    let alarms: String = variants.iter().map(|variant| setup.alarms(variant, profile, 7)).collect();
    assert!(alarms.is_empty(), "{alarms}");
}

#[test]
fn habits_that_the_ledger_leaves_open_are_no_findings() {
    hold(&together(), Profile::Smoke);
}

#[test]
fn readings_that_are_not_shared_are_remarks_at_most() {
    let unshared: Vec<Variant> = each().into_iter().filter(|variant| variant.remarks).collect();
    hold(&unshared, Profile::Smoke);
}
