//! A date that is wrong by a day is blamed on the record that it was sent with.

use tally_conformance::run::Config;
use tally_spec::model::Encoding;

use crate::support::{Setup, config};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// By this seed, an entry of one record is an instant of another record's day in the organisation's time zone.
const SEED: u64 = 570_796_607;

/// The numbers of a text that are milliseconds since 1970.
fn instants(text: &str) -> Vec<i64> {
    let words = text.split(|letter: char| !letter.is_ascii_digit());
    words.filter(|word| word.len() == 13).filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn the_right_record_is_named_with_both_dates() {
    let setup = Setup::read();
    let mut areas: Vec<_> = setup
        .contract
        .areas
        .iter()
        .filter(|area| area.echoes.iter().any(|echo| echo.encoding == Encoding::EpochMilliseconds))
        .collect();
    areas.sort_by_key(|area| area.limit.maximum);
    let areas = areas.iter().take(2).map(|area| area.name.clone()).collect();
    let mock = setup.mock(Some("dates-off-by-one".parse().expect("a fault of the catalogue")));
    let report = setup.conform_with(mock.root().to_owned(), &Config { areas, cases: 8, ..config(SEED) });
    let echoes: Vec<_> = report.findings.iter().filter(|finding| finding.keyword == "echo").collect();
    assert!(!echoes.is_empty());
    for finding in &echoes {
        let [found, wanted] = instants(&finding.message)[..] else { panic!("{}", finding.message) };
        assert_eq!(wanted - found, DAY, "{}", finding.message);
    }
    let messages = report.findings.iter().flat_map(|finding| {
        std::iter::once(&finding.message).chain(finding.also.iter().map(|also| &also.message))
    });
    let blamed: Vec<&String> = messages.filter(|message| message.contains("the midnight")).collect();
    assert_eq!(blamed, Vec::<&String>::new());
}
