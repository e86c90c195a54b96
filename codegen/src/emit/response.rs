//! The types of responses: the shapes of the contract, and each area's own.

use proc_macro2::TokenStream;
use quote::quote;
use tally_spec::model::{Area, Contract, Counted, OverLimit, Positional, Response};

use super::{area::cite, print};
use crate::names;

/// The types that areas share: the words of statuses, and the shapes that no area adds to.
pub(crate) fn shared(contract: &Contract) -> print::Source {
    let mut items = Vec::new();
    for (name, response) in &contract.file.responses {
        let source = |cites: &tally_spec::model::Cites| cite(contract, cites.iter());
        match response {
            Response::Counting(counted) => {
                let words = &counted.status;
                let docs = print::docs(&format!(
                    "How a request fared, by what passed and failed.\n\nSource: {}.",
                    source(&words.statement)
                ));
                let (success, partial, failure) = (&words.success, &words.partial, &words.failure);
                let ident = names::type_ident(&format!("{name} status"));
                items.push(quote! {
                    #docs
                    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
                    pub enum #ident {
                        /// Nothing failed.
                        #[serde(rename = #success)]
                        Success,
                        /// Some records passed and some failed.
                        #[serde(rename = #partial)]
                        Partial,
                        /// Some records failed and none passed.
                        #[serde(rename = #failure)]
                        Failure,
                    }
                });
            }
            Response::Whole(whole) => {
                let words = &whole.status;
                let (success, failure) = (&words.success, &words.failure);
                let ident = names::type_ident(&format!("{name} status"));
                items.push(quote! {
                    /// Whether a request passed whole.
                    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
                    pub enum #ident {
                        /// It passed.
                        #[serde(rename = #success)]
                        Success,
                        /// It failed.
                        #[serde(rename = #failure)]
                        Failure,
                    }
                });
                let docs = print::docs(&format!(
                    "The answer to a request that passes or fails whole.\n\nSource: {}.",
                    source(&whole.statement)
                ));
                let status = member(&words.name, &quote! { #ident }, "Whether it passed.");
                let message = member(&whole.message, &quote! { String }, "What happened, for a person.");
                items.push(structure(&docs, &names::type_ident(name), &[status, message]));
            }
            Response::Later(later) => {
                let docs = print::docs(&format!(
                    "The answer to a request whose records are processed later.\n\nSource: {}.",
                    source(&later.statement)
                ));
                let always = format!("Always `{}`.", later.status.value);
                let status = member(&later.status.name, &quote! { String }, &always);
                let message = member(&later.message, &quote! { String }, "What happens next, for a person.");
                items.push(structure(&docs, &names::type_ident(name), &[status, message]));
            }
            Response::ByPosition(_) => {}
        }
    }
    // Answers by position are each area's own.
    let uses = if items.is_empty() {
        TokenStream::new()
    } else {
        quote! { use serde::{Deserialize, Serialize}; }
    };
    print::Source { doc: " The shapes of answers that areas share.".to_owned(), uses, items }
}

/// The types of an area's own answers.
pub(crate) fn area(contract: &Contract, area: &Area) -> Vec<TokenStream> {
    let mut items = match contract.response(area) {
        Response::Counting(counted) => counting(contract, area, counted),
        Response::ByPosition(positional) => by_position(contract, positional),
        Response::Whole(_) | Response::Later(_) => {
            let shared = names::type_ident(&area.response);
            vec![quote! {
                /// The answer to a request within the limit.
                pub type Response = super::responses::#shared;
            }]
        }
    };
    if let OverLimit::Acknowledges { response, .. } = &area.limit.over {
        let later = names::type_ident(response);
        items.push(quote! {
            /// The answer to a request: its records' fates, or, over the limit, that it was taken.
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            #[serde(untagged)]
            pub enum Answer {
                /// The request was within the limit.
                Processed(Response),
                /// The request was over the limit.
                Acknowledged(super::responses::#later),
            }
        });
    }
    items
}

fn counting(contract: &Contract, area: &Area, counted: &Counted) -> Vec<TokenStream> {
    let status = names::type_ident(&format!("{} status", area.response));
    let status = quote! { super::responses::#status };
    let docs = print::docs(&format!(
        "The answer to a request within the limit.\n\nSource: {}.",
        cite(contract, counted.statement.iter())
    ));
    let members = [
        member(&counted.next_batch_size, &quote! { u64 }, "How many records the next request may hold."),
        member(&counted.errors, &quote! { Vec<Failure> }, "An entry for each record that failed."),
        member(&counted.status.name, &status, "How the request fared."),
        member(&counted.fail_count, &quote! { u64 }, "The number of records that failed."),
        member(&counted.pass_count, &quote! { u64 }, "The number of records that passed."),
    ];
    let response = structure(&docs, &names::ident("Response"), &members);
    let mut members: Vec<_> = counted
        .entry
        .constants
        .iter()
        .map(|constant| member(&constant.name, &quote! { String }, &format!("Always `{}`.", constant.value)))
        .collect();
    members.push(member(&counted.entry.message, &quote! { String }, "What was wrong, for a person."));
    for echo in &area.echoes {
        let text = format!("The record's `{}`, or null.", echo.field);
        members.push(member(&echo.name, &quote! { Value }, &text));
    }
    let docs = print::docs(&format!(
        "What an answer says of a record that failed.\n\nSource: {}.",
        cite(contract, counted.entry.statement.iter())
    ));
    vec![response, structure(&docs, &names::ident("Failure"), &members)]
}

fn by_position(contract: &Contract, positional: &Positional) -> Vec<TokenStream> {
    let docs = print::docs(&format!(
        "The answer to a request within the limit.\n\nSource: {}.",
        cite(contract, positional.statement.iter())
    ));
    let entry = [
        member(&positional.passed.name, &quote! { bool }, "Whether the record passed."),
        optional(&positional.message, "What was wrong with a record that failed, for a person."),
    ];
    let results = member(
        &positional.results,
        &quote! { Vec<RecordResult> },
        "An entry for each record, in the request's order.",
    );
    vec![
        structure(&docs, &names::ident("Response"), &[results]),
        structure(&print::docs("What became of one record."), &names::ident("RecordResult"), &entry),
    ]
}

fn structure(docs: &TokenStream, name: &proc_macro2::Ident, members: &[TokenStream]) -> TokenStream {
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub struct #name { #(#members)* }
    }
}

fn member(name: &str, value: &TokenStream, text: &str) -> TokenStream {
    let (docs, ident) = (print::docs(text), names::snake_ident(name));
    let rename = (ident != name).then(|| quote! { #[serde(rename = #name)] });
    quote! { #docs #rename pub #ident: #value, }
}

fn optional(name: &str, text: &str) -> TokenStream {
    let (docs, ident) = (print::docs(text), names::snake_ident(name));
    let rename = (ident != name).then(|| quote! { #[serde(rename = #name)] });
    quote! {
        #docs
        #rename
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub #ident: Option<String>,
    }
}
