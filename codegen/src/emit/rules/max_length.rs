//! `maxLength`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub(super) fn step(limit: usize, statement: &str) -> TokenStream {
    let limit = Literal::usize_unsuffixed(limit);
    quote! { .at_most(#limit, #statement) }
}
