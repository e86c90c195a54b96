//! `required`.

use proc_macro2::TokenStream;
use quote::quote;
use tally_spec::model::JsonType;

use super::Rules;
use crate::names;

impl Rules<'_> {
    /// The calls that demand a value of each field.
    pub(super) fn required(&self, paths: &[String], statement: &str) -> TokenStream {
        let mut calls = Vec::new();
        for (place, path) in paths.iter().enumerate() {
            let call = self.require("", path, statement, &paths[..place]);
            calls.push(if self.is_stood_in(path) {
                let effective = names::local(path);
                quote! { if #effective.is_none() { #call } }
            } else {
                call
            });
        }
        quote! { #(#calls)* }
    }

    /// The call for a path within the object at `above`. Objects on its way are demanded once: not if a path
    /// before it has done so.
    fn require(&self, above: &str, path: &str, statement: &str, before: &[String]) -> TokenStream {
        let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let (at, ident) = (format!("{above}{name}"), names::snake_ident(name));
        let takes_text = self.area.field_at(&at).is_none_or(|field| field.takes(JsonType::String));
        let require = names::ident(if takes_text { "require_text" } else { "require" });
        let call = quote! { record.#require(#name, &parts.#ident, #statement); };
        let Some(rest) = rest else { return call };
        let below = format!("{at}/");
        let is_demanded = before.iter().any(|other| *other == at || other.starts_with(&below));
        let call = (!is_demanded).then_some(call);
        let inner = self.require(&below, rest, statement, before);
        quote! {
            #call
            record.within(#name, &parts.#ident, |record, parts| { #inner });
        }
    }
}
