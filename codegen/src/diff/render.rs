//! Changes as text, Markdown and JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Change, is_breaking};

/// A line a change, the breaking ones first.
#[must_use]
pub fn to_text(changes: &[Change]) -> String {
    let mut text = String::new();
    for change in sorted(changes) {
        let area = change.area.as_deref().map(|area| format!("{area}: ")).unwrap_or_default();
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{:<9} {:<9} {area}{} ({}){}",
            mark(change.class.breaks_senders(), "senders"),
            mark(change.class.breaks_endpoints(), "endpoints"),
            change.place,
            change.class.word(),
            from_to(change)
        );
    }
    let _ = writeln!(text, "{}", summary(changes));
    text
}

/// A table, for a pull request.
#[must_use]
pub fn to_markdown(changes: &[Change]) -> String {
    let mut text = format!("**{}**\n", summary(changes));
    if changes.is_empty() {
        return text;
    }
    text.push_str("\n| senders | endpoints | where | change | before | after |\n| --- | --- | --- | --- | --- | --- |\n");
    let cell = |words: &str| words.replace('|', "\\|").replace('\n', " ");
    for change in sorted(changes) {
        let area = change.area.as_deref().map(|area| format!("{area}: ")).unwrap_or_default();
        let word = |breaks: bool| if breaks { "**breaking**" } else { "fine" };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| {} | {} | {area}{} | {} | {} | {} |",
            word(change.class.breaks_senders()),
            word(change.class.breaks_endpoints()),
            cell(&change.place),
            change.class.word(),
            cell(&change.before),
            cell(&change.after)
        );
    }
    text
}

/// For programs.
#[must_use]
pub fn to_json(changes: &[Change]) -> Value {
    let list: Vec<Value> = sorted(changes)
        .into_iter()
        .map(|change| {
            json!({
                "class": change.class.word(),
                "area": change.area,
                "place": change.place,
                "before": change.before,
                "after": change.after,
                "breaksSenders": change.class.breaks_senders(),
                "breaksEndpoints": change.class.breaks_endpoints(),
            })
        })
        .collect();
    json!({ "breaking": is_breaking(changes), "changes": list })
}

fn sorted(changes: &[Change]) -> Vec<&Change> {
    let mut list: Vec<&Change> = changes.iter().collect();
    list.sort_by_key(|change| (!change.class.breaks_senders(), !change.class.breaks_endpoints()));
    list
}

fn mark(breaks: bool, whom: &'static str) -> &'static str {
    if breaks { whom } else { "-" }
}

fn from_to(change: &Change) -> String {
    match (change.before.is_empty(), change.after.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!(": now {}", change.after),
        (false, true) => format!(": was {}", change.before),
        (false, false) => format!(": {} -> {}", change.before, change.after),
    }
}

fn summary(changes: &[Change]) -> String {
    let senders = changes.iter().filter(|change| change.class.breaks_senders()).count();
    let endpoints = changes.iter().filter(|change| change.class.breaks_endpoints()).count();
    let count = if changes.len() == 1 { "1 change".to_owned() } else { format!("{} changes", changes.len()) };
    format!("{count}; breaking for senders: {senders}, for endpoints: {endpoints}")
}
