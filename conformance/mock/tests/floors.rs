//! The crate's modules stand in floors: each imports only modules below it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The crate's modules, from the lowest floor to the highest. The crate's documentation lists them, too.
const FLOORS: &[&str] = &[
    "memory",
    "store",
    "contract",
    "failure",
    "entities",
    "plan",
    "record_table",
    "records",
    "processor",
    "organisation",
    "endpoint",
    "server",
    "fault",
    "mock",
    "builder",
    "start",
];

/// A module's path within the crate; the crate's root is empty.
type Module = Vec<String>;

#[test]
fn no_module_imports_one_above_it() {
    let floor =
        |module: &Module| FLOORS.iter().position(|name| module.first().is_some_and(|top| top == name));
    let mut wrong = Vec::new();
    for (module, imported) in imports() {
        assert!(floor(&module).is_some(), "{} stands on no floor", module.join("::"));
        for other in imported.iter().filter(|other| other.first() != module.first()) {
            if floor(other).is_none() || floor(other) > floor(&module) {
                wrong.push(format!("{} imports crate::{}", module.join("::"), other.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let imports = imports();
    let mut left: BTreeMap<&Module, BTreeSet<&Module>> = imports
        .iter()
        .map(|(module, imported)| {
            // A parent and its child may name each other.
            let others =
                imported.iter().filter(|other| !other.starts_with(module) && !module.starts_with(other));
            (module, others.collect())
        })
        .collect();
    // What imports nothing that is left is in no circle.
    while let Some(free) = left.iter().find(|(_, imported)| imported.is_empty()).map(|(module, _)| *module) {
        left.remove(free);
        for imported in left.values_mut() {
            imported.remove(free);
        }
    }
    assert!(left.is_empty(), "in a circle, or above one: {left:?}");
}

#[test]
fn the_documentation_lists_the_floors() {
    let root = fs::read_to_string(sources().join("lib.rs")).expect("the crate's root");
    let (_, listed) = root.split_once("//! # Floors").expect("a list of floors");
    let places: Vec<_> = FLOORS.iter().map(|name| listed.find(&format!("`{name}`"))).collect();
    assert!(places.iter().all(Option::is_some), "{FLOORS:?} at {places:?}");
    assert!(places.is_sorted(), "{FLOORS:?} at {places:?}");
}

#[test]
fn imports_are_found_however_they_are_written() {
    let modules = ["a", "a::b", "a::b::c", "d"].map(module).into();
    let text = "use crate::d::{self, Name};\nuse super::{One, b::{Two, c::Three}};\n// use crate::not::this;\nfn f() \
                { super::super::d::go() }\npub(super) fn g() {}\n#[cfg(test)]\nmod tests { use crate::a::b::c; }";
    let found = imported(&module("a::b"), text, &modules);
    assert_eq!(found, ["a", "a::b", "a::b::c", "d"].map(module).into());
}

fn module(path: &str) -> Module {
    path.split("::").map(str::to_owned).collect()
}

fn sources() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

/// The modules that each module imports, but for the crate's root, which imports all.
fn imports() -> BTreeMap<Module, BTreeSet<Module>> {
    let mut texts = BTreeMap::new();
    read(sources(), &mut Vec::new(), &mut texts);
    let modules: BTreeSet<Module> = texts.keys().cloned().collect();
    texts.remove(&Vec::new()).expect("the crate's root");
    assert!(texts.len() > FLOORS.len(), "{modules:?}");
    texts.into_iter().map(|(module, text)| (module.clone(), imported(&module, &text, &modules))).collect()
}

/// Reads the sources in a folder, by their modules.
fn read(folder: &Path, module: &mut Module, texts: &mut BTreeMap<Module, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
        if path.is_dir() {
            module.push(name);
            read(&path, module, texts);
            module.pop();
        } else if path.extension().is_some_and(|end| end == "rs") {
            let own = if name == "mod" || name == "lib" { None } else { Some(name) };
            let module = module.iter().cloned().chain(own).collect();
            texts.insert(module, fs::read_to_string(&path).expect("a source"));
        }
    }
}

/// The modules that a text names by a path from the crate's root or from a parent, its unit tests left out.
fn imported(module: &Module, text: &str, modules: &BTreeSet<Module>) -> BTreeSet<Module> {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut paths = Vec::new();
    for start in ["crate::", "super::"].iter().flat_map(|start| code.match_indices(start)).map(|(at, _)| at) {
        let goes_on = code[..start]
            .ends_with(|before: char| before == ':' || before == '_' || before.is_alphanumeric());
        if !goes_on {
            paths_of(&code[start..], &[], &mut paths);
        }
    }
    let resolved = paths.iter().map(|path| {
        let ups = path.iter().take_while(|step| *step == "super").count();
        let rest = if path[0] == "crate" { 1 } else { ups };
        let mut at: Module =
            if path[0] == "crate" { Vec::new() } else { module[..module.len() - ups].to_vec() };
        for step in &path[rest..] {
            at.push(step.clone());
            if !modules.contains(&at) {
                at.pop();
                break;
            }
        }
        at
    });
    resolved.collect()
}

/// The paths that a text begins with: several if it ends in a list.
fn paths_of(text: &str, before: &[String], paths: &mut Vec<Vec<String>>) {
    let end = text.find(|one: char| one != '_' && !one.is_alphanumeric()).unwrap_or(text.len());
    let mut path = before.to_vec();
    path.push(text[..end].to_owned());
    match text[end..].strip_prefix("::") {
        Some(list) if list.starts_with('{') => {
            for part in parts(list) {
                paths_of(part, &path, paths);
            }
        }
        Some(rest) => paths_of(rest, &path, paths),
        None => paths.push(path),
    }
}

/// The parts of a list in braces.
fn parts(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 1, Vec::new());
    for (at, one) in list.char_indices() {
        match one {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && one == ',') {
            parts.push(list[start..at].trim());
            start = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
