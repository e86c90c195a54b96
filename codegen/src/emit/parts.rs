//! A record as it is read: its parts, how they are read, and how the record's type is built from them.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use tally_spec::model::{Additional, Area, Field, JsonType};

use super::types;
use crate::{escape, names};

/// The parts of a record, and of the objects in it.
pub(super) fn parts(area: &Area) -> Vec<TokenStream> {
    let record = names::type_name(&area.record);
    let what = escape::line(&format!(" A {} as it was read.", area.record));
    object(&record, &what, Kind::Record, &area.fields, &types::required(area))
}

/// Where an object stands.
#[derive(Clone, Copy)]
enum Kind {
    Record,
    /// In a field of its own.
    Member(Option<Additional>),
    /// In a list.
    Element,
}

impl Kind {
    /// What an object is kept with, apart from its members: extra members, or the whole text if that is handed
    /// over.
    fn extra(self, fields: &[Field]) -> Option<TokenStream> {
        let (extra, text) = (extra_ident(fields), text_ident(fields));
        match self {
            Self::Member(Some(_)) => Some(quote! { #extra: ExtraMembers<'a>, }),
            Self::Member(None) => Some(quote! { #text: &'a str, }),
            Self::Record | Self::Element => None,
        }
    }

    const fn additional(self) -> Option<Additional> {
        match self {
            Self::Member(additional) => additional,
            Self::Record | Self::Element => None,
        }
    }
}

/// What holds the members that no field names.
pub(super) fn extra_ident(fields: &[Field]) -> Ident {
    names::distinct("extra", fields.iter().map(|field| &field.name))
}

/// What holds the whole object's text.
fn text_ident(fields: &[Field]) -> Ident {
    names::distinct("text", fields.iter().map(|field| &field.name))
}

/// A record's value as it is handed over.
pub(super) fn handed_over(field: &Field) -> TokenStream {
    let ident = names::snake_ident(&field.name);
    let (extra, text) = (extra_ident(&field.properties), text_ident(&field.properties));
    match field.additional_properties {
        _ if !types::is_described(field) => quote! { parts.#ident },
        Some(_) => quote! { parts.#ident.map_object(|object| object.#extra.object()) },
        None => quote! { parts.#ident.map_object(|object| object.#text) },
    }
}

/// The name of the parts of an object's type.
pub(super) fn parts_ident(of: &str) -> Ident {
    names::ident(&format!("{of}Parts"))
}

/// The name of the type of the objects that a field holds.
pub(super) fn inner_name(of: &str, field: &Field) -> String {
    format!("{of}{}", names::type_name(&field.name))
}

fn object(
    name: &str,
    what: &str,
    kind: Kind,
    fields: &[Field],
    required: &BTreeSet<&str>,
) -> Vec<TokenStream> {
    let ident = parts_ident(name);
    let members = fields.iter().map(|field| member(name, field));
    let extra = kind.extra(fields);
    let read = read(fields, kind);
    let build = build(name, fields, kind.additional(), required);
    let mut items = vec![
        quote! {
            #[doc = #what]
            #[derive(Debug, Clone, Copy, Default, PartialEq)]
            struct #ident<'a> { #(#members)* #extra }
        },
        quote! { impl<'a> #ident<'a> { #read #build } },
    ];
    for field in fields {
        let inner = inner_name(name, field);
        let (what, kind, within) = if types::is_described(field) {
            ("The object", Kind::Member(field.additional_properties), &field.properties)
        } else {
            ("An object of the list", Kind::Element, &field.items)
        };
        if types::is_described(field) || !within.is_empty() {
            let what = format!(" {what} `{}` as it was read.", field.name);
            items.extend(object(&inner, &what, kind, within, &BTreeSet::new()));
        }
        if let Some(values) = &field.closed {
            items.push(closed_list(&inner, values));
        }
    }
    items
}

fn member(of: &str, field: &Field) -> TokenStream {
    let ident = names::snake_ident(&field.name);
    if !types::is_described(field) {
        return quote! { #ident: JsonValue<'a>, };
    }
    let inner = parts_ident(&inner_name(of, field));
    quote! { #ident: JsonValue<'a, #inner<'a>>, }
}

/// How a member's value is read.
fn value(field: &Field) -> TokenStream {
    let ident = names::snake_ident(&field.name);
    if !types::is_described(field) {
        return quote! { members.value(&mut self.#ident) };
    }
    quote! { members.object(&mut self.#ident, |members, object| object.read(members)) }
}

fn read(fields: &[Field], kind: Kind) -> TokenStream {
    // Names that JSON may write in more than one way are left to the loop.
    let plain = |field: &&Field| field.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let in_order = fields.iter().filter(plain).map(|field| {
        let (wire, value) = (&field.name, value(field));
        quote! { if members.at(#wire) { #value?; } }
    });
    let in_any_order = fields.iter().map(|field| {
        let (wire, value) = (&field.name, value(field));
        quote! { #wire => #value, }
    });
    let (extra, text) = (extra_ident(fields), text_ident(fields));
    let (before, other, behind) = match kind {
        Kind::Member(Some(Additional::Scalar)) => (
            quote! { let mut nested = false; },
            quote! { members.skip().map(|scalar| nested |= !scalar) },
            quote! { self.#extra = ExtraMembers::new(members, nested); },
        ),
        Kind::Member(None) => {
            (quote! {}, quote! { members.skip().map(drop) }, quote! { self.#text = members.text(); })
        }
        Kind::Record | Kind::Element => (quote! {}, quote! { members.skip().map(drop) }, quote! {}),
    };
    quote! {
        /// Reads the members: first in the spec's order, then the rest in any order.
        fn read(&mut self, members: &mut Members<'_, 'a>) -> Read<()> {
            #before
            #(#in_order)*
            while let Some(name) = members.name()? {
                match &*name {
                    #(#in_any_order)*
                    _ => #other,
                }?;
            }
            #behind
            Ok(())
        }
    }
}

fn build(
    name: &str,
    fields: &[Field],
    additional: Option<Additional>,
    required: &BTreeSet<&str>,
) -> TokenStream {
    let ident = names::ident(name);
    let members = fields.iter().map(|field| {
        let (member, built) = (names::snake_ident(&field.name), built(name, field));
        let or_none = required.contains(field.name.as_str()).then(|| quote! { ? });
        quote! { #member: #built #or_none, }
    });
    let extra = additional.map(|_| {
        let named = fields.iter().map(|field| &field.name);
        let (additional, extra) = (types::additional_ident(fields), extra_ident(fields));
        quote! { #additional: self.#extra.scalars(&[#(#named),*]), }
    });
    let marker = (!fields.iter().any(types::borrows)).then(|| {
        let marker = types::marker_ident(fields);
        quote! { #marker: PhantomData, }
    });
    let value = quote! { #ident { #(#members)* #extra #marker } };
    if required.is_empty() {
        return quote! {
            /// The value as its type.
            fn build(&self) -> #ident<'a> { #value }
        };
    }
    quote! {
        /// The value as its type, or `None` if it lacks a required field.
        fn build(&self) -> Option<#ident<'a>> { Some(#value) }
    }
}

fn built(of: &str, field: &Field) -> TokenStream {
    let ident = names::snake_ident(&field.name);
    let inner = inner_name(of, field);
    let (parts, closed) = (parts_ident(&inner), names::ident(&inner));
    match field.types() {
        [JsonType::String] if field.closed.is_some() => {
            quote! { self.#ident.text().and_then(|text| #closed::named(&text)) }
        }
        [JsonType::String] => quote! { self.#ident.text() },
        [JsonType::Number] => quote! { self.#ident.number() },
        [JsonType::Boolean] => quote! { self.#ident.boolean() },
        [JsonType::Object] if types::is_described(field) => {
            quote! { self.#ident.object(#parts::build) }
        }
        [JsonType::Array] if !field.items.is_empty() => {
            quote! { self.#ident.objects(|members, object: &mut #parts<'a>| object.read(members), #parts::build) }
        }
        [JsonType::String, JsonType::Number] | [JsonType::Number, JsonType::String] => {
            quote! { self.#ident.text_or_number() }
        }
        _ => quote! { self.#ident.json() },
    }
}

fn closed_list(name: &str, values: &[String]) -> TokenStream {
    let ident = names::ident(name);
    let variants = names::variants(values);
    let arms = values.iter().zip(variants).map(|(value, variant)| quote! { #value => Some(Self::#variant), });
    quote! {
        impl #ident {
            fn named(text: &str) -> Option<Self> {
                match text { #(#arms)* _ => None }
            }
        }
    }
}
