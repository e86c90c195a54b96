//! `when` and `unless`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use tally_spec::model::{Condition, Rule};

use super::Rules;
use crate::names;

impl Rules<'_> {
    /// Whether a rule applies to the record, as an expression; `None` if it always does.
    pub(super) fn applies(&self, rule: &Rule) -> Option<TokenStream> {
        let (when, unless) = (rule.when.as_ref(), rule.unless.as_ref());
        match (when.map(|when| self.holds(when)), unless.map(|unless| self.holds(unless))) {
            (None, None) => None,
            (Some(when), None) => Some(quote! { #when }),
            (None, Some(unless)) => Some(quote! { !(#unless) }),
            (Some(when), Some(unless)) => Some(quote! { (#when) && !(#unless) }),
        }
    }

    /// Whether a condition holds on the record, as an expression.
    fn holds(&self, condition: &Condition) -> TokenStream {
        let path = condition.field.as_str();
        let mut values = condition.constant.iter().chain(condition.one_of.iter().flatten()).peekable();
        if values.peek().is_none() {
            return self.has_value(path);
        }
        let equals = values.map(|value| self.equals(path, value));
        quote! { #(#equals)||* }
    }

    /// Whether the field has a value, as an expression.
    pub(super) fn has_value(&self, path: &str) -> TokenStream {
        let own = ask(path, &quote! { has_value() });
        if self.is_stood_in(path) {
            let effective = names::local(path);
            return quote! { #own || #effective.is_some() };
        }
        own
    }

    /// Whether the field has that value, as an expression.
    fn equals(&self, path: &str, value: &Value) -> TokenStream {
        match value {
            Value::String(text) if self.is_stood_in(path) => {
                let effective = names::local(path);
                quote! { #effective.as_deref() == Some(#text) }
            }
            Value::String(text) => ask(path, &quote! { is_text(#text) }),
            Value::Bool(wanted) => ask(path, &quote! { is_boolean(#wanted) }),
            Value::Number(number) => {
                let number = Literal::f64_unsuffixed(number.as_f64().unwrap_or(f64::NAN));
                ask(path, &quote! { is_number(#number) })
            }
            // The linter refuses conditions on these.
            Value::Null | Value::Array(_) | Value::Object(_) => quote! { false },
        }
    }
}

/// A question to the part at a path of the record; the answer is no if an object on its way is missing.
fn ask(path: &str, question: &TokenStream) -> TokenStream {
    match path.split_once('/') {
        None => {
            let ident = names::snake_ident(path);
            quote! { parts.#ident.#question }
        }
        Some((name, rest)) => {
            let (ident, inner) = (names::snake_ident(name), ask(rest, question));
            quote! { parts.#ident.object(|parts| #inner).unwrap_or_default() }
        }
    }
}
