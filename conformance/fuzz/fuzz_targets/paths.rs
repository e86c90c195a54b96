//! Searches for names that lead out of the output folder.

#![no_main]

tally_fuzz::target!(tally_fuzz::paths::ask, tally_fuzz::paths::changed);
