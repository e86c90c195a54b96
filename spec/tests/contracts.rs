//! Every contract under `spec/` reads without a problem.

use std::fs;
use std::path::Path;

use tally_spec::SourceFile;

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let below = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let name = root.file_name().unwrap().to_string_lossy();
            files.push(SourceFile {
                shown_as: format!("spec/{name}/{below}"),
                text: fs::read_to_string(&path).unwrap(),
                path: below,
            });
        }
    }
}

#[test]
fn every_contract_reads() {
    let mut contracts = 0;
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.join("contract.toml").is_file() {
            continue;
        }
        let mut files = Vec::new();
        collect(&folder, &folder, &mut files);
        let contract = tally_spec::read(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert!(!contract.areas.is_empty());
        contracts += 1;
    }
    assert!(contracts > 0);
}
