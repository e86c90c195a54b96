//! `pattern`.

use regex_lite::Regex;
use serde_json::Value;
use tally_spec::model::Rule;

use super::Side;
use crate::strategy::samples::matching;

/// Texts that do not match.
pub(super) fn sides<'m>(rule: &'m Rule, pattern: &str) -> Vec<Side<'m>> {
    let Ok(form) = Regex::new(pattern) else { return Vec::new() };
    let others = ["~tally~", "x", "0", "TALLY OTHER", "TALLY 10"].map(str::to_owned).to_vec();
    let mut others: Vec<String> = others.into_iter().filter(|text| !form.is_match(text)).collect();
    if others.is_empty() {
        let texts = matching(pattern, None);
        let texts = texts
            .iter()
            .take(4)
            .flat_map(|text| [format!("{text}~"), format!("~{text}"), format!("{text}{text}")]);
        let more = ["tally", "tally other", "\u{e9}", "a1", "12345678"].map(str::to_owned);
        others = texts.chain(more).filter(|text| !form.is_match(text)).collect();
    }
    vec![Side::broken(rule, "pattern/other", others.into_iter().map(Value::from).collect())]
}
