//! Searches for a body that panics, or that decoder, schema and oracle do not agree on.

#![no_main]

tally_fuzz::target!(tally_fuzz::agree::ask, tally_fuzz::agree::changed);
