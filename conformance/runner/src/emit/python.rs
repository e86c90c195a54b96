//! Assertions as Python, for pytest and for the shell script.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Case, TOKEN};
use crate::outcome::{Acceptable, Assertion, Belonging, Results, Step, Test};
use tally_spec::is_unseen;

/// The functions that the assertions call, for Python 3.8 and later, with no other library.
pub(super) const PRELUDE: &str = include_str!("prelude.py");

/// The text as a literal of Python, on one line and visible.
pub(super) fn text(text: &str) -> String {
    let mut literal = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            // Writing to a String does not fail.
            other if is_unseen(other) || other.is_control() => {
                let _ = write!(literal, "\\U{:08x}", u32::from(other));
            }
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}

/// The bytes as an expression of Python.
pub(super) fn bytes(bytes: &[u8]) -> String {
    if let Ok(readable) = std::str::from_utf8(bytes) {
        return format!("{}.encode()", text(readable));
    }
    let mut literal = String::from("b\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => {
                literal.push('\\');
                literal.push(char::from(*byte));
            }
            b' '..=b'~' => literal.push(char::from(*byte)),
            // Writing to a String does not fail.
            _ => drop(write!(literal, "\\x{byte:02x}")),
        }
    }
    literal.push('"');
    literal
}

/// A value of JSON as a literal of Python.
fn value(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(string) => text(string),
        Value::Array(elements) => listed(elements.iter().map(self::value)),
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, member)| format!("{}: {}", text(name), self::value(member)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

fn listed(elements: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", elements.into_iter().collect::<Vec<_>>().join(", "))
}

/// The case's assertions as lines of Python that see `answers`, the responses in order.
pub(super) fn assertions(case: &Case<'_>) -> Vec<String> {
    let mut lines = vec!["answer = answers[-1]".to_owned()];
    lines.extend(case.finding.assertions.iter().flat_map(assertion));
    lines
}

/// Lines that assert; what is found is shown if it is not as expected.
fn assertion(assertion: &Assertion) -> Vec<String> {
    let body = "answer.json".to_owned();
    match assertion {
        Assertion::Answered => vec!["assert answer.status is not None, \"no response\"".to_owned()],
        Assertion::Status(ranges) => {
            let ranges = listed(ranges.iter().map(|(least, most)| format!("({least}, {most})")));
            vec![format!(
                "assert any(within(answer.status, *one) for one in {ranges}), f\"HTTP status {{answer.status}}\""
            )]
        }
        Assertion::MediaType(wanted) => vec![
            "named = answer.headers.get(\"content-type\", \"\").split(\";\")[0].strip().lower()".to_owned(),
            format!("assert named == {}, f\"media type {{named!r}}\"", text(&wanted.to_lowercase())),
        ],
        Assertion::NoToken => no_token(),
        Assertion::Json(path, test) => at_path(&body, path, test),
        Assertion::Sum { members: [left, right], total, .. } => vec![
            format!("counts = [whole(at(answer.json, name)) for name in ({}, {})]", text(left), text(right)),
            format!("assert None not in counts and sum(counts) == {total}, f\"counts {{counts}}\""),
        ],
        Assertion::Word { member, counts: [passed, failed], words: [success, partial, failure], .. } => vec![
            format!(
                "passed, failed = [whole(at(answer.json, name)) for name in ({}, {})]",
                text(passed),
                text(failed)
            ),
            "assert passed is not None and failed is not None, \"no counts\"".to_owned(),
            format!(
                "due = {} if failed == 0 else {} if passed == 0 else {}",
                text(success),
                text(failure),
                text(partial)
            ),
            format!("word = at(answer.json, {})", text(member)),
            "assert word == due, f\"{word!r} for {passed} passed and {failed} failed\"".to_owned(),
        ],
        Assertion::LengthIsCount { list, count, at_least } => {
            let compare = if *at_least { ">=" } else { "<=" };
            vec![
                format!(
                    "entries, count = at(answer.json, {}), whole(at(answer.json, {}))",
                    text(list),
                    text(count)
                ),
                "assert isinstance(entries, list) and count is not None, \"no list or no count\"".to_owned(),
                format!(
                    "assert len(entries) {compare} count, f\"{{len(entries)}} entries, {{count}} failed\""
                ),
            ]
        }
        Assertion::Belong(belonging) => belong(belonging),
        Assertion::SameResults { results, others, reversed, added, .. } => {
            same_results(results, *others, *reversed, *added)
        }
    }
}

fn no_token() -> Vec<String> {
    vec![
        format!("token = os.environ[\"{TOKEN}\"]"),
        "assert not spells(answer.body, token), \"the body contains the token\"".to_owned(),
        "assert not any(spells(one.encode(), token) for pair in answer.headers.items() for one in pair), \\"
            .to_owned(),
        "    \"a header contains the token\"".to_owned(),
    ]
}

fn at_path(body: &str, path: &[Step], test: &Test) -> Vec<String> {
    let step = |step: &Step| match step {
        Step::Member(name) => text(name),
        Step::Element(index) => index.to_string(),
        Step::Each(_) => String::new(),
    };
    let steps =
        |steps: &[Step]| steps.iter().map(step).fold(String::new(), |all, one| format!("{all}, {one}"));
    let split = path.iter().position(|step| matches!(step, Step::Each(_)));
    match split {
        None => {
            let found = format!("found = at({body}{})", steps(path));
            vec![found, format!("assert {}, f\"{{found!r}}\"", holds("found", test))]
        }
        Some(place) => vec![
            format!("found = each(at({body}{}){})", steps(&path[..place]), steps(&path[place + 1..])),
            format!("assert all({} for one in found), f\"{{found!r}}\"", holds("one", test)),
        ],
    }
}

/// An expression that is true if the named value passes the test.
fn holds(name: &str, test: &Test) -> String {
    let most = |most: usize| if most == usize::MAX { "float(\"inf\")".to_owned() } else { most.to_string() };
    match test {
        Test::OneOf(values) => {
            format!("any(same({name}, wanted) for wanted in {})", listed(values.iter().map(value)))
        }
        Test::NoneOf(values) => {
            format!("not any(same({name}, other) for other in {})", listed(values.iter().map(value)))
        }
        Test::Whole(least, most) => format!("within({name}, {least}, {most})"),
        Test::Text => format!("is_text({name})"),
        Test::AnyText => format!("isinstance({name}, str)"),
        Test::Object => format!("isinstance({name}, dict)"),
        Test::List(least, longest) => format!("is_list({name}, {least}, {})", most(*longest)),
        Test::Present => format!("{name} is not MISSING"),
        Test::Absent => format!("{name} is MISSING"),
        Test::Nothing => format!("{name} is MISSING or not {name}"),
    }
}

fn belong(belonging: &Belonging) -> Vec<String> {
    let member = |(name, acceptable): &(String, Acceptable)| {
        let at = format!("at(entry, {})", text(name));
        match acceptable {
            Acceptable::Anything => None,
            Acceptable::OneOf(values) => Some(format!("repeats({at}, {})", listed(values.iter().map(value)))),
            Acceptable::Within(ranges) => {
                let ranges = listed(ranges.iter().map(|(least, most)| format!("({least}, {most})")));
                Some(format!("in_ranges({at}, {ranges})"))
            }
        }
    };
    let record = |members: &Vec<(String, Acceptable)>| {
        let all: Vec<String> = members.iter().filter_map(member).collect();
        format!("    lambda entry: {},", if all.is_empty() { "True".to_owned() } else { all.join(" and ") })
    };
    let mut lines =
        vec!["# What the entry of each record that may fail can be.".to_owned(), "records = [".to_owned()];
    lines.extend(belonging.records.iter().map(record));
    lines.push("]".to_owned());
    lines.push(format!("entries = at(answer.json, {})", text(&belonging.list)));
    lines.push("assert isinstance(entries, list), \"no list of entries\"".to_owned());
    lines.push(
        "strangers = [entry for entry in entries if not any(record(entry) for record in records)]".to_owned(),
    );
    lines.push("assert not strangers, f\"no record's entry: {strangers!r}\"".to_owned());
    if !belonging.with_entry.is_empty() {
        lines.push(format!("for place in {:?}:", belonging.with_entry));
        lines.push(
            "    assert any(records[place](entry) for entry in entries), f\"no entry for failed record {place}\""
                .to_owned(),
        );
    }
    lines
}

fn same_results(results: &Results, others: usize, reversed: bool, added: Option<bool>) -> Vec<String> {
    let mut lines = match results {
        Results::Counts([passed, failed]) => vec![format!(
            "results = [[whole(at(one.json, name)) for name in ({}, {})] for one in answers]",
            text(passed),
            text(failed)
        )],
        Results::Flags { list, member } => vec![format!(
            "results = [each(at(one.json, {}), {}) for one in answers]",
            text(list),
            text(member)
        )],
        Results::Word { member, success } => vec![format!(
            "results = [[at(one.json, {}) == {}] for one in answers]",
            text(member),
            text(success)
        )],
    };
    lines.push(format!("first, later = results[0], results[-{others}:]"));
    lines.push(
        "assert not any(one is None or one is MISSING for result in results for one in result), f\"{results!r}\""
            .to_owned(),
    );
    let (together, grown) = match results {
        Results::Counts(_) => (
            "[sum(counts) for counts in zip(*later)]".to_owned(),
            added.map_or("first".to_owned(), |passes| {
                format!("[first[0] + {}, first[1] + {}]", u8::from(passes), u8::from(!passes))
            }),
        ),
        Results::Flags { .. } => (
            "[flag for flags in later for flag in flags]".to_owned(),
            added.map_or("first".to_owned(), |passes| {
                format!("first + [{}]", if passes { "True" } else { "False" })
            }),
        ),
        Results::Word { .. } => (
            "[all(flag for flags in later for flag in flags)]".to_owned(),
            if added == Some(false) { "[False]".to_owned() } else { "first".to_owned() },
        ),
    };
    lines.push(format!("together, due = {together}, {grown}"));
    if reversed && matches!(results, Results::Flags { .. }) {
        lines.push("together.reverse()".to_owned());
    }
    lines.push("assert together == due, f\"{together} for {due}\"".to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::hostile::text as hostile;
    use super::*;

    /// Reads a literal as Python does.
    fn read(literal: &str) -> Option<String> {
        let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
        let mut letters = inner.chars();
        let mut read = String::new();
        while let Some(letter) = letters.next() {
            match letter {
                '"' | '\n' | '\r' => return None,
                '\\' => read.push(match letters.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'U' => {
                        let digits: String = letters.by_ref().take(8).collect();
                        char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                    }
                    other @ ('"' | '\\') => other,
                    _ => return None,
                }),
                other => read.push(other),
            }
        }
        Some(read)
    }

    proptest! {
        #[test]
        fn python_reads_the_same_text_and_shows_it_all(raw in hostile()) {
            let literal = text(&raw);
            prop_assert!(!literal.chars().any(|letter| letter.is_control() || is_unseen(letter)));
            prop_assert_eq!(read(&literal), Some(raw));
        }

        #[test]
        fn bytes_that_are_no_text_are_written_as_numbers(raw in prop::collection::vec(any::<u8>(), 0..40)) {
            let literal = bytes(&raw);
            prop_assert!(literal.chars().all(|letter| !letter.is_control()));
            prop_assert_eq!(literal.starts_with("b\""), std::str::from_utf8(&raw).is_err());
        }
    }
}
