//! How requests, records and the objects in them are built: `new` takes what is always required, and a chained
//! setter each of the rest.
//!
//! Setters rather than struct update alone: they take whatever converts into a field's type, and save writing
//! `Some(….into())`. The fields stay public, so `Type { field: …, ..Type::new(…) }` works too.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use tally_spec::model::{Additional, Area, Contract, Field, JsonType};

use super::types::{self, Type};
use super::{Place, examples, print};
use crate::names;

/// More parameters than these need a reason.
const USUAL_PARAMETERS: usize = 7;

/// What `Request` has apart from its request options.
const OF_REQUEST: &[&str] = &["new", "batches", "into_batches", "counted", "validate"];

/// The constructor and the setters of an object type.
pub(super) fn object(
    name: &str,
    fields: &[Field],
    additional: Option<Additional>,
    required: &BTreeSet<&str>,
) -> TokenStream {
    let ident = names::ident(name);
    let is_required = |field: &&Field| required.contains(field.name.as_str());
    let parameters: Vec<TokenStream> = fields
        .iter()
        .filter(is_required)
        .map(|field| {
            let (parameter, argument) =
                (names::snake_ident(&field.name), argument(&types::value_type(name, field)));
            quote! { #parameter: #argument }
        })
        .collect();
    let values = fields.iter().map(|field| {
        let member = names::snake_ident(&field.name);
        match (is_required(&field), types::value_type(name, field).converts) {
            (false, _) => quote! { #member: None, },
            (true, true) => quote! { #member: #member.into(), },
            (true, false) => quote! { #member, },
        }
    });
    let many = (parameters.len() > USUAL_PARAMETERS)
        .then(|| quote! { #[expect(clippy::too_many_arguments, reason = "each is a required field")] });
    let docs = print::docs(if parameters.is_empty() {
        "Creates the object without any members."
    } else {
        "Creates a record of the fields that are always required."
    });
    let extra = additional.map(|Additional::Scalar| types::additional_ident(fields));
    let extra_value = extra.iter().map(|extra| quote! { #extra: BTreeMap::new(), });
    let marker = (!fields.iter().any(types::borrows)).then(|| {
        let marker = types::marker_ident(fields);
        quote! { #marker: PhantomData, }
    });
    let setters = fields.iter().filter(|field| !is_required(field)).map(|field| {
        let member = names::snake_ident(&field.name);
        setter(field, &types::value_type(name, field), &["new"], &quote! { self.#member })
    });
    let extra_setter = extra.iter().map(|extra| {
        quote! {
            /// Sets a member that the spec does not name.
            #[must_use]
            pub fn #extra(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
                self.#extra.insert(name.into(), value.into());
                self
            }
        }
    });
    quote! {
        impl<'a> #ident<'a> {
            #docs
            #many
            #[must_use]
            pub fn new(#(#parameters),*) -> Self { Self { #(#values)* #(#extra_value)* #marker } }
            #(#setters)*
            #(#extra_setter)*
        }
    }
}

/// The constructors, the setters and the checks of a request.
pub(super) fn request(contract: &Contract, area: &Area, place: &Place<'_>) -> TokenStream {
    let record = names::type_ident(&area.record);
    let list = names::snake_ident(&area.list.name);
    let options: Vec<Ident> = area.envelope.iter().map(|field| names::snake_ident(&field.name)).collect();
    let (holder, whole) = match &contract.file.service.envelope {
        Some(envelope) => {
            let envelope = names::snake_ident(envelope);
            let data = quote! { Data { #(#options: None,)* #list: records.into() } };
            (quote! { self.#envelope }, quote! { Self { #envelope: #data } })
        }
        None => (quote! { self }, quote! { Self { #(#options: None,)* #list: records.into() } }),
    };
    let setters = area.envelope.iter().map(|field| {
        let member = names::snake_ident(&field.name);
        setter(field, &types::option_type(area, field), OF_REQUEST, &quote! { #holder.#member })
    });
    let count = count(area);
    let example = examples::batches(area, place);
    let with_list = match &contract.file.service.envelope {
        Some(envelope) => {
            let envelope = names::snake_ident(envelope);
            quote! { request.#envelope.#list = records; }
        }
        None => quote! { request.#list = records; },
    };
    quote! {
        impl<'a> Request<'a> {
            /// Creates a request of these records, without request options.
            #[must_use]
            pub fn new(records: impl Into<Vec<#record<'a>>>) -> Self { #whole }

            /// Splits records into requests within [`LIMIT`], in their order. A record is never divided: one that
            /// alone exceeds the limit is a request of its own.
            #example
            #[must_use]
            pub fn batches(records: impl Into<Vec<#record<'a>>>) -> Vec<Self> { Self::new(records).into_batches() }

            /// Splits the request as [`Request::batches`] does; each part keeps the request options.
            #[must_use]
            pub fn into_batches(mut self) -> Vec<Self> {
                let records = std::mem::take(&mut #holder.#list);
                let batches = split(records, LIMIT, #count);
                batches
                    .into_iter()
                    .map(|records| {
                        let mut request = self.clone();
                        #with_list
                        request
                    })
                    .collect()
            }

            /// How much the request holds of what [`LIMIT`] counts.
            #[must_use]
            pub fn counted(&self) -> usize { #holder.#list.iter().map(#count).sum() }

            /// Validates the request by the rules of shape, as [`judge`] does its JSON.
            ///
            /// # Errors
            ///
            /// If the request cannot be written as JSON.
            pub fn validate(&self) -> serde_json::Result<Judgement> { Ok(judge(&serde_json::to_vec(self)?)) }

            #(#setters)*
        }
    }
}

/// A function from a record to what the limit counts of it.
fn count(area: &Area) -> TokenStream {
    let record = names::type_ident(&area.record);
    let counted =
        area.limit.counts.as_ref().and_then(|name| area.fields.iter().find(|one| &one.name == name));
    let Some(field) = counted else { return quote! { |_: &#record<'_>| 1 } };
    let member = names::snake_ident(&field.name);
    let is_list = field.types() == [JsonType::Array] && !field.items.is_empty();
    let required = types::required(area).contains(field.name.as_str());
    let elements = match (is_list, required) {
        (true, true) => quote! { record.#member.len() },
        (true, false) => quote! { record.#member.as_ref().map_or(0, Vec::len) },
        (false, true) => quote! { record.#member.as_array().map_or(0, Vec::len) },
        (false, false) => quote! { record.#member.as_ref().and_then(Value::as_array).map_or(0, Vec::len) },
    };
    quote! { |record: &#record<'_>| #elements }
}

/// The setter of an optional member. One whose name the type has a use for is called `with_…`.
fn setter(field: &Field, of_type: &Type, taken: &[&str], member: &TokenStream) -> TokenStream {
    let (name, parameter) = (setter_ident(field, taken), names::snake_ident(&field.name));
    let what = field
        .description
        .as_deref()
        .map_or_else(|| ".".to_owned(), |text| format!(": {}", types::lower_first(text)));
    let docs = print::docs(&format!("Sets `{}`{what}", field.name));
    let argument = argument(of_type);
    let value = if of_type.converts {
        quote! { #parameter.into() }
    } else {
        quote! { #parameter }
    };
    quote! {
        #docs
        #[must_use]
        pub fn #name(mut self, #parameter: #argument) -> Self {
            #member = Some(#value);
            self
        }
    }
}

/// The name of a field's setter.
pub(super) fn setter_ident(field: &Field, taken: &[&str]) -> Ident {
    let ident = names::snake_ident(&field.name);
    if taken.iter().any(|name| ident == name) { names::ident(&format!("with_{ident}")) } else { ident }
}

/// The type of the parameter that sets a field.
fn argument(of_type: &Type) -> TokenStream {
    let value = &of_type.value;
    if of_type.converts {
        quote! { impl Into<#value> }
    } else {
        value.clone()
    }
}
