//! Writing below a folder without ever leaving it.
//!
//! The paths come from contracts, which may be a stranger's; what stands in the folder may be anybody's. Every path
//! that is written or removed is made of plain names and is reached through real folders alone, never through a
//! symbolic link.

use std::path::{Component, Path, PathBuf};
use std::{fs, io};

/// The path below `folder`, if it is made of plain names and no folder on the way is a symbolic link.
///
/// # Errors
///
/// The path leaves the folder (`InvalidInput`), or a link stands in its way (`AlreadyExists`).
pub(crate) fn inside(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    if path.as_os_str().is_empty() || !path.components().all(plain) {
        let message = format!("{} would be outside {}", path.display(), folder.display());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let mut reached = folder.to_owned();
    for part in path.components() {
        reached.push(part);
        if fs::symlink_metadata(&reached).is_ok_and(|found| found.is_symlink()) {
            let message = format!("{} is a symbolic link; put a folder or a file there", reached.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
    }
    Ok(reached)
}

/// Writes a file below a folder, with the folders that it needs.
///
/// # Errors
///
/// As for [`inside`], or the file can't be written.
pub(crate) fn write(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    let target = inside(folder, path)?;
    fs::create_dir_all(target.parent().unwrap_or(folder))?;
    fs::write(target, text)
}

/// Every file below a folder. A symbolic link counts as a file and is not followed.
///
/// # Errors
///
/// A folder can't be read.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir()) {
        walk(folder, &mut found)?;
    }
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in super::workspace::sorted(folder)? {
        if fs::symlink_metadata(&entry)?.is_dir() {
            walk(&entry, found)?;
        } else {
            found.push(entry);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("tally-folder-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_refused() {
        let top = folder("leaves");
        for path in ["", "..", "../x", "a/../../x", "/etc/x", ".", "./x", "a/./../.."] {
            assert!(write(&top, Path::new(path), "text").is_err(), "{path:?}");
        }
        assert!(write(&top, Path::new("a/b.txt"), "text").is_ok());
        fs::remove_dir_all(&top).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed() {
        let (top, elsewhere) = (folder("link"), folder("elsewhere"));
        fs::write(elsewhere.join("kept.txt"), "kept").unwrap();
        std::os::unix::fs::symlink(&elsewhere, top.join("schemas")).unwrap();
        std::os::unix::fs::symlink(elsewhere.join("kept.txt"), top.join("file")).unwrap();
        assert!(write(&top, Path::new("schemas/new.txt"), "text").is_err());
        assert!(write(&top, Path::new("file"), "text").is_err());
        assert_eq!(fs::read_to_string(elsewhere.join("kept.txt")).unwrap(), "kept");
        assert!(!elsewhere.join("new.txt").exists());
        assert_eq!(files(&top).unwrap().len(), 2, "links are files");
        fs::remove_dir_all(&top).unwrap();
        fs::remove_dir_all(&elsewhere).unwrap();
    }
}
