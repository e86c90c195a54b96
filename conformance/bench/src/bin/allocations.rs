//! Counts heap allocations over valid bodies: one line of JSON for each area.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tally_bench::{bodies, contestants};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    for body in bodies::all().iter().filter(|body| body.form.starts_with("valid")) {
        for contestant in contestants::all(body.area).iter().take(2) {
            let region = Region::new(ALLOCATOR);
            let records = (contestant.run)(&body.bytes);
            let change = region.change();
            assert_eq!(records, body.records);
            let line = serde_json::json!({
                "area": body.area,
                "form": body.form,
                "contestant": contestant.name,
                "allocations": change.allocations + change.reallocations,
            });
            println!("{line}");
        }
    }
}
