//! What each fuzz target asks of an input, and how it makes one input of another.
//!
//! | target | reads or writes | must hold |
//! | --- | --- | --- |
//! | [`agree`] | request bodies | decoder, JSON Schema and oracle agree |
//! | [`answer`] | answers of an endpoint | the client and every check end, and say what they saw |
//! | [`paths`] | names in a contract, paths | nothing is written outside the output folder |
//! | [`report`] | `report.json`, and each form of a report | every form stays well-formed, no hostile text leaves its place |
//! | [`spec`] | contracts | problems have a place; what the linter accepts is generated |
//!
//! `cargo xtask fuzz` builds and runs them on the stable toolchain. `cargo fuzz` works as well:
//!
//! ```sh
//! cargo fuzz run --fuzz-dir conformance/fuzz -s none agree conformance/fuzz/corpus/agree
//! ```

pub mod agree;
pub mod answer;
pub mod paths;
pub mod report;
pub mod spec;
mod text;
mod tree;

/// The entry points of a fuzz target: `$ask` is asked of each input, and half of the inputs are changed by
/// `$change`, so that what lies behind a parser is reached too.
#[macro_export]
macro_rules! target {
    ($ask:path, $change:path) => {
        libfuzzer_sys::fuzz_target!(|input: &[u8]| $ask(input));

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            let changed = if seed % 2 == 0 { $change(&data[..size], seed) } else { None };
            match changed.filter(|changed| changed.len() <= max_size) {
                Some(changed) => {
                    data[..changed.len()].copy_from_slice(&changed);
                    changed.len()
                }
                None => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
            }
        });
    };
}
