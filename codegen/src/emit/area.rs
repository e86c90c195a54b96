//! An area's module: its types, its limit, its validator, its entry in the registry.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use tally_spec::model::{Area, Contract};

use super::{Place, parts, print, response, types, validator};
use crate::schema;

/// The module of an area.
pub(crate) fn module(contract: &Contract, area: &Area, place: &Place<'_>) -> print::Source {
    let mut items = types::request(contract, area);
    items.extend(response::area(contract, area));
    items.push(limit(contract, area));
    items.extend(validator::validator(contract, area));
    items.extend(parts::parts(area));
    items.push(entry(contract, area, place));
    print::Source {
        doc: format!(" {}: {}", area.title, area.description),
        uses: imports(&items, &place.runtime),
        items,
    }
}

/// What an area's module may need of the runtime.
const RUNTIME: &[&str] = &[
    "Area",
    "ExtraMembers",
    "Decoded",
    "Form",
    "Gather",
    "Judgement",
    "Layout",
    "Members",
    "JsonValue",
    "Read",
    "Record",
    "Run",
    "Scalar",
    "Shape",
    "Taken",
    "TextOrNumber",
    "gather_body",
    "judge_body",
    "read_body",
    "wrong_envelope",
];

/// The imports that the items need, and no others.
fn imports(items: &[TokenStream], runtime_path: &TokenStream) -> TokenStream {
    let mut words = BTreeSet::new();
    for item in items {
        named(item, &mut words);
    }
    let has = |name: &&&str| words.contains(**name);
    let idents = |names: &[&'static str]| -> Vec<_> {
        names.iter().filter(has).map(|name| crate::names::ident(name)).collect()
    };
    let runtime = idents(RUNTIME);
    let serde = idents(&["Deserialize", "Serialize"]);
    let cow = words.contains("Cow").then(|| quote! { use std::borrow::Cow; });
    let marker = words.contains("PhantomData").then(|| quote! { use std::marker::PhantomData; });
    let map = words.contains("BTreeMap").then(|| quote! { use std::collections::BTreeMap; });
    let lazy = words.contains("LazyLock").then(|| quote! { use std::sync::LazyLock; });
    let regex = words.contains("Regex").then(|| quote! { use regex_lite::Regex; });
    let value = words.contains("Value").then(|| quote! { use serde_json::Value; });
    quote! {
        #cow #map #marker #lazy #regex
        use serde::{#(#serde),*};
        #value
        use #runtime_path::{#(#runtime),*};
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
            TokenTree::Group(group) if !of_enum => named(&group.stream(), found),
            TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        before = [before[1].take(), Some(token)];
    }
}

fn limit(contract: &Contract, area: &Area) -> TokenStream {
    let mut sources: Vec<&str> = area.limit.statement.iter().collect();
    sources.extend(area.limit.counts_statement.iter().flat_map(tally_spec::model::Cites::iter));
    let (name, unit) = match &area.limit.counts {
        Some(field) => (format!("{}_LIMIT", crate::names::snake(field).to_uppercase()), field.as_str()),
        None => ("RECORD_LIMIT".to_owned(), "records"),
    };
    let docs = print::docs(&format!(
        "The most {unit} in one request that are processed at once.\n\nUnit: {unit}. Source: {}.",
        cite(contract, sources.into_iter()),
    ));
    let (name, maximum) =
        (crate::names::ident(&name), proc_macro2::Literal::usize_unsuffixed(area.limit.maximum));
    quote! { #docs pub const #name: usize = #maximum; }
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
    let (name, title, path) = (&area.name, &area.title, &area.path);
    let limit = match &area.limit.counts {
        Some(field) => crate::names::ident(&format!("{}_LIMIT", crate::names::snake(field).to_uppercase())),
        None => crate::names::ident("RECORD_LIMIT"),
    };
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
            title: #title,
            path: #path,
            limit: #limit,
            judge,
            gather,
            request_schema: #request,
            response_schema: #response,
        };
    }
}
