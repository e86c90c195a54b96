//! The many texts of one value.

use std::fmt::Write as _;

use serde_json::{Number, Value};

use super::mutation::odd;
use tally_fixtures::Rng;

/// One of the texts of a value: its members in some order, with blanks and escapes here and there, and with
/// members that come twice, of which the later one is meant.
#[must_use]
pub fn spell(value: &Value, rng: &mut Rng) -> String {
    let mut text = String::with_capacity(512);
    // Most senders write the spec's order without a blank; a text like theirs is wanted too.
    let plainly = rng.one_in(4);
    if plainly {
        let _ = write!(text, "{value}");
    } else {
        write_value(value, rng, &mut text);
    }
    text
}

/// A text that is damaged in one place; it may be JSON all the same.
pub(super) fn damage(text: String, rng: &mut Rng) -> Vec<u8> {
    const PIECES: [&str; 24] = [
        "\u{feff}",
        "x",
        "{}",
        ",",
        "\0",
        "\u{1}",
        "\\ud800",
        "\\udc00",
        "\\ud83d\\ude00",
        "\"",
        "]",
        "}",
        "NaN",
        "1e400",
        "-1e400",
        "1e-400",
        "01",
        "1.",
        ".5",
        "+1",
        "--1",
        "\u{a0}",
        "//",
        "\\x",
    ];
    let mut bytes = text.into_bytes();
    let place = rng.below(bytes.len() + 1);
    match rng.below(6) {
        0 => bytes.truncate(place),
        1 => drop(bytes.splice(..0, PIECES[rng.below(2)].bytes())),
        2 => bytes.extend_from_slice(PIECES[rng.below(PIECES.len())].as_bytes()),
        3 if place < bytes.len() => bytes[place] = rng.next().to_le_bytes()[0],
        4 if place < bytes.len() => drop(bytes.remove(place)),
        _ => {
            let (start, end) = if rng.one_in(4) {
                let depth = 120 + rng.below(12);
                ("[".repeat(depth), "]".repeat(depth))
            } else {
                (PIECES[rng.below(PIECES.len())].to_owned(), String::new())
            };
            drop(bytes.splice(place..place, format!("{start}{end}").into_bytes()));
        }
    }
    bytes
}

fn write_value(value: &Value, rng: &mut Rng, text: &mut String) {
    blank(rng, text);
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            for place in (1..members.len()).rev() {
                if rng.one_in(2) {
                    members.swap(place, rng.below(place + 1));
                }
            }
            write_members(&members, rng, text);
        }
        Value::Array(elements) => {
            text.push('[');
            for (index, element) in elements.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                write_value(element, rng, text);
            }
            text.push(']');
        }
        Value::String(plain) => quote(plain, rng, text),
        Value::Number(number) => write_number(number, rng, text),
        Value::Null | Value::Bool(_) => drop(write!(text, "{value}")),
    }
    blank(rng, text);
}

/// Writes a number; now and then one with more digits than an `f64` keeps: the same, or a little more or less.
fn write_number(number: &Number, rng: &mut Rng, text: &mut String) {
    let plain = number.to_string();
    let is_plain = !plain.contains(['e', 'E']) && number.as_f64().is_some_and(|number| number.abs() < 1e15);
    let zeros = "0".repeat(20 + rng.below(12));
    let (dot, digits) = (if plain.contains('.') { "" } else { "." }, plain.trim_start_matches('-'));
    let written = match rng.below(24) {
        0 if is_plain => format!("{plain}{dot}{zeros}"),
        1 | 2 if is_plain => format!("{plain}{dot}{zeros}1"),
        // One less in the last place, and nines.
        3 if is_plain && dot == "." && digits != "0" => {
            let less = digits.parse::<u64>().unwrap_or(1) - 1;
            let sign = if plain.starts_with('-') { "-" } else { "" };
            format!("{sign}{less}.{}", "9".repeat(zeros.len()))
        }
        4 if is_plain && dot == "." => format!("{plain}{zeros}e-{}", zeros.len()),
        5 if is_plain && dot == "." => format!("{plain}{zeros}1e-{}", zeros.len() + 1),
        6 if rng.one_in(4) => "1e-400".to_owned(),
        7 if rng.one_in(4) => "-1e-400".to_owned(),
        _ => plain,
    };
    text.push_str(&written);
}

fn write_members(members: &[(&String, &Value)], rng: &mut Rng, text: &mut String) {
    let mut first = true;
    let mut member = |name: &str, value: &Value, rng: &mut Rng, text: &mut String| {
        text.push_str(if std::mem::take(&mut first) { "" } else { "," });
        blank(rng, text);
        quote(name, rng, text);
        blank(rng, text);
        text.push(':');
        write_value(value, rng, text);
    };
    text.push('{');
    // Members that come again below: what they hold here does not count, right or wrong.
    for (name, _) in members {
        if rng.one_in(12) {
            let earlier = if rng.one_in(2) { odd(rng) } else { members[rng.below(members.len())].1.clone() };
            member(name, &earlier, rng, text);
        }
    }
    for (name, value) in members {
        member(name, value, rng, text);
    }
    text.push('}');
}

/// Writes text, its first letter as an escape now and then.
fn quote(plain: &str, rng: &mut Rng, text: &mut String) {
    let whole = Value::from(plain).to_string();
    match plain.chars().next().filter(|first| first.is_ascii_alphanumeric() && rng.one_in(16)) {
        Some(first) => drop(write!(text, "\"\\u{:04x}{}", u32::from(first), &whole[2..])),
        None => text.push_str(&whole),
    }
}

fn blank(rng: &mut Rng, text: &mut String) {
    if rng.one_in(20) {
        text.push_str([" ", "\n  ", "\t", "\r\n          "][rng.below(4)]);
    }
}
