//! `contains`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::names;

/// The step for a list; `element` names the parts of its objects.
pub(super) fn step(members: &[String], element: &Ident, statement: &str) -> TokenStream {
    let idents = members.iter().map(|member| names::snake_ident(member));
    let complete = quote! { #(parts.#idents.has_value())&&* };
    quote! {
        .contains(|members, object: &mut #element<'_>| object.read(members), |parts| #complete, &[#(#members),*], #statement)
    }
}
