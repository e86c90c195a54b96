//! The generator as a macro: a spec folder becomes code inside a crate of your own.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token, parse_macro_input};
use tally_codegen::Options;
use tally_spec::SourceFile;
use tally_spec::model::Contract;

/// Makes the types, the validators and the registry's entry of the contract in a folder.
///
/// The path is relative to the crate's manifest. The items build on a runtime of their own, in the module
/// `runtime`; with `runtime = some::path` they build on the one there. The crate needs `serde` with its
/// derives, `serde_json`, `simdutf8` and `wide` (and `regex-lite` if a pattern of the spec is more than runs of letters), and
/// is rebuilt when a file of the spec changes.
///
/// ```text
/// mod orders {
///     tally_macros::contract!("spec/orders-v1");
/// }
/// ```
///
/// A broken spec is a compile error with the file, the line, the column and the cure of each problem.
#[proc_macro]
pub fn contract(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as Input);
    expand(&input, |_| {})
        .unwrap_or_else(|message| syn::Error::new(input.folder.span(), message).into_compile_error())
        .into()
}

/// Makes of a contract's areas what a generator would make of them that has forgotten `when` and `unless`: the
/// validators and the schemas hold each rule against every record. Areas without conditions are left out.
///
/// A test that compares derivations of a contract proves itself on this: it must find each condition missing.
#[doc(hidden)]
#[proc_macro]
pub fn contract_without_conditions(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as Input);
    expand(&input, without_conditions)
        .unwrap_or_else(|message| syn::Error::new(input.folder.span(), message).into_compile_error())
        .into()
}

fn without_conditions(contract: &mut Contract) {
    contract.areas.retain(|area| area.rules.iter().any(|rule| !rule.is_unconditional()));
    for rule in contract.areas.iter_mut().flat_map(|area| &mut area.file.rules) {
        (rule.when, rule.unless) = (None, None);
    }
}

struct Input {
    folder: LitStr,
    runtime: Option<syn::Path>,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let folder = input.parse()?;
        let mut runtime = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let name: syn::Ident = input.parse()?;
            if name != "runtime" {
                return Err(syn::Error::new(name.span(), "the only option is `runtime = some::path`"));
            }
            input.parse::<Token![=]>()?;
            runtime = Some(input.call(syn::Path::parse_mod_style)?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { folder, runtime })
    }
}

fn expand(input: &Input, change: impl FnOnce(&mut Contract)) -> Result<proc_macro2::TokenStream, String> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo names no manifest")?;
    let folder = Path::new(&manifest).join(input.folder.value());
    let mut files = Vec::new();
    read_below(&folder, &folder, &input.folder.value(), &mut files)?;
    let mut contract = tally_spec::read(&files).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        format!("the spec is broken:\n{}", lines.join("\n"))
    })?;
    change(&mut contract);
    // The items include the files, which makes the compiler look at them again.
    let folder = folder.display().to_string();
    tally_codegen::inline(&contract, &folder, input.runtime.as_ref(), &Options::default())
        .map_err(|error| error.to_string())
}

fn read_below(top: &Path, folder: &Path, shown: &str, files: &mut Vec<SourceFile>) -> Result<(), String> {
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .map_err(|error| failed(folder, error))?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            read_below(top, &entry, shown, files)?;
            continue;
        }
        let below = entry.strip_prefix(top).unwrap_or(&entry);
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        let path = parts.join("/");
        let text = fs::read_to_string(&entry).map_err(|error| failed(&entry, error))?;
        files.push(SourceFile { shown_as: format!("{shown}/{path}"), path, text });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(folder: &str) -> String {
        let folder = LitStr::new(folder, proc_macro2::Span::call_site());
        expand(&Input { folder, runtime: None }, |_| {}).expect_err("the spec is broken")
    }

    #[test]
    fn a_broken_spec_is_reported_with_place_and_cure() {
        let shown = message("tests/broken");
        assert!(
            shown.contains("tests/broken/contract.toml:1:1: unknown key `nam` (did you mean `name`?)"),
            "{shown}"
        );
        assert!(shown.contains("there is no file statements.toml"), "{shown}");
    }

    #[test]
    fn a_missing_folder_is_reported() {
        assert!(message("no/such/folder").contains("no/such/folder"));
    }
}
