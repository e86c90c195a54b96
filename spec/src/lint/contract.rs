//! The contract's own file, and the other files of its folder.

use std::collections::BTreeSet;

use super::{Linter, pattern};
use crate::model::{OverLimit, PlatformCondition, Response};
use crate::near::did_you_mean;

pub(super) const FILE: &str = "contract.toml";

/// Every refusal that a contract has to say something of.
const CONDITIONS: &[(PlatformCondition, &str)] = &[
    (PlatformCondition::Unauthorized, "unauthorized"),
    (PlatformCondition::NotFound, "notFound"),
    (PlatformCondition::WrongVerb, "wrongVerb"),
    (PlatformCondition::WrongMediaType, "wrongMediaType"),
    (PlatformCondition::NotJson, "notJson"),
    (PlatformCondition::Unusable, "unusable"),
];

pub(super) fn check(linter: &mut Linter<'_>) {
    name(linter);
    areas(linter);
    conditions(linter);
    kinds(linter);
    statuses(linter);
    files(linter);
    words(linter);
}

/// Words that a status tells apart must differ.
fn words(linter: &mut Linter<'_>) {
    let mut found = Vec::new();
    for (name, response) in &linter.contract.file.responses {
        let words: Vec<(&str, &str)> = match response {
            Response::Counting(counted) => {
                let words = &counted.status;
                vec![("success", &words.success), ("partial", &words.partial), ("failure", &words.failure)]
            }
            Response::Whole(whole) => {
                vec![("success", &whole.status.success), ("failure", &whole.status.failure)]
            }
            Response::ByPosition(_) | Response::Later(_) => Vec::new(),
        };
        for (place, (key, word)) in words.iter().enumerate() {
            if let Some((other, _)) = words[..place].iter().find(|(_, other)| other == word) {
                let message =
                    format!("`{key}` and `{other}` are both {word:?}, so that a status says neither");
                found.push((format!("/responses/{name}/status/{key}"), message));
            }
        }
    }
    for (pointer, message) in found {
        linter.report(FILE, &pointer, message, Some("write the word of each".to_owned()));
    }
}

fn name(linter: &mut Linter<'_>) {
    let name = &linter.contract.file.name;
    let folder =
        linter.files.iter().find(|file| file.path == FILE).and_then(|file| {
            file.shown_as.strip_suffix("/contract.toml")?.rsplit('/').next().map(str::to_owned)
        });
    if let Some(folder) = folder.filter(|folder| folder != name) {
        let message = format!("the contract is named `{name}` and its folder `{folder}`");
        linter.report(FILE, "/name", message, Some("give both one name".to_owned()));
    }
}

fn areas(linter: &mut Linter<'_>) {
    let contract = linter.contract;
    let (mut names, mut paths) = (BTreeSet::new(), BTreeSet::new());
    for (index, name) in contract.file.areas.iter().enumerate() {
        if !names.insert(name) {
            let message = format!("the area `{name}` is listed twice");
            linter.report(FILE, &format!("/areas/{index}"), message, None);
        }
    }
    for area in &contract.areas {
        let file = format!("areas/{}.toml", area.name);
        if !paths.insert(&area.path) {
            let message = format!("another area has the path {} too", area.path);
            linter.report(&file, "/path", message, None);
        }
        if !area.path.starts_with('/') {
            let cure = Some(format!("write `/{}`", area.path));
            linter.report(&file, "/path", "the path lacks its first slash".to_owned(), cure);
        }
    }
}

fn conditions(linter: &mut Linter<'_>) {
    let listed = &linter.contract.file.service.errors.conditions;
    for (condition, name) in CONDITIONS {
        let places: Vec<usize> =
            (0..listed.len()).filter(|index| listed[*index].when == *condition).collect();
        if let Some(second) = places.get(1) {
            let pointer = format!("/service/errors/conditions/{second}");
            linter.report(FILE, &pointer, format!("`{name}` is listed twice"), None);
        }
        if places.is_empty() {
            let cure = Some("list what the platform answers".to_owned());
            linter.report(FILE, "/service/errors", format!("no condition is `{name}`"), cure);
        }
    }
}

fn kinds(linter: &mut Linter<'_>) {
    let kinds = &linter.contract.file.kinds;
    for (name, kind) in kinds {
        if let Some(pattern) = &kind.pattern {
            check_pattern(linter, FILE, &format!("/kinds/{name}/pattern"), pattern);
        }
        for (list, of) in &kind.members {
            if !kinds.contains_key(of) {
                let cure = did_you_mean(of, kinds.keys().map(String::as_str));
                let pointer = format!("/kinds/{name}/members/{list}");
                linter.report(FILE, &pointer, format!("there is no kind `{of}`"), cure);
            }
        }
    }
}

/// Reports a pattern that does not compile.
pub(super) fn check_pattern(linter: &mut Linter<'_>, file: &str, pointer: &str, pattern: &str) {
    if let Err(error) = regex_lite::Regex::new(pattern) {
        let cure = Some("write a regular expression that Rust and ECMA-262 read alike".to_owned());
        linter.report(file, pointer, format!("the pattern does not compile: {error}"), cure);
    } else if let Some((found, cure)) = pattern::misread(pattern) {
        let message = format!("{found} is not read alike by Rust and ECMA-262");
        linter.report(file, pointer, message, Some(cure.to_owned()));
    }
}

fn statuses(linter: &mut Linter<'_>) {
    let mut found = Vec::new();
    for (name, response) in &linter.contract.file.responses {
        found.push((FILE.to_owned(), format!("/responses/{name}/httpStatus"), response.http_status()));
    }
    for (index, condition) in linter.contract.file.service.errors.conditions.iter().enumerate() {
        let pointer = format!("/service/errors/conditions/{index}/httpStatus");
        found.push((FILE.to_owned(), pointer, condition.http_status));
    }
    for area in &linter.contract.areas {
        if let OverLimit::Refuses { http_status, .. } = &area.limit.over {
            found.push((
                format!("areas/{}.toml", area.name),
                "/limit/over/httpStatus".to_owned(),
                *http_status,
            ));
        }
    }
    for (file, pointer, status) in found {
        if !(200..600).contains(&status) {
            let cure = Some("write a final status, 200 to 599".to_owned());
            linter.report(&file, &pointer, format!("{status} is no HTTP status of an answer"), cure);
        }
    }
}

/// Files that nothing names.
fn files(linter: &mut Linter<'_>) {
    let contract = linter.contract;
    let named: BTreeSet<&str> = contract
        .areas
        .iter()
        .flat_map(|area| &area.file.examples)
        .map(|example| example.file.as_str())
        .collect();
    for file in linter.files {
        let area = file.path.strip_prefix("areas/").and_then(|name| name.strip_suffix(".toml"));
        if let Some(area) = area.filter(|area| !contract.file.areas.iter().any(|one| one == area)) {
            let message = format!("the file {} is of no area listed here", file.path);
            linter.report(FILE, "/areas", message, Some(format!("list `{area}`, or remove the file")));
        }
        if file.path.starts_with("examples/") && !named.contains(file.path.as_str()) {
            let message = format!("no area names the file {}", file.path);
            linter.report(
                FILE,
                "/areas",
                message,
                Some("name it under [[examples]], or remove it".to_owned()),
            );
        }
    }
    if !linter.files.iter().any(|file| file.path == "fixtures/sample.toml") {
        let cure = Some("write what a mock's organisation holds".to_owned());
        linter.report(FILE, "/name", "there is no file fixtures/sample.toml".to_owned(), cure);
    }
}
