//! No false alarm at an endpoint that is not ours: written from the ledger alone, over a server of its own,
//! with the habits that a correct endpoint may have.
//!
//! `TALLY_SEEDS=20 cargo test --release -p tally-conformance --test other_endpoint` runs every variant with twenty seeds,
//! over all areas and every boundary. `cargo run --release -p tally-conformance --example habits -- 20 NAME` runs one.

mod areas;
mod endpoint;
mod flips;
mod habits;
mod http;
mod judge;
mod runs;
mod table;

use tally_conformance::outcome::Severity;
use tally_conformance::run::Profile;
use tally_spec::model::Provenance;

use self::flips::{FLIPS, WITHOUT};
use self::habits::{Echoes, Habits};
use self::runs::Setup;
use self::table::{Variant, each, flips, hands, together};

/// Runs at each variant: short ones, or with `TALLY_SEEDS` whole ones with so many seeds.
fn hold(variants: &[Variant]) {
    let setup = Setup::read();
    let seeds = std::env::var("TALLY_SEEDS").ok();
    let (profile, seeds) = match seeds {
        None => (Profile::Smoke, 7..=7),
        Some(seeds) => (Profile::Standard, 1..=seeds.parse().expect("TALLY_SEEDS is a number")),
    };
    let runs = variants.iter().flat_map(|variant| seeds.clone().map(move |seed| (variant, seed)));
    // Many seeds take long: an alarm is shown at once, too.
    let alarms = runs.map(|(variant, seed)| setup.alarms(variant, profile, seed));
    let alarms: String = alarms.inspect(|alarm| eprint!("{alarm}")).collect();
    assert!(alarms.is_empty(), "{alarms}");
}

#[test]
fn habits_that_the_ledger_leaves_open_are_no_findings() {
    hold(&together());
    if std::env::var("TALLY_SEEDS").is_ok() {
        let single: Vec<Variant> = each().into_iter().filter(|variant| !variant.remarks).collect();
        hold(&single);
    }
}

#[test]
fn other_hands_are_never_in_violation() {
    hold(&hands());
}

#[test]
fn an_assumption_that_is_not_shared_is_a_warning_at_most() {
    hold(&flips());
}

/// The document shows entries with them, so that this is no habit.
#[test]
fn echoes_that_are_left_out_are_a_violation() {
    let habits = Habits { echoes: Echoes::Absent, ..Habits::default() };
    let left_out = Variant { name: "no echoes".to_owned(), habits, remarks: true, areas: &["nps"] };
    let report = Setup::read().run(&left_out, Profile::Smoke, 7);
    let violations = report.findings.iter().filter(|found| found.severity == Severity::Violation);
    let found: Vec<(&str, &str, &str)> = violations
        .map(|found| (found.check.as_str(), found.statement.as_str(), found.keyword.as_ref()))
        .collect();
    assert_eq!(found, [("response_has_documented_shape", "R5", "entryEcho")]);
}

#[test]
fn each_assumption_is_flipped_or_cannot_show() {
    let setup = Setup::read();
    let statements = setup.contract.statements.iter();
    let assumed = statements.filter(|statement| statement.provenance == Provenance::Assumed);
    let assumed: Vec<&str> = assumed.map(|statement| statement.id.as_str()).collect();
    let flipped = || FLIPS.iter().flat_map(|flip| flip.statements).copied();
    let without = || WITHOUT.iter().map(|(statement, _)| *statement);
    for statement in &assumed {
        let count = usize::from(flipped().any(|one| one == *statement))
            + without().filter(|one| one == statement).count();
        assert_eq!(count, 1, "{statement} needs a flip, or a reason why none would show");
    }
    for named in flipped().chain(without()) {
        assert!(assumed.contains(&named), "{named} is not assumed");
    }
}
