//! The types of responses: the shapes of the contract, and each area's own.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use tally_spec::model::{Acknowledged, Area, Contract, Counted, Encoding, Positional, Response, Whole};

use super::{Place, answer, area, area::cite, print};
use crate::names;

/// The types that areas share: the words of statuses, the shapes that no area adds to, and the refusals.
pub(crate) fn shared(contract: &Contract, place: &Place<'_>) -> print::Source {
    let mut items = Vec::new();
    for (name, response) in &contract.file.responses {
        match response {
            Response::Counting(counted) => items.extend(counting_status(contract, name, counted)),
            Response::Whole(whole) => items.extend(whole_response(contract, name, whole)),
            Response::Later(later) => items.extend(acknowledgement(contract, name, later)),
            // Nothing of it is shared: each area has the types of its own entries.
            Response::ByPosition(_) => {}
        }
    }
    items.push(answer::refusals(contract));
    print::Source {
        doc: " The shapes of answers that areas share.".to_owned(),
        uses: area::imports(&items, &place.runtime),
        items,
    }
}

/// The types of an area's own answers.
pub(crate) fn area(contract: &Contract, area: &Area) -> Vec<TokenStream> {
    match contract.response(area) {
        Response::Counting(counted) => counting(contract, area, counted),
        Response::ByPosition(positional) => by_position(contract, positional),
        Response::Whole(_) | Response::Later(_) => {
            let shared = names::type_ident(&area.response);
            vec![quote! {
                /// The answer to a request within the limit.
                pub type Response = super::responses::#shared;
            }]
        }
    }
}

/// The status of a counting response.
fn counting_status(contract: &Contract, name: &str, counted: &Counted) -> Vec<TokenStream> {
    let words = &counted.status;
    let docs = print::docs(&format!(
        "The result of a request, by what passed and failed.\n\nSource: {}.",
        cite(contract, words.statement.iter())
    ));
    words_enum(
        &docs,
        &status_ident(name),
        &[
            (&words.success, "Success", "No record failed."),
            (&words.partial, "Partial", "Some records passed and some failed."),
            (&words.failure, "Failure", "Some records failed and none passed."),
        ],
    )
}

fn whole_response(contract: &Contract, name: &str, whole: &Whole) -> Vec<TokenStream> {
    let (words, status) = (&whole.status, status_ident(name));
    let mut items = words_enum(
        &print::docs("Whether a request passed as a whole."),
        &status,
        &[(&words.success, "Success", "It passed."), (&words.failure, "Failure", "It failed.")],
    );
    let docs = print::docs(&format!(
        "The answer to a request that passes or fails as a whole.\n\nSource: {}.",
        cite(contract, whole.statement.iter())
    ));
    let members = [
        Member::required(&words.name, quote! { #status }, "Whether it passed."),
        Member::required(&whole.message, quote! { String }, "What happened, for a person to read."),
    ];
    items.extend(structure(&docs, &names::type_ident(name), &members));
    items
}

fn acknowledgement(contract: &Contract, name: &str, later: &Acknowledged) -> Vec<TokenStream> {
    let docs = print::docs(&format!(
        "The answer to a request whose records are processed later.\n\nSource: {}.",
        cite(contract, later.statement.iter())
    ));
    let members = [
        Member {
            presence: Presence::Constant(&later.status.value),
            ..Member::required(
                &later.status.name,
                quote! { String },
                &format!("Always `{}`.", later.status.value),
            )
        },
        Member::required(&later.message, quote! { String }, "What happens next, for a person to read."),
    ];
    structure(&docs, &names::type_ident(name), &members)
}

fn counting(contract: &Contract, area: &Area, counted: &Counted) -> Vec<TokenStream> {
    let status = status_ident(&area.response);
    let docs = print::docs(&format!(
        "The answer to a request within the limit.\n\nSource: {}.",
        cite(contract, counted.statement.iter())
    ));
    let next = area.next_batch_size.as_ref().map(|_| {
        let text = "How many records the next request may hold.";
        Member::required(&counted.next_batch_size, quote! { u64 }, text)
    });
    let members: Vec<_> = next
        .into_iter()
        .chain([
            Member::required(
                &counted.errors,
                quote! { Vec<Failure> },
                "An entry for each record that failed.",
            ),
            Member::required(
                &counted.status.name,
                quote! { super::responses::#status },
                "The result of the request.",
            ),
            Member::required(&counted.fail_count, quote! { u64 }, "The number of records that failed."),
            Member::required(&counted.pass_count, quote! { u64 }, "The number of records that passed."),
        ])
        .collect();
    let mut items = structure(&docs, &names::ident("Response"), &members);
    items.extend(failure(contract, area, counted));
    items
}

/// The entry for a record that failed.
fn failure(contract: &Contract, area: &Area, counted: &Counted) -> Vec<TokenStream> {
    let docs = print::docs(&format!(
        "The entry for a record that failed.\n\nSource: {}.",
        cite(contract, counted.entry.statement.iter())
    ));
    let constants = counted.entry.constants.iter().map(|constant| {
        Member::required(&constant.name, quote! { String }, &format!("Always `{}`.", constant.value))
    });
    let message =
        Member::required(&counted.entry.message, quote! { String }, "What was wrong, for a person to read.");
    let echoes = area.echoes.iter().map(|echo| {
        let (value, how) = match echo.encoding {
            Encoding::AsSent => (quote! { Scalar }, "as sent"),
            Encoding::EpochMilliseconds => (quote! { EpochMillis }, "as an instant of that day"),
        };
        let text = format!("The record's `{}`, {how}. `None` if the record has none.", echo.field);
        Member { presence: Presence::Nullable, ..Member::required(&echo.name, value, &text) }
    });
    let members: Vec<_> = constants.chain([message]).chain(echoes).collect();
    structure(&docs, &names::ident("Failure"), &members)
}

fn by_position(contract: &Contract, positional: &Positional) -> Vec<TokenStream> {
    let docs = print::docs(&format!(
        "The answer to a request within the limit.\n\nSource: {}.",
        cite(contract, positional.statement.iter())
    ));
    let results = Member::required(
        &positional.results,
        quote! { Vec<RecordResult> },
        "An entry for each record, in the request's order.",
    );
    let message = "What was wrong with a record that failed, for a person to read.";
    let entry = [
        Member::required(&positional.passed.name, quote! { bool }, "Whether the record passed."),
        Member {
            presence: Presence::Optional,
            ..Member::required(&positional.message, quote! { String }, message)
        },
    ];
    let mut items = structure(&docs, &names::ident("Response"), &[results]);
    items.extend(structure(&print::docs("The result of one record."), &names::ident("RecordResult"), &entry));
    items
}

fn status_ident(response: &str) -> Ident {
    names::type_ident(&format!("{response} status"))
}

/// A member of an answer's object.
struct Member<'a> {
    name: &'a str,
    value: TokenStream,
    presence: Presence<'a>,
    text: String,
}

/// Whether a member may be absent.
enum Presence<'a> {
    /// It may not.
    Required,
    /// It may not, and its text is always this.
    Constant(&'a str),
    /// It may be absent or null, and is written as null.
    Nullable,
    /// It may be absent or null, and is then left out.
    Optional,
}

impl<'a> Member<'a> {
    fn required(name: &'a str, value: TokenStream, text: &str) -> Self {
        Self { name, value, presence: Presence::Required, text: text.to_owned() }
    }

    fn declared(&self) -> TokenStream {
        let (docs, ident, name) = (print::docs(&self.text), names::snake_ident(self.name), self.name);
        let rename = (ident != name).then(|| quote! { #[serde(rename = #name)] });
        let value = &self.value;
        match self.presence {
            Presence::Required | Presence::Constant(_) => quote! { #docs #rename pub #ident: #value, },
            Presence::Nullable => quote! { #docs #rename pub #ident: Option<#value>, },
            Presence::Optional => quote! {
                #docs
                #rename
                #[serde(skip_serializing_if = "Option::is_none")]
                pub #ident: Option<#value>,
            },
        }
    }

    fn read(&self) -> TokenStream {
        let (ident, name) = (names::snake_ident(self.name), self.name);
        match self.presence {
            Presence::Required => quote! { #ident: object.required(#name)?, },
            Presence::Constant(text) => quote! { #ident: object.constant(#name, #text)?, },
            Presence::Nullable | Presence::Optional => quote! { #ident: object.optional(#name)?, },
        }
    }
}

/// The type of an object, and how it is read.
fn structure(docs: &TokenStream, name: &Ident, members: &[Member<'_>]) -> Vec<TokenStream> {
    let (declared, read) = (members.iter().map(Member::declared), members.iter().map(Member::read));
    vec![
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq, Serialize)]
            pub struct #name { #(#declared)* }
        },
        quote! {
            impl FromJson for #name {
                fn from_json(json: Json<'_>) -> Result<Self, AnswerError> {
                    let object = json.object()?;
                    Ok(Self { #(#read)* })
                }
            }
        },
        deserialize(name),
    ]
}

/// The type of a member that is one of a few words, and how it is read.
fn words_enum(docs: &TokenStream, name: &Ident, words: &[(&String, &str, &str)]) -> Vec<TokenStream> {
    let variants = words.iter().map(|(word, variant, text)| {
        let (docs, variant) = (print::docs(text), names::ident(variant));
        quote! { #docs #[serde(rename = #word)] #variant }
    });
    let pairs = words.iter().map(|(word, variant, _)| {
        let variant = names::ident(variant);
        quote! { (#word, Self::#variant) }
    });
    vec![
        quote! {
            #docs
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
            pub enum #name { #(#variants),* }
        },
        quote! {
            impl FromJson for #name {
                fn from_json(json: Json<'_>) -> Result<Self, AnswerError> {
                    json.one_of(&[#(#pairs),*])
                }
            }
        },
        deserialize(name),
    ]
}

fn deserialize(name: &Ident) -> TokenStream {
    quote! {
        impl<'de> Deserialize<'de> for #name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize_answer(deserializer)
            }
        }
    }
}
