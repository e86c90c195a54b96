//! The token, and the secrets of the target's URL, are in nothing that a run leaves behind, however they are spelt.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use tally_fixtures::Spellings;

use super::server::{TOKEN, answer, conform, files, folder, serve, wait};

const GIB: usize = 1024 * 1024 * 1024;

fn each(escape: fn(u8) -> String) -> String {
    TOKEN.bytes().map(escape).collect()
}

/// Ways to spell the token, in a string of JSON.
fn spelt() -> Vec<(&'static str, String)> {
    vec![
        ("plain", TOKEN.to_owned()),
        ("slash", TOKEN.replace('/', "\\/")),
        ("unicode", each(|byte| format!("\\u{byte:04x}"))),
        ("one", TOKEN.replacen('Z', "\\u005A", 1)),
        ("percent", each(|byte| format!("%{byte:02x}"))),
        ("base64", STANDARD.encode(TOKEN).replace('/', "\\/")),
        ("base64-1", STANDARD.encode(format!("x{TOKEN}yz"))),
        ("base64-2", URL_SAFE_NO_PAD.encode(format!("xy{TOKEN}z"))),
        ("hex", each(|byte| format!("{byte:02x}"))),
        ("twice", each(|byte| format!("\\\\u{byte:04x}"))),
    ]
}

fn run(name: &str, target: &str, more: &[&str]) -> (std::path::PathBuf, Option<i32>) {
    let folder = folder(name);
    let child =
        conform(target, &folder, &[&["--max-requests", "40"], more].concat()).spawn().expect("it starts");
    let took = wait(child, Duration::from_mins(1), GIB);
    (folder, took.code)
}

fn assert_silent(folder: &Path, secrets: &[&str]) {
    for (path, bytes) in files(folder) {
        for secret in secrets {
            let is_there = Spellings::new(secret, false).are_in(&bytes);
            assert!(!is_there, "{secret} is in {}", path.display());
        }
    }
}

fn checks(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("report/report.json")).expect("there is a report");
    let report: Value = serde_json::from_str(&text).expect("it is JSON");
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().filter_map(|finding| finding["check"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_token_that_is_answered_is_found_and_shown_nowhere() {
    const PLACES: [&str; 4] = ["value", "name", "text", "header"];
    // Each spelling in one place, and each place with several: how a token is spelt and where it stands are found by
    // different code.
    for (nth, (name, spelt)) in spelt().into_iter().enumerate() {
        let place = PLACES[nth % PLACES.len()];
        let spelt = spelt.clone();
        let address = serve(move |number| {
            let status = if number % 3 == 0 { 500 } else { 200 };
            match place {
                "value" => {
                    let filler = "x".repeat(190);
                    let body =
                        format!(r#"{{"n":{number},"status":"{filler} {spelt} {spelt}","errLog":"{spelt}"}}"#);
                    answer(status, "", body.as_bytes())
                }
                "name" => answer(status, "", format!(r#"{{"n":{number},"{spelt}":1}}"#).as_bytes()),
                "text" => answer(status, "", format!("{number} no JSON: {spelt}.").as_bytes()),
                _ => answer(
                    status,
                    &format!("X-Caller: {spelt}\r\n"),
                    format!("{{\"n\":{number}}}").as_bytes(),
                ),
            }
        });
        let (folder, code) = run(&format!("token-{name}-{place}"), &format!("http://{address}"), &[]);
        assert_eq!(code, Some(1), "{name} {place}");
        assert_silent(&folder, &[TOKEN]);
        let found = checks(&folder).iter().any(|check| check == "token_never_answered");
        assert!(found, "{name} in a {place} is not found: {:?}", checks(&folder));
    }
}

#[test]
fn the_secrets_of_a_url_are_shown_nowhere() {
    let address = serve(|number| answer(200, "", format!("{{\"n\":{number}}}").as_bytes()));
    for target in [
        format!("http://me:hunter2-and-more@{address}/base"),
        format!("http://{address}/base?token=hunter2-and-more&x=1"),
        format!("ftp://me:hunter2-and-more@{address}/base"),
    ] {
        let (folder, _) = run("url", &target, &[]);
        assert_silent(&folder, &["hunter2-and-more"]);
    }
}

#[test]
fn the_owner_alone_reads_what_is_written_and_no_link_is_followed() {
    let address = serve(|number| answer(200, "", format!("{{\"n\":{number}}}").as_bytes()));
    let target = format!("http://{address}");
    let (written, _) = run("private", &target, &[]);
    let mut count = 0;
    for (path, _) in files(&written) {
        if path.parent() == Some(&written) {
            continue;
        }
        let mode = std::fs::metadata(&path).expect("it is there").permissions().mode() & 0o077;
        assert_eq!(mode, 0, "{}", path.display());
        count += 1;
    }
    assert!(count > 10, "{count} files");
    let folder = folder("linked");
    std::fs::write(folder.join("mine"), "mine").expect("it can be written");
    std::fs::create_dir(folder.join("report")).expect("it can be made");
    symlink(folder.join("mine"), folder.join("report/exchanges.har")).expect("it can be made");
    let child = conform(&target, &folder, &["--max-requests", "10"]).spawn().expect("it starts");
    assert_eq!(wait(child, Duration::from_mins(1), GIB).code, Some(3));
    assert_eq!(std::fs::read_to_string(folder.join("mine")).expect("it is there"), "mine");
}
