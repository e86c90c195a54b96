//! The generated validator, the JSON Schema and the oracle, each from the spec by code of its own, say the same
//! of the same instances: which are valid, record by record, and the pointer and keyword of each violation.
//!
//! An instance is a value; its text differs each time in the order of its members, in members that come twice
//! (the earlier one wrong or right, whichever the later is not), in blanks and in escapes.
//!
//! `TALLY_INSTANCES=200000 cargo test --release -p tally-conformance --test strategies three_ways -- --nocapture`
//! is the large run; without the variable a small one is made.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use serde_json::{Value, json};
use tally_conformance::oracle::{Expectation, Fate};
use tally_conformance::strategy::{Maker, Rng};
use tally_generated::runtime::{self, RequestVerdict};
use tally_spec::model::{Area, Constraint, Rule};

use crate::differential::{meddle, odd};
use crate::support::{Subject, each_area};

/// Each rule is broken at least once in so many instances, on the average.
const RULE_EVERY: u64 = 200;

/// What was seen of one area.
#[derive(Debug, Default)]
struct Seen {
    instances: u64,
    defective: u64,
    open: u64,
    /// Violations by statement and keyword.
    broken: BTreeMap<(&'static str, &'static str), u64>,
}

#[test]
fn three_ways() {
    let wanted = std::env::var("TALLY_INSTANCES").ok().and_then(|wanted| wanted.parse().ok()).unwrap_or(600);
    each_area(|subject, area| {
        let generated = tally_generated::contract(&subject.contract.file.name);
        let Some(generated) = generated.and_then(|contract| contract.area(&area.name)) else { return };
        let seen = compare(subject, area, generated, wanted);
        report(area, &seen);
        assert!(seen.defective * 2 >= seen.instances, "{}: {seen:?}", area.name);
        if wanted >= 20_000 {
            assert_each_rule_broken(area, &seen);
        }
    });
}

fn compare(subject: &Subject, area: &Area, generated: &runtime::Area, wanted: u64) -> Seen {
    let schema: Value = serde_json::from_str(generated.request_schema).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let maker = Maker::new(&subject.contract, area, &subject.fixtures, "tally-test");
    let defects = maker.defects();
    let mut seen = Seen::default();
    for seed in 0..wanted {
        let mut rng = Rng::new(seed + 1);
        let size = 1 + rng.below(area.limit.maximum.min(2));
        let batch = match usize::try_from(seed).unwrap_or_default() {
            even if even % 2 == 0 => {
                maker.with_defects(seed, size, &[(0, &defects[even / 2 % defects.len()])])
            }
            _ => maker.batch(seed, size),
        };
        let mut body = batch.body();
        if rng.below(3) > 0 {
            for _ in 0..=rng.below(3) {
                meddle(&mut body, &mut rng);
            }
        }
        agree(subject, area, (generated, &schema), &body, &mut rng, &mut seen);
    }
    seen
}

/// Holds the three against each other over one instance.
fn agree(
    subject: &Subject,
    area: &Area,
    (generated, schema): (&runtime::Area, &Validator),
    body: &Value,
    rng: &mut Rng,
    seen: &mut Seen,
) {
    let mut text = String::new();
    write(body, rng, &mut text);
    let judgement = (generated.judge)(text.as_bytes());
    let shape = subject.oracle.shape(area, body);
    let told = || format!("{}\n{text}", area.name);
    let ours: BTreeSet<[String; 3]> = judgement
        .violations
        .iter()
        .map(|one| [one.pointer.to_string(), one.keyword.to_owned(), one.statement.to_owned()])
        .collect();
    let read: BTreeSet<[String; 3]> = (shape.refused.iter().chain(shape.records.iter().flatten()))
        .map(|reason| [reason.pointer.clone(), reason.keyword.clone(), reason.statements[0].clone()])
        .collect();
    assert_eq!(ours, read, "validator, then oracle: {}", told());
    let rejected = judgement.request == RequestVerdict::Reject;
    assert_eq!(rejected, shape.refused.is_some(), "{}", told());
    assert_eq!(judgement.counted, shape.counted, "{}", told());
    if !rejected && judgement.records.len() == shape.records.len() {
        let failing = shape.records.iter().enumerate().filter(|(_, reasons)| !reasons.is_empty());
        let failing: Vec<usize> = failing.map(|(index, _)| index).collect();
        assert_eq!(judgement.records.failed(), failing, "{}", told());
    }
    let pairs = |three: &BTreeSet<[String; 3]>| -> BTreeSet<[String; 2]> {
        three.iter().map(|[pointer, keyword, _]| [pointer.clone(), keyword.clone()]).collect()
    };
    let schemas: BTreeSet<[String; 2]> = schema
        .iter_errors(body)
        .map(|error| [error.instance_path().to_string(), error.kind().keyword().to_owned()])
        .collect();
    if rejected {
        // A request that is refused whole is not looked at further; the schema goes on.
        assert!(pairs(&ours).is_subset(&schemas), "validator {ours:?}, schema {schemas:?}: {}", told());
    } else {
        assert_eq!(pairs(&ours), schemas, "validator, then schema: {}", told());
    }
    seen.instances += 1;
    seen.defective += u64::from(!ours.is_empty());
    seen.open += u64::from(is_open(&subject.oracle.expect(area, body)));
    for violation in &judgement.violations {
        *seen.broken.entry((violation.statement, violation.keyword)).or_default() += 1;
    }
}

/// Whether the contract leaves something of the request open.
fn is_open(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Records { .. } | Expectation::Whole(_) => {
            expectation.expected().iter().any(|expected| expected.fate == Fate::Open)
        }
        _ => false,
    }
}

#[expect(clippy::print_stdout, reason = "the figures are what the command is run for")]
fn report(area: &Area, seen: &Seen) {
    println!("{}: {} instances, {} defective, {} open", area.name, seen.instances, seen.defective, seen.open);
    for ((statement, keyword), count) in &seen.broken {
        println!("  {statement:<8} {keyword:<12} {count:>9}");
    }
}

fn assert_each_rule_broken(area: &Area, seen: &Seen) {
    let of_shape = |rule: &&Rule| {
        !matches!(rule.constraint(), Some(Constraint::Exists { .. } | Constraint::MemberOf { .. }) | None)
    };
    for rule in area.rules.iter().filter(of_shape) {
        let statement = rule.statement.principal();
        let of_rule = seen.broken.iter().filter(|((broken, _), _)| *broken == statement);
        let broken: u64 = of_rule.map(|(_, count)| count).sum();
        assert!(
            broken * RULE_EVERY >= seen.instances,
            "{}: {statement} was broken {broken} times only",
            area.name
        );
    }
}

/// Writes a value in one of its texts.
fn write(value: &Value, rng: &mut Rng, text: &mut String) {
    blank(rng, text);
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            for place in (1..members.len()).rev().filter(|_| rng.one_in(2)).collect::<Vec<_>>() {
                members.swap(place, rng.below(place + 1));
            }
            let mut first = true;
            let mut member = |name: &str, value: &Value, rng: &mut Rng, text: &mut String| {
                text.push_str(if std::mem::take(&mut first) { "" } else { "," });
                blank(rng, text);
                quote(name, rng, text);
                blank(rng, text);
                text.push(':');
                write(value, rng, text);
            };
            text.push('{');
            for (name, _) in &members {
                if rng.one_in(12) {
                    let earlier = members[rng.below(members.len())].1.clone();
                    let earlier = if rng.one_in(2) { odd(rng) } else { earlier };
                    member(name, &earlier, rng, text);
                }
            }
            for (name, value) in members {
                member(name, value, rng, text);
            }
            text.push('}');
        }
        Value::Array(elements) => {
            text.push('[');
            for (index, element) in elements.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                write(element, rng, text);
            }
            text.push(']');
        }
        Value::String(plain) => quote(plain, rng, text),
        other => text.push_str(&other.to_string()),
    }
    blank(rng, text);
}

/// Writes text, its first letter as an escape now and then.
fn quote(plain: &str, rng: &mut Rng, text: &mut String) {
    let whole = json!(plain).to_string();
    match plain.chars().next().filter(|first| first.is_ascii_alphanumeric() && rng.one_in(16)) {
        Some(first) => {
            text.push_str("\"\\u");
            let _ = std::fmt::Write::write_fmt(text, format_args!("{:04x}", u32::from(first)));
            text.push_str(&whole[2..]);
        }
        None => text.push_str(&whole),
    }
}

fn blank(rng: &mut Rng, text: &mut String) {
    if rng.one_in(20) {
        text.push_str([" ", "\n  ", "\t", "\r\n          "][rng.below(4)]);
    }
}
