//! Searches, guided by coverage, for a body that panics, or that decoder, schema and oracle do not agree on.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|input: &[u8]| tally_fuzz::agree(input));

// Half of the inputs are changed as values, so that what lies behind the parser is reached too.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let changed = if seed % 2 == 0 { tally_fuzz::changed(&data[..size], seed) } else { None };
    match changed.filter(|changed| changed.len() <= max_size) {
        Some(changed) => {
            data[..changed.len()].copy_from_slice(&changed);
            changed.len()
        }
        None => fuzzer_mutate(data, size, max_size),
    }
});
