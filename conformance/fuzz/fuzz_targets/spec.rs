//! Searches for a contract that the loader or the linter can't cope with, or that lints and can't be used.

#![no_main]

tally_fuzz::target!(tally_fuzz::spec::ask, tally_fuzz::spec::changed);
