//! Contracts from disk.

use std::fs;
use std::path::Path;

use tally_spec::SourceFile;

/// The files of a contract's folder.
pub(crate) fn files(folder: &Path) -> Vec<SourceFile> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let below = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let name = root.file_name().unwrap().to_string_lossy();
            let text = fs::read_to_string(&path).unwrap();
            files.push(SourceFile { shown_as: format!("spec/{name}/{below}"), text, path: below });
        }
    }
}
