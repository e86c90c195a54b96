//! The Rust sources: one module for each contract, one file in it for each area.

#![deny(clippy::wildcard_enum_match_arm)]

mod answer;
mod area;
mod constructors;
mod examples;
mod form;
mod inline;
mod library;
mod parts;
mod print;
mod response;
mod rules;
mod types;
mod validator;

use proc_macro2::TokenStream;
use quote::quote;
use tally_spec::model::Contract;

use crate::{Error, Files, Options, names};
pub(crate) use area::cite;
pub(crate) use inline::inline;
pub(crate) use library::library;

/// Where the code that is emitted will stand.
pub(crate) struct Place<'a> {
    /// The path of the runtime, from an area's module.
    runtime: TokenStream,
    /// The path of the runtime, from the contract's module.
    runtime_from_root: TokenStream,
    /// The options for schemas that are written into the code. `None` if schemas are files.
    inline_schemas: Option<&'a Options>,
    /// The path of the contract's module from outside its crate, for examples. `None` if nothing outside knows it.
    from_outside: Option<String>,
    /// The path of the contract's folder, as `include_str!` is to find it.
    folder: String,
}

/// Adds a contract's modules.
pub(crate) fn contract(contract: &Contract, files: &mut Files) -> Result<(), Error> {
    // A module is looked for in the file of its identifier, an underscore behind a keyword included.
    let module = names::snake_ident(&contract.file.name);
    let source = format!("spec/{}", contract.file.name);
    let runtime = quote! { crate::runtime };
    let place = Place {
        runtime: runtime.clone(),
        runtime_from_root: runtime,
        inline_schemas: None,
        from_outside: Some(format!("{}::{module}", library::CRATE)),
        // From `generated/src/MODULE/`.
        folder: format!("../../../{source}"),
    };
    let root = root(contract, &place);
    files.insert(format!("src/{module}/mod.rs"), print::file(&format!("{source}/contract.toml"), &root)?);
    let statements = statements(contract, &place);
    let text = print::file(&format!("{source}/statements.toml"), &statements)?;
    files.insert(format!("src/{module}/statements.rs"), text);
    let text = print::file(&source, &sources(contract, &place))?;
    files.insert(format!("src/{module}/sources.rs"), text);
    files.insert(
        format!("src/{module}/responses.rs"),
        print::file(&format!("{source}/contract.toml"), &response::shared(contract, &place))?,
    );
    for one in &contract.areas {
        let text =
            print::file(&format!("{source}/areas/{}.toml", one.name), &area::module(contract, one, &place))?;
        files.insert(format!("src/{module}/{}.rs", names::snake_ident(&one.name)), text);
    }
    Ok(())
}

/// The contract's own module: its areas as modules, and its entry in the registry.
fn root(contract: &Contract, place: &Place<'_>) -> print::Source {
    let runtime = &place.runtime_from_root;
    let modules: Vec<_> = contract.areas.iter().map(|area| names::snake_ident(&area.name)).collect();
    let (name, title) = (&contract.file.name, &contract.file.title);
    let base_path = contract.file.service.base_path();
    let doc = format!(" {title}: everything generated from the spec `{name}`.");
    let example = examples::contract(contract, place);
    print::Source {
        doc,
        uses: quote! { use #runtime::Contract; },
        items: vec![
            quote! { #(pub mod #modules;)* pub mod responses; mod sources; mod statements; },
            quote! { pub use sources::SOURCES; pub use statements::STATEMENTS; },
            quote! {
                /// The contract's entry in the registry.
                #example
                pub const CONTRACT: Contract = Contract {
                    name: #name,
                    title: #title,
                    base_path: #base_path,
                    areas: &[#(#modules::AREA),*],
                    statements: STATEMENTS,
                    sources: SOURCES,
                };
            },
        ],
    }
}

fn sources(contract: &Contract, place: &Place<'_>) -> print::Source {
    let runtime = &place.runtime;
    let entries = contract.files.iter().map(|file| {
        let (path, included) = (&file.path, format!("{}/{}", place.folder, file.path));
        quote! { Source { path: #path, text: include_str!(#included) } }
    });
    print::Source {
        doc: " The files of the spec.".to_owned(),
        uses: quote! { use #runtime::Source; },
        items: vec![quote! {
            /// Every file, by path.
            pub const SOURCES: &[Source] = &[#(#entries),*];
        }],
    }
}

fn statements(contract: &Contract, place: &Place<'_>) -> print::Source {
    let runtime = &place.runtime;
    let entries = contract.statements.iter().map(|statement| {
        let (id, provenance, summary) = (&statement.id, statement.provenance.as_str(), &statement.summary);
        let location = match &statement.location {
            Some(location) => quote! { Some(#location) },
            None => quote! { None },
        };
        quote! { Statement { id: #id, provenance: #provenance, location: #location, summary: #summary } }
    });
    let example = examples::statements(contract, place);
    print::Source {
        doc: " The statements about the API.".to_owned(),
        uses: quote! { use #runtime::Statement; },
        items: vec![quote! {
            /// Every statement, in the spec's order.
            #example
            pub const STATEMENTS: &[Statement] = &[#(#entries),*];
        }],
    }
}
