//! A file that one process at a time may use.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use tally_fixtures::private;

use super::StoreError;

/// Holds a file for this process: no other one can, until this is dropped or the process ends, however it ends.
///
/// The lock is on a file of its own, `NAME.lock`, which contains the process's number. To lock the file itself would
/// release the locks that `SQLite` takes on it.
#[derive(Debug)]
pub(super) struct Hold {
    path: PathBuf,
    /// Which file the path named when it was taken.
    identity: Identity,
    _lock: File,
}

/// What tells one file from another: on Unix, the device and the inode.
type Identity = Option<(u64, u64)>;

impl Hold {
    /// Takes the file, which need not exist yet.
    ///
    /// # Errors
    ///
    /// If another process has it (the error names that process), or the lock cannot be written.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let shown = path.display();
        let lock_path = with_ending(path, ".lock");
        let failed = |error: io::Error| StoreError::new(format!("{}: {error}", lock_path.display()));
        private::create(&lock_path).map_err(failed)?;
        let mut lock = File::options().read(true).write(true).open(&lock_path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // What the other process has not written yet, nobody can name.
                let _ = lock.take(20).read_to_string(&mut holder);
                let holder = holder.trim();
                let who = if holder.is_empty() {
                    "another process".to_owned()
                } else {
                    format!("process {holder}")
                };
                return Err(StoreError::new(format!(
                    "{shown} is in use by {who}; stop that one, or name another file"
                )));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| writeln!(lock, "{}", std::process::id()))
            .map_err(failed)?;
        Ok(Self { path: path.to_owned(), identity: None, _lock: lock })
    }

    /// Remembers which file the path names, now that it exists.
    pub(super) fn identify(&mut self) {
        self.identity = identity(&self.path);
    }

    /// Checks that the path still names the file that was taken.
    ///
    /// # Errors
    ///
    /// If the file was removed, or another stands in its place.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        if identity(&self.path) == self.identity {
            return Ok(());
        }
        let what = if self.path.exists() { "replaced" } else { "removed" };
        Err(StoreError::new(format!(
            "{} was {what} while the mock ran; put it back, or stop the mock",
            self.path.display()
        )))
    }
}

/// The path with something added to its name.
fn with_ending(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}

#[cfg(unix)]
fn identity(path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Identity {
    fs::metadata(path).ok().map(|_| (0, 0))
}
