//! Values found beforehand: texts that match a pattern, and what worked requests show.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use regex_lite::Regex;
use serde_json::Value;
use tally_spec::model::{Area, ExampleKind, Field};

/// Text that matches a pattern and is not longer than a limit: a few, always the same.
pub(super) fn matching(pattern: &str, limit: Option<usize>) -> Vec<String> {
    let unanchored = pattern.trim_start_matches('^').trim_end_matches('$');
    // Of `\d`, most that Unicode has are no digits to the pattern: ASCII first, whatever is no ASCII after.
    let ascii = format!("(?-u){unanchored}");
    let mut spellings = [ascii.as_str(), unanchored].into_iter();
    let Some(strategy) = spellings.find_map(|pattern| proptest::string::string_regex(pattern).ok()) else {
        return Vec::new();
    };
    let Ok(pattern) = Regex::new(pattern) else { return Vec::new() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut texts: Vec<String> = (0..1024)
        .filter_map(|_| strategy.new_tree(&mut runner).ok())
        .map(|tree| tree.current())
        .filter(|text| limit.is_none_or(|limit| text.chars().count() <= limit))
        .filter(|text| pattern.is_match(text) && text.trim() == text && !text.is_empty())
        .collect();
    texts.sort();
    texts.dedup();
    texts
}

/// The additional members that the area's worked requests show for an object.
pub(super) fn shown(area: &Area, field: &Field) -> Vec<(String, Value)> {
    let mut shown = Vec::new();
    for example in area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Request) {
        find_shown(field, &example.value, &mut shown);
    }
    shown
}

fn find_shown(field: &Field, value: &Value, shown: &mut Vec<(String, Value)>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| find_shown(field, element, shown)),
        Value::Object(members) => {
            for (name, inner) in members {
                if let (true, Value::Object(inner)) = (name == &field.name, inner) {
                    let named = |name: &str| field.properties.iter().any(|property| property.name == name);
                    let known = |name: &str, shown: &[(String, Value)]| shown.iter().any(|(n, _)| n == name);
                    for (name, value) in inner {
                        let scalar = !value.is_object() && !value.is_array();
                        if scalar && !named(name) && !known(name, shown) {
                            shown.push((name.clone(), value.clone()));
                        }
                    }
                }
                find_shown(field, inner, shown);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
