//! The types of an area's requests.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use tally_spec::model::{Additional, Area, Contract, Field, JsonType};

use super::{Place, area::cite, constructors, examples, print};
use crate::names;

/// The types of a request: the body, its envelope, a record, and the objects in one.
pub(crate) fn request(contract: &Contract, area: &Area, place: &Place<'_>) -> Vec<TokenStream> {
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
                    /// The records and the request options.
                    #serde
                    pub #field: Data<'a>,
                }
            });
            items.push(holder(contract, area, "Data", &print::docs("The records and the request options.")));
        }
        None => items.push(holder(contract, area, "Request", &docs)),
    }
    items.push(constructors::request(contract, area, place));
    items.extend(own_option_lists(contract, area));
    let record = names::type_name(&area.record);
    let required = required(area);
    let example = examples::record(area, place);
    let docs =
        print::docs(&format!("One {}.\n\nSource: {}.", area.record, cite(contract, area.statement.iter())));
    let docs = quote! { #docs #example };
    items.extend(object(contract, &record, &docs, &area.fields, None, &required));
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
    let options = area
        .envelope
        .iter()
        .map(|field| member(field, &describe(contract, field), &option_type(area, field), &BTreeSet::new()));
    let list = names::snake_ident(&area.list.name);
    let mut attributes: Vec<TokenStream> = rename(&area.list.name).into_iter().collect();
    attributes.push(quote! { borrow });
    let serde = serde(&attributes);
    let record = names::type_ident(&area.record);
    quote! {
        #docs
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        pub struct #name<'a> {
            #(#options)*
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
    let members = fields
        .iter()
        .map(|field| member(field, &describe(contract, field), &value_type(name, field), required));
    let ident = names::ident(name);
    // A default record would be one that lacks what is required.
    let default = required.is_empty().then(|| quote! { Default, });
    let extra = additional.map(|Additional::Scalar| {
        let additional = additional_ident(fields);
        quote! {
            /// Members that the spec does not name.
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
        pub struct #ident<'a> { #(#members)* #extra #marker }
    }];
    items.push(constructors::object(name, fields, additional, required));
    for field in fields {
        let inner = format!("{name}{}", names::type_name(&field.name));
        let docs = print::docs(&describe(contract, field));
        let within = if field.takes(JsonType::Array) { &field.items } else { &field.properties };
        if is_described(field) || !within.is_empty() {
            let additional = field.additional_properties;
            items.extend(object(contract, &inner, &docs, within, additional, &BTreeSet::new()));
        }
        if let Some(values) = &field.closed {
            items.push(closed_list(&inner, &docs, values));
        }
    }
    items
}

/// Whether a field's type borrows from the text.
pub(super) fn borrows(field: &Field) -> bool {
    value_type("", field).borrows
}

/// The member that stands for the lifetime of an object without a field that borrows.
pub(super) fn marker_ident(fields: &[Field]) -> Ident {
    names::distinct("borrows", fields.iter().map(|field| &field.name))
}

/// The member for what no field names.
pub(super) fn additional_ident(fields: &[Field]) -> Ident {
    names::distinct("additional", fields.iter().map(|field| &field.name))
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

fn member(field: &Field, description: &str, of_type: &Type, required: &BTreeSet<&str>) -> TokenStream {
    let (ident, rename) = (names::snake_ident(&field.name), rename(&field.name));
    let (docs, value) = (print::docs(description), &of_type.value);
    let mut attributes: Vec<TokenStream> = rename.into_iter().collect();
    attributes.extend(of_type.borrows.then(|| quote! { borrow }));
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

/// A field's type in Rust.
pub(super) struct Type {
    /// The type of a value.
    pub(super) value: TokenStream,
    /// Whether it borrows from the text that it is read from.
    borrows: bool,
    /// Whether a setter takes whatever converts into it.
    pub(super) converts: bool,
}

/// The type of a field of the object type `of`.
pub(super) fn value_type(of: &str, field: &Field) -> Type {
    let inner = names::ident(&format!("{of}{}", names::type_name(&field.name)));
    let (value, borrows, converts) = match field.types() {
        [JsonType::String] if field.closed.is_some() => (quote! { #inner }, false, false),
        [JsonType::String] => (quote! { Cow<'a, str> }, true, true),
        [JsonType::Number] => (quote! { serde_json::Number }, false, true),
        [JsonType::Boolean] => (quote! { bool }, false, false),
        [JsonType::Object] if is_described(field) => (quote! { #inner<'a> }, true, false),
        [JsonType::Array] if !field.items.is_empty() => (quote! { Vec<#inner<'a>> }, true, true),
        [JsonType::String, JsonType::Number] | [JsonType::Number, JsonType::String] => {
            (quote! { TextOrNumber<'a> }, true, true)
        }
        _ => (quote! { Value }, false, true),
    };
    Type { value, borrows, converts }
}

/// The type of a request option: that of the record's field whose values it shares, or one of its own.
pub(super) fn option_type(area: &Area, option: &Field) -> Type {
    if let Some(field) = shared_list(area, option) {
        return value_type(&names::type_name(&area.record), field);
    }
    if is_described(option) || !option.items.is_empty() {
        return Type { value: quote! { Value }, borrows: false, converts: true };
    }
    value_type("Data", option)
}

/// The record's field that has the same closed list of values as a request option: the one that the option
/// stands in for, or the one of its name.
fn shared_list<'a>(area: &'a Area, option: &Field) -> Option<&'a Field> {
    let name = option.stands_in_for.as_ref().unwrap_or(&option.name);
    let field = area.fields.iter().find(|field| &field.name == name && field.closed.is_some())?;
    let stands_in = option.stands_in_for.is_some() && option.closed.is_none();
    (option.types() == field.types() && (stands_in || option.closed == field.closed)).then_some(field)
}

/// The closed lists of request options that no field of the record shares.
fn own_option_lists(contract: &Contract, area: &Area) -> Vec<TokenStream> {
    let own = area.envelope.iter().filter(|option| shared_list(area, option).is_none());
    own.filter_map(|option| {
        let name = format!("Data{}", names::type_name(&option.name));
        let values = option.closed.as_ref().filter(|_| option.types() == [JsonType::String])?;
        Some(closed_list(&name, &print::docs(&describe(contract, option)), values))
    })
    .collect()
}

fn describe(contract: &Contract, field: &Field) -> String {
    let what = field.description.as_deref().unwrap_or("A value.");
    let form = match (&field.format, field.date_time.is_some(), field.numeric) {
        (Some(tally_spec::model::TextFormat::Date), false, _) => " `YYYY-MM-DD`.",
        (Some(tally_spec::model::TextFormat::Date), true, _) => " `YYYY-MM-DD`; a date-time is accepted.",
        (_, _, true) => " A number, or text that spells one.",
        _ => "",
    };
    format!("{what}{form}\n\nSource: {}.", cite(contract, field.statement.iter()))
}

fn rename(name: &str) -> Option<TokenStream> {
    (names::snake_ident(name) != name).then(|| quote! { rename = #name })
}

pub(super) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
