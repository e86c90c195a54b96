//! `multipleOf`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub(super) fn step(divisor: f64, statement: &str) -> TokenStream {
    let divisor = Literal::f64_unsuffixed(divisor);
    quote! { .multiple_of(#divisor, #statement) }
}
