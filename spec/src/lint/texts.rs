//! Texts that go into code, pages and paths: nothing in them is unseen, and no path leaves its folder.

use serde_json::Value;

use super::Linter;
use crate::is_unseen;

/// Keys whose texts may have several lines: prose, and what an endpoint says.
const PROSE: &[&str] =
    &["description", "summary", "unobservable", "mended", "elsewhere", "what", "text", "message"];
/// Keys whose texts are values of the API's own, whatever they hold.
const VALUES: &[&str] = &["const", "enum", "default", "pattern"];

pub(super) fn check(linter: &mut Linter<'_>) {
    let documents = linter.documents;
    for (file, document) in documents {
        let mut found = Vec::new();
        collect(&document.value(), "", "", &mut found);
        for (pointer, message) in found {
            let cure = Some("take the character out".to_owned());
            linter.report(file, &pointer, message, cure);
        }
    }
    let name = linter.contract.file.name.clone();
    path(linter, "/name", &name, false);
    let schemas = linter.contract.file.schema_path.clone();
    path(linter, "/schemaPath", &schemas, true);
    for (index, name) in linter.contract.file.areas.iter().enumerate() {
        path(linter, &format!("/areas/{index}"), name, false);
    }
}

/// Reports a name that is no plain part of a path, or, if it may have several, not made of such.
fn path(linter: &mut Linter<'_>, pointer: &str, text: &str, several: bool) {
    let plain = |part: &str| {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(letter)
    };
    let sound = if several { text.split('/').all(plain) } else { plain(text) };
    if !sound {
        let parts = if several { "parts joined by `/`, each " } else { "" };
        let cure = format!("write {parts}letters, digits, `-`, `_` or `.`, the first no `.`");
        linter.report(
            "contract.toml",
            pointer,
            format!("`{}` can't name a file", text.escape_debug()),
            Some(cure),
        );
    }
}

/// The texts that hold a character they may not, each with what is wrong.
fn collect(value: &Value, key: &str, pointer: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(_) if VALUES.contains(&key) => {}
        Value::String(text) => {
            let allowed = |letter: char| letter == '\n' && PROSE.contains(&key);
            if let Some(letter) = text.chars().find(|letter| is_unseen(*letter) && !allowed(*letter)) {
                let message = format!("this text holds the unseen character U+{:04X}", u32::from(letter));
                found.push((pointer.to_owned(), message));
            }
        }
        Value::Array(elements) => {
            for (index, inner) in elements.iter().enumerate() {
                collect(inner, key, &format!("{pointer}/{index}"), found);
            }
        }
        Value::Object(members) => {
            for (name, inner) in members {
                let below = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                if let Some(letter) = name.chars().find(|letter| is_unseen(*letter)) {
                    let message = format!("this key holds the unseen character U+{:04X}", u32::from(letter));
                    found.push((below.clone(), message));
                }
                collect(inner, name, &below, found);
            }
        }
        _ => {}
    }
}
