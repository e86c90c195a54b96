//! A TOML file as a tree whose every part knows its place in the text.

use std::ops::Range;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{Problem, SourceFile};

/// A parsed file.
pub(crate) struct Document<'s> {
    source: &'s SourceFile,
    root: DeTable<'s>,
}

impl<'s> Document<'s> {
    /// Parses a file; every error of syntax is a problem.
    pub(crate) fn parse(source: &'s SourceFile) -> Result<Self, Vec<Problem>> {
        let (root, errors) = DeTable::parse_recoverable(&source.text);
        if errors.is_empty() {
            return Ok(Self { source, root: root.into_inner() });
        }
        let problem = |error: &toml::de::Error| {
            let span = error.span().unwrap_or(0..0);
            at(source, span, error.message().to_owned(), None)
        };
        Err(errors.iter().map(problem).collect())
    }

    /// The file's values, without their places.
    pub(crate) fn value(&self) -> Value {
        table(&self.root)
    }

    /// A problem at the value that a JSON Pointer names, or at the nearest part around it.
    pub(crate) fn problem(&self, pointer: &str, message: String, cure: Option<String>) -> Problem {
        at(self.source, self.span(pointer, false), message, cure)
    }

    /// A problem at the key that a JSON Pointer ends in.
    pub(crate) fn key_problem(&self, pointer: &str, message: String, cure: Option<String>) -> Problem {
        at(self.source, self.span(pointer, true), message, cure)
    }

    fn span(&self, pointer: &str, of_key: bool) -> Range<usize> {
        let mut span = 0..0;
        let mut key_span = 0..0;
        let mut table = Some(&self.root);
        let mut list: Option<&[Spanned<DeValue<'_>>]> = None;
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            let found = match (table, list) {
                (Some(table), _) => table.get_key_value(part.as_str()).map(|(key, value)| {
                    key_span = key.span();
                    value
                }),
                (None, Some(list)) => part.parse::<usize>().ok().and_then(|index| list.get(index)),
                (None, None) => None,
            };
            let Some(value) = found else { break };
            span = value.span();
            table = value.get_ref().as_table();
            list = value.get_ref().as_array().map(|list| &**list);
        }
        if of_key { key_span } else { span }
    }
}

/// A problem at a place in a file's text.
pub(crate) fn at(source: &SourceFile, span: Range<usize>, message: String, cure: Option<String>) -> Problem {
    let text = &source.text;
    let start = text.floor_char_boundary(span.start);
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = text.floor_char_boundary(span.end);
    let found = text.get(start..end).unwrap_or_default().lines().next().unwrap_or_default();
    Problem {
        file: source.shown_as.clone(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        message,
        found: (!found.is_empty()).then(|| found.to_owned()),
        cure,
    }
}

fn table(table: &DeTable<'_>) -> Value {
    let members = table.iter().map(|(key, item)| (key.get_ref().to_string(), value(item.get_ref())));
    Value::Object(members.collect::<Map<_, _>>())
}

fn value(item: &DeValue<'_>) -> Value {
    match item {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(date) => Value::String(date.to_string()),
        DeValue::Array(elements) => elements.iter().map(|element| value(element.get_ref())).collect(),
        DeValue::Table(members) => table(members),
    }
}
