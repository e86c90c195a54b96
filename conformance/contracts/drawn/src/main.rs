//! Judges the drawn contracts, each with the code that was generated for it.

use std::process::ExitCode;

fn main() -> ExitCode {
    tally_contracts::judge::main(tally_drawn::CONTRACTS)
}
