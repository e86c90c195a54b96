//! Echoes: an entry belongs to the record whose values it repeats.

use serde_json::{Map, Value, json};
use tally_oracle::oracle::{Expectation, Fate};
use tally_oracle::strategy::{Defect, Maker};
use tally_spec::model::{Area, Cites, Encoding, Provenance};

use crate::support::{Subject, each_area};

/// The entry that an honest endpoint writes for a record.
fn entry(area: &Area, record: &Value) -> Value {
    let echo = |echo: &tally_spec::model::Echo| {
        let sent = record.get(&echo.field).cloned().unwrap_or(Value::Null);
        let value = match echo.encoding {
            Encoding::AsSent => sent,
            Encoding::EpochMilliseconds => sent.as_str().map_or(Value::Null, |day| {
                let day: Result<jiff::civil::Date, _> = day.parse();
                day.map_or(Value::Null, |day| {
                    let zoned = day.to_zoned_datetime(jiff::tz::TimeZone::UTC).unwrap();
                    json!(zoned.timestamp().as_millisecond())
                })
            }),
        };
        (echo.name.clone(), value)
    };
    Value::Object(area.echoes.iter().map(echo).collect::<Map<_, _>>())
}

fn failing(maker: &Maker<'_>, area: &Area) -> Option<Defect> {
    let by_echo = |defect: &Defect| {
        let leading = area.echoes.first().is_some_and(|echo| defect.field == echo.field);
        defect.fate == Fate::Fails && !defect.may_refuse && !leading
    };
    maker.defects().into_iter().find(by_echo)
}

fn with(subject: &Subject, area: &Area, test: impl Fn(&Value, &Expectation, Vec<Value>)) {
    let maker = Maker::new(&subject.contract, area, &subject.fixtures, "tally-test");
    let (Some(defect), false) = (failing(&maker, area), area.echoes.is_empty()) else { return };
    let size = area.limit.maximum.min(6);
    let batch = maker.with_defects(5, size, &[(1, &defect), (size - 1, &defect)]);
    let body = batch.body();
    let expectation = subject.oracle.expect(area, &body);
    let failing = expectation.expected().iter().enumerate().filter(|(_, record)| record.fate == Fate::Fails);
    let entries =
        failing.map(|(index, _)| entry(area, &Value::Object(batch.records[index].clone()))).collect();
    test(&body, &expectation, entries);
}

#[test]
fn honest_entries_belong_to_their_records() {
    each_area(|subject, area| {
        with(subject, area, |body, expectation, entries| {
            let echoes = subject.oracle.echoes(area);
            for entries in [entries.clone(), entries.iter().rev().cloned().collect()] {
                let attribution = echoes.attribute(body, expectation.expected(), &entries);
                assert!(attribution.foreign.is_empty(), "{} {attribution:#?}", area.name);
                assert!(attribution.without_entry.is_empty() && attribution.surplus.is_empty());
                assert!(attribution.belongs_to.iter().all(Option::is_some));
            }
            let nulls: Vec<Value> = entries.iter().map(|_| json!({})).collect();
            let attribution = echoes.attribute(body, expectation.expected(), &nulls);
            assert!(attribution.foreign.is_empty() && attribution.without_entry.is_empty());
        });
    });
}

#[test]
fn other_entries_are_told() {
    each_area(|subject, area| {
        with(subject, area, |body, expectation, entries| {
            let echoes = subject.oracle.echoes(area);
            let leading = &area.echoes[0].name;
            let mut wrong = entries.clone();
            wrong[0][leading] = json!("not the record's");
            let attribution = echoes.attribute(body, expectation.expected(), &wrong);
            assert_eq!(attribution.foreign.len(), 1, "{} {attribution:#?}", area.name);
            assert_eq!(attribution.without_entry.len(), 1);
            let nearest = attribution.foreign[0].nearest.as_ref().unwrap();
            assert_eq!(nearest.1[0].echo, *leading);
            let fewer = echoes.attribute(body, expectation.expected(), &entries[1..]);
            assert_eq!(fewer.without_entry.len(), 1);
            let mut more = entries.clone();
            more.push(entries[0].clone());
            let more = echoes.attribute(body, expectation.expected(), &more);
            assert_eq!(more.surplus.len(), 1, "{} {more:#?}", area.name);
        });
    });
}

#[test]
fn dates_may_be_any_instant_of_their_day_in_either_zone() {
    each_area(|subject, area| {
        let Some(echo) = area.echoes.iter().find(|echo| echo.encoding == Encoding::EpochMilliseconds) else {
            return;
        };
        let echoes = subject.oracle.echoes(area);
        let record = json!({ &echo.field: "2015-02-03" });
        let hour = 3_600_000;
        let midnight = 1_422_921_600_000_i64;
        let takes = |instant: i64| echoes.can_belong(&json!({ &echo.name: instant }), &record);
        assert!(takes(midnight) && takes(midnight + 24 * hour - 1) && takes(midnight + 30 * hour));
        assert!(!takes(midnight - 1) && !takes(midnight + 32 * hour) && !takes(midnight / 1000));
        assert!(echoes.can_belong(&json!({ &echo.name: 1.422_921_6e12 }), &record));
        assert!(!echoes.can_belong(&json!({ &echo.name: "2015-02-03" }), &record));
        let late = |instant: i64, envelope: &Value| {
            !echoes.not_midnight(&json!({ &echo.name: instant }), &record, envelope).is_empty()
        };
        let flag = echo.zone.as_deref().unwrap_or("none");
        assert!(!late(midnight, &json!({})) && late(midnight + hour, &json!({})));
        assert!(!late(midnight + 8 * hour, &json!({ flag: true })) && late(midnight, &json!({ flag: true })));
    });
}

#[test]
fn numbers_and_ids_may_be_repeated_in_their_other_form() {
    each_area(|subject, area| {
        let echoes = subject.oracle.echoes(area);
        for echo in &area.echoes {
            let Some(field) = area.fields.iter().find(|field| field.name == echo.field) else { continue };
            let takes = |sent: Value, echoed: Value| {
                echoes.can_belong(&json!({ &echo.name: echoed }), &json!({ &echo.field: sent }))
            };
            if field.numeric {
                assert!(
                    takes(json!("2"), json!(2)) && takes(json!(2), json!("2")) && takes(json!(2), json!(2.0))
                );
                assert!(!takes(json!("2"), json!(3)));
            }
            let kind = field.kind.as_ref().map(|kind| &subject.contract.file.kinds[kind]);
            if kind.is_some_and(|kind| kind.identity.is_some()) {
                assert!(takes(json!("001000000000000"), json!("001000000000000AAA")));
                assert!(!takes(json!("001000000000000"), json!("001000000000000AAB")));
                assert!(!takes(json!("001000000000000"), json!("001000000000001")));
            }
            if field.kind.is_none() && field.format.is_none() && !field.numeric {
                assert!(takes(json!("<b>"), json!("<b>")) && !takes(json!("<b>"), json!("&lt;b&gt;")));
            }
            assert!(takes(Value::Null, Value::Null) && takes(json!("x"), Value::Null));
        }
    });
}

#[test]
fn blanks_that_do_not_come_back_break_a_reading_alone() {
    let mut tested = 0;
    each_area(|subject, area| {
        let (contract, echoes) = (&subject.contract, subject.oracle.echoes(area));
        if contract.file.reading.text_unchanged.is_none() {
            return;
        }
        let weighs = |cites: &Cites| contract.weight(cites.iter());
        let documented = area.echoes.iter().filter(|echo| weighs(&echo.statement) != Provenance::Assumed);
        for echo in documented.filter(|echo| echo.encoding == Encoding::AsSent) {
            let kind = area.field_at(&echo.field).and_then(|field| field.kind.as_deref());
            let things = kind.and_then(|kind| subject.fixtures.things.get(kind));
            let Some(thing) = things.and_then(|things| things.first()) else { continue };
            let record = json!({ echo.field.as_str(): format!(" {} ", thing.name) });
            let weight = |echoed: &str| {
                let differences = echoes.differences(&json!({ echo.name.as_str(): echoed }), &record);
                let statements = differences.first().map(|difference| &difference.statements);
                statements.map(|statements| contract.weight(statements.iter().map(String::as_str)))
            };
            assert_ne!(weight("something else"), Some(Provenance::Assumed), "{} {}", area.name, echo.name);
            // Names are compared without their blanks; IDs are not.
            let Some(without_blanks) = weight(&thing.name) else { continue };
            assert_eq!(without_blanks, Provenance::Assumed, "{} {}", area.name, echo.name);
            tested += 1;
        }
    });
    assert!(tested > 0, "no echo names a thing");
}
