//! A contract may come from a stranger: its texts stay in the comments, docstrings and literals that they stand in.
//!
//! The same contract is generated with plain texts and with hostile ones. Without comments and literals both must be
//! the same code, in each language.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use quote::ToTokens as _;
use syn::visit_mut::{self, VisitMut};
use tally_codegen::publish::{Package, publish};
use tally_codegen::{Files, Options, generate};
use tally_spec::model::Contract;

use crate::instances;

/// Texts that try to leave their place.
const HOSTILE: &[&str] = &[
    "a\nfn stolen() {}",
    "a\r\nfn stolen() {}\r",
    "*/ fn stolen() {} /*",
    "```\nfn stolen() {}\n```",
    "~~~ stolen ~~~",
    "    stolen()",
    "\"\"\"\nimport stolen\n\"\"\"",
    "\\\"\"\" + stolen()",
    "ends with a backslash\\",
    "ends with a quote\"",
    "\u{2028}stolen()\u{2029}stolen()\u{85}",
    "\u{202e}nelots\u{2066}",
    "\0\u{7f}\u{9f}\u{feff}",
    "${stolen()} `stolen()` </script><script>stolen()</script>",
];

/// The contract with that text in every place that is prose.
fn with(text: &str) -> Contract {
    let mut contract = instances::contract("tests/parcels-v2");
    text.clone_into(&mut contract.file.title);
    for area in &mut contract.areas {
        text.clone_into(&mut area.file.title);
        text.clone_into(&mut area.file.description);
        for field in area.file.fields.iter_mut().chain(&mut area.file.envelope) {
            field.description = Some(text.to_owned());
        }
    }
    for statement in &mut contract.statements {
        text.clone_into(&mut statement.summary);
    }
    contract
}

/// Takes documentation and literals out.
struct Bare;

impl VisitMut for Bare {
    fn visit_attribute_mut(&mut self, attribute: &mut syn::Attribute) {
        if attribute.path().is_ident("doc") {
            // How many lines a text takes is not of interest.
            *attribute = syn::parse_quote!(#[doc]);
        }
        visit_mut::visit_attribute_mut(self, attribute);
    }

    fn visit_lit_str_mut(&mut self, literal: &mut syn::LitStr) {
        *literal = syn::LitStr::new("", literal.span());
    }
}

/// The code of a Rust file alone.
fn rust(text: &str) -> String {
    let mut file = syn::parse_file(text).expect("it is Rust");
    Bare.visit_file_mut(&mut file);
    let mut code = file.into_token_stream().to_string();
    while code.contains("# [doc] # [doc]") {
        code = code.replace("# [doc] # [doc]", "# [doc]");
    }
    code.replace("# ! [doc] ", "")
}

/// The code of a TypeScript or JavaScript file alone.
fn script(text: &str) -> String {
    let (mut code, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(['"', '/']) {
        code.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = match rest.as_bytes() {
            [b'/', b'*', ..] => rest.find("*/").map(|end| end + 2),
            [b'/', b'/', ..] => rest.find(['\n', '\r', '\u{2028}', '\u{2029}']),
            [b'"', ..] => closing(rest, "\""),
            _ => Some(1),
        };
        rest = &rest[end.expect("it ends")..];
    }
    code + rest
}

/// The code of a Python file alone.
fn python(text: &str) -> String {
    let (mut code, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(['"', '#']) {
        code.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = match rest.as_bytes() {
            [b'#', ..] => rest.find(['\n', '\r', '\u{c}']),
            [b'"', b'"', b'"', ..] => closing(rest, "\"\"\""),
            _ => closing(rest, "\""),
        };
        rest = &rest[end.expect("it ends")..];
    }
    code + rest
}

/// The end of the literal that the text begins with: behind the first closing mark that no backslash escapes.
fn closing(text: &str, mark: &str) -> Option<usize> {
    let mut at = mark.len();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(mark) {
            return Some(at + mark.len());
        }
        let mut letters = rest.chars();
        let escaped = letters.next() == Some('\\');
        at = text.len()
            - if escaped {
                letters.as_str().len() - letters.next().map_or(0, char::len_utf8)
            } else {
                letters.as_str().len()
            };
    }
    None
}

/// All code of a contract, by file.
fn code(contract: &Contract) -> Files {
    let options = Options::default();
    let mut files = generate(std::slice::from_ref(contract), &options).expect("it is generated");
    files.extend(publish(contract, &options, &Package::default()));
    let mut code = Files::new();
    for (path, text) in files {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        let bare = match ending {
            "rs" if !path.starts_with("src/runtime") => rust(&text),
            "ts" | "js" => script(&text),
            "py" => python(&text),
            _ => continue,
        };
        code.insert(path, bare);
    }
    code
}

#[test]
fn hostile_texts_stay_in_their_places() {
    let plain = code(&with("plain"));
    assert!(plain.len() > 10, "{:?}", plain.keys());
    for text in HOSTILE {
        let hostile = code(&with(text));
        for (path, bare) in &hostile {
            assert_eq!(bare, &plain[path], "{path} with {text:?}");
        }
    }
}

#[test]
fn whatever_a_text_holds_stays_in_its_place() {
    let plain = code(&with("plain"));
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let letters = prop_oneof![
        any::<char>(),
        prop::sample::select(vec!['\n', '\r', '"', '\\', '*', '/', '`', '#', ' '])
    ];
    runner
        .run(&prop::collection::vec(letters, 0..40), |letters| {
            let text: String = letters.into_iter().collect();
            for (path, bare) in code(&with(&text)) {
                prop_assert_eq!(&bare, &plain[&path], "{}", path);
            }
            Ok(())
        })
        .expect("no text leaves its place");
}
