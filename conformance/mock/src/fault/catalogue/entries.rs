//! Faults of the entries for failed records, and of their echoes.

use serde_json::{Value, json};
use tally_spec::model::{Contract, Encoding};

use super::super::act::{Act, Context};
use super::super::{Entry, answers, body, cites};
use super::fault;
use crate::endpoint::{Received, Reply};

const GROUP: &str = "entries and echoes";

fn entry(contract: &Contract) -> Vec<String> {
    cites::both(
        cites::counted(contract, |counted| &counted.entry_statement),
        cites::counted(contract, |counted| &counted.statement),
    )
}

fn shape(contract: &Contract) -> Vec<String> {
    cites::counted(contract, |counted| &counted.entry.statement)
}

fn texts(contract: &Contract) -> Vec<String> {
    cites::echoes(contract, |echo| echo.encoding == Encoding::AsSent)
}

fn dates(contract: &Contract) -> Vec<String> {
    cites::both(
        cites::echoes(contract, |echo| echo.encoding == Encoding::EpochMilliseconds),
        midnight(contract),
    )
}

fn midnight(contract: &Contract) -> Vec<String> {
    let has_dates = contract
        .areas
        .iter()
        .flat_map(|area| &area.echoes)
        .any(|echo| echo.encoding == Encoding::EpochMilliseconds);
    cites::ids(contract.file.reading.midnight.iter().filter(|_| has_dates))
}

fn zones(contract: &Contract) -> Vec<String> {
    let areas = contract.areas.iter();
    let zoned = areas.flat_map(|area| {
        let zones = area.echoes.iter().filter_map(|echo| echo.zone.as_ref());
        zones.filter_map(|zone| area.envelope.iter().find(|field| &field.name == zone))
    });
    let mut cited = cites::ids(zoned.map(|field| &field.statement));
    if !cited.is_empty() {
        cited.extend(cites::echoes(contract, |echo| echo.encoding == Encoding::EpochMilliseconds));
        cited.extend(cites::ids(contract.file.reading.midnight.iter()));
    }
    cited
}

pub(super) const FAULTS: &[Entry] = &[
    fault(
        GROUP,
        "err-log-drops-last",
        "the last failed record has no entry",
        entry,
        Act::Counting(|_, counted, body| {
            if let Some(entries) = body[&counted.errors].as_array_mut() {
                entries.pop();
            }
        }),
    ),
    fault(
        GROUP,
        "err-log-keeps-five",
        "there are entries for the first five failed records alone",
        entry,
        Act::Counting(|_, counted, body| {
            if let Some(entries) = body[&counted.errors].as_array_mut() {
                entries.truncate(5);
            }
        }),
    ),
    fault(
        GROUP,
        "err-log-keeps-hundred",
        "there are entries for the first hundred failed records alone",
        entry,
        Act::Counting(|_, counted, body| {
            if let Some(entries) = body[&counted.errors].as_array_mut() {
                entries.truncate(100);
            }
        }),
    ),
    fault(
        GROUP,
        "err-log-missing",
        "the list of entries is left out",
        entry,
        Act::Counting(|_, counted, body| answers::remove(body, &counted.errors)),
    ),
    fault(
        GROUP,
        "err-log-null-when-empty",
        "the list of entries is null if nothing failed",
        entry,
        Act::Counting(|_, counted, body| {
            if body[&counted.errors].as_array().is_some_and(Vec::is_empty) {
                body[&counted.errors] = Value::Null;
            }
        }),
    ),
    fault(
        GROUP,
        "err-log-doubled",
        "each failed record has two entries",
        |contract| cites::counted(contract, |counted| &counted.single_entry_statement),
        Act::Counting(|_, counted, body| {
            if let Some(entries) = body[&counted.errors].as_array_mut() {
                let again = entries.clone();
                entries.extend(again);
            }
        }),
    ),
    fault(
        GROUP,
        "entry-without-failure",
        "a request of which nothing failed has an entry",
        |contract| {
            cites::both(entry(contract), cites::counted(contract, |counted| &counted.status.rule_statement))
        },
        Act::Counting(|_, counted, body| {
            if body[&counted.fail_count] == 0 && body[&counted.pass_count] != 0 {
                let mut entry = json!({ counted.entry.message.as_str(): "a warning" });
                for constant in &counted.entry.constants {
                    entry[&constant.name] = json!(constant.value);
                }
                body[&counted.errors] = json!([entry]);
            }
        }),
    ),
    fault(
        GROUP,
        "entry-of-a-passed-record",
        "the list of entries has one of a record that passed, too",
        |contract| {
            cites::both(
                cites::both(entry(contract), shape(contract)),
                cites::counted(contract, |counted| &counted.single_entry_statement),
            )
        },
        Act::Reply(add_entry_of_passed),
    ),
    fault(
        GROUP,
        "entries-are-text",
        "an entry is text in place of an object",
        shape,
        Act::Counting(|_, counted, body| {
            answers::each_entry(body, counted, |entry| *entry = entry[&counted.entry.message].clone());
        }),
    ),
    fault(
        GROUP,
        "message-empty",
        "an entry's text is empty",
        shape,
        Act::Counting(|_, counted, body| {
            answers::each_entry(body, counted, |entry| entry[&counted.entry.message] = json!(""));
        }),
    ),
    fault(
        GROUP,
        "message-missing",
        "an entry has no text",
        shape,
        Act::Counting(|_, counted, body| {
            answers::each_entry(body, counted, |entry| answers::remove(entry, &counted.entry.message));
        }),
    ),
    fault(
        GROUP,
        "entry-constant-changed",
        "a member that is the same in every entry is another word",
        |contract| {
            let has = |counted: &tally_spec::model::Counted| !counted.entry.constants.is_empty();
            let responses = contract.file.responses.values().any(
                |response| matches!(response, tally_spec::model::Response::Counting(counted) if has(counted)),
            );
            if responses { shape(contract) } else { Vec::new() }
        },
        Act::Counting(|_, counted, body| {
            answers::each_entry(body, counted, |entry| {
                for constant in &counted.entry.constants {
                    entry[&constant.name] = json!("Error");
                }
            });
        }),
    ),
    fault(
        GROUP,
        "echo-of-another-record",
        "an entry's echoes are text that no record holds",
        texts,
        Act::Counting(answers::foreign_echoes),
    ),
    fault(
        GROUP,
        "echoes-rotated",
        "an entry's first echo is the next entry's",
        texts,
        Act::Counting(answers::rotated_echoes),
    ),
    fault(
        GROUP,
        "echoes-of-the-first-failure",
        "every entry's echoes are those of the first",
        // Entries that all repeat one record are none for the others.
        |contract| cites::both(entry(contract), cites::echoes(contract, |_| true)),
        Act::Counting(|area, counted, body| {
            let first = body[&counted.errors][0].clone();
            answers::each_entry(body, counted, |entry| {
                for echo in &area.echoes {
                    entry[&echo.name] = first[&echo.name].clone();
                }
            });
        }),
    ),
    fault(
        GROUP,
        "ids-cut-to-fifteen",
        "IDs are echoed by their first fifteen characters",
        |contract| {
            if contract.file.kinds.values().any(|kind| kind.identity.is_some()) {
                texts(contract)
            } else {
                Vec::new()
            }
        },
        Act::Counting(|area, counted, body| {
            answers::each_text_echo(area, counted, body, |text| {
                if text.len() == 18 && text.chars().all(|letter| letter.is_ascii_alphanumeric()) {
                    text.truncate(15);
                }
            });
        }),
    )
    .hidden(
        "An ID's longer and shorter form name the same entity, and an echo may be in its canonical form.",
    ),
    fault(
        GROUP,
        "ids-lower-cased",
        "IDs are echoed in lower case",
        |contract| {
            if contract.file.kinds.values().any(|kind| kind.identity.is_some()) {
                texts(contract)
            } else {
                Vec::new()
            }
        },
        Act::Counting(|area, counted, body| {
            answers::each_text_echo(area, counted, body, |text| {
                if matches!(text.len(), 15 | 18) && text.chars().all(|letter| letter.is_ascii_alphanumeric())
                {
                    *text = text.to_lowercase();
                }
            });
        }),
    ),
    fault(
        GROUP,
        "echoes-null",
        "every echo is null",
        |contract| if texts(contract).is_empty() { Vec::new() } else { shape(contract) },
        Act::Counting(|area, counted, body| {
            answers::each_entry(body, counted, |entry| {
                for echo in &area.echoes {
                    entry[&echo.name] = Value::Null;
                }
            });
        }),
    )
    .hidden("An echo may be null if the endpoint does not know the value."),
    fault(
        GROUP,
        "dates-off-by-one",
        "dates are echoed as the day before",
        dates,
        Act::Counting(|area, counted, body| answers::moved_dates(area, counted, body, -answers::DAY)),
    ),
    fault(
        GROUP,
        "dates-a-day-late",
        "dates are echoed as the day after",
        dates,
        Act::Counting(|area, counted, body| answers::moved_dates(area, counted, body, answers::DAY)),
    ),
    fault(
        GROUP,
        "dates-at-noon",
        "dates are echoed as an instant twelve hours later",
        midnight,
        Act::Counting(|area, counted, body| answers::moved_dates(area, counted, body, answers::DAY / 2)),
    ),
    fault(
        GROUP,
        "dates-in-seconds",
        "dates are echoed in seconds",
        dates,
        Act::Counting(|area, counted, body| {
            answers::each_date(area, counted, body, |instant| json!(instant / 1000));
        }),
    ),
    fault(
        GROUP,
        "dates-as-sent",
        "dates are echoed as text",
        dates,
        Act::Contract(|contract| {
            for echo in contract.areas.iter_mut().flat_map(|area| &mut area.file.echoes) {
                if echo.encoding == Encoding::EpochMilliseconds {
                    echo.encoding = Encoding::AsSent;
                }
            }
        }),
    ),
    fault(
        GROUP,
        "time-zone-ignored",
        "dates are echoed in UTC although the organisation's zone is asked for",
        zones,
        Act::Contract(|contract| {
            for echo in contract.areas.iter_mut().flat_map(|area| &mut area.file.echoes) {
                echo.zone = None;
            }
        }),
    ),
    fault(
        GROUP,
        "dates-off-by-one-in-the-zone",
        "dates are echoed as the day before if the organisation's zone is asked for",
        |contract| {
            if zones(contract).is_empty() {
                Vec::new()
            } else {
                cites::both(zones(contract), dates(contract))
            }
        },
        Act::Reply(|context, request, reply| {
            let Some(area) = context.area else { return };
            let zones: Vec<&String> = area.echoes.iter().filter_map(|echo| echo.zone.as_ref()).collect();
            let envelope = body::envelope(context.contract, &request.body).unwrap_or_default();
            if zones.iter().any(|zone| envelope.get(*zone).is_some_and(|flag| *flag == true)) {
                answers::change_counting(context, reply, |area, counted, body| {
                    answers::moved_dates(area, counted, body, -answers::DAY);
                });
            }
        }),
    ),
];

/// Adds an entry that repeats the values of the first record that no entry repeats.
fn add_entry_of_passed(context: &Context<'_>, request: &Received, reply: &mut Reply) {
    let Some(records) = context.area.and_then(|area| body::records(context.contract, area, &request.body))
    else {
        return;
    };
    answers::change_counting(context, reply, |area, counted, body| {
        let Some(mut entry) = body[&counted.errors].get(0).cloned() else { return };
        let echoes: Vec<_> = area.echoes.iter().filter(|echo| echo.encoding == Encoding::AsSent).collect();
        let entries = body[&counted.errors].as_array_mut();
        let Some((entries, first)) = entries.zip(echoes.first()) else { return };
        let is_told = |record: &&Value| {
            let value = record.get(&first.field);
            value.is_none() || entries.iter().any(|entry| entry.get(&first.name) == value)
        };
        let Some(passed) = records.iter().find(|record| !is_told(record)) else { return };
        for echo in &area.echoes {
            entry[&echo.name] = Value::Null;
        }
        for echo in echoes {
            entry[&echo.name] = passed.get(&echo.field).cloned().unwrap_or_default();
        }
        entries.push(entry);
    });
}
