//! How much of an answer is read: as much as the largest that the contract documents for such a request, if its texts
//! are as long as texts are.

use tally_spec::model::{Area, Contract, Response};

use crate::bounded_json::outside_of_strings;

/// The least that is read of any contract's answers, and the most.
pub(super) const LEAST: usize = 2 * 1024 * 1024;
pub(super) const MOST: usize = 16 * 1024 * 1024;
/// The bytes of a message, and of a value that an entry repeats. The contract documents neither.
const MESSAGE: usize = 1_000;
const VALUE: usize = 300;
/// The quotes around a member's name, what comes after it, and some blanks.
const AROUND: usize = 8;

/// The most bytes of an answer to a request that are read, if its areas' entries have at most so many each: within
/// [`LEAST`] and [`MOST`]. There are no more records in a body than objects.
pub(super) fn longest_answer(body: &[u8], entry: usize) -> usize {
    let mut objects = 0_usize;
    outside_of_strings(body, |byte| objects += usize::from(byte == b'{'));
    objects.saturating_mul(entry).clamp(LEAST, MOST)
}

/// The bytes of the longest entry that an answer has for a record.
pub(super) fn longest_entry(contract: &Contract) -> usize {
    contract.areas.iter().map(|area| entry(contract, area)).max().unwrap_or(0)
}

/// The bytes that an answer of the area has for each of its records, if all of them fail.
fn entry(contract: &Contract, area: &Area) -> usize {
    let member = |name: &str, value: usize| name.len() + AROUND + value;
    match contract.response(area) {
        Response::Counting(shape) => {
            let constants = shape.entry.constants.iter().map(|one| member(&one.name, one.value.len()));
            let echoes = area.echoes.iter().map(|echo| member(&echo.name, VALUE));
            member(&shape.entry.message, MESSAGE) + constants.sum::<usize>() + echoes.sum::<usize>()
        }
        Response::ByPosition(shape) => member(&shape.passed.name, AROUND) + member(&shape.message, MESSAGE),
        Response::Whole(_) | Response::Later(_) => 0,
    }
}
