//! Numbers with more digits than an `f64` keeps: the three agree on them, and on what arithmetic says of them.

use std::mem::discriminant;

use serde_json::{Value, json};
use tally_differential::Witnesses;
use tally_oracle::oracle::Fate;
use tally_oracle::strategy::Maker;
use tally_spec::model::{Area, Constraint, Rule};

use crate::support::{Subject, each_area_and_rule, expected};

/// A number to put others in the place of.
const PLACE: f64 = 424_242.25;

/// Whether a number breaks a keyword.
type Case = (String, &'static str, bool);

/// Numbers around a bound of zero or above. `over` is whether they break it by being more, not less.
fn around(bound: f64, keyword: &'static str, over: bool) -> Vec<Case> {
    let (dot, whole) = if bound.fract() == 0.0 { (".", true) } else { ("", false) };
    let more =
        [format!("{bound}{dot}00000000000000000000001"), format!("{bound}{dot}00000000000000000000001e0")];
    let more = more.into_iter().map(|number| (number, keyword, over));
    let same = format!("{bound}{dot}000000000000000000000000");
    let mut cases: Vec<Case> = more.chain([(same, keyword, false)]).collect();
    if whole && bound >= 1.0 {
        cases.push((format!("{}.99999999999999999999999999", bound - 1.0), keyword, !over));
        cases.push((format!("{bound}00000000000000000000000001e-26"), keyword, over));
        cases.push((format!("{bound}00000000000000000000000000e-26"), keyword, false));
    }
    if bound == 0.0 {
        cases.push(("1e-400".to_owned(), keyword, over));
        cases.push(("-1e-400".to_owned(), keyword, !over));
        cases.push(("0e-400".to_owned(), keyword, false));
    }
    cases
}

/// Numbers around a divisor.
fn multiples(divisor: f64) -> Vec<Case> {
    let (dot, keyword) = (if divisor.fract() == 0.0 { "." } else { "" }, "multipleOf");
    vec![
        (format!("{divisor}{dot}00000000000000000000001"), keyword, true),
        (format!("-{divisor}{dot}00000000000000000000001"), keyword, true),
        (format!("{divisor}{dot}00000000000000000000000"), keyword, false),
        (format!("-{divisor}{dot}000000000000000000000e0"), keyword, false),
        ("1e-400".to_owned(), keyword, true),
        ("0e-400".to_owned(), keyword, false),
    ]
}

fn cases(constraint: &Constraint) -> Option<(&str, Vec<Case>)> {
    match constraint {
        Constraint::Range { field, minimum, maximum } => {
            let minimum = minimum.filter(|bound| *bound >= 0.0).map(|bound| around(bound, "minimum", false));
            let maximum = maximum.filter(|bound| *bound >= 0.0).map(|bound| around(bound, "maximum", true));
            Some((field, minimum.into_iter().chain(maximum).flatten().collect()))
        }
        Constraint::MultipleOf { field, divisor } => Some((field, multiples(*divisor))),
        Constraint::Required(_)
        | Constraint::AnyOf(_)
        | Constraint::MaxLength { .. }
        | Constraint::Pattern { .. }
        | Constraint::Contains { .. }
        | Constraint::Exists { .. }
        | Constraint::MemberOf { .. } => None,
    }
}

/// The text of a request with one record, whose field holds that number.
fn request(subject: &Subject, area: &Area, field: &str, number: &str) -> Option<Vec<u8>> {
    let maker = Maker::new(&subject.contract, area, &subject.fixtures, "digits");
    let mut body = maker.batch(1, 1).body();
    let envelope = subject.contract.file.service.envelope.as_deref();
    let holder = match envelope {
        Some(envelope) => body.get_mut(envelope)?,
        None => &mut body,
    };
    match holder.get_mut(&area.list.name)? {
        Value::Array(records) => records.first_mut()?.as_object_mut()?.insert(field.to_owned(), json!(PLACE)),
        one => one.as_object_mut()?.insert(field.to_owned(), json!(PLACE)),
    };
    Some(body.to_string().replace(&PLACE.to_string(), number).into_bytes())
}

#[test]
fn the_three_count_every_digit() {
    let mut tried = 0;
    each_area_and_rule(|subject, area| {
        let witnesses =
            Witnesses::new(&subject.contract, area, &subject.oracle, subject.area(area)).expect("a schema");
        for rule in &area.rules {
            let Some((field, cases)) = cases(&rule.constraint) else { continue };
            for (number, keyword, breaks) in cases {
                let Some(text) = request(subject, area, field, &number) else { continue };
                let agreed = witnesses
                    .compare(&text)
                    .unwrap_or_else(|found| panic!("{}: {number} in {field}: {found:#?}", area.name));
                // Two rules of one kind break the same keyword: which of them did is not told apart.
                let is_alike = |other: &&Rule| {
                    other.constraint.field() == Some(field)
                        && discriminant(&other.constraint) == discriminant(&rule.constraint)
                };
                let is_only = area.rules.iter().filter(is_alike).count() == 1;
                if is_only && rule.is_unconditional() && !field.contains('/') {
                    let broken = agreed.broken.iter().map(|place| &witnesses.rules()[*place]);
                    let is_broken = broken.filter(|one| one.keyword == keyword).count() > 0;
                    assert_eq!(is_broken, breaks, "{}: {keyword} of {field}: {number}", area.name);
                    tried += 1;
                }
            }
        }
    });
    assert!(tried >= 20, "only {tried} numbers were tried");
}

#[test]
fn a_fraction_is_open_if_text_may_spell_the_number_and_no_rule_has_steps() {
    let mut open = 0;
    each_area_and_rule(|subject, area| {
        for field in area.fields.iter().filter(|field| field.numeric) {
            let has_rule = area.rules.iter().any(|rule| rule.constraint.field() == Some(&field.name));
            let Some(body) = request(subject, area, &field.name, "7.25").filter(|_| !has_rule) else {
                continue;
            };
            let body = serde_json::from_slice(&body).expect("it is JSON");
            let expectation = subject.oracle.expect(area, &body);
            assert_eq!(expected(&expectation)[0].fate, Fate::Open, "{} {}", area.name, field.name);
            open += 1;
        }
    });
    assert!(open > 0, "no such field is without rules");
}
