/// Every contract that was drawn.
pub const CONTRACTS: &[&tally_generated::runtime::Contract] = &[];
