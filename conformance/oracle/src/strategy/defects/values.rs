//! Borders of values: dates, numbers, closed lists, texts, null and empty, arrays.

use serde_json::{Value, json};
use tally_spec::model::{Field, JsonType, TextFormat};

use super::{At, Borders};
use crate::oracle::{Fate, is_type_name, names_a_type};
use crate::strategy::defect::{Change, Rewriting};
use crate::strategy::numbers::{Numbers, number};
use crate::strategy::plan::Source;
use crate::strategy::text::BORDERS;

const REAL_DAYS: [(&str, &str); 7] = [
    ("leap-day", "2016-02-29"),
    ("leap-day-of-a-century", "2000-02-29"),
    ("end-of-february", "2015-02-28"),
    ("end-of-month-30", "2015-04-30"),
    ("end-of-month-31", "2015-01-31"),
    ("end-of-year", "2014-12-31"),
    ("start-of-year", "2015-01-01"),
];

const NO_DAYS: [(&str, &str); 11] = [
    ("february-30", "2015-02-30"),
    ("february-29", "2015-02-29"),
    ("no-leap-day-of-a-century", "1900-02-29"),
    ("april-31", "2015-04-31"),
    ("month-0", "2015-00-10"),
    ("month-13", "2015-13-01"),
    ("day-0", "2015-01-00"),
    ("day-32", "2015-01-32"),
    ("no-zeros", "2015-2-3"),
    ("slashes", "02/03/2015"),
    ("not-a-date", "not-a-date"),
];

impl Borders<'_, '_> {
    pub(super) fn values(&mut self, at: At<'_>) {
        let field = at.field;
        self.optional(at);
        if field.format == Some(TextFormat::Date) {
            self.dates(at);
        }
        if let Some(closed) = &field.closed {
            self.closed_list(at, closed);
        }
        if field.takes(JsonType::Number) && at.above.is_none() {
            self.numbers(at);
        }
        if is_free_text(field) && at.above.is_none() {
            self.texts(at);
        }
        if is_type_name(field) && at.above.is_some() {
            let values = vec![json!("TallyOther")];
            self.on_value(at, "examples/other", Fate::Open, &[&field.statement], values);
        }
    }

    /// Null and empty text if no rule asks for a value.
    fn optional(&mut self, at: At<'_>) {
        let reading = self.reading();
        let is_marked = is_type_name(at.field) || names_a_type(&at.field.properties);
        if self.is_asked_for(at.path) || (at.above.is_some() && is_marked) {
            return;
        }
        self.on_value(at, "optional/null", Fate::Passes, &[&reading.null_is_absent], vec![Value::Null]);
        if at.field.takes(JsonType::String) {
            self.on_value(at, "optional/empty", Fate::Passes, &[&reading.empty_optional], vec![json!("")]);
        }
        if at.above.is_none() {
            let cites = at.field.optional_statement.as_ref().unwrap_or(&at.field.statement);
            let mut absent = at.border("optional/absent", Fate::Passes, &[cites]);
            absent.given.push((at.field.name.clone(), None));
            self.found.push(absent);
        }
    }

    fn dates(&mut self, at: At<'_>) {
        let cites = [&self.reading().date, &at.field.statement];
        for (what, day) in REAL_DAYS {
            self.on_value(at, &format!("format/{what}"), Fate::Passes, &cites, vec![json!(day)]);
        }
        for (what, day) in NO_DAYS {
            self.on_value(at, &format!("format/{what}"), Fate::Fails, &cites, vec![json!(day)]);
        }
        self.on_value(at, "format/padded", Fate::Open, &cites, vec![json!(" 2015-02-03 ")]);
        self.on_value(at, "format/far-past", Fate::Open, &cites, vec![json!("0001-01-01")]);
        let times = ["2015-02-03T10:11:12Z", "2015-02-03T10:11:12.000+02:00"].map(Value::from).to_vec();
        match &at.field.date_time {
            Some(lenient) => self.on_value(at, "format/date-time", Fate::Open, &[lenient], times),
            None => self.on_value(at, "format/date-time", Fate::Fails, &cites, times),
        }
    }

    fn closed_list(&mut self, at: At<'_>, closed: &[String]) {
        let cites = [&at.field.statement];
        for value in closed {
            let mut border = at.border(&format!("enum/{value}"), Fate::Passes, &cites);
            border.given.push((at.field.name.clone(), Some(value.as_str().into())));
            self.found.push(border);
        }
        let outside: Vec<Value> = closed
            .iter()
            .take(1)
            .map(|value| json!(format!("{value}X")))
            .chain([json!("TallyOther")])
            .collect();
        self.on_value(at, "enum/outside", Fate::Fails, &cites, outside);
        let others = closed.iter().map(|value| (value, in_other_case(value)));
        let others = others.filter(|(value, other)| *value != other && !closed.contains(other));
        let others = others.map(|(_, other)| json!(other)).collect();
        self.on_value(at, "enum/other-case", Fate::Fails, &cites, others);
        let padded = closed.iter().take(1).map(|value| json!(format!(" {value} "))).collect();
        self.on_value(at, "enum/padded", Fate::Open, &cites, padded);
    }

    fn numbers(&mut self, at: At<'_>) {
        let plan = self.maker.plans.iter().find(|plan| plan.field.name == at.path);
        let Some(plan) = plan else { return };
        let (Source::Number(always), Some(numbers)) = (&plan.source, plan.numbers()) else { return };
        let (numbers, always, field) = (numbers.clone(), always.clone(), at.field);
        let first = numbers.nth(0);
        let cites = [&field.statement];
        self.on_value(at, "number/number", Fate::Passes, &cites, vec![number(first)]);
        if field.numeric {
            self.numerals(at, &numbers);
        } else if field.takes(JsonType::String) {
            self.on_value(at, "number/label", Fate::Passes, &cites, vec![json!("Tally label")]);
            self.on_value(at, "number/digits", Fate::Passes, &cites, vec![json!("7")]);
        }
        if numbers.minimum.is_none() && numbers.maximum.is_none() {
            self.on_value(at, "number/zero", Fate::Passes, &cites, vec![json!(0)]);
            self.on_value(at, "number/large", Fate::Passes, &cites, vec![json!(1_000_000_000)]);
            if numbers.step.is_none() && !field.numeric {
                self.on_value(at, "number/fraction", Fate::Passes, &cites, vec![json!(12.5)]);
            }
        }
        self.on_value(
            at,
            "number/huge",
            if always.maximum.is_some() { Fate::Fails } else { Fate::Open },
            &self.maximum_cites(at),
            vec![json!(1e18)],
        );
    }

    fn maximum_cites<'c>(&self, at: At<'c>) -> [&'c tally_spec::model::Cites; 1]
    where
        Self: 'c,
    {
        let rule = self
            .area
            .rules
            .iter()
            .filter(|rule| rule.is_unconditional() && rule.constraint.field() == Some(at.path))
            .find(|rule| rule.constraint.maximum().is_some());
        [rule.map_or(&at.field.statement, |rule| &rule.statement)]
    }

    fn numerals(&mut self, at: At<'_>, numbers: &Numbers) {
        let (cites, reading) = ([&at.field.statement], self.reading());
        let inside = format!("{:.0}", numbers.nth(1.min(numbers.steps().saturating_sub(1))).max(0.0));
        self.on_value(at, "numeric/digits", Fate::Passes, &cites, vec![json!(inside)]);
        let open = [&reading.numeric_text];
        for (what, text) in [
            ("plus", format!("+{inside}")),
            ("leading-zero", format!("0{inside}")),
            ("fraction-of-zero", format!("{inside}.0")),
        ] {
            self.on_value(at, &format!("numeric/{what}"), Fate::Open, &open, vec![json!(text)]);
        }
        let open = [&at.field.statement, &reading.numeric_text];
        for (what, text) in [("padded", format!(" {inside} ")), ("blanks", "  ".to_owned())] {
            self.on_value(at, &format!("numeric/{what}"), Fate::Open, &open, vec![json!(text)]);
        }
        let words = ["abc", "ten", "NaN"].map(Value::from).to_vec();
        self.on_value(at, "numeric/not-a-number", Fate::Fails, &cites, words);
    }

    /// Free text: at the borders of what software handles well.
    fn texts(&mut self, at: At<'_>) {
        let cites = [&at.field.statement];
        if !at.field.examples.is_empty() {
            return self.on_value(at, "examples/other", Fate::Passes, &cites, vec![json!("Tally other")]);
        }
        if self
            .rules_on(at.path)
            .any(|rule| rule.constraint.max_length().is_some() || rule.constraint.pattern().is_some())
        {
            return;
        }
        for (what, text) in BORDERS {
            self.on_value(at, &format!("text/{what}"), Fate::Passes, &cites, vec![json!(text)]);
        }
        self.on_value(at, "text/long", Fate::Passes, &cites, vec![json!("long ".repeat(40) + "text")]);
        self.on_value(at, "text/over-long", Fate::Open, &cites, vec![json!("x".repeat(40_000))]);
        let nul = vec![json!("a\u{0}b"), json!("a\u{1}b")];
        self.on_value(at, "text/control-character", Fate::Open, &cites, nul);
        if self.is_asked_for(at.path) {
            let blanks = [&at.field.statement, &self.reading().empty_is_missing];
            self.on_value(at, "text/blanks", Fate::Open, &blanks, vec![json!("  ")]);
        }
        // Blanks around it may make it another value to conditions.
        if self.maker.is_pivot(at.path) {
            return;
        }
        let mut padded = at.border("text/padded", Fate::Passes, &cites);
        padded.changes.push(Change::Rewrite(at.target(), Rewriting::Padded));
        padded.needs.push(at.top());
        self.found.push(padded);
    }
}

/// The same text in small letters, or in capitals if it has none.
fn in_other_case(text: &str) -> String {
    let lower = text.to_lowercase();
    if lower == text { text.to_uppercase() } else { lower }
}

/// Text that nothing speaks of; e-mail addresses are left alone, for some endpoint may check them.
fn is_free_text(field: &Field) -> bool {
    field.types() == [JsonType::String]
        && field.kind.is_none()
        && field.closed.is_none()
        && field.format.is_none()
}
