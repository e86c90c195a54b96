//! Counts heap allocations over valid bodies. Exits 1 if checking alone allocates.

use std::alloc::System;
use std::process::ExitCode;

use serde_json::json;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tally_bench::contestants::CHECKING;
use tally_bench::contract::Contract;
use tally_bench::options::Options;
use tally_bench::{bodies, contestants};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let options = Options::of_this_process();
    let as_json = options.as_json();
    let contract = match Contract::of(&options) {
        Ok(contract) => contract,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    if !as_json {
        println!("\nheap allocations, valid bodies");
    }
    let mut none = true;
    for body in
        bodies::all(&contract, options.value("--area")).iter().filter(|body| body.form.starts_with("valid"))
    {
        for contestant in contestants::all(&contract, body.area).iter().take(2) {
            let region = Region::new(ALLOCATOR);
            let records = (contestant.run)(&body.bytes);
            let change = region.change();
            assert_eq!(records, body.records, "every record of a valid body is counted");
            let count = change.allocations + change.reallocations;
            none &= count == 0 || contestant.name != CHECKING;
            if as_json {
                println!(
                    "{}",
                    json!({ "area": body.area.name, "form": body.form, "contestant": contestant.name, "allocations": count })
                );
            } else {
                println!(
                    "  {:<32} {:<20} {count:>6}",
                    format!("{}, {}", body.area.name, body.form),
                    contestant.name
                );
            }
        }
    }
    let (wanted, held) =
        ("no heap allocation if no records are asked for", if none { "held" } else { "not held" });
    if as_json {
        println!("{}", json!({ "goal": wanted, "held": none }));
    } else {
        println!("  {wanted}: {held}");
    }
    if none { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
