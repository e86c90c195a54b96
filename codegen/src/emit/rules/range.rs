//! `minimum` and `maximum`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::names;

pub(super) fn step(minimum: Option<f64>, maximum: Option<f64>, statement: &str) -> TokenStream {
    let (minimum, maximum) = (bound(minimum, "NEG_INFINITY"), bound(maximum, "INFINITY"));
    quote! { .between(#minimum, #maximum, #statement) }
}

fn bound(bound: Option<f64>, open: &str) -> TokenStream {
    match bound {
        Some(bound) => {
            let bound = Literal::f64_unsuffixed(bound);
            quote! { #bound }
        }
        None => {
            let open = names::ident(open);
            quote! { f64::#open }
        }
    }
}
