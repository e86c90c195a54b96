//! A finding as a file for Hurl.

use serde_json::Value;

use super::hurl_text::{literally, path, quoted, text};
use super::{Case, TARGET, TOKEN, add, around_token, has_body, hurl_token};
use crate::outcome::{Acceptable, Assertion, Belonging, Results, ShownRequest, Step, Test};

/// How often several requests are written out at most: Hurl repeats a single one only.
const MOST_GROUPS: usize = 5;

/// The file; `None` if Hurl cannot tell that the finding is there.
pub(super) fn file(case: &Case<'_>) -> Option<String> {
    let mut plan = Plan { captures: Vec::new(), asserts: vec![Vec::new(); case.requests.len()] };
    for assertion in &case.finding.assertions {
        plan.add(assertion, case);
    }
    if plan.asserts.iter().all(Vec::is_empty) {
        return None;
    }
    let mut file = String::new();
    case.about().iter().for_each(|line| add(&mut file, &format!("# {line}\n")));
    add(
        &mut file,
        &format!(
            "#\n# Needs Hurl 8 or later. Run it with {TOKEN} set to a token; {TARGET} is the root of the API, if it is\n\
         # another than this one:\n#\n\
         #   HURL_SECRET_{TOKEN}=\"${TOKEN}\" \\\n\
         #   HURL_VARIABLE_{TARGET}=\"${{{TARGET}:-{}}}\" hurl --test FILE\n",
            crate::report::escaped(case.root)
        ),
    );
    let groups = if case.requests.len() > 1 { case.tries.min(MOST_GROUPS) } else { 1 };
    for _ in 0..groups {
        for (index, request) in case.requests.iter().enumerate() {
            file.push_str(&entry(case, index, request, &plan));
        }
    }
    Some(file)
}

/// What is captured of the first response, and asserted of each.
struct Plan {
    captures: Vec<String>,
    asserts: Vec<Vec<String>>,
}

/// One request with what is asserted of its response.
fn entry(case: &Case<'_>, index: usize, request: &ShownRequest, plan: &Plan) -> String {
    let mut lines = format!("\n{} {{{{{TARGET}}}}}{}\n", request.method, path(case.path(request)));
    for (name, value) in &request.headers {
        let value = match around_token(value) {
            Some((before, after)) => {
                format!("{}{{{{{TOKEN}}}}}{}", text(before), text(after))
            }
            None => text(value),
        };
        add(&mut lines, &format!("{}: {value}\n", text(name)));
    }
    add(&mut lines, &format!("[Options]\nmax-time: {}s\n", super::TIMEOUT));
    if case.tries > 1 && case.requests.len() == 1 {
        add(&mut lines, &format!("repeat: {}\n", case.tries));
    }
    if has_body(request) && !request.bytes().is_empty() {
        add(&mut lines, &body(request.bytes()));
    }
    lines.push_str("HTTP *\n");
    if index == 0 && !plan.captures.is_empty() {
        lines.push_str("[Captures]\n");
        lines.extend(plan.captures.iter().map(|line| format!("{line}\n")));
    }
    if !plan.asserts[index].is_empty() {
        lines.push_str("[Asserts]\n");
        lines.extend(plan.asserts[index].iter().map(|line| format!("{line}\n")));
    }
    lines
}

/// A body as Hurl writes it: text in backticks, or bytes by their numbers.
fn body(bytes: &[u8]) -> String {
    if let Ok(body) = std::str::from_utf8(bytes) {
        return format!("`{}`\n", text(body));
    }
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("hex,{};\n", digits.concat())
}

/// A JSON path, as the query that finds what stands there.
fn query(steps: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::Member(name) => format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")),
        Step::Element(index) => format!("[{index}]"),
        Step::Each(_) => "[*]".to_owned(),
    };
    format!("jsonpath {}", quoted(&steps.iter().map(step).fold("$".to_owned(), |all, one| all + &one)))
}

fn member(name: &str) -> String {
    query(&[Step::Member(name.to_owned())])
}

impl Plan {
    fn add(&mut self, assertion: &Assertion, case: &Case<'_>) {
        let last = self.asserts.len() - 1;
        let lines = match assertion {
            Assertion::Answered => vec!["status >= 100".to_owned()],
            Assertion::Status(ranges) => vec![status(ranges)],
            Assertion::MediaType(wanted) => {
                let pattern = format!("(?i)^{}\\s*(;.*)?$", literally(wanted));
                vec![format!("header \"Content-Type\" matches {}", quoted(&pattern))]
            }
            Assertion::NoToken => {
                self.captures = hurl_token::captures();
                no_token(case)
            }
            Assertion::Json(path, test) => at_path(path, test),
            Assertion::Sum { members: [left, right], ranges: [first, second], .. } => {
                [(left, first), (right, second)]
                    .into_iter()
                    .flat_map(|(name, (least, most))| {
                        holds(&[Step::Member(name.clone())], &Test::Whole(*least, *most))
                    })
                    .collect()
            }
            Assertion::Word { member: name, due, .. } => {
                due.iter().map(|word| format!("{} == {}", member(name), quoted(word))).collect()
            }
            Assertion::LengthIsCount { list, count, at_least } => {
                // The capture is of the last response: several requests have no such assertion.
                if last > 0 {
                    Vec::new()
                } else {
                    self.captures.push(format!("failed: {}", member(count)));
                    let compare = if *at_least { ">=" } else { "<=" };
                    vec![format!("{} count {compare} {{{{failed}}}}", member(list))]
                }
            }
            Assertion::Belong(belonging) => belong(belonging),
            Assertion::SameResults { results, others, added, last, .. } => {
                self.same_results(results, *others, *added, *last);
                Vec::new()
            }
        };
        self.asserts[last].extend(lines);
    }

    fn same_results(
        &mut self,
        results: &Results,
        others: usize,
        added: Option<bool>,
        last: Option<(u64, u64)>,
    ) {
        let count = self.asserts.len();
        match results {
            Results::Counts([passed, failed]) => {
                self.captures.push(format!("passed: {}", member(passed)));
                self.captures.push(format!("failed: {}", member(failed)));
                let (more_pass, more_fail) = match (others, added) {
                    (1, None) => ("==", "=="),
                    (1, Some(true)) => (">", "=="),
                    (1, Some(false)) => ("==", ">"),
                    _ => ("<=", "<="),
                };
                for asserts in &mut self.asserts[count - others..] {
                    asserts.push(format!("{} {more_pass} {{{{passed}}}}", member(passed)));
                    asserts.push(format!("{} {more_fail} {{{{failed}}}}", member(failed)));
                }
                if let (true, Some((pass, fail))) = (others > 1, last) {
                    self.asserts[count - 1].push(format!("{} == {pass}", member(passed)));
                    self.asserts[count - 1].push(format!("{} == {fail}", member(failed)));
                }
            }
            Results::Word { member: name, success } => {
                self.captures.push(format!("word: {}", member(name)));
                let line = match added {
                    Some(false) => format!("{} not == {}", member(name), quoted(success)),
                    _ => format!("{} == \"{{{{word}}}}\"", member(name)),
                };
                self.asserts[count - 1].push(line);
            }
            Results::Flags { .. } => {}
        }
    }
}

fn status(ranges: &[(u16, u16)]) -> String {
    if let [(only, same)] = ranges
        && only == same
    {
        return format!("status == {only}");
    }
    let pattern = |(least, most): &(u16, u16)| {
        if least % 100 == 0 && most % 100 == 99 {
            return format!("[{}-{}]..", least / 100, most / 100);
        }
        (*least..=*most).map(|status| status.to_string()).collect::<Vec<_>>().join("|")
    };
    let all: Vec<String> = ranges.iter().map(pattern).collect();
    format!("status toString matches {}", quoted(&format!("^({})$", all.join("|"))))
}

/// The token stands neither in the body nor in the headers that bore it in the run.
fn no_token(case: &Case<'_>) -> Vec<String> {
    let headers = case.finding.response.iter().flat_map(|response| &response.headers);
    let bore = headers.filter(|(_, value)| value.contains(TOKEN));
    let headers = bore.map(|(name, _)| format!("header {}", quoted(name)));
    std::iter::once("body".to_owned()).chain(headers).flat_map(|query| hurl_token::asserts(&query)).collect()
}

/// What holds at a path; for each element of a list, at the first elements that there must be.
fn at_path(path: &[Step], test: &Test) -> Vec<String> {
    let Some(place) = path.iter().position(|step| matches!(step, Step::Each(_))) else {
        return holds(path, test);
    };
    let Step::Each(least) = path[place] else { return Vec::new() };
    let of = |index: usize| {
        let mut steps = path.to_vec();
        steps[place] = Step::Element(index);
        holds(&steps, test)
    };
    (0..least).flat_map(of).collect()
}

/// A value that Hurl can compare with; `None` if it is a list, an object, or a number with an exponent.
fn value(value: &Value) -> Option<String> {
    match value {
        Value::String(string) => Some(quoted(string)),
        Value::Number(number) => Some(number.to_string()).filter(|text| !text.contains(['e', 'E'])),
        Value::Bool(_) | Value::Null => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Lines that hold if what stands at the path equals the value, as far as Hurl can tell: member by member, element by
/// element.
fn equals(path: &[Step], wanted: &Value) -> Vec<String> {
    let below = |step: Step, wanted: &Value| equals(&[path, &[step]].concat(), wanted);
    let query = query(path);
    match wanted {
        Value::Array(elements) => {
            let lines = vec![format!("{query} isList"), format!("{query} count == {}", elements.len())];
            let each = elements.iter().enumerate();
            lines.into_iter().chain(each.flat_map(|(index, one)| below(Step::Element(index), one))).collect()
        }
        Value::Object(members) => {
            let lines = vec![format!("{query} isObject")];
            let each = members.iter().flat_map(|(name, one)| below(Step::Member(name.clone()), one));
            lines.into_iter().chain(each).collect()
        }
        simple => value(simple).into_iter().map(|value| format!("{query} == {value}")).collect(),
    }
}

/// Lines that hold if what the query finds passes the test.
fn holds(path: &[Step], test: &Test) -> Vec<String> {
    let query = query(path);
    match test {
        Test::OneOf(values) => one_of(path, values),
        Test::NoneOf(values) => {
            values.iter().filter_map(value).map(|one| format!("{query} not == {one}")).collect()
        }
        Test::Whole(least, most) if least == most => vec![format!("{query} == {least}")],
        Test::Whole(least, most) => {
            let mut lines = vec![
                format!("{query} isNumber"),
                format!("{query} toString matches {}", quoted("^[0-9]+([.]0+)?$")),
                format!("{query} >= {least}"),
            ];
            lines.extend((*most != u64::MAX).then(|| format!("{query} <= {most}")));
            lines
        }
        Test::Text => vec![format!("{query} isString"), format!("{query} != \"\"")],
        Test::AnyText => vec![format!("{query} isString")],
        Test::Object => vec![format!("{query} isObject")],
        Test::List(least, most) => {
            let mut lines = vec![format!("{query} isList"), format!("{query} count >= {least}")];
            lines.extend((*most != usize::MAX).then(|| format!("{query} count <= {most}")));
            lines
        }
        Test::Present => vec![format!("{query} exists")],
        Test::Absent => vec![format!("{query} not exists")],
        // Of a member that may be absent, a number or a list, the body's text tells most simply.
        Test::Nothing => {
            let Some(Step::Member(name)) = path.last() else { return Vec::new() };
            let pattern = format!("\"{}\"\\s*:\\s*([1-9]|\\[\\s*[^\\]\\s])", literally(name));
            vec![format!("body not matches {}", quoted(&pattern))]
        }
    }
}

/// Lines that hold if what stands at the path is one of the values. None if Hurl cannot tell: what it spells as text is
/// neither a list nor an object.
fn one_of(path: &[Step], values: &[Value]) -> Vec<String> {
    if let [only] = values {
        return equals(path, only);
    }
    let query = query(path);
    if values.iter().all(Value::is_boolean) {
        return vec![format!("{query} isBoolean")];
    }
    if values.iter().any(|one| one.is_array() || one.is_object()) {
        return Vec::new();
    }
    let spelt = |value: &Value| match value {
        Value::String(string) => literally(string),
        other => literally(&other.to_string()),
    };
    let all: Vec<String> = values.iter().map(spelt).collect();
    vec![format!("{query} toString matches {}", quoted(&format!("^({})$", all.join("|"))))]
}

/// What entries there may and must be, as far as Hurl can tell: with one record that may fail, the entry is its.
/// With more of them, the value that showed the finding stands in no entry.
fn belong(belonging: &Belonging) -> Vec<String> {
    let list = Step::Member(belonging.list.clone());
    let failing = belonging.with_entry.iter().filter_map(|place| belonging.records.get(*place));
    let count = Test::List(0, belonging.records.len());
    let mut lines: Vec<String> = holds(std::slice::from_ref(&list), &count);
    lines.extend(failing.filter_map(|record| includes(&list, record)));
    if let [only] = belonging.records.as_slice() {
        let echo = |(name, acceptable): &(String, Acceptable)| {
            let path = [list.clone(), Step::Element(0), Step::Member(name.clone())];
            match acceptable {
                Acceptable::OneOf(values) if values.first() != Some(&"".into()) => one_of(&path, values),
                Acceptable::Within(ranges) => {
                    let query = query(&path);
                    let least = ranges.iter().map(|range| range.0).min();
                    let most = ranges.iter().map(|range| range.1).max();
                    let least = least.map(|least| format!("{query} >= {least}"));
                    least.into_iter().chain(most.map(|most| format!("{query} <= {most}"))).collect()
                }
                Acceptable::OneOf(_) | Acceptable::Anything => Vec::new(),
            }
        };
        lines.extend(only.iter().flat_map(echo));
    } else if let Some((name, wrong)) = &belonging.wrong {
        let spelt = match wrong {
            Value::String(string) => format!("\"{}\"", literally(string)),
            other => literally(&other.to_string()),
        };
        let pattern = format!("\"{}\"\\s*:\\s*{spelt}\\s*[,}}]", literally(name));
        lines.push(format!("body not matches {}", quoted(&pattern)));
    }
    lines
}

/// A line that holds if some entry has the first value of a record that says which one it is.
fn includes(list: &Step, record: &[(String, Acceptable)]) -> Option<String> {
    let (name, first) = record.iter().find_map(|(name, acceptable)| match acceptable {
        Acceptable::OneOf(values) => values.first().filter(|one| *one != "").map(|one| (name, one)),
        _ => None,
    })?;
    let each = query(&[list.clone(), Step::Each(1), Step::Member(name.clone())]);
    Some(format!("{each} includes {}", value(first)?))
}
