//! The types of an area's requests.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use tally_spec::model::{Additional, Area, Contract, Field, JsonType};

use super::{area::cite, print};
use crate::names;

/// The types of a request: the body, what its envelope holds, a record, and the objects in one.
pub(crate) fn request(contract: &Contract, area: &Area) -> Vec<TokenStream> {
    let mut items = Vec::new();
    let docs = print::docs(&format!("A request's body: {}", lower_first(&area.description)));
    match &contract.file.service.envelope {
        Some(envelope) => {
            let field = names::snake_ident(envelope);
            let mut attributes: Vec<TokenStream> = rename(envelope).into_iter().collect();
            attributes.push(quote! { borrow });
            let serde = serde(&attributes);
            items.push(quote! {
                #docs
                #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
                pub struct Request<'a> {
                    /// The records, and what stands beside them.
                    #serde
                    pub #field: Data<'a>,
                }
            });
            items.push(holder(
                contract,
                area,
                "Data",
                &print::docs("The records, and what stands beside them."),
            ));
        }
        None => items.push(holder(contract, area, "Request", &docs)),
    }
    let record = names::type_name(&area.record);
    let required = required(area);
    let docs =
        print::docs(&format!("One {}.\n\nSource: {}.", area.record, cite(contract, area.statement.iter())));
    items.extend(object(contract, &record, &docs, &area.fields, None, &required));
    for option in area.envelope.iter().filter(|option| option.types() == [JsonType::String]) {
        if let Some(values) = &option.closed {
            let name = format!("Data{}", names::type_name(&option.name));
            items.push(closed_list(&name, &print::docs(&describe(contract, option)), values));
        }
    }
    items.push(validate(contract));
    items
}

/// The fields that every record must have a value in, objects of which a member is required included: those
/// that no condition or stand-in excuses.
pub(super) fn required(area: &Area) -> BTreeSet<&str> {
    let rules = area.rules.iter().filter(|rule| rule.is_unconditional());
    rules
        .flat_map(|rule| rule.constraint.required())
        .map(|path| path.split('/').next().unwrap_or(path))
        .filter(|field| area.stand_in_for(field).is_none())
        .collect()
}

fn holder(contract: &Contract, area: &Area, name: &str, docs: &TokenStream) -> TokenStream {
    let name = names::ident(name);
    let beside: Vec<_> =
        area.envelope.iter().map(|field| member(contract, "Data", field, &BTreeSet::new())).collect();
    let list = names::snake_ident(&area.list.name);
    let mut attributes: Vec<TokenStream> = rename(&area.list.name).into_iter().collect();
    attributes.push(quote! { borrow });
    let serde = serde(&attributes);
    let record = names::type_ident(&area.record);
    quote! {
        #docs
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        pub struct #name<'a> {
            #(#beside)*
            /// The records.
            #serde
            pub #list: Vec<#record<'a>>,
        }
    }
}

/// The type of an object, and the types of the objects in it.
fn object(
    contract: &Contract,
    name: &str,
    docs: &TokenStream,
    fields: &[Field],
    additional: Option<Additional>,
    required: &BTreeSet<&str>,
) -> Vec<TokenStream> {
    let members: Vec<_> = fields.iter().map(|field| member(contract, name, field, required)).collect();
    let ident = names::ident(name);
    // A default record would be one that lacks what is required.
    let default = required.is_empty().then(|| quote! { Default, });
    let beyond = additional.map(|Additional::Scalar| {
        let additional = additional_ident(fields);
        quote! {
            /// Further members, by name.
            #[serde(flatten)]
            pub #additional: BTreeMap<String, Scalar>,
        }
    });
    let marker = (!fields.iter().any(borrows)).then(|| {
        let marker = marker_ident(fields);
        quote! {
            /// Nothing: it keeps the lifetime that a field with text needs.
            #[serde(skip)]
            pub #marker: PhantomData<&'a ()>,
        }
    });
    let mut items = vec![quote! {
        #docs
        #[derive(Debug, Clone, #default PartialEq, Serialize, Deserialize)]
        pub struct #ident<'a> { #(#members)* #beyond #marker }
    }];
    for field in fields {
        let inner = format!("{name}{}", names::type_name(&field.name));
        let docs = print::docs(&describe(contract, field));
        let within = if field.takes(JsonType::Array) { &field.items } else { &field.properties };
        if is_described(field) || !within.is_empty() {
            let beyond = field.additional_properties;
            items.extend(object(contract, &inner, &docs, within, beyond, &BTreeSet::new()));
        }
        if let Some(values) = &field.closed {
            items.push(closed_list(&inner, &docs, values));
        }
    }
    items
}

/// Whether a field's type borrows from the text.
pub(super) fn borrows(field: &Field) -> bool {
    value_type("", field).1
}

/// The member that stands for the lifetime of an object without a field that borrows.
pub(super) fn marker_ident(fields: &[Field]) -> Ident {
    names::beside("borrows", fields.iter().map(|field| &field.name))
}

/// The member for what no field names.
pub(super) fn additional_ident(fields: &[Field]) -> Ident {
    names::beside("additional", fields.iter().map(|field| &field.name))
}

/// Whether the spec says what an object in the field holds.
pub(super) fn is_described(field: &Field) -> bool {
    !field.properties.is_empty() || field.additional_properties.is_some()
}

fn closed_list(name: &str, docs: &TokenStream, values: &[String]) -> TokenStream {
    let ident = names::ident(name);
    let variants = values.iter().zip(names::variants(values)).map(|(value, variant)| {
        let docs = print::docs(&format!("`{value}`."));
        quote! { #docs #[serde(rename = #value)] #variant }
    });
    quote! {
        #docs
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum #ident { #(#variants),* }
    }
}

fn member(contract: &Contract, of: &str, field: &Field, required: &BTreeSet<&str>) -> TokenStream {
    let (ident, rename) = (names::snake_ident(&field.name), rename(&field.name));
    let docs = print::docs(&describe(contract, field));
    let (value, borrows) = value_type(of, field);
    let mut attributes: Vec<TokenStream> = rename.into_iter().collect();
    attributes.extend(borrows.then(|| quote! { borrow }));
    if required.contains(field.name.as_str()) {
        let serde = serde(&attributes);
        return quote! { #docs #serde pub #ident: #value, };
    }
    attributes.push(quote! { default });
    attributes.push(quote! { skip_serializing_if = "Option::is_none" });
    let serde = serde(&attributes);
    quote! { #docs #serde pub #ident: Option<#value>, }
}

fn serde(attributes: &[TokenStream]) -> Option<TokenStream> {
    (!attributes.is_empty()).then(|| quote! { #[serde(#(#attributes),*)] })
}

/// A field's type, and whether it borrows from the text.
fn value_type(of: &str, field: &Field) -> (TokenStream, bool) {
    let inner = names::ident(&format!("{of}{}", names::type_name(&field.name)));
    match field.types() {
        [JsonType::String] if field.closed.is_some() => (quote! { #inner }, false),
        [JsonType::String] => (quote! { Cow<'a, str> }, true),
        [JsonType::Number] => (quote! { serde_json::Number }, false),
        [JsonType::Boolean] => (quote! { bool }, false),
        [JsonType::Object] if is_described(field) => (quote! { #inner<'a> }, true),
        [JsonType::Array] if !field.items.is_empty() => (quote! { Vec<#inner<'a>> }, true),
        [JsonType::String, JsonType::Number] | [JsonType::Number, JsonType::String] => {
            (quote! { TextOrNumber<'a> }, true)
        }
        _ => (quote! { Value }, false),
    }
}

fn describe(contract: &Contract, field: &Field) -> String {
    let what = field.description.as_deref().unwrap_or("A value.");
    let form = match (&field.format, field.date_time.is_some(), field.numeric) {
        (Some(tally_spec::model::TextFormat::Date), false, _) => " `YYYY-MM-DD`.",
        (Some(tally_spec::model::TextFormat::Date), true, _) => " `YYYY-MM-DD`; a date-time is let through.",
        (_, _, true) => " A number, or text that spells one.",
        _ => "",
    };
    format!("{what}{form}\n\nSource: {}.", cite(contract, field.statement.iter()))
}

fn rename(name: &str) -> Option<TokenStream> {
    (names::snake_ident(name) != name).then(|| quote! { rename = #name })
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn validate(_contract: &Contract) -> TokenStream {
    quote! {
        impl Request<'_> {
            /// Judges the request by the rules of shape, as [`judge`] does its bytes.
            ///
            /// # Errors
            ///
            /// Where the request cannot be written as JSON, which only a map with keys that are no text causes.
            pub fn validate(&self) -> serde_json::Result<Judgement> {
                Ok(judge(&serde_json::to_vec(self)?))
            }
        }
    }
}
