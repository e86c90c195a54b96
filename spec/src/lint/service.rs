//! What is sent with every request: the root, the verb, the header, the paths.

use super::Linter;
use super::contract::FILE;

pub(super) fn check(linter: &mut Linter<'_>) {
    let service = &linter.contract.file.service;
    root(linter, &service.root.value);
    let verb = &service.verb.value;
    if verb.is_empty() || !verb.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let cure =
            Some(format!("write `{}`", if verb.is_empty() { "POST".to_owned() } else { letters(verb) }));
        let message = format!("{verb:?} is not an HTTP method: methods are upper-case letters");
        linter.report(FILE, &value_of("verb"), message, cure);
    }
    let authentication = &service.authentication;
    if !is_token(&authentication.header) {
        let message = format!("{:?} is not the name of an HTTP header", authentication.header);
        let cure = Some("write letters, digits and hyphens, such as `Authorization`".to_owned());
        linter.report(FILE, "/service/authentication/header", message, cure);
    }
    if !is_token(&authentication.scheme) {
        let message = format!("{:?} is not an authentication scheme", authentication.scheme);
        let cure = Some("write the word before the token, such as `Bearer`".to_owned());
        linter.report(FILE, "/service/authentication/scheme", message, cure);
    }
    let is_type =
        |text: &str| text.split_once('/').is_some_and(|(one, other)| is_token(one) && is_token(other));
    if !is_type(&service.media_type.value) {
        let message = format!("{:?} is not a media type", service.media_type.value);
        let cure = Some("write one such as `application/json`, without parameters".to_owned());
        linter.report(FILE, &value_of("mediaType"), message, cure);
    }
    for area in &linter.contract.areas {
        path(linter, &format!("areas/{}.toml", area.name), &area.path);
    }
}

/// The JSON Pointer to the value of one of the service's members.
fn value_of(member: &str) -> String {
    format!("/service/{member}/value")
}

fn root(linter: &mut Linter<'_>, root: &str) {
    let address = root.strip_prefix("https://").or_else(|| root.strip_prefix("http://"));
    let cure = Some("write one such as `https://{host}/api/v1`".to_owned());
    let message = match address {
        None => format!("the root {root:?} does not begin with https:// or http://"),
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("the root {root:?} names no host"),
        Some(rest) if rest.contains(['?', '#']) || !is_visible(rest) => {
            format!("the root {root:?} holds a query, a fragment or a blank")
        }
        Some(_) => return,
    };
    linter.report(FILE, &value_of("root"), message, cure);
}

fn path(linter: &mut Linter<'_>, file: &str, path: &str) {
    let message = if path.contains(['?', '#']) {
        "the path holds a query or a fragment: an area is called by its path alone"
    } else if !is_visible(path) || path.contains(['{', '}', '%', '\\', '"', '<', '>', '|', '^', '`']) {
        "the path holds a character that no path of a URL may"
    } else if path.split('/').any(|part| matches!(part, "." | "..")) || path.contains("//") {
        "the path holds an empty step, `.` or `..`"
    } else {
        return;
    };
    let cure = Some("write the path alone, such as `/orders/upsert`".to_owned());
    linter.report(file, "/path", message.to_owned(), cure);
}

/// Whether it is a token of HTTP: the name of a header, a scheme, half of a media type.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn letters(verb: &str) -> String {
    verb.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_uppercase()).collect()
}
