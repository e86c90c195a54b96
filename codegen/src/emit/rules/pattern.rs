//! `pattern`, of rules and of kinds.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use tally_spec::model::{Area, Contract, Field};

use crate::emit::form;
use crate::names;

/// The patterns of an area, by the names of their statics.
pub(super) struct Patterns<'a> {
    by_name: BTreeMap<String, &'a str>,
}

impl<'a> Patterns<'a> {
    pub(super) fn new(contract: &'a Contract, area: &'a Area) -> Self {
        let mut patterns = Self { by_name: BTreeMap::new() };
        patterns.add_kinds(contract, &area.fields);
        for rule in &area.rules {
            if let (Some(field), Some(pattern)) = (rule.constraint.field(), rule.constraint.pattern()) {
                patterns.add(field, pattern);
            }
        }
        patterns
    }

    fn add_kinds(&mut self, contract: &'a Contract, fields: &'a [Field]) {
        for field in fields {
            let kind = field.kind.as_ref().and_then(|name| contract.file.kinds.get_key_value(name));
            if let Some((name, Some(pattern))) = kind.map(|(name, kind)| (name, kind.pattern.as_deref())) {
                self.add(name, pattern);
            }
            self.add_kinds(contract, &field.properties);
            self.add_kinds(contract, &field.items);
        }
    }

    fn add(&mut self, of: &str, pattern: &'a str) {
        let name = self.name(of, pattern);
        self.by_name.insert(name, pattern);
    }

    /// The name of the static for a pattern of that field or kind: numbered from the second one on.
    fn name(&self, of: &str, pattern: &str) -> String {
        let plain = format!("{}_FORM", names::snake(of).to_uppercase());
        let is_free = |name: &String| self.by_name.get(name).is_none_or(|known| *known == pattern);
        let numbered = (2_usize..).map(|number| format!("{plain}_{number}"));
        std::iter::once(plain.clone()).chain(numbered).find(is_free).unwrap_or_default()
    }

    pub(super) fn items(&self) -> Vec<TokenStream> {
        self.by_name.iter().map(|(name, pattern)| form::item(&names::ident(name), pattern)).collect()
    }

    /// The step that holds text to a pattern of that field or kind.
    pub(super) fn step(&self, of: &str, pattern: &str, statement: &str) -> TokenStream {
        let form = names::ident(&self.name(of, pattern));
        if form::is_simple(pattern) {
            quote! { .matches(&#form, #statement) }
        } else {
            quote! { .satisfies(#pattern, |text| #form.is_match(text), #statement) }
        }
    }
}
