//! Faults of ranges, forms and encodings of values.

use serde_json::Value;
use tally_spec::model::{Constraint, Contract, TextFormat};

use super::super::act::{Act, Judged};
use super::super::judgements::{fail, forget, forget_keyword, ranged, statements, values};
use super::super::{Entry, cites};
use super::fault;

const GROUP: &str = "ranges and encodings";

fn range(contract: &Contract) -> Vec<String> {
    cites::constraints(contract, |constraint| matches!(constraint, Constraint::Range { .. }))
}

fn closed(contract: &Contract) -> Vec<String> {
    cites::fields(contract, |field| field.closed.is_some())
}

fn dates(contract: &Contract) -> Vec<String> {
    cites::both(
        cites::ids(std::iter::once(&contract.file.reading.date)),
        cites::fields(contract, |field| field.format == Some(TextFormat::Date)),
    )
}

fn numeric(contract: &Contract) -> Vec<String> {
    let fields = cites::fields(contract, |field| field.numeric);
    if fields.is_empty() {
        return fields;
    }
    cites::both(
        fields,
        cites::both(range(contract), cites::ids(std::iter::once(&contract.file.reading.numeric_text))),
    )
}

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "range-not-checked",
        "a number out of its range passes",
        range,
        Act::Judgement(|_, judgement| forget_keyword(judgement, &["minimum", "maximum"])),
    ),
    fault(
        GROUP,
        "maximum-plus-one-passes",
        "a number just above its range passes",
        range,
        Act::Judgement(|judged, judgement| {
            overlook_border(judged, judgement, "maximum", |value, _, most| {
                most.is_some_and(|most| value <= most + 1.0)
            });
        }),
    ),
    fault(
        GROUP,
        "minimum-not-checked",
        "a number below its range passes",
        range,
        Act::Judgement(|_, judgement| forget_keyword(judgement, &["minimum"])),
    ),
    fault(
        GROUP,
        "least-value-refused",
        "the least value of a range fails",
        range,
        Act::Judgement(|judged, judgement| refuse(judged, judgement, |value, least, _| least == Some(value))),
    ),
    fault(
        GROUP,
        "greatest-value-refused",
        "the greatest value of a range fails",
        range,
        Act::Judgement(|judged, judgement| refuse(judged, judgement, |value, _, most| most == Some(value))),
    ),
    fault(
        GROUP,
        "zero-refused",
        "the number 0 fails",
        |contract| {
            cites::both(
                range(contract),
                cites::fields(contract, |field| field.takes(tally_spec::model::JsonType::Number)),
            )
        },
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| {
                record
                    .as_object()
                    .is_some_and(|members| members.values().any(|value| value.as_f64() == Some(0.0)))
            });
        }),
    ),
    fault(
        GROUP,
        "fractions-accepted",
        "a fraction passes for a whole number",
        |contract| {
            cites::constraints(contract, |constraint| matches!(constraint, Constraint::MultipleOf { .. }))
        },
        Act::Judgement(|_, judgement| forget_keyword(judgement, &["multipleOf"])),
    ),
    fault(
        GROUP,
        "whole-numbers-with-a-point-refused",
        "3.0 fails, while 3 passes",
        |contract| {
            cites::both(
                cites::constraints(contract, |constraint| {
                    matches!(constraint, Constraint::MultipleOf { .. })
                }),
                cites::ids(std::iter::once(&contract.file.reading.numeric_text)),
            )
        },
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| {
                ranged(judged.area, record).iter().any(|(_, _, value)| value.is_f64())
            });
        }),
    ),
    fault(
        GROUP,
        "numeric-text-refused",
        "text that spells a number fails",
        numeric,
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| {
                values(judged.area, record, |field| field.numeric)
                    .any(|value| value.as_str().is_some_and(|text| !text.is_empty()))
            });
        }),
    ),
    fault(
        GROUP,
        "numeric-text-not-checked",
        "any text passes for a number",
        numeric,
        Act::Judgement(|judged, judgement| {
            let fields = judged.area.fields.iter().filter(|field| field.numeric);
            let ends: Vec<String> = fields.map(|field| format!("/{}", field.name)).collect();
            forget(judgement, |violation| {
                violation.keyword == "pattern"
                    && ends.iter().any(|end| violation.pointer.as_str().ends_with(end))
            });
        }),
    ),
    fault(
        GROUP,
        "closed-list-not-checked",
        "a value out of a closed list passes",
        closed,
        Act::Judgement(|_, judgement| forget_keyword(judgement, &["enum"])),
    ),
    fault(
        GROUP,
        "closed-list-in-any-case",
        "a value of a closed list passes in lower case, too",
        closed,
        Act::Judgement(|judged, judgement| {
            let lists: Vec<&String> =
                judged.area.fields.iter().filter_map(|field| field.closed.as_ref()).flatten().collect();
            let records = judged.records;
            forget(judgement, |violation| {
                let record =
                    violation.record.and_then(|record| records.get(record)).and_then(Value::as_object);
                violation.keyword == "enum"
                    && record.is_some_and(|members| {
                        members.values().filter_map(Value::as_str).any(|text| {
                            lists
                                .iter()
                                .any(|known| known.as_str() != text && known.eq_ignore_ascii_case(text))
                        })
                    })
            });
        }),
    ),
    fault(
        GROUP,
        "last-of-closed-list-refused",
        "the last value of a closed list fails",
        closed,
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| {
                judged.area.fields.iter().any(|field| {
                    let last = field.closed.as_ref().and_then(|list| list.last());
                    last.is_some()
                        && record.get(&field.name).and_then(Value::as_str) == last.map(String::as_str)
                })
            });
        }),
    ),
    fault(
        GROUP,
        "open-list-closed",
        "a value that the document does not show fails, although the list is open",
        |contract| cites::fields(contract, |field| !field.examples.is_empty()),
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| {
                judged.area.fields.iter().filter(|field| !field.examples.is_empty()).any(|field| {
                    record.get(&field.name).is_some_and(|value| {
                        value.as_str().is_some_and(|text| !text.is_empty()) && !field.examples.contains(value)
                    })
                })
            });
        }),
    ),
    fault(
        GROUP,
        "dates-not-checked",
        "text that is not a date passes for one",
        dates,
        Act::Judgement(|_, judgement| forget_keyword(judgement, &["format"])),
    ),
    fault(
        GROUP,
        "days-not-in-the-calendar-accepted",
        "the 30th of February passes",
        dates,
        Act::Judgement(|judged, judgement| {
            let records = judged.records;
            forget(judgement, |violation| {
                let record =
                    violation.record.and_then(|record| records.get(record)).and_then(Value::as_object);
                let is_shaped = |text: &str| {
                    text.len() == 10
                        && text.bytes().enumerate().all(|(place, byte)| match place {
                            4 | 7 => byte == b'-',
                            _ => byte.is_ascii_digit(),
                        })
                };
                violation.keyword == "format"
                    && record.is_some_and(|members| members.values().filter_map(Value::as_str).any(is_shaped))
            });
        }),
    ),
    fault(
        GROUP,
        "leap-days-refused",
        "the 29th of February fails in every year",
        dates,
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| {
                values(judged.area, record, |field| field.format == Some(TextFormat::Date))
                    .any(|value| value.as_str().is_some_and(|text| text.ends_with("-02-29")))
            });
        }),
    ),
    fault(
        GROUP,
        "last-days-refused",
        "the 31st of a month fails",
        dates,
        Act::Judgement(|judged, judgement| {
            fail(judgement, judged.records, |_, record| {
                values(judged.area, record, |field| field.format == Some(TextFormat::Date))
                    .any(|value| value.as_str().is_some_and(|text| text.ends_with("-31")))
            });
        }),
    ),
    fault(
        GROUP,
        "length-not-checked",
        "a text that is too long passes",
        |contract| {
            cites::constraints(contract, |constraint| matches!(constraint, Constraint::MaxLength { .. }))
        },
        Act::Judgement(|_, judgement| forget_keyword(judgement, &["maxLength"])),
    ),
    fault(
        GROUP,
        "forms-not-checked",
        "a text of a wrong form passes",
        |contract| {
            cites::constraints(contract, |constraint| matches!(constraint, Constraint::Pattern { .. }))
        },
        Act::Judgement(|judged, judgement| {
            let of_rules =
                statements(judged.area, |constraint| matches!(constraint, Constraint::Pattern { .. }));
            forget(judgement, |violation| {
                violation.keyword == "pattern" && of_rules.contains(&violation.statement)
            });
        }),
    ),
];

/// Fails records with a number, or text that spells one, which a test picks by its range.
fn refuse(
    judged: &Judged<'_>,
    judgement: &mut tally_generated::runtime::Judgement,
    refused: impl Fn(f64, Option<f64>, Option<f64>) -> bool,
) {
    fail(judgement, judged.records, |_, record| {
        ranged(judged.area, record).iter().any(|(least, most, value)| {
            let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
            number.is_some_and(|number| refused(number, *least, *most))
        })
    });
}

/// Forgets violations of a range by numbers that a test picks.
fn overlook_border(
    judged: &Judged<'_>,
    judgement: &mut tally_generated::runtime::Judgement,
    keyword: &str,
    overlooked: impl Fn(f64, Option<f64>, Option<f64>) -> bool,
) {
    let records = judged.records;
    forget(judgement, |violation| {
        let record = violation.record.and_then(|record| records.get(record));
        violation.keyword == keyword
            && record.is_some_and(|record| {
                ranged(judged.area, record).iter().any(|(least, most, value)| {
                    value.as_f64().is_some_and(|value| overlooked(value, *least, *most))
                })
            })
    });
}
