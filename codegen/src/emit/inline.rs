//! A contract's items in a crate of somebody's own.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use tally_spec::model::Contract;

use super::{Place, area, library, print, response, root, sources, statements};
use crate::{Error, Options, escape, names};

/// The items: each module of the contract, and its entry in the registry.
pub(crate) fn inline(
    contract: &Contract,
    folder: &str,
    runtime: Option<&syn::Path>,
    options: &Options,
) -> Result<TokenStream, Error> {
    let folder = folder.to_owned();
    let place = match runtime {
        Some(path) => {
            let path = path.to_token_stream();
            Place {
                runtime: path.clone(),
                runtime_from_root: path,
                inline_schemas: Some(options),
                from_outside: None,
                folder,
            }
        }
        None => Place {
            runtime: quote! { super::runtime },
            runtime_from_root: quote! { self::runtime },
            inline_schemas: Some(options),
            from_outside: None,
            folder,
        },
    };
    let own_runtime = if runtime.is_none() { Some(runtime_module()?) } else { None };
    let root = root(contract, &place);
    let (uses, items) = (&root.uses, &root.items[1..]);
    let areas = contract.areas.iter().map(|one| {
        module(&names::snake_ident(&one.name), &area::module(contract, one, &place), &quote! { pub })
    });
    let responses = module(&names::ident("responses"), &response::shared(contract, &place), &quote! { pub });
    let sources = module(&names::ident("sources"), &sources(contract, &place), &quote! {});
    let statements = module(&names::ident("statements"), &statements(contract, &place), &quote! {});
    Ok(quote! { #uses #own_runtime #(#areas)* #responses #sources #statements #(#items)* })
}

fn module(name: &proc_macro2::Ident, source: &print::Source, visibility: &TokenStream) -> TokenStream {
    let (doc, uses, items) = (escape::line(&source.doc), &source.uses, &source.items);
    quote! { #[doc = #doc] #visibility mod #name { #uses #(#items)* } }
}

/// The runtime as a module.
fn runtime_module() -> Result<TokenStream, Error> {
    let mut modules = Vec::new();
    let mut root = TokenStream::new();
    for (name, text) in library::RUNTIME {
        let file = syn::parse_file(&without_examples(text)).map_err(|error| Error::NotRust {
            file: format!("runtime/{name}.rs"),
            message: error.to_string(),
        })?;
        let tokens = without_module_declarations(file);
        if *name == "mod" {
            root = tokens;
        } else {
            let name = names::ident(name);
            modules.push(quote! { mod #name { #tokens } });
        }
    }
    Ok(quote! { pub mod runtime { #root #(#modules)* } })
}

/// The text without the examples in its documentation, which name the crate that the runtime is copied into.
fn without_examples(text: &str) -> String {
    let mut within = false;
    let outside = |line: &&str| {
        let fence = line.trim_start().trim_start_matches("///").trim_start().starts_with("```");
        let keep = !within && !fence;
        within ^= fence;
        keep
    };
    text.lines().filter(outside).collect::<Vec<_>>().join("\n")
}

/// The file's items but for `mod name;`, which stand inline here.
fn without_module_declarations(mut file: syn::File) -> TokenStream {
    file.items.retain(|item| !matches!(item, syn::Item::Mod(module) if module.content.is_none()));
    file.to_token_stream()
}
