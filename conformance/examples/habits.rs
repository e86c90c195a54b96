//! Runs the runner at another endpoint than ours, with each habit that a correct endpoint may have, and tells
//! what it wrongly finds: `cargo run --release -p tally-conformance --example habits -- SEEDS [NAME]`.

#![allow(clippy::print_stdout, reason = "an example speaks on standard output")]

#[path = "../tests/other_endpoint/areas.rs"]
mod areas;
#[path = "../tests/other_endpoint/endpoint.rs"]
mod endpoint;
#[expect(dead_code, reason = "the test asks which statements are flipped")]
#[path = "../tests/other_endpoint/flips.rs"]
mod flips;
#[expect(dead_code, reason = "a test has a habit that is a breach")]
#[path = "../tests/other_endpoint/habits.rs"]
mod habits;
#[path = "../tests/other_endpoint/http.rs"]
mod http;
#[path = "../tests/other_endpoint/judge.rs"]
mod judge;
#[path = "../tests/other_endpoint/runs.rs"]
mod runs;
#[path = "../tests/other_endpoint/table.rs"]
mod table;

use std::process::ExitCode;

use tally_conformance::run::Profile;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let seeds: u64 = arguments.next().and_then(|seeds| seeds.parse().ok()).unwrap_or(1);
    let wanted = arguments.next();
    let setup = runs::Setup::read();
    let mut quiet = true;
    let variants = table::each().into_iter().chain(table::together()).chain(table::hands());
    for variant in variants.filter(|variant| wanted.as_ref().is_none_or(|name| *name == variant.name)) {
        let alarms: String =
            (1..=seeds).map(|seed| setup.alarms(&variant, Profile::Standard, seed)).collect();
        println!("{:<40} {}", variant.name, if alarms.is_empty() { "no alarm" } else { "ALARM" });
        if !alarms.is_empty() {
            println!("{alarms}");
            quiet = false;
        }
    }
    if quiet { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
