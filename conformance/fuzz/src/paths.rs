//! The paths of what is written: a contract names them, and they stay in the output folder.
//!
//! An input is `f` and a path, which is written below a folder with links that lead out of it; or any other letter
//! and the names of a contract, with U+001F between them: its `schemaPath`, its own name, an area's, an example's file,
//! an area's path.

use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs, process};

use tally_codegen::publish::{Package, publish};
use tally_codegen::{Options, generate};
use tally_fixtures::Rng;
use tally_spec::SourceFile;

/// The code by which the workspace's commands write, as it stands there.
#[path = "../../../xtask/src/folder.rs"]
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "it is a module of a program, which uses more of it"
)]
mod folder;

/// What that code takes from the program's other module.
mod workspace {
    use std::path::{Path, PathBuf};
    use std::{fs, io};

    pub(crate) fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut entries: Vec<_> =
            fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
        entries.sort();
        Ok(entries)
    }
}

const BETWEEN: char = '\u{1f}';

/// The contract whose names are replaced.
const FILES: [(&str, &str); 5] = [
    ("contract.toml", include_str!("../../../spec/tests/parcels-v2/contract.toml")),
    ("statements.toml", include_str!("../../../spec/tests/parcels-v2/statements.toml")),
    ("areas/stock.toml", include_str!("../../../spec/tests/parcels-v2/areas/stock.toml")),
    (
        "examples/stock.request.json",
        include_str!("../../../spec/tests/parcels-v2/examples/stock.request.json"),
    ),
    ("fixtures/sample.toml", include_str!("../../../spec/tests/parcels-v2/fixtures/sample.toml")),
];

/// Writes below a folder, or generates a contract with the names of an input.
///
/// # Panics
///
/// If a path leaves the output folder.
pub fn ask(input: &[u8]) {
    let Some((letter, rest)) = input.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    if *letter == b'f' { written_below(text) } else { generated(text) }
}

/// Other names, or another path, made of pieces that lead elsewhere.
#[must_use]
pub fn changed(input: &[u8], seed: u32) -> Option<Vec<u8>> {
    const PIECES: [&str; 20] = [
        "..",
        "/",
        "./",
        "../",
        "a",
        "b",
        "link",
        "link/x",
        "dir",
        "file",
        "\\",
        "C:",
        "con",
        "\0",
        "é",
        "-v2",
        "_",
        "A",
        ".request.schema.json",
        "//",
    ];
    let (letter, rest) = input.split_first()?;
    let mut rng = Rng::new(u64::from(seed));
    let mut parts: Vec<String> = std::str::from_utf8(rest).ok()?.split(BETWEEN).map(str::to_owned).collect();
    let chosen = rng.below(parts.len());
    let part = &mut parts[chosen];
    let places: Vec<usize> = part.char_indices().map(|(place, _)| place).chain([part.len()]).collect();
    let piece = rng.pick(&PIECES)?;
    match rng.below(3) {
        0 => part.truncate(places[rng.below(places.len())]),
        1 => part.insert_str(places[rng.below(places.len())], piece),
        _ => *part = (*piece).to_owned(),
    }
    let mut changed = vec![*letter];
    changed.extend_from_slice(parts.join(&BETWEEN.to_string()).as_bytes());
    Some(changed)
}

/// Asserts that the path is made of plain names, which every system takes for the same.
pub(crate) fn assert_plain(path: &str) {
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    assert!(!path.is_empty() && Path::new(path).components().all(plain), "{path:?} leads elsewhere");
    let odd = path.chars().find(|letter| matches!(letter, '\\' | ':') || tally_spec::is_unseen(*letter));
    assert!(odd.is_none() && !path.contains("//"), "{path:?} is not the same path everywhere");
}

fn generated(text: &str) {
    let mut parts = text.split(BETWEEN);
    let mut next = || parts.next().unwrap_or_default();
    let (schema_path, name, area, example, path) = (next(), next(), next(), next(), next());
    let mut files: Vec<(String, String)> = Vec::new();
    for (file, text) in FILES {
        let Ok(mut table) = text.parse::<toml::Table>() else {
            let shown = if file == FILES[3].0 { example } else { file };
            files.push((shown.to_owned(), text.to_owned()));
            continue;
        };
        if file == "contract.toml" {
            table.insert("schemaPath".to_owned(), schema_path.into());
            table.insert("name".to_owned(), name.into());
            table.insert("areas".to_owned(), vec![area].into());
        }
        let mut shown = file.to_owned();
        if file == "areas/stock.toml" {
            shown = format!("areas/{area}.toml");
            table.insert("path".to_owned(), path.into());
            if let Some(toml::Value::Array(list)) = table.get_mut("examples") {
                list.truncate(1);
                if let Some(entry) = list.first_mut().and_then(toml::Value::as_table_mut) {
                    entry.insert("file".to_owned(), example.into());
                }
            }
        }
        files.push((shown, table.to_string()));
    }
    let files = SourceFile::all(name, files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    if let Ok(contract) = tally_spec::read(&files) {
        let options = Options::default();
        let made = generate(std::slice::from_ref(&contract), &options).expect("the linter accepted it");
        let published = publish(&contract, &options, &Package::default());
        let mut seen = std::collections::BTreeSet::new();
        for path in published.keys() {
            assert!(seen.insert(path.to_lowercase()), "{path:?} differs from another in its case alone");
        }
        made.keys().chain(published.keys()).for_each(|path| assert_plain(path));
    }
}

/// A folder to write below, and one beside it that must stay as it is.
static PLACE: LazyLock<PathBuf> =
    LazyLock::new(|| env::temp_dir().join(format!("tally-fuzz-paths-{}", process::id())));

fn written_below(text: &str) {
    let (top, elsewhere) = (PLACE.join("top"), PLACE.join("elsewhere"));
    let _ = fs::remove_dir_all(&*PLACE);
    fs::create_dir_all(top.join("dir")).expect("a temporary folder");
    fs::create_dir_all(&elsewhere).expect("a temporary folder");
    fs::write(top.join("file"), "file").expect("it is ours");
    fs::write(elsewhere.join("kept"), "kept").expect("it is ours");
    #[cfg(unix)]
    for (link, to) in
        [("link", elsewhere.as_path()), ("dir/up", Path::new("../..")), ("leaf", &elsewhere.join("kept"))]
    {
        std::os::unix::fs::symlink(to, top.join(link)).expect("it is ours");
    }
    let written = folder::write(&top, Path::new(text), "text");
    let names = |folder: &Path| workspace::sorted(folder).expect("it is ours");
    assert_eq!(names(&PLACE), [elsewhere.clone(), top.clone()], "{text:?}");
    assert_eq!(names(&elsewhere), [elsewhere.join("kept")], "{text:?}");
    assert_eq!(fs::read_to_string(elsewhere.join("kept")).expect("it is ours"), "kept", "{text:?}");
    if written.is_ok() {
        let path = top.join(Path::new(text).components().collect::<PathBuf>());
        assert_eq!(fs::read_to_string(&path).ok().as_deref(), Some("text"), "{text:?}");
        assert!(
            path.canonicalize().is_ok_and(|path| path.starts_with(top.canonicalize().expect("it is there")))
        );
    }
    let _ = fs::remove_dir_all(&*PLACE);
}
