//! Searches for a report with a text that leaves its place in one of the forms.

#![no_main]

tally_fuzz::target!(tally_fuzz::report::ask, tally_fuzz::report::changed);
