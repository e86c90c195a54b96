//! Searches for an answer that the client or a check can't cope with.

#![no_main]

tally_fuzz::target!(tally_fuzz::answer::ask, tally_fuzz::answer::changed);
