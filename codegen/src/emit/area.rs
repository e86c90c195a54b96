//! An area's module: its types, its limit, its validator, its entry in the registry.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};
use quote::quote;
use tally_spec::model::{Area, Contract, OverLimit};

use super::{Place, answer, examples, parts, print, response, types, validator};
use crate::schema;

/// The module of an area.
pub(crate) fn module(contract: &Contract, area: &Area, place: &Place<'_>) -> print::Source {
    let mut items = constants(contract, area);
    items.extend(types::request(contract, area, place));
    items.extend(response::area(contract, area));
    items.extend(answer::answer(contract, area, place));
    items.extend(entries(area, place));
    items.extend(validator::validator(contract, area));
    items.extend(parts::parts(area));
    items.push(entry(contract, area, place));
    print::Source {
        doc: format!(" {}: {}", area.title, area.description),
        uses: imports(&items, &place.runtime),
        items,
    }
}

/// What a module may need of the runtime.
const RUNTIME: &[&str] = &[
    "AnswerError",
    "Area",
    "Decoded",
    "DocumentedRefusal",
    "EpochMillis",
    "ExtraMembers",
    "Form",
    "FromJson",
    "Gather",
    "Json",
    "JsonValue",
    "Judgement",
    "Layout",
    "Members",
    "Observer",
    "Outline",
    "Read",
    "Record",
    "Refusal",
    "RefusalCause",
    "Refusals",
    "RequestOptions",
    "Run",
    "Scalar",
    "Shape",
    "Taken",
    "TextOrNumber",
    "deserialize_answer",
    "gather_body",
    "inspect_body",
    "judge_body",
    "parse_answer",
    "read_body",
    "split",
    "wrong_envelope",
];

/// The imports that the items need, and no others.
pub(super) fn imports(items: &[TokenStream], runtime_path: &TokenStream) -> TokenStream {
    let mut words = BTreeSet::new();
    for item in items {
        named(item, &mut words);
    }
    let has = |name: &&&str| words.contains(**name);
    let idents = |names: &[&'static str]| -> Vec<_> {
        names.iter().filter(has).map(|name| crate::names::ident(name)).collect()
    };
    let runtime = idents(RUNTIME);
    let runtime = (!runtime.is_empty()).then(|| quote! { use #runtime_path::{#(#runtime),*}; });
    let serde = idents(&["Deserialize", "Deserializer", "Serialize"]);
    let serde = (!serde.is_empty()).then(|| quote! { use serde::{#(#serde),*}; });
    let cow = words.contains("Cow").then(|| quote! { use std::borrow::Cow; });
    let marker = words.contains("PhantomData").then(|| quote! { use std::marker::PhantomData; });
    let map = words.contains("BTreeMap").then(|| quote! { use std::collections::BTreeMap; });
    let lazy = words.contains("LazyLock").then(|| quote! { use std::sync::LazyLock; });
    let regex = words.contains("Regex").then(|| quote! { use regex_lite::Regex; });
    let value = words.contains("Value").then(|| quote! { use serde_json::Value; });
    quote! {
        #cow #map #marker #lazy #regex
        #serde
        #value
        #runtime
    }
}

/// Collects the names that stand alone or begin a path. Variants of an enum are none: they need no import.
fn named(tokens: &TokenStream, found: &mut BTreeSet<String>) {
    let mut before: [Option<TokenTree>; 2] = [None, None];
    for token in tokens.clone() {
        let is_colon = |token: &Option<TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        let within_path = before.iter().all(is_colon);
        let of_enum = matches!(&before[0], Some(TokenTree::Ident(word)) if word == "enum");
        match &token {
            TokenTree::Ident(word) if !within_path => drop(found.insert(word.to_string())),
            TokenTree::Group(group) if of_enum => payloads(&group.stream(), found),
            TokenTree::Group(group) => named(&group.stream(), found),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        before = [before[1].take(), Some(token)];
    }
}

/// Collects the names in what the variants of an enum hold.
fn payloads(variants: &TokenStream, found: &mut BTreeSet<String>) {
    for token in variants.clone() {
        if let TokenTree::Group(group) = token
            && group.delimiter() != Delimiter::Bracket
        {
            named(&group.stream(), found);
        }
    }
}

/// What an area is called, where it is, and how much one request may hold.
fn constants(contract: &Contract, area: &Area) -> Vec<TokenStream> {
    let (title, path) = (&area.title, &area.path);
    let docs = print::docs(&format!(
        "The path below the API's root, with its first slash.\n\nSource: {}.",
        cite(contract, area.statement.iter())
    ));
    vec![
        quote! { #[doc = " The area's title."] pub const TITLE: &str = #title; },
        quote! { #docs pub const PATH: &str = #path; },
        limit(contract, area),
    ]
}

fn limit(contract: &Contract, area: &Area) -> TokenStream {
    let mut sources: Vec<&str> = area.limit.statement.iter().collect();
    sources.extend(area.limit.counts_statement.iter().flat_map(tally_spec::model::Cites::iter));
    let unit = match &area.limit.counts {
        Some(field) => format!("`{field}` of all records"),
        None => "records".to_owned(),
    };
    let over = match &area.limit.over {
        OverLimit::Acknowledges { .. } => "A larger request is queued, and only acknowledged",
        OverLimit::Refuses { .. } => "A larger request is rejected",
    };
    let docs = print::docs(&format!(
        "The limit of one request. {over}.\n\nUnit: {unit}. Source: {}.",
        cite(contract, sources.into_iter()),
    ));
    let maximum = Literal::usize_unsuffixed(area.limit.maximum);
    quote! { #docs pub const LIMIT: usize = #maximum; }
}

/// The functions that read a body.
fn entries(area: &Area, place: &Place<'_>) -> Vec<TokenStream> {
    let record = crate::names::type_ident(&area.record);
    let (judge, read, gather) =
        (examples::judge(area, place), examples::read(area, place), examples::gather(area, place));
    vec![
        quote! {
            /// Validates a request's body by the rules of shape: what needs no knowledge of the organisation's
            /// data.
            ///
            /// Reports every broken rule, in the order of the records and, within one, of the spec's fields, with
            /// the rules about several fields last.
            #judge
            #[must_use]
            pub fn judge(body: &[u8]) -> Judgement {
                judge_body::<Requests>(body)
            }
        },
        quote! {
            /// Validates a request's body as [`judge`] does, and returns the records that break no rule. Text
            /// without escapes is borrowed from the body.
            #read
            #[must_use]
            pub fn read(body: &[u8]) -> Decoded<#record<'_>> {
                read_body::<Requests>(body)
            }
        },
        quote! {
            /// Validates a request's body as [`judge`] does, and hands its contents over.
            #gather
            pub fn gather<'a>(body: &'a [u8], gather: &mut dyn Gather<'a>) -> Judgement {
                gather_body::<Requests>(body, gather)
            }
        },
        quote! {
            /// Validates a request's body as [`judge`] does, and hands on what is found one by one. Reads the body
            /// twice, and keeps nothing.
            pub fn inspect(body: &[u8], observer: &mut dyn Observer) -> Outline {
                inspect_body::<Requests>(body, observer)
            }
        },
    ]
}

/// The statements with their provenance, as documentation names them.
pub(crate) fn cite<'a>(contract: &Contract, ids: impl Iterator<Item = &'a str>) -> String {
    let named = |id: &str| match contract.statement(id) {
        Some(statement) => format!("{id} ({})", statement.provenance.as_str()),
        None => id.to_owned(),
    };
    ids.map(named).collect::<Vec<_>>().join(", ")
}

fn entry(contract: &Contract, area: &Area, place: &Place<'_>) -> TokenStream {
    let name = &area.name;
    let (request, response) = match place.inline_schemas {
        Some(options) => {
            let request = schema::to_text(&schema::request(contract, area, options));
            let response = schema::to_text(&schema::response(contract, area, options));
            (quote! { #request }, quote! { #response })
        }
        None => {
            let request = format!("../../{}", schema::request_path(contract, area));
            let response = format!("../../{}", schema::response_path(contract, area));
            (quote! { include_str!(#request) }, quote! { include_str!(#response) })
        }
    };
    quote! {
        /// The area's entry in the registry.
        pub(super) const AREA: Area = Area {
            name: #name,
            title: TITLE,
            path: PATH,
            limit: LIMIT,
            judge,
            gather,
            inspect,
            request_schema: #request,
            response_schema: #response,
        };
    }
}
