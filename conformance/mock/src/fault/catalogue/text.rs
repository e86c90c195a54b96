//! Faults of text.

use tally_spec::model::{Contract, Encoding};

use super::super::act::Act;
use super::super::judgements::fail;
use super::super::{Entry, answers, body, cites};
use super::fault;

const GROUP: &str = "text";

fn echoes(contract: &Contract) -> Vec<String> {
    cites::echoes(contract, |echo| echo.encoding == Encoding::AsSent)
}

fn taken(contract: &Contract) -> Vec<String> {
    cites::both(cites::areas(contract), cites::fields(contract, |_| true))
}

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "text-escaped",
        "markup in echoed text is escaped",
        echoes,
        Act::Counting(|area, counted, body| {
            answers::each_text_echo(area, counted, body, |text| {
                *text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            });
        }),
    ),
    fault(
        GROUP,
        "text-stripped-of-markup",
        "markup in echoed text is left out",
        echoes,
        Act::Counting(|area, counted, body| {
            answers::each_text_echo(area, counted, body, |text| {
                text.retain(|letter| !matches!(letter, '<' | '>'));
            });
        }),
    ),
    fault(
        GROUP,
        "text-quotes-escaped",
        "quotes in echoed text are escaped",
        echoes,
        Act::Counting(|area, counted, body| {
            answers::each_text_echo(area, counted, body, |text| {
                *text = text.replace('\'', "\\'").replace('"', "&quot;");
            });
        }),
    ),
    fault(
        GROUP,
        "text-beyond-the-basic-plane-lost",
        "characters beyond the basic plane are echoed as question marks",
        echoes,
        Act::Counting(|area, counted, body| {
            answers::each_text_echo(area, counted, body, |text| {
                *text = text
                    .chars()
                    .map(|letter| if u32::from(letter) > 0xFFFF { '?' } else { letter })
                    .collect();
            });
        }),
    ),
    fault(
        GROUP,
        "text-in-ascii",
        "characters beyond ASCII are echoed as question marks",
        echoes,
        Act::Counting(|area, counted, body| {
            answers::each_text_echo(area, counted, body, |text| {
                *text = text.chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect();
            });
        }),
    ),
    fault(
        GROUP,
        "text-as-mojibake",
        "echoed text is UTF-8 read as Latin-1",
        echoes,
        Act::Counting(|area, counted, body| {
            answers::each_text_echo(area, counted, body, |text| {
                *text = text.bytes().map(char::from).collect();
            });
        }),
    ),
    fault(
        GROUP,
        "echoes-trimmed",
        "text is echoed without the blanks around it",
        echoes,
        Act::Counting(|area, counted, body| {
            answers::each_text_echo(area, counted, body, |text| {
                *text = text.trim().to_owned();
            });
        }),
    ),
    fault(
        GROUP,
        "text-cut-short",
        "echoed text is cut to 20 characters",
        echoes,
        Act::Counting(|area, counted, body| {
            answers::each_text_echo(area, counted, body, |text| {
                *text = text.chars().take(20).collect();
            });
        }),
    ),
    fault(
        GROUP,
        "text-upper-cased",
        "echoed text is in capitals",
        echoes,
        Act::Counting(|area, counted, body| {
            answers::each_text_echo(area, counted, body, |text| {
                *text = text.to_uppercase();
            });
        }),
    ),
    fault(
        GROUP,
        "text-beyond-ascii-fails",
        "a record with a character beyond ASCII fails",
        taken,
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| !record.to_string().is_ascii());
        }),
    ),
    fault(
        GROUP,
        "quotes-fail",
        "a record with an apostrophe fails",
        taken,
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| record.to_string().contains('\''));
        }),
    ),
    fault(
        GROUP,
        "long-text-fails",
        "a record with a text of more than 255 characters fails",
        taken,
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| {
                record.as_object().is_some_and(|members| {
                    members
                        .values()
                        .any(|value| value.as_str().is_some_and(|text| text.chars().count() > 255))
                })
            });
        }),
    )
    .hidden("How long a text may be is unspecified if no limit is documented."),
    fault(
        GROUP,
        "text-trimmed",
        "text is taken without the blanks around it",
        taken,
        Act::Body(|_, area, envelope| {
            for record in body::list(area, envelope).into_iter().flatten() {
                body::each_text(record, &|text| *text = text.trim().to_owned());
            }
        }),
    )
    .hidden("Whether blanks around text matter is open."),
];
