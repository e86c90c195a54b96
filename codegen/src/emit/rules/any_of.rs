//! `anyOf`.

use proc_macro2::TokenStream;
use quote::quote;

use super::Rules;

impl Rules<'_> {
    /// The call that demands a value of at least one field.
    pub(super) fn any_of(&self, paths: &[String], statement: &str) -> TokenStream {
        let any = paths.iter().map(|path| self.has_value(path));
        quote! { record.require_any(&[#(#paths),*], #(#any)||*, #statement); }
    }
}
